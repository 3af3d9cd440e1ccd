/** What is asked of the thread of a store, and what it answers. All of it can be cloned: histograms go packed. */
import type { ErrorCode } from '../../../core/errors.ts';
import type { MonitorEvent, StoredEvent } from '../../records/event.ts';
import type { IntervalSummary, Layer } from '../../records/interval.ts';
import type { Series } from '../../records/series.ts';
import type { PackedInterval } from '../packed/packed-interval.ts';
import type { EventQuery, Found, IntervalQuery, Measured } from '../store.ts';

export interface PackedBatch {
  readonly intervals: readonly (Omit<Measured, 'interval'> & { readonly interval: PackedInterval })[];
  readonly events: readonly MonitorEvent[];
}

/** By what is asked: its argument, and the answer. */
export interface Dialogue {
  readonly open: [null, null];
  readonly write: [PackedBatch, null];
  readonly series: [null, readonly Series[]];
  readonly summaries: [IntervalQuery, readonly Found<IntervalSummary>[]];
  readonly intervals: [
    IntervalQuery & { readonly layers?: readonly Layer[] },
    readonly Found<PackedInterval>[],
  ];
  readonly events: [EventQuery, readonly StoredEvent[]];
  readonly note: [string, string | null];
  readonly keepNote: [{ readonly name: string; readonly text: string }, null];
  /** Of a moment, Unix ms; whether there is more to do. One piece at a time: others shall not wait for all of it. */
  readonly maintain: [number, boolean];
  /** Size of all of it, as far as it is known at the moment. */
  readonly bytes: [null, number];
  readonly close: [null, null];
}
export type Ask = keyof Dialogue;

export interface Asked<A extends Ask = Ask> {
  readonly id: number;
  readonly ask: A;
  readonly argument: Dialogue[A][0];
}

export interface ErrorWords {
  readonly code: ErrorCode;
  readonly message: string;
  readonly advice: string | undefined;
}

export type Answered =
  | { readonly id: number; readonly answer: Dialogue[Ask][1] }
  | { readonly id: number; readonly error: ErrorWords };
