/** Latency against rate: how the response time of a sweep grows, and at which rate it no longer stays. */
import type { PacedResult } from '../../../result/paced/paced-result.ts';
import type { PacedPercentile } from '../../../result/paced/paced-statistics.ts';
import { isTold, type PacedStep, stepsOf } from '../../document/paced/steps.ts';
import { percentileName } from '../../document/paced/words.ts';
import type { ChartOutcome } from '../chart.ts';
import { type RatePoint, rateCurvesChart } from './rate-curves.ts';

const CURVES: readonly { readonly kind: 'response' | 'service'; readonly percentile: PacedPercentile }[] = [
  { kind: 'response', percentile: 'p50' },
  { kind: 'response', percentile: 'p99' },
  { kind: 'response', percentile: 'p99_9' },
  { kind: 'service', percentile: 'p99' },
];

export function pacedByRateChart(result: PacedResult): ChartOutcome {
  const steps = stepsOf(result).toSorted((a, b) => rateOf(a) - rateOf(b));
  return rateCurvesChart({
    id: 'paced-by-rate',
    title: 'Response time against rate',
    curves: CURVES.map(({ kind, percentile }) => ({
      label: `${kind} ${percentileName(percentile)}`,
      points: steps.flatMap((step) => pointOf(step, kind, percentile)),
    })).filter(({ points }) => points.length > 0),
    caption: (unit, hasHollow) =>
      `Percentiles in ${unit.name} of each rate that was asked for, from when a probe was due (response) and from when it was sent (service).${hasHollow ? ' Hollow where the rate was too high to be steady: a longer step would have longer times.' : ''} A percentile among probes that were lost or never sent, or with fewer than five beyond it, has no point.`,
    hollow: 'saturated',
  });
}

function rateOf({ statistics }: PacedStep): number {
  return statistics.askedPerSecond ?? 0;
}

function pointOf(step: PacedStep, kind: 'response' | 'service', percentile: PacedPercentile): RatePoint[] {
  const { statistics } = step;
  const { askedPerSecond, isSaturated } = statistics;
  if (!isTold(step, kind, percentile)) return [];
  const ns = statistics[kind]?.[percentile].value ?? null;
  return ns === null || askedPerSecond === null
    ? []
    : [{ perSecond: askedPerSecond, ns, isHollow: isSaturated }];
}
