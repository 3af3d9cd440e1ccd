/** What the parts of a recorded search for a capacity must agree on, beyond the structure of each. */
import type {
  CapacityRecording,
  CapacityTimes,
  CapacityTryRecord,
} from '../../result/capacity/capacity-result.ts';
import { parseCondition } from '../capacity/condition.ts';
import type { AnyThreshold } from '../load/conditions/load-threshold.ts';
import { isFulfilled } from '../threshold.ts';

/** @returns the first contradiction in words; undefined when there is none */
export function capacityInconsistency({
  startedAt,
  plan,
  tries,
  durationNs,
}: CapacityRecording): string | undefined {
  if (Number.isNaN(Date.parse(startedAt))) return 'startedAt is no date';
  let condition: AnyThreshold;
  try {
    condition = parseCondition(plan.condition);
  } catch {
    return 'plan.condition is no condition';
  }
  let endNs = 0;
  for (const [i, one] of tries.entries()) {
    if (one.atNs < endNs || one.atNs + one.durationNs > durationNs) return `tries[${i}] is out of its order`;
    endNs = one.atNs + one.durationNs;
    if (one.perSecond > plan.maxPerSecond) return `tries[${i}] is of a higher rate than allowed`;
    const fault = tryFault(one, condition);
    if (fault !== undefined) return `tries[${i}]${fault}`;
  }
  return undefined;
}

function tryFault(one: CapacityTryRecord, condition: AnyThreshold): string | undefined {
  const { counts, value, outcome, response, service } = one;
  const { due, sent, answered, lost } = counts;
  if (sent !== answered + lost || due < sent) return '.counts do not add up';
  if (one.byThread > sent) return '.byThread has more than were sent';
  if (!isAscending(response) || !isAscending(service)) return ' has percentiles out of their order';
  const holds = value !== null && isFulfilled(condition, value);
  if (outcome === 'held' && !holds && value !== null) return ' held, and its value does not';
  return outcome === 'missed' && holds ? ' was missed, and its value holds' : undefined;
}

/** One among the missing is longer than all that were answered, and so are those beyond it. */
function isAscending(times: CapacityTimes | null): boolean {
  if (times === null) return true;
  const { p50, p90, p99, p99_9 } = times;
  const values = [p50, p90, p99, p99_9].map((value) => value ?? Number.POSITIVE_INFINITY);
  return values.every((value, i) => i === 0 || (values[i - 1] as number) <= value);
}
