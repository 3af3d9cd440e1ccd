/** Views as CSV: times in Unix ms and ns, rates in bit/s, shares from 0 to 1; an empty cell is one without a value. */
import type { StoredEvent } from '../../monitor/records/event.ts';
import {
  type Counts,
  FAILURE_REASONS,
  type IntervalSummary,
  LAYERS,
} from '../../monitor/records/interval.ts';
import type { ChartTable } from '../../report/charts/chart.ts';
import { csvText } from '../../report/csv-text.ts';
import type { Card } from '../../report/document/monitor/card.ts';

type Cell = string | number | null | undefined;

const CARD_HEAD = [
  ...['target', 'kind', 'address', 'port', 'state', 'since_ms', 'p50_ns', 'p99_ns'],
  ...['down_bits_per_second', 'up_bits_per_second', 'availability_24h', 'last_change_ms', 'doubts'],
];

export function cardsCsv(cards: readonly Card[]): string {
  return csv(
    CARD_HEAD,
    cards.map(({ target, kind, address, port, state, ...card }) => [
      ...[target, kind, address, port, state.name, state.sinceMs, rounded(card.p50Ns), rounded(card.p99Ns)],
      ...[card.load?.downBitsPerSecond, card.load?.upBitsPerSecond, card.availability],
      ...[card.lastChange?.atMs, card.doubts.join(' ')],
    ]),
  );
}

const FIGURES = ['min', 'p5', 'p25', 'p50', 'p75', 'p90', 'p99', 'max'] as const;

/** A row for each interval, with columns for what was met in any of them. */
export function intervalsCsv(intervals: readonly IntervalSummary[]): string {
  const layers = LAYERS.filter((layer) => intervals.some((one) => one.layers[layer] !== undefined));
  const reasons = FAILURE_REASONS.filter((reason) => intervals.some((one) => one.failures[reason]));
  const head = [
    ...['from_ms', 'to_ms', 'runs', 'answered_runs', 'unsent_runs', 'probes', 'answered'],
    ...reasons.map((reason) => `failed_${reason}`),
    ...layers.flatMap((layer) => FIGURES.map((figure) => `${layer}_${figure}_ns`)),
    ...['down_bits_per_second', 'up_bits_per_second', 'rtt_increase_ns', 'skipped', 'doubts'],
  ];
  return csv(
    head,
    intervals.map((one) => [
      ...[one.fromMs, one.toMs, one.runs, one.answeredRuns, one.unsentRuns, one.probes, one.answered],
      ...reasons.map((reason) => one.failures[reason] ?? 0),
      ...layers.flatMap((layer) => FIGURES.map((figure) => rounded(one.layers[layer]?.[`${figure}Ns`]))),
      ...[one.load?.downBitsPerSecond, one.load?.upBitsPerSecond, one.load?.increaseNs],
      ...[countsText(one.skipped), countsText(one.doubts)],
    ]),
  );
}

export function eventsCsv(events: readonly StoredEvent[]): string {
  return csv(
    ['at_ms', 'kind', 'target', 'text'],
    events.map(({ atMs, kind, target, text }) => [atMs, kind, target, text]),
  );
}

/** The numbers of a picture. */
export function chartCsv({ header, rows }: ChartTable): string {
  return csv(header, rows);
}

function csv(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [head, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

function cell(value: Cell): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'number' ? String(value) : csvText(value);
}

function rounded(ns: number | null | undefined): number | null {
  return ns === null || ns === undefined ? null : Math.round(ns);
}

/** `busy 2 clock 1`. */
function countsText(counts: Counts<string>): string {
  return Object.entries(counts)
    .map(([name, times]) => `${name} ${times}`)
    .join(' ');
}
