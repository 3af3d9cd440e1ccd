/**
 * The intervals of a history as CSV, one a row: times in Unix ms and ns, rates in bit/s; an empty cell is one without a value. Names of
 * targets and doubts are words of others.
 */
import type { HistoryRecord } from '../../monitor/records/history.ts';
import {
  type Counts,
  FAILURE_REASONS,
  type IntervalSummary,
  LAYERS,
} from '../../monitor/records/interval.ts';
import { csvText } from '../csv-text.ts';

type Cell = string | number | null | undefined;

const FIGURES = ['min', 'p5', 'p25', 'p50', 'p75', 'p90', 'p99', 'max'] as const;

export interface NamedInterval {
  readonly target: string;
  readonly interval: IntervalSummary;
}

export function historyCsv({ targets }: HistoryRecord): string {
  return intervalsCsv(
    targets.flatMap(({ target, intervals }) => intervals.map((interval) => ({ target, interval }))),
  );
}

/** Columns are for what was met in any of them. */
export function intervalsCsv(rows: readonly NamedInterval[]): string {
  const layers = LAYERS.filter((layer) => rows.some(({ interval }) => interval.layers[layer] !== undefined));
  const reasons = FAILURE_REASONS.filter((reason) => rows.some(({ interval }) => interval.failures[reason]));
  const head = [
    ...['target', 'from_ms', 'to_ms', 'runs', 'answered_runs', 'unsent_runs', 'probes', 'answered'],
    ...reasons.map((reason) => `failed_${reason}`),
    ...layers.flatMap((layer) => [`${layer}_count`, ...FIGURES.map((figure) => `${layer}_${figure}_ns`)]),
    ...['down_bits_per_second', 'up_bits_per_second', 'rtt_increase_ns', 'skipped', 'doubts'],
  ];
  const cells = rows.map(({ target, interval: one }): readonly Cell[] => [
    ...[target, one.fromMs, one.toMs, one.runs, one.answeredRuns, one.unsentRuns, one.probes, one.answered],
    ...reasons.map((reason) => one.failures[reason] ?? 0),
    ...layers.flatMap((layer) => [
      one.layers[layer]?.count,
      ...FIGURES.map((figure) => rounded(one.layers[layer]?.[`${figure}Ns`])),
    ]),
    ...[one.load?.downBitsPerSecond, one.load?.upBitsPerSecond, one.load?.increaseNs],
    ...[countsText(one.skipped), countsText(one.doubts)],
  ]);
  return [head, ...cells].map((row) => `${row.map(cellText).join(',')}\n`).join('');
}

function cellText(value: Cell): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'number' ? String(value) : csvText(value);
}

function rounded(ns: number | undefined): number | undefined {
  return ns === undefined ? undefined : Math.round(ns);
}

/** `busy 2 clock 1`. */
function countsText(counts: Counts<string>): string {
  return Object.entries(counts)
    .map(([name, times]) => `${name} ${times}`)
    .join(' ');
}
