/**
 * Figures of a step with their intervals. The units are its parts, never its probes: those that follow each other wait in
 * one queue. A part is worth its percentile where it has probes enough for it, and neighbours count as alike, as blocks do.
 */
import type { PacedStepRecord } from '../../result/paced/paced-result.ts';
import type { PacedEstimate, PacedRefusal, PacedTimes } from '../../result/paced/paced-statistics.ts';
import { normalQuantile } from '../../stats/distributions/normal.ts';
import { LEVEL, MIN_BLOCKS } from '../../stats/quantile/interval.ts';
import { BLOCK_CORRELATION, neighbourInterval } from '../../stats/quantile/neighbours.ts';
import { supportsQuantile } from '../../stats/quantile/quantiles.ts';
import { type Part, wholeParts } from './parts.ts';
import type { Times } from './times.ts';

/** Missing probes move a percentile by less than its interval is wide where they are fewer than this share of what lies beyond it. */
const MOST_MISSING = 0.1;
const NS_PER_S = 1_000_000_000;

/** @param kind whose percentiles of the parts they are */
export function timesOf(times: Times, parts: readonly Part[], kind: 'response' | 'service'): PacedTimes {
  const near = (p: number, name: 'p50' | 'p90' | 'p99'): PacedEstimate => {
    const units = parts.flatMap((part) => {
      const quantiles = part[kind];
      return quantiles === null ? [] : [{ probes: part.due, value: quantiles[name] }];
    });
    return quantileEstimate(times, p, units);
  };
  return {
    min: times.min,
    max: times.max,
    p50: near(0.5, 'p50'),
    p90: near(0.9, 'p90'),
    p99: near(0.99, 'p99'),
    p99_9: quantileEstimate(times, 0.999, null),
    p99_99: quantileEstimate(times, 0.9999, null),
  };
}

interface Unit {
  readonly probes: number;
  readonly value: number;
}

/** @param units null where parts do not tell such a percentile */
function quantileEstimate(times: Times, p: number, units: readonly Unit[] | null): PacedEstimate {
  const value = times.quantile(p);
  const refused = refusalOf(times, p, value, units);
  if (refused !== null || value === null || units === null) return { value, interval: null, refused };
  const unitValues = units.map((unit) => unit.value);
  const { low, high, method } = neighbourInterval(value, unitValues, BLOCK_CORRELATION, 'block-t');
  const chance = byChance(times, p);
  return {
    value,
    interval: {
      low: Math.max(times.min, Math.min(low, chance.low)),
      high: Math.min(times.max, Math.max(high, chance.high)),
      method,
    },
    refused: null,
  };
}

function refusalOf(
  { all, missing }: Times,
  p: number,
  value: number | null,
  units: readonly Unit[] | null,
): PacedRefusal | null {
  if (value === null) return 'missing';
  if (!supportsQuantile(all, p)) return 'too-few-samples';
  if (units === null) return 'far-out';
  if (missing > MOST_MISSING * (1 - p) * all) return 'missing';
  if (units.length < MIN_BLOCKS) return 'too-few-blocks';
  return units.every(({ probes }) => supportsQuantile(probes, p)) ? null : 'too-few-samples';
}

/** No interval is narrower than that of as many independent probes: parts that happen to be equal prove nothing. */
function byChance(times: Times, p: number): { readonly low: number; readonly high: number } {
  const reach = normalQuantile((1 + LEVEL) / 2) * Math.sqrt((p * (1 - p)) / times.all);
  return {
    low: times.quantile(Math.max(0, p - reach)) ?? times.max,
    high: times.quantile(Math.min(1, p + reach)) ?? times.max,
  };
}

/** Echoes a second, of the whole step: a median of its parts would leave out those in which the server stood still. */
export function answeredPerSecond(step: PacedStepRecord): PacedEstimate {
  const { parts, fromAtNs: beginNs, toAtNs: endNs } = step;
  if (parts.length === 0) return { value: null, interval: null, refused: 'too-few-blocks' };
  const value = (parts.reduce((sum, { answered }) => sum + answered, 0) * NS_PER_S) / (endNs - beginNs);
  const rates = wholeParts(step).map(
    ({ answered, fromAtNs, toAtNs }) => (answered * NS_PER_S) / (toAtNs - fromAtNs),
  );
  if (rates.length < MIN_BLOCKS) return { value, interval: null, refused: 'too-few-blocks' };
  const { low, high, method } = neighbourInterval(value, rates, BLOCK_CORRELATION, 'block-t');
  return { value, interval: { low: Math.max(0, low), high, method }, refused: null };
}
