/** Two spans of one path held against each other, as `echolot compare --between --json` writes it. Times are Unix time, ms, and ns. */
import type { RatioVerdict } from '../../result/comparison.ts';
import type { Layer } from './interval.ts';

export interface BetweenRecord {
  readonly format: 'echolot-between';
  readonly version: 1;
  /** Where it is kept, for people. */
  readonly store: string;
  readonly target: string;
  /** How it was measured; null where nothing was in the second span. */
  readonly workload: string | null;
  /** Length of the intervals that are its units, ms; 0 for as they were measured. */
  readonly stepMs: number;
  readonly a: SpanSide;
  readonly b: SpanSide;
  /** By layer, that which people mean first; the median of each, then its p99. */
  readonly ratios: readonly SpanRatioRecord[];
}

export interface SpanSide {
  /** What it is called, such as `yesterday 9:00 to 10:00`. */
  readonly label: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Intervals with an answer. */
  readonly intervals: number;
  /** Numeric addresses that they went to. */
  readonly addresses: readonly string[];
  /** Other ways in which it was measured then, which are not compared. */
  readonly others: readonly string[];
}

export interface SpanRatioRecord {
  readonly layer: Layer;
  readonly p: 0.5 | 0.99;
  /** Levels, ns; null of a span without an answer. */
  readonly aNs: number | null;
  readonly bNs: number | null;
  /** B over A. */
  readonly ratio: number | null;
  readonly interval: { readonly level: number; readonly low: number; readonly high: number } | null;
  /** Pairs of such spans in the history that it stands on; 0 where there were too few, and the runs of both spans alone speak. */
  readonly pairs: number;
  readonly verdict: RatioVerdict;
}
