/** What a store tells of targets over a span of time, as `echolot history --json` writes it. Times are Unix time, ms, and ns. */
import type { StoredEvent } from './event.ts';
import type { IntervalSummary, Layer } from './interval.ts';
import type { Series } from './series.ts';

export interface HistoryRecord {
  readonly format: 'echolot-history';
  readonly version: 1;
  /** Where it is kept, for people. */
  readonly store: string;
  /** What was asked for; `toMs` is not itself in it. */
  readonly span: { readonly fromMs: number; readonly toMs: number };
  readonly targets: readonly TargetHistory[];
}

export interface TargetHistory {
  readonly target: string;
  /** Measured in the span as its newest one is, the newest last; empty where nothing was. */
  readonly series: readonly Series[];
  /** In the span, too, but measured otherwise: in none of the figures. */
  readonly others: readonly Series[];
  /** Length of the intervals, ms; 0 for as they were measured. */
  readonly stepMs: number;
  /** Ascending. */
  readonly intervals: readonly IntervalSummary[];
  /** The same in at most 24 rows, each a sum with percentiles of all its answers; empty of an overview. */
  readonly rows: readonly IntervalSummary[];
  /** All of it as one interval; null where nothing was measured. */
  readonly total: IntervalSummary | null;
  readonly outages: readonly OutageRecord[];
  /** Its last change of state, address or figures, whenever that was. */
  readonly lastChange: StoredEvent | null;
  /** Of the span, the newest first; `moreEvents` whether there are others before them. */
  readonly events: readonly StoredEvent[];
  readonly moreEvents: boolean;
  /** What its median is expected to be next, by layer; empty of an overview. */
  readonly expected: readonly ExpectationRecord[];
}

/** From when it was found not to answer to when it answered again, both within the span. */
export interface OutageRecord {
  readonly fromMs: number;
  readonly toMs: number;
  /** Whether it went on at the end of what was measured. */
  readonly goesOn: boolean;
}

export interface ExpectationRecord {
  readonly layer: Layer;
  /** Of the hour, or the day, that follows the span. */
  readonly horizon: 'hour' | 'day';
  /** Null where its past has fewer than four such spans to learn from. */
  readonly expectation: {
    readonly level: number;
    readonly valueNs: number;
    readonly lowNs: number;
    readonly highNs: number;
    /** Forecasts of the past that it stands on and that have nothing in common. */
    readonly forecasts: number;
  } | null;
}
