/** Estimates in words: their interval, and what a percentile is called. */
import type { SampleStatistics } from '../../result/series-record.ts';
import type { Interval, QuantileEstimate } from '../../stats/quantile/estimate.ts';
import { inUnit, type Unit } from '../../text/units.ts';

/** The head of its column. */
export const INTERVAL = '95 % interval';

export function estimateOf(
  statistics: SampleStatistics | null | undefined,
  p: number,
): QuantileEstimate | undefined {
  return statistics?.estimates.find((estimate) => Math.abs(estimate.p - p) < 1e-9);
}

/** `20.1–20.9`. */
export function rangeText({ low, high }: Pick<Interval, 'low' | 'high'>, unit: Unit): string {
  return `${inUnit(low, unit)}–${inUnit(high, unit)}`;
}

/** `p99`, `p99.9`. */
export function percentileName(p: number): string {
  return `p${Number((p * 100).toPrecision(6))}`;
}
