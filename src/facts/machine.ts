/** What is known of the client's machine during a run. All times in ns, all shares from 0 to 1. */

/** How late the main event loop came round. */
export interface EventLoopDelayRecord {
  /** 99th percentile, ns. */
  readonly p99Ns: number;
  /** Largest, ns. */
  readonly maxNs: number;
}

/** All processors of the machine together. */
export interface ProcessorsRecord {
  /** Share of the time in which they worked for anybody, 0 to 1. */
  readonly busyShare: number;
  /** Share of the time that the host took for other machines, 0 to 1. */
  readonly stealShare: number;
}

/** The CPU quota of a control group. */
export interface QuotaRecord {
  /** How many processors it grants. */
  readonly processors: number;
  /** Periods of the quota in which this process or others of its group ran. */
  readonly periods: number;
  /** Those in which it was used up, so that all threads stood still until the next. */
  readonly throttledPeriods: number;
  /** For how long they stood still, the sum over all processors, ns. */
  readonly throttledNs: number;
}
