/** Views as CSV: times in Unix ms and ns, rates in bit/s, shares from 0 to 1; an empty cell is one without a value. */
import type { StoredEvent } from '../../monitor/records/event.ts';
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
