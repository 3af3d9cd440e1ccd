/** Estimates in words: the interval and what it stands on, or why there is none. */
import type { SampleStatistics } from '../../result/series-record.ts';
import type { Interval, IntervalMethod, QuantileEstimate, Refusal } from '../../stats/estimate.ts';
import { inUnit, type Unit } from '../units.ts';
import { NONE } from './document.ts';

const METHODS: Readonly<Record<IntervalMethod, string>> = {
  'block-t': 't, blocks',
  'block-woodruff': 'Woodruff, blocks',
  'run-t': 't, runs',
  'run-woodruff': 'Woodruff, runs',
};

const REFUSALS: Readonly<Record<Refusal, string>> = {
  'too-few-samples': 'n too small',
  'too-few-blocks': 'too few blocks',
  'too-few-runs': 'too few runs',
};

export function estimateOf(
  statistics: SampleStatistics | null | undefined,
  p: number,
): QuantileEstimate | undefined {
  return statistics?.estimates.find((estimate) => Math.abs(estimate.p - p) < 1e-9);
}

/** `20.1 to 20.9`, or the reason why there is no interval. */
export function intervalText(estimate: QuantileEstimate | undefined, unit: Unit): string {
  if (estimate === undefined) return NONE;
  const { interval, refused } = estimate;
  if (interval === null) return refused === null ? NONE : REFUSALS[refused];
  return rangeText(interval, unit);
}

export function rangeText({ low, high }: Pick<Interval, 'low' | 'high'>, unit: Unit): string {
  return `${inUnit(low, unit)} to ${inUnit(high, unit)}`;
}

/** `t, blocks (10)`: the method and how many units it stands on. */
export function methodText(estimate: QuantileEstimate | undefined): string {
  const interval = estimate?.interval ?? null;
  return interval === null ? NONE : `${METHODS[interval.method]} (${interval.units})`;
}

/** `p99`, `p99.9`. */
export function percentileName(p: number): string {
  return `p${Number((p * 100).toPrecision(6))}`;
}
