/** What views ask of the store. All figures of a page come through here; histograms are read a few at a time, as each is large. */
import { setImmediate as pause } from 'node:timers/promises';
import type { StoredEvent } from '../../monitor/records/event.ts';
import type { Interval, IntervalSummary, Layer } from '../../monitor/records/interval.ts';
import type { Series } from '../../monitor/records/series.ts';
import { type Found, type Span, STEPS_MS, type StepMs, type Store } from '../../monitor/store/store.ts';
import { type HeatColumn, heatColumn } from '../../report/charts/monitor/heat-map.ts';
import { type Card, cardOf } from '../../report/document/monitor/card.ts';
import { mainLayerOf } from '../../report/document/monitor/totals.ts';
import { NanosecondHistogram } from '../../stats/histogram.ts';

/** What a page needs of a store: it never writes. */
export type Reading = Pick<Store, 'series' | 'summaries' | 'intervals' | 'events' | 'state'>;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** An hour by minutes, a day by quarters of an hour, a month by quarters of a day. */
const POINTS = 50;
const RECENT_MS = 10 * MINUTE_MS;
/** Of what is measured seldom: so long it is kept as it was measured. */
const SELDOM_MS = 2 * DAY_MS;
/** Each takes some 270 kB while it is looked at. */
const MOST_HISTOGRAMS = 24;
const MOST_COLUMNS = 130;

/** Series by target, in the order of their names, each with its newest last. */
export async function targetsOf(store: Reading): Promise<Map<string, readonly Series[]>> {
  return Map.groupBy(await store.series(), ({ target }) => target);
}

/** One after the other, with a pause for others after each. */
export async function readCards(store: Reading, nowMs: number): Promise<Card[]> {
  const cards: Card[] = [];
  for (const series of (await targetsOf(store)).values()) {
    cards.push(await readCard(store, series, nowMs));
    await pause();
  }
  return cards;
}

/** @param series of one target, one at least */
export async function readCard(store: Reading, series: readonly Series[], nowMs: number): Promise<Card> {
  const newest = series.at(-1) as Series;
  const { target } = newest;
  const lastMs = Math.max(...series.map((one) => one.lastMs));
  const within = (ms: number): Span => ({ fromMs: nowMs - ms, toMs: nowMs });
  const lately = async (ms: number): Promise<IntervalSummary[]> =>
    flat(await store.summaries({ target, fromMs: lastMs - ms, toMs: lastMs, stepMs: 0 }));
  const [near, hour, day, [change], [lastChange]] = await Promise.all([
    lately(RECENT_MS),
    store.summaries({ target, ...within(HOUR_MS), points: POINTS }),
    store.summaries({ target, ...within(DAY_MS), points: POINTS }),
    store.events({ target, kinds: ['up', 'down'], limit: 1 }),
    store.events({ target, kinds: ['up', 'down', 'change', 'address'], limit: 1 }),
  ]);
  return cardOf(
    {
      series: newest,
      recent: near.length < 2 ? await lately(SELDOM_MS) : near,
      hour: flat(hour),
      day: flat(day),
      measured: { firstMs: Math.min(...series.map((one) => one.firstMs)), lastMs },
      change,
      lastChange,
    },
    nowMs,
  );
}

export async function readIntervals(store: Reading, target: string, span: Span): Promise<IntervalSummary[]> {
  const summed = flat(await store.summaries({ target, ...span, points: POINTS }));
  const last = summed.at(-1);
  if (last === undefined || last.toMs >= span.toMs) return summed;
  // What is in no sum yet: a page that is looked at lives.
  const rest = await store.summaries({ target, fromMs: last.toMs, toMs: span.toMs, stepMs: 0 });
  return [...summed, ...flat(rest)];
}

export async function readEvents(
  store: Reading,
  query: { readonly target?: string; readonly span?: Span; readonly limit: number },
): Promise<readonly StoredEvent[]> {
  const { target, span, limit } = query;
  return store.events({ limit, ...(target === undefined ? {} : { target }), ...span });
}

export async function readHeat(
  store: Reading,
  target: string,
  span: Span,
  shown: readonly IntervalSummary[],
): Promise<HeatColumn[]> {
  const columns: HeatColumn[] = [];
  await eachHistogram(store, target, span, shown, (one, histogram) => {
    columns.push(heatColumn(one, histogram));
  });
  return columns.sort((a, b) => a.fromMs - b.fromMs);
}

/** All answers of the span in the layer that counts. */
export async function readDistribution(
  store: Reading,
  target: string,
  span: Span,
): Promise<NanosecondHistogram> {
  const sum = new NanosecondHistogram();
  const shown = await readIntervals(store, target, span);
  await eachHistogram(store, target, span, shown, (_one, histogram) => sum.merge(histogram));
  return sum;
}

async function eachHistogram(
  store: Reading,
  target: string,
  span: Span,
  shown: readonly IntervalSummary[],
  visit: (one: Interval, histogram: NanosecondHistogram) => void,
): Promise<void> {
  const layer: Layer | undefined = mainLayerOf(shown);
  const [first] = shown;
  const last = shown.at(-1);
  if (layer === undefined || first === undefined || last === undefined) return;
  const toMs = Math.min(last.toMs, span.toMs);
  const stepMs = stepFor({ fromMs: first.fromMs, toMs }, first);
  const turnMs = MOST_HISTOGRAMS * (stepMs === 0 ? first.toMs - first.fromMs : stepMs);
  const fromMs = Math.max(first.fromMs, span.fromMs);
  for (let atMs = fromMs; atMs < toMs; atMs += turnMs) {
    const turn = { fromMs: atMs, toMs: Math.min(toMs, atMs + turnMs) };
    await pause();
    for (const one of flat(await store.intervals({ target, ...turn, stepMs, layers: [layer] }))) {
      const histogram = one.layers[layer];
      if (histogram !== undefined && histogram.count > 0) visit(one, histogram);
    }
  }
}

/** The finest step that needs few histograms and has what is shown; that of the shown ones where none is so. */
function stepFor({ fromMs, toMs }: Span, shown: Span): StepMs {
  const shownMs = shown.toMs - shown.fromMs;
  const steps = STEPS_MS.filter((step) => step >= shownMs || (step === 0 && shownMs < MINUTE_MS));
  return (
    steps.find((step) => (toMs - fromMs) / Math.max(step, Math.min(shownMs, MINUTE_MS)) <= MOST_COLUMNS) ??
    steps.at(-1) ??
    0
  );
}

/** Of several series one after the other, as time went. */
function flat<I extends Span>(found: readonly Found<I>[]): I[] {
  return found.flatMap(({ intervals }) => intervals).sort((a, b) => a.fromMs - b.fromMs);
}
