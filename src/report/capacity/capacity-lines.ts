/** A search for a capacity for people while it runs: a line for each try, and the line that is redrawn on a terminal. */
import type { CapacityPlanRecord, CapacityTryRecord } from '../../result/capacity/capacity-result.ts';
import { counted } from '../../text/numbers.ts';
import { capacityText, OUTCOME_WORDS } from '../document/capacity/words.ts';
import { latencyText } from '../document/paced/words.ts';

const NS_PER_S = 1_000_000_000;

/** What a search says of itself before it starts. */
export function capacityHeadline({
  host,
  port,
  condition,
  arrivals,
  connections,
  inFlight,
}: CapacityPlanRecord): string {
  return `${host} port ${port}: the highest rate while ${condition}, ${arrivals}; ${counted(connections, 'connection')} × ${inFlight.toLocaleString('en-US')} in flight`;
}

/** `  12.5 s  800/s  held  p99 1.2 ms`. */
export function tryLine({ atNs, durationNs, perSecond, outcome, response }: CapacityTryRecord): string {
  const endS = ((atNs + durationNs) / NS_PER_S).toFixed(1).padStart(6);
  const p99 = response === null || response.p99 === null ? [] : [`p99 ${latencyText(response.p99)}`];
  return [`${endS} s`, capacityText(perSecond), OUTCOME_WORDS[outcome], ...p99].join('  ');
}

/** The line that is redrawn, and shorter ones for narrow terminals: the longest first. */
export function liveTryLines(
  number: number,
  perSecond: number,
  last: CapacityTryRecord | undefined,
): string[] {
  const now = `try ${number}  ${capacityText(perSecond)}`;
  if (last === undefined) return [now];
  return [`${now}  (before: ${capacityText(last.perSecond)} ${OUTCOME_WORDS[last.outcome]})`, now];
}
