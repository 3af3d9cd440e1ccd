/**
 * Time as a collaborator. A clock is a value with a name; only stamps of one clock are subtracted, as
 * integers, and converted afterwards.
 */

export interface Clock {
  readonly name: string;
  /** Monotonic, in ns, from an origin of its own. */
  nowNs(): bigint;
  /** Wall-clock time, ms since the Unix epoch; only for dates in results and logs, never for differences. */
  wallMs(): number;
}

export interface Timers {
  /**
   * Calls `callback` once `nowNs()` has reached `deadlineNs`: as soon after as it can, never before.
   * @returns a function that cancels it.
   */
  wakeAt(deadlineNs: bigint, callback: () => void): () => void;
}

export interface Timekeeper extends Clock, Timers {}
