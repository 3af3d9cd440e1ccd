/** Intervals as a monitor would measure them, for tests of what keeps them. */
import type { Interval } from '../../../src/monitor/records/interval.ts';
import type { SeriesKey } from '../../../src/monitor/records/series.ts';
import type { Batch, Measured } from '../../../src/monitor/store/store.ts';
import { NanosecondHistogram } from '../../../src/stats/histogram.ts';

export const EVERY_MS = 10_000;
/** A midnight, which begins an interval of each step. */
export const MIDNIGHT_MS: number = Date.UTC(2026, 0, 5);

export function seriesKey(target: string, address = '192.0.2.1'): SeriesKey {
  return { target, kind: 'measure', address, port: 7, workload: '100 B, 20 probes' };
}

export function intervalAt(
  fromMs: number,
  timesNs: readonly number[],
  more: Partial<Interval> = {},
): Interval {
  return {
    fromMs,
    toMs: fromMs + EVERY_MS,
    runs: 1,
    answeredRuns: timesNs.length > 0 ? 1 : 0,
    unsentRuns: 0,
    probes: timesNs.length,
    answered: timesNs.length,
    failures: {},
    skipped: {},
    doubts: {},
    layers: timesNs.length > 0 ? { application: NanosecondHistogram.of(timesNs) } : {},
    ...more,
  };
}

export function measured(
  series: SeriesKey,
  interval: Interval,
  labels: Readonly<Record<string, string>> = {},
): Measured {
  return { series, labels, interval };
}

export function batchOf(series: SeriesKey, ...intervals: readonly Interval[]): Batch {
  return { intervals: intervals.map((interval) => measured(series, interval)), events: [] };
}
