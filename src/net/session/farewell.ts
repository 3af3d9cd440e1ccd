/** How a session ends that did not come to its end by itself, and how long either engine waits for what. */
import type { EchoSession } from '../../core/client/echo-session.ts';
import type { EcholotError } from '../../core/errors.ts';
import type { TerminationOutcome } from '../../facts/connection.ts';

/** One server in the field never answers a termination, two never close after it. */
export const TERMINATION_TIMEOUT_NS = 1_000_000_000;
/**
 * Whoever cancels a run wants the program gone within 300 ms, a third of which is for what is left then. That is longer
 * than most paths: the echo under way is awaited, since many servers lose a termination that comes before it.
 */
export const CANCELLED_TIMEOUT_NS = 180_000_000;
/** An answer that is there already is taken. */
const LEAST_NS = 1_000_000;

/** How long a session that ends waits for all that it waits for: an echo under way, a new connection, the answer. */
export class Patience {
  private readonly endNs: bigint;

  constructor(failure: EcholotError | undefined, nowNs: bigint) {
    const timeoutNs = failure?.code === 'cancelled' ? CANCELLED_TIMEOUT_NS : TERMINATION_TIMEOUT_NS;
    this.endNs = nowNs + BigInt(timeoutNs);
  }

  leftNs(nowNs: bigint): number {
    return Math.max(LEAST_NS, Number(this.endNs - nowNs));
  }
}

/** Whether a failed run can still be ended as the protocol asks: the caller has stopped it, not the peer. */
export function canTerminate(session: EchoSession, failure: EcholotError | undefined): boolean {
  return failure?.code === 'cancelled' && session.failure === undefined && session.farewell !== undefined;
}

/** What can be said when nothing is answered any more; undefined when nothing need be said, or the server has left. */
export function lastWord({ farewell, wasRefused }: EchoSession): Uint8Array | undefined {
  return wasRefused ? undefined : farewell;
}

/** Whether the server answered a last word that was not waited for: it did not while the answer before it was due. */
export function outcomeOfLastWord(
  session: EchoSession,
  failure: EcholotError | undefined,
): TerminationOutcome {
  return failure?.code === 'cancelled' && session.failure?.code === 'timeout' ? 'unanswered' : 'none';
}
