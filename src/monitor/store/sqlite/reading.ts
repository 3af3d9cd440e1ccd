/**
 * Reads the database of a store. A row whose bytes are damaged is left out, as if nothing had been measured then: a wrong number
 * would be worse, and no number at all because of one row, too.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { StoredEvent } from '../../records/event.ts';
import type { IntervalSummary } from '../../records/interval.ts';
import type { Series } from '../../records/series.ts';
import type { PackedInterval } from '../packed/packed-interval.ts';
import { summaryOfRow } from '../packed/row.ts';
import { orNone, sound } from '../packed/sound.ts';
import { chooseStep, type Kept } from '../step-choice.ts';
import type { EventQuery, Found, IntervalQuery, Span, StepMs } from '../store.ts';
import {
  type Columns,
  eventOf,
  intervalSelection,
  packedOf,
  seriesOf,
  summarySelection,
  withoutHistograms,
} from '../tables/columns.ts';
import type { Dialogue } from '../threaded/messages.ts';
import { layersOf } from './schema.ts';

const DEFAULT_EVENTS = 100;
const OF_STEP = 'FROM interval WHERE series_id = ? AND step_ms = ? AND from_ms >= ? AND from_ms < ?';

export interface Reader {
  series(): readonly Series[];
  summaries(query: IntervalQuery): readonly Found<IntervalSummary>[];
  intervals(query: Dialogue['intervals'][0]): readonly Found<PackedInterval>[];
  events(query: EventQuery): readonly StoredEvent[];
  note(name: string): string | null;
}

/** Prepares its statements once. All of it throws errors of SQLite. */
export function createReader(db: DatabaseSync): Reader {
  const allSeries = db.prepare('SELECT * FROM series ORDER BY target, first_ms, id');
  const seriesOfTarget = db.prepare('SELECT * FROM series WHERE target = ? ORDER BY first_ms, id');
  const noteOf = db.prepare('SELECT text FROM note WHERE name = ?');
  const first = db.prepare(`SELECT min(from_ms) AS first_ms ${OF_STEP}`);
  const known = layersOf(db);
  const summaries = db.prepare(`SELECT ${summarySelection(known)} ${OF_STEP} ORDER BY from_ms, fingerprint`);

  function keptOf({ id, firstMs, lastMs }: Series, { fromMs, toMs }: Span): Kept {
    const firstOf = (stepMs: StepMs): number | undefined => {
      const ms = first.get(id, stepMs, fromMs, toMs)?.['first_ms'];
      return typeof ms === 'number' ? ms : undefined;
    };
    return {
      firstMs: {
        0: firstOf(0),
        60000: firstOf(60_000),
        900000: firstOf(900_000),
        21600000: firstOf(21_600_000),
      },
      measuredMs: Math.max(0, Math.min(toMs, lastMs) - Math.max(fromMs, firstMs)),
    };
  }

  function find<I>(query: IntervalQuery, statement: typeof summaries, of: (row: Columns) => I): Found<I>[] {
    return seriesOfTarget
      .all(query.target)
      .map(seriesOf)
      .map((series) => {
        const stepMs = chooseStep(query, keptOf(series, query));
        const rows = statement.all(series.id, stepMs, query.fromMs, query.toMs);
        return { series, stepMs, intervals: rows.flatMap((row) => orNone(() => of(row))) };
      })
      .filter(({ intervals }) => intervals.length > 0);
  }

  return {
    series: () => allSeries.all().map(seriesOf),
    summaries: (query) => find(query, summaries, (row) => summaryOfRow(withoutHistograms(row))),
    intervals(query) {
      const selection = intervalSelection(known.filter((layer) => query.layers?.includes(layer) ?? true));
      const statement = db.prepare(`SELECT ${selection} ${OF_STEP} ORDER BY from_ms, fingerprint`);
      return find(query, statement, (row) => sound(packedOf(row)));
    },
    note(name) {
      const text = noteOf.get(name)?.['text'];
      return typeof text === 'string' ? text : null;
    },
    events({ target = null, kinds, limit = DEFAULT_EVENTS, fromMs = null, toMs = null }) {
      const statement = db.prepare(
        `SELECT * FROM event WHERE (?1 IS NULL OR target = ?1) AND (?2 IS NULL OR at_ms >= ?2)
           AND (?3 IS NULL OR at_ms < ?3) AND (?4 IS NULL OR kind IN (SELECT value FROM json_each(?4)))
         ORDER BY at_ms DESC, id DESC LIMIT ?5`,
      );
      const kindsText = kinds === undefined ? null : JSON.stringify(kinds);
      return statement.all(target, fromMs, toMs, kindsText, limit).map(eventOf);
    },
  };
}
