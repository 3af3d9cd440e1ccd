/**
 * Conditions held against paced probes, one finding each: of several steps that of the one which is nearest to fulfil it. A
 * percentile among the probes that nobody answered is longer than any limit.
 */
import type { PacedResult, PacedStepRecord } from '../../../result/paced/paced-result.ts';
import {
  PACED_PERCENTILES,
  PACED_SHARES,
  type PacedEstimate,
  type PacedPercentile,
  type PacedTimes,
} from '../../../result/paced/paced-statistics.ts';
import { supportsQuantile } from '../../../stats/quantile/quantiles.ts';
import { countText } from '../../checks/words/words.ts';
import type { AnyThreshold } from '../../load/conditions/load-threshold.ts';
import { isFulfilled, needsProbes, subjectText, type Threshold } from '../../threshold.ts';
import type { ThresholdFinding } from '../../threshold-check.ts';
import { missingOf } from '../analyse-paced.ts';
import { Times } from '../times.ts';
import { type PacedThreshold, requireOfPaced } from './paced-threshold.ts';

type Figure = Pick<PacedEstimate, 'value' | 'interval'>;
type Told = Figure | { readonly reason: string };

/** Percentiles that the statistics have with their intervals. */
const ESTIMATED: ReadonlyMap<number, PacedPercentile> = new Map(
  PACED_PERCENTILES.map((name) => [PACED_SHARES[name], name]),
);

/** @throws EcholotError `usage` for a condition of something else */
export function checkPacedThresholds(
  result: PacedResult,
  thresholds: readonly AnyThreshold[],
): ThresholdFinding[] {
  return thresholds.map((given) => {
    const threshold = pacedOf(given, result);
    if ('reason' in threshold) return cannotTell(given, threshold.reason);
    return findingOf(given, threshold, result);
  });
}

/** `rtt.p99` of a measurement is the response time here. */
function pacedOf(given: AnyThreshold, { plan }: PacedResult): PacedThreshold | { readonly reason: string } {
  if (given.kind === 'paced') return given;
  requireOfPaced([given]);
  const { text, statistic, operator, limit, payloadBytes, metric } = given as Threshold;
  if (payloadBytes !== null && payloadBytes !== plan.payloadBytes) {
    return { reason: `no ${subjectText(metric, payloadBytes)} was measured` };
  }
  return {
    kind: 'paced',
    metric: 'response',
    text,
    statistic: statistic as PacedThreshold['statistic'],
    operator,
    limit,
  };
}

function findingOf(given: AnyThreshold, threshold: PacedThreshold, result: PacedResult): ThresholdFinding {
  if (result.steps.length === 0) return cannotTell(given, 'no step was begun');
  const told = result.steps.map((_, i) => toldOf(threshold, result, i));
  const untold = told.find((one) => 'reason' in one);
  if (untold !== undefined) return cannotTell(given, untold.reason);
  const isAbove = threshold.operator.startsWith('>');
  const heightOf = ({ value }: Figure): number => value ?? Number.POSITIVE_INFINITY;
  const figures = told as readonly Figure[];
  const nearest = figures.reduce((near, one) =>
    isAbove === heightOf(one) > heightOf(near) && heightOf(one) !== heightOf(near) ? one : near,
  );
  return {
    threshold: given,
    workload: null,
    value: nearest.value,
    interval: nearest.interval,
    finding: isFulfilled(threshold, heightOf(nearest)) ? 'failed' : 'passed',
    reason: nearest.value === null ? 'it is among the probes that were never answered' : null,
  };
}

function toldOf({ metric, statistic }: PacedThreshold, { steps, statistics }: PacedResult, i: number): Told {
  const step = steps[i] as PacedStepRecord;
  const own = statistics.steps[i];
  if (own === undefined || step.counts.due === 0) return { reason: 'no probe was due' };
  switch (metric) {
    case 'answered':
      return own.answeredPerSecond;
    case 'late':
      return step.counts.sent === 0
        ? { reason: 'no probe that was due was sent' }
        : { value: own.lateShare, interval: null };
    case 'lost':
      return { value: own.missing / step.counts.due, interval: null };
    case 'response':
    case 'service':
      return timeOf(statistic ?? 'max', step, own[metric], metric);
  }
}

function timeOf(
  statistic: NonNullable<PacedThreshold['statistic']>,
  step: PacedStepRecord,
  times: PacedTimes | null,
  kind: 'response' | 'service',
): Told {
  const missing = missingOf(step, kind);
  if (times === null)
    return missing > 0 ? { value: null, interval: null } : { reason: 'nothing was answered' };
  if (statistic === 'min') return { value: times.min, interval: null };
  if (statistic === 'max') return { value: missing > 0 ? null : times.max, interval: null };
  const all = step[kind].count + missing;
  if (!supportsQuantile(all, statistic.p)) {
    return {
      reason: `a step has ${countText(all, 'probe')} and needs ${needsProbes({ statistic })}; use a longer --duration`,
    };
  }
  const name = ESTIMATED.get(statistic.p);
  if (name !== undefined) return times[name];
  return { value: new Times(step[kind], missing).quantile(statistic.p), interval: null };
}

function cannotTell(threshold: AnyThreshold, reason: string): ThresholdFinding {
  return { threshold, workload: null, value: null, interval: null, finding: 'cannot-tell', reason };
}
