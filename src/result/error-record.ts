/** An error as records have it. */
import type { ErrorCode, ErrorPhase } from '../core/errors.ts';

/** What happened, whose fault it was, and what to try. */
export interface ErrorRecord {
  /** Whose fault it was; stable, for programs to match on. */
  readonly code: ErrorCode;
  /** What happened, in one line. */
  readonly message: string;
  /** What to try; null where nothing is known to help. */
  readonly advice: string | null;
  /** What was expected of the peer; null where that says nothing. */
  readonly expected: string | null;
  /** The first bytes that came instead. */
  readonly received: string | null;
  /** Where in the session it happened; null outside of one. */
  readonly phase: ErrorPhase | null;
}
