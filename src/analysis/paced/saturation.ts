/**
 * Whether a step was more than the server, or this program, could take: its queue grew from begin to end, and its
 * percentiles are of the length of the step and of nothing else.
 *
 * The queue at a part of the step is what was due and not sent at its end, and what was under way: by Little's law
 * (Little, "A Proof for the Queuing Formula: L = λW", Operations Research 9 (1961)) the rate times the response time. It
 * grew where it rises from part to part (test of Mann and Kendall, one chance in a hundred), and from the first third to
 * the last by 30 probes and half a per cent of all that were due.
 *
 * Limits. A queue of single servers at 80 % of its capacity holds 30 more than usual in one of 800 moments (M/M/1: ρ^30),
 * and no trend with it; at 95 % it does so every fifth moment, and takes seconds to show that it is stable, so a short
 * step close to the capacity may be called saturated. An overload of less than a per cent, of fewer than a hundred
 * probes, or in a step of fewer than five parts is not seen.
 */
import type { PacedStepRecord } from '../../result/paced/paced-result.ts';
import { mannKendall } from '../../stats/fit/trend.ts';
import { quantile, sorted } from '../../stats/quantile/quantiles.ts';
import { wholeParts } from './parts.ts';

const NS_PER_S = 1_000_000_000;
/** To both sides, of which one is asked for. */
const MAX_P_VALUE = 0.02;
const MIN_GROWTH_PROBES = 30;
const MIN_GROWTH_SHARE = 0.005;
/** Fewer cannot tell a trend from chance. */
const MIN_PARTS = 5;

export function isSaturated(step: PacedStepRecord): boolean {
  const { askedPerSecond, counts } = step;
  if (askedPerSecond === null) return false;
  const queues = queuesOf(step, askedPerSecond);
  if (queues.length < MIN_PARTS) return false;
  const { tau, pValue } = mannKendall(queues);
  if (tau <= 0 || pValue > MAX_P_VALUE) return false;
  const third = Math.max(2, Math.floor(queues.length / 3));
  const growth = medianOf(queues.slice(-third)) - medianOf(queues.slice(0, third));
  return growth >= Math.max(MIN_GROWTH_PROBES, MIN_GROWTH_SHARE * counts.due);
}

/** Of each part; where none that was due in it was answered, those under way are more by what was sent and not answered. */
function queuesOf(step: PacedStepRecord, perSecond: number): number[] {
  let underWay = 0;
  return wholeParts(step).map(({ backlog, response, sent, answered }) => {
    underWay =
      response === null ? Math.max(0, underWay + sent - answered) : (response.p50 * perSecond) / NS_PER_S;
    return backlog + underWay;
  });
}

function medianOf(values: readonly number[]): number {
  return quantile(sorted(values), 0.5);
}
