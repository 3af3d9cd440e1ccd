/**
 * Which sessions belong together, by where they come from: so that a full server can take from those who have most. Only of
 * the thread that asks; programs of this machine are told apart by their addresses here, like all others.
 */
import { DEFAULT_CLIENT_BITS, sharedPart } from './client-of.ts';

/** Sessions that a full server looks at for room, when another client comes. */
const MOST_LOOKED_AT = 2_048;
/** Whoever has so many more than a newcomer gives one up. */
const WORTH_TAKING = 2;

export class Shares<Session> {
  private readonly clients = new Map<string, Set<Session>>();

  add(address: string, session: Session): void {
    const key = keyOf(address);
    const sessions = this.clients.get(key);
    if (sessions === undefined) this.clients.set(key, new Set([session]));
    else sessions.add(session);
  }

  remove(address: string, session: Session): void {
    const key = keyOf(address);
    const sessions = this.clients.get(key);
    sessions?.delete(session);
    if (sessions?.size === 0) this.clients.delete(key);
  }

  /** The newest session of whoever has most; undefined where nobody has enough more than a newcomer from `address`. */
  toTakeFor(address: string): Session | undefined {
    let most: Set<Session> | undefined;
    for (const sessions of this.clients.values()) {
      if (most === undefined || sessions.size > most.size) most = sessions;
    }
    const own = this.clients.get(keyOf(address))?.size ?? 0;
    return most === undefined || most.size < own + WORTH_TAKING ? undefined : [...most].at(-1);
  }
}

/** The oldest that nothing is lost with; of those that came first, for a bound on what looking costs. */
export function oldestExpendable<S extends { isExpendable(nowNs: bigint): boolean }>(
  served: Iterable<S>,
  nowNs: bigint,
): S | undefined {
  let looked = 0;
  for (const session of served) {
    if (session.isExpendable(nowNs)) return session;
    if (++looked >= MOST_LOOKED_AT) return undefined;
  }
  return undefined;
}

function keyOf(address: string): string {
  return sharedPart(address, DEFAULT_CLIENT_BITS);
}
