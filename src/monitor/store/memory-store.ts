/**
 * A store that is gone with its process: for tests, and for a monitor that shall leave nothing behind. It keeps what the others
 * keep, packed as they do, and refuses nothing.
 */
import { EcholotError } from '../../core/errors.ts';
import type { StoredEvent } from '../records/event.ts';
import type { Interval } from '../records/interval.ts';
import type { Series, SeriesKey } from '../records/series.ts';
import { bytesOf, fingerprint, packInterval, unpackInterval } from './packed/packed-interval.ts';
import { type Row, rowOfInterval, rowOfPacked, summaryOfRow } from './packed/row.ts';
import { DEFAULT_RETENTION, keptFromMs, rememberedFromMs } from './retention.ts';
import { stepAround, sumOf, sumsByStep } from './roll-up.ts';
import { chooseStep, type Kept } from './step-choice.ts';
import {
  type Found,
  type IntervalQuery,
  type Measured,
  type Retention,
  type Span,
  STEPS_MS,
  type StepMs,
  type Store,
} from './store.ts';

const MINUTE_MS = 60_000;
const DEFAULT_EVENTS = 100;

interface Shelf {
  series: Series;
  /** By beginning and fingerprint of those as measured, by beginning of sums. */
  readonly rows: Readonly<Record<StepMs, Map<string, Row>>>;
  /** Of those as measured, which are in no sum yet. */
  readonly unsummed: Set<string>;
}

export function createMemoryStore(retention: Retention = DEFAULT_RETENTION): Store {
  const shelves = new Map<string, Shelf>();
  const events = new Map<string, StoredEvent>();
  const notes = new Map<string, string>();
  let lastSeriesId = 0;
  let lastEventId = 0;
  let isClosed = false;

  function shelfOf({ series, labels, interval: { fromMs, toMs } }: Measured): Shelf {
    const key = keyText(series);
    const known = shelves.get(key);
    if (known === undefined) {
      const { target, kind, address, port, workload } = series;
      const id = ++lastSeriesId;
      const shelf = {
        series: { id, target, kind, address, port, workload, firstMs: fromMs, lastMs: toMs, labels },
        rows: { 0: new Map(), 60000: new Map(), 900000: new Map(), 21600000: new Map() },
        unsummed: new Set<string>(),
      };
      shelves.set(key, shelf);
      return shelf;
    }
    const { firstMs, lastMs } = known.series;
    known.series = {
      ...known.series,
      firstMs: Math.min(firstMs, fromMs),
      lastMs: Math.max(lastMs, toMs),
      labels,
    };
    return known;
  }

  function find<I>(query: IntervalQuery, of: (row: Row) => I): Found<I>[] {
    return ordered(shelves)
      .filter(({ series }) => series.target === query.target)
      .map((shelf) => {
        const stepMs = chooseStep(query, keptOf(shelf, query));
        return { series: shelf.series, stepMs, intervals: rowsIn(shelf, stepMs, query).map(of) };
      })
      .filter(({ intervals }) => intervals.length > 0);
  }

  /** All of a store is asked for in one turn, and answered or refused in it. */
  async function asked<T>(answer: () => T): Promise<T> {
    if (isClosed) throw new EcholotError('internal', 'the store is closed');
    return answer();
  }

  return {
    write: (batch) =>
      asked(() => {
        for (const measured of batch.intervals) {
          const packed = packInterval(measured.interval, 0);
          const shelf = shelfOf(measured);
          const key = `${packed.fromMs} ${fingerprint(packed)}`;
          if (shelf.rows[0].has(key)) continue;
          shelf.rows[0].set(key, rowOfPacked(packed));
          shelf.unsummed.add(key);
        }
        for (const event of batch.events) {
          const key = JSON.stringify([event.atMs, event.kind, event.target, event.text]);
          if (!events.has(key)) events.set(key, { ...event, id: ++lastEventId });
        }
      }),
    series: () => asked(() => ordered(shelves).map(({ series }) => series)),
    summaries: (query) => asked(() => find(query, ({ layers: _, ...row }) => summaryOfRow(row))),
    intervals: (query) =>
      asked(() => find(query, ({ summaries: _, ...row }) => unpackInterval(row, query.layers))),
    events: ({ target, kinds, limit = DEFAULT_EVENTS, fromMs = -Infinity, toMs = Infinity }) =>
      asked(() =>
        [...events.values()]
          .filter((event) => event.atMs >= fromMs && event.atMs < toMs)
          .filter((event) => target === undefined || event.target === target)
          .filter((event) => kinds?.includes(event.kind) ?? true)
          .sort((a, b) => b.atMs - a.atMs || b.id - a.id)
          .slice(0, limit),
      ),
    note: (name) => asked(() => notes.get(name) ?? null),
    keepNote: (name, text) => asked(() => void notes.set(name, text)),
    maintain: (nowMs) =>
      asked(() => {
        for (const [key, shelf] of shelves) {
          sumUp(shelf, retention, nowMs);
          forget(shelf, retention, nowMs);
          if (STEPS_MS.every((stepMs) => shelf.rows[stepMs].size === 0)) shelves.delete(key);
        }
        for (const [key, { atMs }] of events) {
          if (atMs < rememberedFromMs(retention, nowMs)) events.delete(key);
        }
      }),
    state: () =>
      asked(() => {
        const rows = [...shelves.values()].flatMap(({ rows }) =>
          STEPS_MS.flatMap((step) => [...rows[step].values()]),
        );
        const bytes = rows.reduce((sum, row) => sum + bytesOf(row), 0);
        return { place: 'memory', bytes, trouble: null, waiting: 0, lostIntervals: 0 };
      }),
    close: async () => {
      isClosed = true;
    },
  };
}

/** Adds those of minutes that are over to the longer steps. */
function sumUp({ rows, unsummed }: Shelf, retention: Retention, nowMs: number): void {
  const complete = [...unsummed].filter((key) => stepAround(Number.parseFloat(key), MINUTE_MS).toMs <= nowMs);
  let parts: Interval[] = complete.flatMap((key) => {
    const row = rows[0].get(key);
    return row === undefined ? [] : unpackInterval(row);
  });
  for (const stepMs of STEPS_MS) {
    if (stepMs === 0) continue;
    parts = sumsByStep(parts, stepMs);
    for (const part of parts) {
      if (part.fromMs < keptFromMs(retention, stepMs, nowMs)) continue;
      const key = String(part.fromMs);
      const there = rows[stepMs].get(key);
      const whole = there === undefined ? part : sumOf([unpackInterval(there), part], part);
      rows[stepMs].set(key, rowOfInterval(whole, stepMs));
    }
  }
  for (const key of complete) unsummed.delete(key);
}

function forget({ rows, unsummed }: Shelf, retention: Retention, nowMs: number): void {
  for (const stepMs of STEPS_MS) {
    for (const [key, { fromMs }] of rows[stepMs]) {
      if (fromMs >= keptFromMs(retention, stepMs, nowMs)) continue;
      rows[stepMs].delete(key);
      if (stepMs === 0) unsummed.delete(key);
    }
  }
}

function rowsIn({ rows }: Shelf, stepMs: StepMs, { fromMs, toMs }: Span): Row[] {
  return [...rows[stepMs].values()]
    .filter((row) => row.fromMs >= fromMs && row.fromMs < toMs)
    .sort((a, b) => a.fromMs - b.fromMs);
}

function keptOf(shelf: Shelf, span: Span): Kept {
  const firstOf = (stepMs: StepMs): number | undefined => rowsIn(shelf, stepMs, span)[0]?.fromMs;
  const { firstMs, lastMs } = shelf.series;
  return {
    firstMs: {
      0: firstOf(0),
      60000: firstOf(60_000),
      900000: firstOf(900_000),
      21600000: firstOf(21_600_000),
    },
    measuredMs: Math.max(0, Math.min(span.toMs, lastMs) - Math.max(span.fromMs, firstMs)),
  };
}

/** By target and first interval. */
function ordered(shelves: ReadonlyMap<string, Shelf>): Shelf[] {
  return [...shelves.values()].sort(({ series: a }, { series: b }) =>
    a.target === b.target ? a.firstMs - b.firstMs || a.id - b.id : a.target < b.target ? -1 : 1,
  );
}

function keyText({ target, kind, address, port, workload }: SeriesKey): string {
  return JSON.stringify([target, kind, address, port, workload]);
}
