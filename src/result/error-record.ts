/** An error as records have it. */

export interface ErrorRecord {
  /** Whose fault it was; stable, for programs to match on. */
  readonly code: 'usage' | 'peer' | 'network' | 'timeout' | 'limit' | 'cancelled' | 'internal';
  /** What happened, in one line. */
  readonly message: string;
  /** What to try; null where nothing is known to help. */
  readonly advice: string | null;
  /** What was expected of the peer; null where that says nothing. */
  readonly expected: string | null;
  /** The first bytes that came instead. */
  readonly received: string | null;
  /** Where in the session it happened; null outside of one. */
  readonly phase: 'connect' | 'setup' | 'measurement' | 'termination' | null;
}
