/**
 * Where a target is reached: its name is looked up now and then, and the address that answered is kept to as long as the name has
 * it, since a path that changes with each run has no history.
 */
import type { Clock } from '../../clock/clock.ts';
import type { Address } from '../../facts/connection.ts';

/** Resolvers keep most names for as long or longer. */
export const LOOK_UP_EVERY_NS = 60_000_000_000n;

export class Addresses {
  private readonly clock: Clock;
  private readonly lookUp: (signal: AbortSignal) => Promise<readonly Address[]>;
  private found: readonly Address[] = [];
  private foundNs: bigint | undefined;
  private answered: string | undefined;
  /** Those that were to be tried at last. */
  tried: readonly Address[] = [];

  constructor(clock: Clock, lookUp: (signal: AbortSignal) => Promise<readonly Address[]>) {
    this.clock = clock;
    this.lookUp = lookUp;
  }

  /** To be tried in this order. @throws EcholotError */
  async now(signal: AbortSignal): Promise<readonly Address[]> {
    const nowNs = this.clock.nowNs();
    if (this.foundNs === undefined || nowNs - this.foundNs >= LOOK_UP_EVERY_NS) {
      this.foundNs = undefined;
      this.found = await this.lookUp(signal);
      this.foundNs = nowNs;
    }
    const kept = this.found.filter(({ address }) => address === this.answered);
    this.tried = kept.length > 0 ? kept : this.found;
    return this.tried;
  }

  /** @param address the one that answered; null for none, which leaves the next run all of them */
  note(address: string | null): void {
    this.answered = address ?? undefined;
  }
}
