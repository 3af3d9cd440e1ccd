/**
 * Paced probes as CSV (RFC 4180 but for LF line ends): a row for each probe that was kept one by one; and the figures of
 * reports, a row for each of them.
 */
import type { PacedResult } from '../../result/paced/paced-result.ts';
import {
  PACED_PERCENTILES,
  type PacedEstimate,
  type PacedTimes,
} from '../../result/paced/paced-statistics.ts';
import { csvText } from '../csv-text.ts';

const ROWS_AT_ONCE = 1_024;

export const PACED_COLUMNS = [
  'step',
  'asked_per_second',
  'connection',
  'due_at_ns',
  'sent_at_ns',
  'service_ns',
  'response_ns',
] as const;

/** Rows in the order in which probes were answered or lost. */
export function* pacedCsvPieces({ steps }: Pick<PacedResult, 'steps'>): Generator<string> {
  yield `${PACED_COLUMNS.join(',')}\n`;
  for (const [i, { askedPerSecond, samples }] of steps.entries()) {
    if (samples === null) continue;
    const { connection, dueAtNs, sentAtNs, rttNs } = samples;
    const count = rttNs.length;
    for (let from = 0; from < count; from += ROWS_AT_ONCE) {
      let lines = '';
      for (let at = from; at < Math.min(count, from + ROWS_AT_ONCE); at++) {
        const [due = 0, sent = 0, service = null] = [dueAtNs[at], sentAtNs[at], rttNs[at]];
        const times = service === null ? ['', ''] : [service, sent + service - due];
        lines += `${[i + 1, askedPerSecond ?? '', connection[at], due, sent, ...times].join(',')}\n`;
      }
      yield lines;
    }
  }
}

const FIGURE_COLUMNS = [
  'started_at',
  'host',
  'port',
  'step',
  'asked_per_second',
  'quantity',
  'statistic',
  'value',
  'low',
  'high',
  'method',
  'no_interval_because',
] as const;

type Figure = readonly [quantity: string, statistic: string, value: PacedEstimate | number | boolean | null];

/** The figures of the report; what is not known has no row. */
export function pacedFiguresCsv({ startedAt, plan, statistics }: PacedResult): string {
  const rows = statistics.steps.flatMap((step, i) => {
    const { askedPerSecond, duePerSecond, sentPerSecond, answeredPerSecond } = step;
    const figures: Figure[] = [
      ['due_per_second', 'mean', duePerSecond],
      ['sent_per_second', 'mean', sentPerSecond],
      ['answered_per_second', 'mean', answeredPerSecond],
      ['backlog', 'end', step.backlog],
      ['missing', 'count', step.missing],
      ...timeFigures('response_ns', step.response),
      ...timeFigures('service_ns', step.service),
      ['late', 'share', step.lateShare],
      ['lateness_ns', 'p50', step.lateP50],
      ['lateness_ns', 'p99', step.lateP99],
      ['lateness_ns', 'max', step.lateMax],
      ['saturated', 'is', step.isSaturated],
    ];
    const head = [startedAt, csvText(plan.host), plan.port, i + 1, askedPerSecond ?? ''];
    return figures.flatMap(([quantity, statistic, value]) =>
      value === null ? [] : [[...head, quantity, statistic, ...valueCells(value)].join(',')],
    );
  });
  return [FIGURE_COLUMNS.join(','), ...rows].map((line) => `${line}\n`).join('');
}

function timeFigures(quantity: string, times: PacedTimes | null): Figure[] {
  if (times === null) return [];
  return [
    [quantity, 'min', times.min],
    ...PACED_PERCENTILES.map((name): Figure => [quantity, name.replace('_', '.'), times[name]]),
    [quantity, 'max', times.max],
  ];
}

/** A percentile among those that were never answered has no value. */
function valueCells(value: PacedEstimate | number | boolean): (string | number | boolean)[] {
  if (typeof value !== 'object') return [value, '', '', '', ''];
  const { interval, refused } = value;
  return [
    value.value ?? '',
    interval?.low ?? '',
    interval?.high ?? '',
    interval?.method ?? '',
    refused ?? '',
  ];
}
