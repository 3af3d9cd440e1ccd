/** How one measurement stands to what a store knows of its path. */

export interface StandingRecord {
  readonly target: string;
  /** How its history was measured. */
  readonly workload: string;
  /** Median of the measurement, ns. */
  readonly valueNs: number;
  /** Unix time of the first interval that it is held against, ms; null without any. */
  readonly sinceMs: number | null;
  readonly intervals: number;
  /** Length of those intervals, ms; 0 for as they were measured. */
  readonly stepMs: number;
  /** Share of intervals that are faster, with 95 %; null where there are too few to say. */
  readonly below: { readonly share: number; readonly low: number; readonly high: number } | null;
}
