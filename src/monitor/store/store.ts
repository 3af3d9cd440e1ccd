/**
 * Where a monitor keeps what it measured: one interface, whatever lies behind it. All of it may be called while anything else
 * is under way; a store does one thing after the other. Nothing here is ever waited for by what measures.
 */

import type { EventKind, MonitorEvent, StoredEvent } from '../records/event.ts';
import type { Interval, IntervalSummary, Layer } from '../records/interval.ts';
import type { Series, SeriesKey } from '../records/series.ts';

/** Lengths of kept intervals: as measured (0), a minute, a quarter of an hour, six hours; ms. All begin at multiples of their length in Unix time. */
export const STEPS_MS = [0, 60_000, 900_000, 21_600_000] as const;
export type StepMs = (typeof STEPS_MS)[number];

/** One interval as it was measured, of one series. */
export interface Measured {
  readonly series: SeriesKey;
  readonly labels: Readonly<Record<string, string>>;
  readonly interval: Interval;
}

export interface Batch {
  readonly intervals: readonly Measured[];
  readonly events: readonly MonitorEvent[];
}

/** Times are Unix time, ms; `toMs` is not itself in it. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What begins in the span: two spans side by side share nothing. */
export interface IntervalQuery extends Span {
  /** All series of this target, the newest last. */
  readonly target: string;
  /** How finely: the longest step with at least so many intervals in the span where data is kept, or the finest there is. */
  readonly points?: number;
  /** Instead, exactly this step. */
  readonly stepMs?: StepMs;
}

/** What one series has in a span, ascending. */
export interface Found<I> {
  readonly series: Series;
  readonly stepMs: StepMs;
  readonly intervals: readonly I[];
}

export interface EventQuery extends Partial<Span> {
  readonly target?: string;
  readonly kinds?: readonly EventKind[];
  /** The newest so many; default 100. */
  readonly limit?: number;
}

/** How long intervals of each step are kept, ms. */
export type Retention = Readonly<Record<StepMs, number>>;

export interface StoreState {
  /** Where it is, for people: a path, or an address without a password. */
  readonly place: string;
  readonly bytes: number;
  /** Why nothing can be written at the moment; null where it can. */
  readonly trouble: string | null;
  /** Batches that wait to be written, and intervals that were given up because too many did. */
  readonly waiting: number;
  readonly lostIntervals: number;
}

export interface Store {
  /** All of it, or nothing; what is written once more is the same, and counts once. @throws EcholotError when it cannot be */
  write(batch: Batch): Promise<void>;
  /** Every series there is, by target and first interval. */
  series(): Promise<readonly Series[]>;
  /** Without histograms: fast. */
  summaries(query: IntervalQuery): Promise<readonly Found<IntervalSummary>[]>;
  /** With histograms of the layers asked for, all where none are named. */
  intervals(
    query: IntervalQuery & { readonly layers?: readonly Layer[] },
  ): Promise<readonly Found<Interval>[]>;
  /** The newest first. */
  events(query: EventQuery): Promise<readonly StoredEvent[]>;
  /** The text that is kept under a name, such as the state of an alert; null where there is none. */
  note(name: string): Promise<string | null>;
  /** In place of the one before. @throws EcholotError when it cannot be */
  keepNote(name: string, text: string): Promise<void>;
  /**
   * Sums up the minutes that are over, also what came late, and removes what is too old. The last of a longer step is of a part of its
   * time until that is over. Cheap when there is nothing to do.
   */
  maintain(nowMs: number): Promise<void>;
  state(): Promise<StoreState>;
  close(): Promise<void>;
}
