/** Reads the database of a store: the rows of one agent, or of all. Damaged ones are left out. */
import type { StoredEvent } from '../../records/event.ts';
import { type IntervalSummary, LAYERS } from '../../records/interval.ts';
import type { Series } from '../../records/series.ts';
import type { PackedInterval } from '../packed/packed-interval.ts';
import { summaryOfRow } from '../packed/row.ts';
import { orNone, sound } from '../packed/sound.ts';
import { chooseStep, type Kept } from '../step-choice.ts';
import {
  type EventQuery,
  type Found,
  type IntervalQuery,
  type Span,
  STEPS_MS,
  type StepMs,
} from '../store.ts';
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
import type { Connection } from './connection.ts';
import { keepable, wholeMs } from './rows.ts';

const DEFAULT_EVENTS = 100;
/** `$1` agent, null for all. */
const OF_AGENT = '($1::text IS NULL OR agent = $1)';

const ALL_SERIES = `SELECT * FROM series WHERE ${OF_AGENT} ORDER BY target, first_ms, id`;

/** `$2` target, `$3` and `$4` a span: with where its intervals of each step begin in it. */
const SERIES_OF_TARGET = `
  SELECT *, ${STEPS_MS.map(
    (stepMs) => `(SELECT min(from_ms) FROM kept_interval
      WHERE series_id = series.id AND step_ms = ${stepMs} AND from_ms >= $3 AND from_ms < $4) AS first_${stepMs}`,
  ).join(', ')}
  FROM series WHERE ${OF_AGENT} AND target = $2 ORDER BY first_ms, id`;

const EVENTS = `
  SELECT * FROM event WHERE ${OF_AGENT} AND ($2::text IS NULL OR target = $2)
    AND at_ms >= $3::bigint AND at_ms < $4::bigint
    AND ($5::text IS NULL OR kind IN (SELECT json_array_elements_text($5::text::json)))
  ORDER BY at_ms DESC, id DESC LIMIT $6`;

/** Of one agent only: it is the state of a monitor. */
const NOTE = 'SELECT text FROM note WHERE agent = $1 AND name = $2';

const BYTES = `
  SELECT sum(pg_total_relation_size(oid)) AS bytes
  FROM pg_class WHERE relnamespace = $1::text::regnamespace AND relkind = 'r'`;

export interface Reader {
  series(): Promise<readonly Series[]>;
  summaries(query: IntervalQuery): Promise<readonly Found<IntervalSummary>[]>;
  intervals(query: Dialogue['intervals'][0]): Promise<readonly Found<PackedInterval>[]>;
  events(query: EventQuery): Promise<readonly StoredEvent[]>;
  note(name: string): Promise<string | null>;
  /** Of all agents. */
  bytes(schema: string): Promise<number>;
}

/** @param agent null for all. What it returns throws errors of the library or the server. */
export function createReader({ query: ask }: Connection, agent: string | null): Reader {
  async function find<I>(
    query: IntervalQuery,
    selection: string,
    of: (row: Columns) => I,
  ): Promise<Found<I>[]> {
    const span: Span = { fromMs: wholeMs(query.fromMs), toMs: wholeMs(query.toMs) };
    const rows = await ask(SERIES_OF_TARGET, [agent, keepable(query.target), span.fromMs, span.toMs]);
    const found: Found<I>[] = [];
    for (const row of rows) {
      const series = shown(row);
      const stepMs = chooseStep(query, keptOf(row, series, span));
      const intervals = await ask(
        `SELECT ${selection} FROM kept_interval
         WHERE series_id = $1 AND step_ms = $2 AND from_ms >= $3 AND from_ms < $4 ORDER BY from_ms, fingerprint`,
        [series.id, stepMs, span.fromMs, span.toMs],
      );
      const read = intervals.flatMap((interval) => orNone(() => of(interval)));
      if (read.length > 0) found.push({ series, stepMs, intervals: read });
    }
    return found;
  }

  /** Where there are those of several agents, a label says whose it is. */
  function shown(row: Columns): Series {
    const series = seriesOf(row);
    return agent === null ? { ...series, labels: { ...series.labels, agent: String(row['agent']) } } : series;
  }

  return {
    series: async () => (await ask(ALL_SERIES, [agent])).map(shown),
    summaries: (query) =>
      find(query, summarySelection(LAYERS), (row) => summaryOfRow(withoutHistograms(row))),
    intervals(query) {
      const selection = intervalSelection(LAYERS.filter((layer) => query.layers?.includes(layer) ?? true));
      return find(query, selection, (row) => sound(packedOf(row)));
    },
    async events({ target, kinds, limit = DEFAULT_EVENTS, fromMs = -Infinity, toMs = Infinity }) {
      const rows = await ask(EVENTS, [
        agent,
        target === undefined ? null : keepable(target),
        wholeMs(fromMs),
        wholeMs(toMs),
        kinds === undefined ? null : JSON.stringify(kinds),
        limit,
      ]);
      return rows.map(eventOf);
    },
    async note(name) {
      const text = (await ask(NOTE, [agent, keepable(name)]))[0]?.['text'];
      return typeof text === 'string' ? text : null;
    },
    bytes: async (schema) => Number((await ask(BYTES, [schema]))[0]?.['bytes'] ?? 0),
  };
}

function keptOf(row: Columns, { firstMs, lastMs }: Series, { fromMs, toMs }: Span): Kept {
  const firstOf = (stepMs: StepMs): number | undefined => {
    const ms = row[`first_${stepMs}`];
    return ms === null ? undefined : Number(ms);
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
