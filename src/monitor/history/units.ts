/**
 * The history of a path as statistics see it: one value an interval, in the order of time. Intervals are the units, and never
 * the probes in them, which follow each other too closely. Intervals without an answer have no value and are none.
 */
import { quantile, sorted } from '../../stats/quantile/quantiles.ts';
import type { IntervalSummary, Layer } from '../records/interval.ts';

export type Percentile = 'p50' | 'p99';

export interface Unit {
  /** Unix time, ms. */
  readonly fromMs: number;
  /** Above 0, ns. */
  readonly value: number;
}

/** Ascending; of equal times in the order in which they come. */
export function unitsOf(
  intervals: readonly IntervalSummary[],
  layer: Layer,
  percentile: Percentile,
): readonly Unit[] {
  const units: Unit[] = [];
  for (const { fromMs, layers } of intervals) {
    const summary = layers[layer];
    if (summary === undefined || summary.count === 0) continue;
    const value = percentile === 'p50' ? summary.p50Ns : summary.p99Ns;
    if (value > 0) units.push({ fromMs, value });
  }
  return units.sort((a, b) => a.fromMs - b.fromMs);
}

/** Those from `fromMs` to before `toMs`. @param units ascending */
export function unitsWithin(units: readonly Unit[], fromMs: number, toMs: number): readonly Unit[] {
  return units.slice(placeOf(units, fromMs), placeOf(units, toMs));
}

/** The logarithm of their median: levels of paths are compared as ratios. Null of none. */
export function levelOf(units: readonly Unit[]): number | null {
  return units.length === 0 ? null : Math.log(quantile(sorted(units.map(({ value }) => value)), 0.5));
}

/** The first place that is not before `atMs`. */
function placeOf(units: readonly Unit[], atMs: number): number {
  let low = 0;
  let high = units.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((units[middle] as Unit).fromMs < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
