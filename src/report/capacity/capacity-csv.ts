/** A search for a capacity as CSV (RFC 4180 but for LF line ends): a row for each try, in the order in which they ran. */
import type { CapacityResult, CapacityTimes } from '../../result/capacity/capacity-result.ts';
import { csvText } from '../csv-text.ts';

const TIMES = ['p50', 'p90', 'p99', 'p99_9', 'max'] as const satisfies readonly (keyof CapacityTimes)[];

const COLUMNS = [
  'started_at',
  'host',
  'port',
  'condition',
  'try',
  'at_ns',
  'asked_per_second',
  'outcome',
  'due',
  'sent',
  'answered',
  'lost',
  'backlog',
  'sent_per_second',
  'answered_per_second',
  ...TIMES.map((name) => `response_${name}_ns`),
  ...TIMES.map((name) => `service_${name}_ns`),
] as const;

/** What is not known is empty: a percentile among probes that were never answered, too. */
export function capacityTriesCsv({ startedAt, plan, tries }: CapacityResult): string {
  const head = [startedAt, csvText(plan.host), plan.port, csvText(plan.condition)];
  const rows = tries.map(({ counts: { due, sent, answered, lost }, ...one }, i) =>
    [
      ...[...head, i + 1, one.atNs, one.perSecond, one.outcome, due, sent, answered, lost, one.backlog],
      ...[one.sentPerSecond, one.answeredPerSecond ?? ''],
      ...timeCells(one.response),
      ...timeCells(one.service),
    ].join(','),
  );
  return [COLUMNS.join(','), ...rows].map((line) => `${line}\n`).join('');
}

function timeCells(times: CapacityTimes | null): (number | string)[] {
  return TIMES.map((name) => times?.[name] ?? '');
}
