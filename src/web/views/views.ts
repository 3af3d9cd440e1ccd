/** Which views there are, and how each is made out of the store: read, put into words and pictures, then written in a format. */

import { usage } from '../../core/errors.ts';
import type { Span } from '../../monitor/store/store.ts';
import { type Chart, type ChartOutcome, isDrawable } from '../../report/charts/chart.ts';
import { overlayChart } from '../../report/charts/monitor/overlay.ts';
import { summaryText } from '../../report/document/monitor/card.ts';
import { type TargetView, targetView } from '../../report/document/monitor/target.ts';
import { momentText } from '../../report/document/monitor/words.ts';
import { cardsCsv, chartCsv, eventsCsv, intervalsCsv } from '../formats/csv.ts';
import type { ComparisonView, RangeVerdict } from '../html/comparison.ts';
import { eventsMain } from '../html/events.ts';
import { type Frame, layout } from '../html/layout.ts';
import { overview } from '../html/overview.ts';
import { targetMain } from '../html/target.ts';
import { page, type Reply } from '../http/reply.ts';
import { drawAll, type Pictures, pngOf } from './drawings.ts';
import {
  type Reading,
  readCard,
  readCards,
  readDistribution,
  readEvents,
  readHeat,
  readIntervals,
  targetsOf,
} from './read.ts';
import { type AskedSpan, momentParameter } from './span.ts';

const MOST_EVENTS = 200;
const FORMATS = ['html', 'json', 'csv', 'png'] as const;
export type Format = (typeof FORMATS)[number];

/** Judges two ranges of one target; a page does not. */
export type CompareRanges = (request: {
  readonly target: string;
  readonly first: Span;
  readonly second: Span;
}) => Promise<RangeVerdict>;

export interface ViewsOptions {
  readonly store: Reading;
  readonly pictures: Pictures;
  readonly frame: Frame;
  /** Undefined where ranges are shown and not judged. */
  readonly compareRanges: CompareRanges | undefined;
  /** Unix time, ms. */
  readonly nowMs: () => number;
}

export interface Views {
  targets(format: Format): Promise<Reply>;
  /** @returns undefined for a target that nothing was measured of */
  target(name: string, asked: TargetQuery): Promise<Reply | undefined>;
  events(target: string | undefined, format: Format): Promise<Reply>;
}

export interface TargetQuery {
  readonly span: AskedSpan;
  readonly other: Span | undefined;
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

export function createViews(options: ViewsOptions): Views {
  const { store, pictures, frame, nowMs } = options;

  return {
    targets: async (format) => {
      const all = await readCards(store, nowMs());
      const summary = summaryText(all.map(({ state }) => state.name));
      if (format === 'json') return json({ atMs: nowMs(), summary, targets: all });
      if (format === 'csv') return csv(cardsCsv(all), 'targets');
      if (format === 'png') throw noPicture();
      return page(layout(frame, { name: summary, main: overview(all, nowMs()), place: '/' }));
    },
    target: async (name, asked) => {
      const targets = await targetsOf(store);
      const series = targets.get(name);
      if (series === undefined) return undefined;
      const { span } = asked;
      const intervals = await readIntervals(store, name, span);
      const isDrawn = asked.format === 'html' || asked.format === 'png' || asked.chart !== undefined;
      const view = targetView({
        card: await readCard(store, series, nowMs()),
        span,
        series,
        intervals,
        columns: isDrawn ? await readHeat(store, name, span, intervals) : [],
        events: await readEvents(store, { target: name, span, limit: MOST_EVENTS }),
      });
      const compared = asked.other === undefined ? undefined : await compare(view, asked.other, options);
      if (asked.format !== 'html') return download(view, compared, asked, pictures);
      const names = [...targets.keys()];
      const at = names.indexOf(name);
      const charts = [...(compared === undefined ? [] : [compared.chart]), ...view.charts];
      const { drawer, png, advice } = pictures;
      const main = targetMain({
        view,
        compared,
        advice,
        asked: span,
        draw: drawer === null ? undefined : await drawAll(charts.filter(isDrawable), drawer),
        hasPng: drawer !== null && png !== null,
        previous: names[at - 1],
        next: names[at + 1],
      });
      return page(layout(frame, { name: `${name}: ${view.card.stateText}`, main }));
    },
    events: async (target, format) => {
      const events = await readEvents(store, {
        limit: MOST_EVENTS,
        ...(target === undefined ? {} : { target }),
      });
      if (format === 'json') return json({ events });
      if (format === 'csv') return csv(eventsCsv(events), 'events');
      if (format === 'png') throw noPicture();
      const main = eventsMain({ events, target, nowMs: nowMs(), limit: MOST_EVENTS });
      return page(layout(frame, { name: 'Events', main, place: '/events' }));
    },
  };
}

async function compare(
  { card: { target }, span }: TargetView,
  other: Span,
  { store, compareRanges }: ViewsOptions,
): Promise<ComparisonView> {
  const ranges = [other, span];
  const distributions = [];
  for (const range of ranges) {
    const histogram = await readDistribution(store, target, range);
    distributions.push({ label: rangeText(range), histogram });
  }
  const judge = compareRanges ?? (async (): Promise<null> => null);
  const verdict: RangeVerdict | null = await judge({ target, first: other, second: span });
  return {
    chart: overlayChart(distributions),
    verdict,
    with: `${momentParameter(other.fromMs)}..${momentParameter(other.toMs)}`,
  };
}

/** `Nov 30 10:00 to 11:00` would not say of which year: a legend has room for all of it. */
function rangeText({ fromMs, toMs }: Span): string {
  return `${momentText(fromMs).slice(0, 16)} to ${momentText(toMs).slice(0, 16)}`;
}

function download(
  { card, span, series, intervals, events, charts }: TargetView,
  compared: ComparisonView | undefined,
  { format, chart: id }: TargetQuery,
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
  if (format === 'csv' && id === undefined) return csv(intervalsCsv(intervals), card.target);
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

function noPicture(): Error {
  return usage('this view is no picture', 'give json or csv');
}

function json(body: object): Reply {
  return {
    status: 200,
    headers: { 'Content-Type': 'application/json; charset=utf-8' },
    body: `${JSON.stringify(body)}\n`,
  };
}

function csv(body: string, name: string): Reply {
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
