/**
 * Writes batches to the database of a store, each in one statement: all of it, or nothing, and one answer to wait for however far
 * the server is. What is there already is left as it is.
 */
import { createHash } from 'node:crypto';
import type { MonitorEvent } from '../../records/event.ts';
import type { SeriesKey } from '../../records/series.ts';
import { fingerprint } from '../packed/packed-interval.ts';
import { rowOfPacked } from '../packed/row.ts';
import { INTERVAL_COLUMNS } from '../tables/columns.ts';
import type { PackedBatch } from '../threaded/messages.ts';
import type { Connection } from './connection.ts';
import { type Cells, intervalCells, keepable, rowsText } from './rows.ts';

const KEY = 'target, kind, address, port, workload';
const [, ...OTHER_COLUMNS] = INTERVAL_COLUMNS;

/** `$1` agent; `$2` series, with their places in the list as ids; `$3` intervals, with those as series; `$4` events. */
const WRITE = `
  WITH given AS (
    SELECT * FROM json_populate_recordset(NULL::series, $2::text::json)
  ), met AS (
    INSERT INTO series (agent, ${KEY}, first_ms, last_ms, labels)
    SELECT $1, ${KEY}, first_ms, last_ms, labels FROM given
    ON CONFLICT (agent, ${KEY}) DO UPDATE SET first_ms = least(series.first_ms, excluded.first_ms),
      last_ms = greatest(series.last_ms, excluded.last_ms), labels = excluded.labels
    RETURNING id, ${KEY}
  ), place AS (
    SELECT given.id AS series_id, met.id FROM given JOIN met USING (${KEY})
  ), fresh AS (
    INSERT INTO kept_interval (${INTERVAL_COLUMNS.join(', ')})
    SELECT place.id, ${OTHER_COLUMNS.join(', ')}
      FROM json_populate_recordset(NULL::kept_interval, $3::text::json) JOIN place USING (series_id)
    ON CONFLICT DO NOTHING
    RETURNING series_id, from_ms, fingerprint
  ), listed AS (
    INSERT INTO unsummed SELECT * FROM fresh ON CONFLICT DO NOTHING
  )
  INSERT INTO event (agent, at_ms, kind, target, text, facts, once)
  SELECT $1, at_ms, kind, target, text, facts, once
    FROM json_populate_recordset(NULL::event, $4::text::json) ORDER BY id
  ON CONFLICT DO NOTHING`;

const KEEP_NOTE = `
  INSERT INTO note (agent, name, text) VALUES ($1, $2, $3)
  ON CONFLICT (agent, name) DO UPDATE SET text = excluded.text`;

/** What it throws is of the library or the server, and RangeError for a damaged batch. */
export async function writeBatch(connection: Connection, agent: string, batch: PackedBatch): Promise<void> {
  const { series, intervals } = cellsOf(batch.intervals);
  const events = batch.events.map(eventCells);
  await connection.query(WRITE, [agent, rowsText(series), rowsText(intervals), rowsText(events)]);
}

export async function writeNote(
  connection: Connection,
  agent: string,
  { name, text }: { readonly name: string; readonly text: string },
): Promise<void> {
  await connection.query(KEEP_NOTE, [agent, keepable(name), keepable(text)]);
}

interface BatchCells {
  readonly series: readonly Cells[];
  readonly intervals: readonly Cells[];
}

/** A statement meets each series once. */
function cellsOf(measured: PackedBatch['intervals']): BatchCells {
  const bySeries = [...Map.groupBy(measured, ({ series }) => JSON.stringify(keyCells(series))).values()];
  return {
    series: bySeries.flatMap((of, id) => {
      const last = of.at(-1);
      if (last === undefined) return [];
      return {
        id,
        ...keyCells(last.series),
        first_ms: Math.min(...of.map(({ interval }) => interval.fromMs)),
        last_ms: Math.max(...of.map(({ interval }) => interval.toMs)),
        labels: JSON.stringify(last.labels),
      };
    }),
    intervals: bySeries.flatMap((of, id) =>
      of.map(({ interval }) => intervalCells(id, 0, fingerprint(interval), rowOfPacked(interval))),
    ),
  };
}

function keyCells({ target, kind, address, port, workload }: SeriesKey): Cells {
  return { target: keepable(target), kind, address: keepable(address), port, workload: keepable(workload) };
}

function eventCells({ atMs, kind, target, text, facts }: MonitorEvent, id: number): Cells {
  const once = createHash('sha256')
    .update(JSON.stringify([atMs, kind, target, text]))
    .digest('hex');
  return {
    id,
    at_ms: atMs,
    kind,
    target: target === null ? null : keepable(target),
    text: keepable(text),
    facts: JSON.stringify(facts),
    once: `\\x${once}`,
  };
}
