/**
 * The past of targets out of a store: sums, rows and outages of a span, and what is expected to come after it. Percentiles are of all
 * answers, never means of percentiles, so histograms are added up; a row at a time, as each is large.
 */
import type { StoredEvent } from '../records/event.ts';
import type { ExpectationRecord, HistoryRecord, OutageRecord, TargetHistory } from '../records/history.ts';
import { type Interval, type IntervalSummary, LAYERS } from '../records/interval.ts';
import type { Series } from '../records/series.ts';
import { sumOf } from '../store/roll-up.ts';
import type { Span, StepMs } from '../store/store.ts';
import { summarized } from '../store/summary.ts';
import { expectedNext } from './expected.ts';
import { alike, byAge, intervalsOf, type Reading, targetsOf } from './read.ts';
import { unitsOf } from './units.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** As many intervals as the page has of the same span: both tell the same. */
const POINTS = 50;
export const MOST_ROWS = 24;
const MOST_EVENTS = 500;
const ROWS_MS: readonly number[] = [
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 3, 4, 6, 8, 12].map((hours) => hours * HOUR_MS),
  ...[1, 2, 5, 7, 14, 30, 90, 180].map((days) => days * DAY_MS),
];
/** How much of the past a forecast looks at, and in which steps. */
const FORECASTS = {
  hour: { pastMs: 7 * DAY_MS, stepMs: 60_000 },
  day: { pastMs: 60 * DAY_MS, stepMs: 900_000 },
} as const satisfies Record<ExpectationRecord['horizon'], { pastMs: number; stepMs: StepMs }>;
/** What ends or begins an outage, and what else is a change worth naming. */
const STATES = ['down', 'up'] as const;
const CHANGES = [...STATES, 'change', 'address'] as const;

export interface HistoryQuery {
  /** One target with all there is, or undefined for each with its sums. */
  readonly target: string | undefined;
  readonly span: Span;
  /** Rows begin at multiples of their length, ms, and so much later: those of days at midnight of some zone. */
  readonly rowsFromMs?: number;
}

/** @param query of a target that is in the store */
export async function readHistory(store: Reading, query: HistoryQuery): Promise<HistoryRecord> {
  const { target, span } = query;
  const all = await targetsOf(store);
  const targets: TargetHistory[] = [];
  for (const [name, series] of all) {
    if (target === undefined || name === target) targets.push(await readTarget(store, series, query));
  }
  const { fromMs, toMs } = span;
  return {
    format: 'echolot-history',
    version: 1,
    store: (await store.state()).place,
    span: { fromMs, toMs },
    targets,
  };
}

async function readTarget(
  store: Reading,
  known: readonly Series[],
  { target: asked, span, rowsFromMs = 0 }: HistoryQuery,
): Promise<TargetHistory> {
  const target = known.at(-1)?.target ?? '';
  const isWhole = asked !== undefined;
  const found = byAge(await store.summaries({ target, ...span, points: POINTS }));
  const newest = found.at(-1);
  const stepMs = newest?.stepMs ?? 0;
  const { own: series, others } = alike(
    found.map((one) => one.series),
    newest?.series,
  );
  const summed = intervalsOf(found, series);
  const last = summed.at(-1);
  // What is in no sum yet: a path that is asked for is measured meanwhile.
  const rest =
    last === undefined || last.toMs >= span.toMs
      ? []
      : await store.summaries({ target, fromMs: last.toMs, toMs: span.toMs, stepMs: 0 });
  const intervals = [...summed, ...intervalsOf(rest, series)];
  const rows = await rowsOf(store, series, intervals, stepMs, rowsFromMs);
  const events = await store.events({ target, ...span, limit: MOST_EVENTS + 1 });
  const [lastChange] = await store.events({ target, kinds: CHANGES, toMs: span.toMs, limit: 1 });
  return {
    ...{ target, series, others },
    stepMs,
    intervals,
    rows: isWhole ? rows.map(summarized) : [],
    total: rows.length === 0 ? null : summarized(sumOf(rows, spanOf(intervals))),
    outages: await outagesOf(store, target, {
      ...span,
      toMs: Math.min(span.toMs, endOf(series) ?? span.fromMs),
    }),
    lastChange: lastChange ?? null,
    events: events.slice(0, MOST_EVENTS),
    moreEvents: events.length > MOST_EVENTS,
    expected: isWhole ? await expectedOf(store, target, series, span.toMs) : [],
  };
}

/** Sums with histograms, each over a row's time. */
async function rowsOf(
  store: Reading,
  series: readonly Series[],
  intervals: readonly IntervalSummary[],
  stepMs: StepMs,
  rowsFromMs: number,
): Promise<Interval[]> {
  if (intervals.length === 0) return [];
  const span = spanOf(intervals);
  const restMs = intervals.find((one) => one.toMs - one.fromMs < stepMs)?.fromMs ?? span.toMs;
  const rows: Interval[] = [];
  const { firstMs, rowMs } = rowsOver(span, rowsFromMs);
  for (let fromMs = firstMs; fromMs < span.toMs; fromMs += rowMs) {
    const toMs = fromMs + rowMs;
    const parts: Interval[] = [];
    for (const part of [
      { fromMs, toMs: Math.min(toMs, restMs), stepMs },
      { fromMs: Math.max(fromMs, restMs), toMs, stepMs: 0 as const },
    ]) {
      if (part.toMs <= part.fromMs) continue;
      const found = await store.intervals({ target: series[0]?.target ?? '', ...part });
      parts.push(...intervalsOf(found, series).filter(isWithin(span)));
    }
    if (parts.length > 0) rows.push(sumOf(parts, { fromMs, toMs }));
  }
  return rows;
}

function isWithin(span: Span): (interval: Interval) => boolean {
  return ({ fromMs }) => fromMs >= span.fromMs && fromMs < span.toMs;
}

/** The shortest of round length of which there are not too many, and where the first one begins. */
function rowsOver({ fromMs, toMs }: Span, rowsFromMs: number): { firstMs: number; rowMs: number } {
  const firstOf = (rowMs: number): number => Math.floor((fromMs - rowsFromMs) / rowMs) * rowMs + rowsFromMs;
  const rowMs = ROWS_MS.find((one) => (toMs - firstOf(one)) / one <= MOST_ROWS);
  return rowMs === undefined ? { firstMs: fromMs, rowMs: toMs - fromMs } : { firstMs: firstOf(rowMs), rowMs };
}

function spanOf(intervals: readonly Span[]): Span {
  return { fromMs: intervals[0]?.fromMs ?? 0, toMs: intervals.at(-1)?.toMs ?? 0 };
}

/** Of what was measured: a sum may end later than what is in it. */
function endOf(series: readonly Series[]): number | undefined {
  return series.length === 0 ? undefined : Math.max(...series.map(({ lastMs }) => lastMs));
}

async function outagesOf(store: Reading, target: string, span: Span): Promise<OutageRecord[]> {
  const [before] = await store.events({ target, kinds: STATES, toMs: span.fromMs, limit: 1 });
  const events = await store.events({ target, kinds: STATES, ...span, limit: MOST_EVENTS });
  return pairedOutages(before, events.toReversed(), span);
}

/** @param events ascending */
function pairedOutages(
  before: StoredEvent | undefined,
  events: readonly StoredEvent[],
  span: Span,
): OutageRecord[] {
  const outages: OutageRecord[] = [];
  let downMs = before?.kind === 'down' && span.toMs > span.fromMs ? span.fromMs : undefined;
  for (const { kind, atMs } of events) {
    if (kind === 'down') downMs ??= atMs;
    else if (downMs !== undefined) {
      outages.push({ fromMs: downMs, toMs: atMs, goesOn: false });
      downMs = undefined;
    }
  }
  if (downMs !== undefined) outages.push({ fromMs: downMs, toMs: span.toMs, goesOn: true });
  return outages;
}

async function expectedOf(
  store: Reading,
  target: string,
  series: readonly Series[],
  atMs: number,
): Promise<ExpectationRecord[]> {
  const expected: ExpectationRecord[] = [];
  for (const horizon of ['hour', 'day'] as const) {
    const { pastMs, stepMs } = FORECASTS[horizon];
    const found = await store.summaries({ target, fromMs: Math.max(0, atMs - pastMs), toMs: atMs, stepMs });
    const past = intervalsOf(found, series);
    for (const layer of LAYERS) {
      if (!past.some(({ layers }) => layers[layer] !== undefined)) continue;
      const found = expectedNext(unitsOf(past, layer, 'p50'), horizon, atMs);
      const expectation =
        found === null
          ? null
          : {
              ...{ level: found.level, valueNs: found.value, lowNs: found.low, highNs: found.high },
              forecasts: found.forecasts,
            };
      expected.push({ layer, horizon, expectation });
    }
  }
  return expected;
}
