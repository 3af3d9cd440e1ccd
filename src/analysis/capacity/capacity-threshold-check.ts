/** Conditions held against a search for a capacity, one finding each. */
import { usage } from '../../core/errors.ts';
import type { CapacityResult } from '../../result/capacity/capacity-result.ts';
import type { AnyThreshold } from '../load/conditions/load-threshold.ts';
import { isFulfilled } from '../threshold.ts';
import type { ThresholdFinding } from '../threshold-check.ts';
import { CAPACITY_FORM, type CapacityThreshold } from './capacity-threshold.ts';

const UNKNOWN = 'the capacity has no such bound; use a longer --max-time, or another --from or --max-rate';

/**
 * One finding for each condition. Where the capacity has one bound only, or two, that decides what it can.
 * @throws EcholotError `usage` for a condition of something else
 */
export function checkCapacityThresholds(
  { statistics }: Pick<CapacityResult, 'statistics'>,
  thresholds: readonly AnyThreshold[],
): ThresholdFinding[] {
  const { perSecond: value, lowPerSecond, highPerSecond } = statistics;
  const low = lowPerSecond ?? 0;
  const high = highPerSecond ?? Number.POSITIVE_INFINITY;
  return requireOfCapacity(thresholds).map((threshold): ThresholdFinding => {
    const isBounded = lowPerSecond !== null && highPerSecond !== null;
    const common = { threshold, workload: null, interval: isBounded ? { low, high } : null };
    if (value !== null && isBounded) {
      return { ...common, value, finding: isFulfilled(threshold, value) ? 'failed' : 'passed', reason: null };
    }
    const ends = [isFulfilled(threshold, low), isFulfilled(threshold, high)];
    const bound = lowPerSecond ?? highPerSecond;
    if (bound === null || ends[0] !== ends[1]) {
      return { ...common, value: null, finding: 'cannot-tell', reason: UNKNOWN };
    }
    return { ...common, value: bound, finding: ends[0] ? 'failed' : 'passed', reason: null };
  });
}

/** @throws EcholotError `usage` */
export function requireOfCapacity(thresholds: readonly AnyThreshold[]): CapacityThreshold[] {
  return thresholds.map((threshold) => {
    if (threshold.kind === 'capacity') return threshold;
    throw usage(`"${threshold.text}" is not of a capacity`, CAPACITY_FORM);
  });
}
