/** Views as files: JSON and CSV of what was asked for, and a single picture as PNG. Names of files are harmless to every system. */
import { usage } from '../../core/errors.ts';
import { type Chart, type ChartOutcome, isDrawable } from '../../report/charts/chart.ts';
import type { TargetView } from '../../report/document/monitor/target.ts';
import { intervalsCsv } from '../../report/monitor/history-csv.ts';
import { chartCsv } from '../formats/csv.ts';
import type { ComparisonView } from '../html/comparison.ts';
import type { Reply } from '../http/reply.ts';
import { type Pictures, pngOf } from './drawings.ts';

const FORMATS = ['html', 'json', 'csv', 'png'] as const;
export type Format = (typeof FORMATS)[number];

/** What is wanted of a view. */
export interface Wanted {
  readonly format: Format;
  /** One picture of the view; the first one where none is named. */
  readonly chart: string | undefined;
}

/** @throws EcholotError `usage` for a format that there is none of */
export function readFormat(query: URLSearchParams): Format {
  const text = query.get('format') ?? 'html';
  const format = FORMATS.find((one) => one === text);
  if (format === undefined) throw usage(`${text} is no format`, 'give json, csv or png, or leave it out');
  return format;
}

/** One target, as it was asked for. @throws EcholotError `usage` for a picture that there is not */
export function download(
  { card, span, series, intervals, events, charts }: TargetView,
  compared: ComparisonView | undefined,
  { format, chart: id }: Wanted,
  pictures: Pictures,
): Reply {
  const all: readonly ChartOutcome[] = compared === undefined ? charts : [compared.chart, ...charts];
  if (format === 'json') {
    const { fromMs, toMs } = span;
    return json({
      card,
      span: { fromMs, toMs },
      series,
      verdict: compared?.verdict ?? null,
      intervals,
      events,
    });
  }
  if (format === 'csv' && id === undefined) {
    const rows = intervals.map((interval) => ({ target: card.target, interval }));
    return csv(intervalsCsv(rows), card.target);
  }
  const chart = chartOf(all, id);
  const name = `${card.target}-${chart.id}`;
  if (format === 'csv') return csv(chartCsv(chart.table), name);
  return {
    status: 200,
    headers: { 'Content-Type': 'image/png', ...named(name, 'png') },
    body: pngOf(chart, pictures),
  };
}

/** @throws EcholotError `usage` where there is none of it */
function chartOf(charts: readonly ChartOutcome[], id: string | undefined): Chart {
  const found = id === undefined ? charts[0] : charts.find((one) => one.id === id);
  if (found === undefined) {
    throw usage(`there is no picture ${id ?? ''}`, `give one of ${charts.map((one) => one.id).join(', ')}`);
  }
  if (!isDrawable(found)) throw usage(`no picture of this: ${found.missing}`, 'give another time');
  return found;
}

/** Of a view that has none. */
export function noPicture(): Error {
  return usage('this view is no picture', 'give json or csv');
}

export function json(body: object): Reply {
  return {
    status: 200,
    headers: { 'Content-Type': 'application/json; charset=utf-8' },
    body: `${JSON.stringify(body)}\n`,
  };
}

export function csv(body: string, name: string): Reply {
  return { status: 200, headers: { 'Content-Type': 'text/csv; charset=utf-8', ...named(name, 'csv') }, body };
}

/** A file is named by letters that every system takes. */
function named(name: string, ending: string): Readonly<Record<string, string>> {
  const safe = name
    .replace(/[^A-Za-z0-9._-]+/g, '_')
    .replace(/^\.+/, '')
    .slice(0, 60);
  return { 'Content-Disposition': `attachment; filename="echolot-${safe}.${ending}"` };
}
