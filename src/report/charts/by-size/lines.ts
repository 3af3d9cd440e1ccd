/** What is plotted against the message size: of each result a line, of each of its sizes a point. */
import type { Result } from '../../../result/result.ts';
import type { FitRecord, SeriesRecord } from '../../../result/series-record.ts';
import type { WorkloadKind } from '../../../result/workload.ts';
import type { QuantileEstimate } from '../../../stats/quantile/estimate.ts';
import { estimateOf } from '../../document/intervals.ts';
import { resultLabels } from '../../document/labels.ts';

/** Which of the two the line goes through. */
export type Statistic = 'mean' | 'median';

/** In base units: ns, bit/s, bytes. */
export interface Point {
  readonly payloadBytes: number;
  readonly n: number;
  readonly mean: number;
  readonly median: QuantileEstimate;
}

export interface Line {
  readonly label: string;
  /** By size, ascending. */
  readonly points: readonly Point[];
  /** Of the medians. */
  readonly fit: FitRecord | undefined;
}

/** Those that have a point. */
export function linesOf(results: readonly Result[], kind: WorkloadKind): Line[] {
  const labels = resultLabels(results);
  return results
    .map((result, i) => lineOf(result, kind, labels[i] ?? ''))
    .filter(({ points }) => points.length > 0);
}

function lineOf({ series, fits }: Result, kind: WorkloadKind, label: string): Line {
  const points = series
    .filter((one) => one.workload.kind === kind)
    .flatMap((one) => pointOf(one))
    .sort((a, b) => a.payloadBytes - b.payloadBytes);
  const fit =
    kind === 'rtt' ? fits.find((one) => one.workload.kind === kind && one.intercept !== null) : undefined;
  return { label, points, fit };
}

function pointOf({ workload: { kind, payloadBytes }, statistics }: SeriesRecord): Point[] {
  const own = kind === 'rtt' ? statistics?.rttNs : statistics?.goodputBitsPerSecond;
  const median = estimateOf(own, 0.5);
  return own === undefined || own === null || median === undefined
    ? []
    : [{ payloadBytes, n: own.n, mean: own.mean, median }];
}

/** What the line goes through at a point. */
export function valueAt({ mean, median }: Point, statistic: Statistic): number {
  return statistic === 'mean' ? mean : median.value;
}

/** All that is drawn of a point. */
export function drawnValues({ mean, median: { value, interval } }: Point, statistic: Statistic): number[] {
  const ends = interval === null ? [] : [interval.low, interval.high];
  return statistic === 'mean' ? [mean, value, ...ends] : [value, ...ends];
}
