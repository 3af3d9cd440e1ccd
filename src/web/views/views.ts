/** Which views there are, and how each is made out of the store: read, put into words and pictures, then written in a format. */

import { EcholotError } from '../../core/errors.ts';
import type { Span } from '../../monitor/store/store.ts';
import { isDrawable } from '../../report/charts/chart.ts';
import { overlayChart } from '../../report/charts/monitor/overlay.ts';
import { summaryText } from '../../report/document/monitor/card.ts';
import { type TargetView, targetView } from '../../report/document/monitor/target.ts';
import { momentText } from '../../report/document/monitor/words.ts';
import { cardsCsv, eventsCsv } from '../formats/csv.ts';
import type { ComparisonView, RangeVerdict } from '../html/comparison.ts';
import { eventsMain } from '../html/events.ts';
import { type Frame, layout } from '../html/layout.ts';
import { overview } from '../html/overview.ts';
import { targetMain } from '../html/target.ts';
import { page, type Reply } from '../http/reply.ts';
import { csv, download, type Format, json, noPicture, type Wanted } from './downloads.ts';
import { drawAll, type Pictures } from './drawings.ts';
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

export interface TargetQuery extends Wanted {
  readonly span: AskedSpan;
  /** Laid over it; undefined for none. */
  readonly other: Span | undefined;
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
  const verdict = await judge({ target, first: other, second: span }).catch(unjudged);
  return {
    chart: overlayChart(distributions),
    verdict,
    with: `${momentParameter(other.fromMs)}..${momentParameter(other.toMs)}`,
  };
}

/** Why two ranges cannot be held against each other, in place of a verdict. @throws what is no fault of theirs */
function unjudged(error: unknown): RangeVerdict {
  if (!(error instanceof EcholotError) || error.code === 'internal') throw error;
  return { text: error.message, details: error.advice === undefined ? [] : [error.advice] };
}

/** `Nov 30 10:00 to 11:00` would not say of which year: a legend has room for all of it. */
function rangeText({ fromMs, toMs }: Span): string {
  return `${momentText(fromMs).slice(0, 16)} to ${momentText(toMs).slice(0, 16)}`;
}
