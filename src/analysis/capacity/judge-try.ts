/** What came of one rate: whether the condition held, and whose fault it was where it did not. */
import type {
  CapacityOutcome,
  CapacityTimes,
  CapacityTryRecord,
} from '../../result/capacity/capacity-result.ts';
import type { PacedResult, PacedStepRecord } from '../../result/paced/paced-result.ts';
import type { PacedStepStatistics, PacedTimes } from '../../result/paced/paced-statistics.ts';
import type { AnyThreshold } from '../load/conditions/load-threshold.ts';
import { checkPacedThresholds } from '../paced/conditions/paced-threshold-check.ts';
import type { ThresholdFinding } from '../threshold-check.ts';

/** The rest of a rate may be a probe at the edge. */
const KEPT_SHARE = 0.99;
/** From this share of late sends on a p99 is that of this program. */
const LATE_SHARE = 0.01;

interface Told {
  readonly result: PacedResult;
  readonly record: PacedStepRecord;
  readonly statistics: PacedStepStatistics;
}

/**
 * @param result of one rate
 * @param atNs when it began, ns after the start of the search
 * @returns undefined where it did not run to its end
 */
export function judgeTry(
  result: PacedResult,
  condition: AnyThreshold,
  atNs: number,
): CapacityTryRecord | undefined {
  const record = result.steps[0];
  const statistics = result.statistics.steps[0];
  if (record === undefined || statistics === undefined || !record.isComplete) return undefined;
  const [finding] = checkPacedThresholds(result, [condition]);
  return {
    perSecond: record.askedPerSecond ?? 0,
    atNs,
    durationNs: record.toAtNs - record.fromAtNs,
    outcome: outcomeOf({ result, record, statistics }, condition, finding?.finding),
    value: finding?.value ?? null,
    counts: record.counts,
    sentPerSecond: statistics.sentPerSecond,
    answeredPerSecond: statistics.answeredPerSecond.value,
    backlog: statistics.backlog,
    byThread: record.late.byThread,
    response: timesOf(statistics.response),
    service: timesOf(statistics.service),
  };
}

function outcomeOf(
  told: Told,
  condition: AnyThreshold,
  finding: ThresholdFinding['finding'] | undefined,
): CapacityOutcome {
  const { result, statistics } = told;
  if (result.continuedAtNs.length > 0) return 'own';
  if (result.connections.some(({ lostAtNs }) => lostAtNs !== null)) return 'lost';
  // A condition that is fulfilled is one that has failed for whoever asks with --fail-if.
  const failure = failureOf(statistics, finding === 'failed');
  return failure !== undefined && isOwn(told, condition) ? 'own' : (failure ?? 'held');
}

function failureOf(
  { isSaturated, sentPerSecond, duePerSecond }: PacedStepStatistics,
  isFulfilled: boolean,
): CapacityOutcome | undefined {
  if (isSaturated) return 'saturated';
  if (sentPerSecond < KEPT_SHARE * duePerSecond) return 'not-sent';
  return isFulfilled ? undefined : 'missed';
}

/** This program was late more often than anything else was in its way, and from their sending probes were as they should be. */
function isOwn({ result, record: { late, counts } }: Told, condition: AnyThreshold): boolean {
  const { byThread, bySocket, byAnswer } = late;
  if (byThread < LATE_SHARE * counts.sent || byThread < Math.max(bySocket, byAnswer)) return false;
  if (!isOfResponse(condition)) return true;
  const { text, statistic, operator, limit } = condition;
  const [finding] = checkPacedThresholds(result, [
    { kind: 'paced', metric: 'service', text, statistic, operator, limit },
  ]);
  return finding?.finding === 'failed';
}

/** `rtt` is the response time here. */
function isOfResponse(condition: AnyThreshold): condition is Extract<AnyThreshold, { kind: 'paced' }> {
  return (
    (condition.kind === 'paced' || condition.kind === 'absolute') &&
    ['response', 'rtt'].includes(condition.metric)
  );
}

function timesOf(times: PacedTimes | null): CapacityTimes | null {
  if (times === null) return null;
  const { p50, p90, p99, p99_9, max } = times;
  return { p50: p50.value, p90: p90.value, p99: p99.value, p99_9: p99_9.value, max };
}
