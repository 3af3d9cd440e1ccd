/** How a session ends that did not come to its end by itself, and how long either engine waits for what. */
import type { EchoSession } from '../../core/client/echo-session.ts';
import type { EcholotError } from '../../core/errors.ts';
import type { TerminationOutcome } from '../engine.ts';

/** One server in the field never answers a termination, two never close after it. */
export const TERMINATION_TIMEOUT_NS = 1_000_000_000;
/**
 * Whoever cancels a run wants it to end: an answer under way is awaited for so long, which is longer than most paths,
 * since many servers lose a termination that comes before they have given it.
 */
export const CANCELLED_ANSWER_NS = 250_000_000;

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
