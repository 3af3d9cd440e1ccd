/**
 * Conditions of `--fail-if` held against two spans of a path: `rtt` is the layer that people mean first. A ratio that chance explains
 * as well is neither passed nor failed, as in every comparison.
 */
import type { AnyThreshold } from '../../analysis/load/conditions/load-threshold.ts';
import { isFulfilled } from '../../analysis/threshold.ts';
import type { ThresholdFinding } from '../../analysis/threshold-check.ts';
import { usage } from '../../core/errors.ts';
import type { BetweenRecord } from '../records/between.ts';

/** @throws EcholotError `usage` for a condition of something else, before anything is read */
export function requireOfBetween(thresholds: readonly AnyThreshold[]): void {
  for (const threshold of thresholds) {
    if (threshold.kind === 'ratio' && threshold.metric === 'rtt' && threshold.payloadBytes === null) continue;
    throw usage(
      `"${threshold.text}" is nothing that a history is asked for`,
      'write it as in rtt.p50 > 1.1x or rtt.p99 > 1.1x',
    );
  }
}

/** One for each. */
export function checkBetween(record: BetweenRecord, thresholds: readonly AnyThreshold[]): ThresholdFinding[] {
  requireOfBetween(thresholds);
  return thresholds.map((threshold) => findingOf(record, threshold));
}

function findingOf({ ratios }: BetweenRecord, threshold: AnyThreshold): ThresholdFinding {
  const p =
    threshold.kind === 'ratio' && typeof threshold.statistic === 'object' ? threshold.statistic.p : null;
  const [first] = ratios;
  const told = ratios.find((one) => one.layer === first?.layer && one.p === p);
  const cannotTell = (reason: string): ThresholdFinding => ({
    ...{ threshold, workload: null, value: null, interval: null },
    ...{ finding: 'cannot-tell', reason },
  });
  if (told === undefined || told.ratio === null) return cannotTell('one of the spans has no answer');
  const { ratio, interval, verdict } = told;
  if (interval === null) return cannotTell('one of the spans has fewer than two intervals');
  const isFailed = isFulfilled(threshold, ratio);
  if (isFailed && verdict !== 'faster' && verdict !== 'slower')
    return cannotTell(`it is ${ratio.toFixed(3)}x, which chance explains as well`);
  return {
    ...{ threshold, workload: null, value: ratio, interval: { low: interval.low, high: interval.high } },
    ...{ finding: isFailed ? 'failed' : 'passed', reason: null },
  };
}
