/**
 * Sums up what an agent wrote, and removes what is too old of it. The statement that adds to sums takes from the list of what is in none:
 * whenever monitor or server is killed, each interval is in them once or will be. Between reading sums and writing them nobody
 * else does, as the connection has the lock of the agent. How large a database may be is for whoever runs it: nothing is removed by size.
 */
import { type Interval, LAYERS } from '../../records/interval.ts';
import { rowOfInterval } from '../packed/row.ts';
import { unpackedOrNone } from '../packed/sound.ts';
import { keptFromMs, rememberedFromMs } from '../retention.ts';
import { stepAround, sumOf, sumsByStep } from '../roll-up.ts';
import { type Retention, STEPS_MS, type StepMs } from '../store.ts';
import { type Columns, INTERVAL_COLUMNS, intervalSelection, packedOf } from '../tables/columns.ts';
import type { Connection } from './connection.ts';
import { type Cells, intervalCells, rowsText, wholeMs } from './rows.ts';

const MINUTE_MS = 60_000;
/** What is summed up before others have their turn. */
const MOST_AT_ONCE = 500;
/** Of each series and step in a minute, which brings six: after a month without upkeep a statement shall end in time, too. */
const MOST_FORGOTTEN = 2_000;

const SELECTION = `series_id, step_ms, fingerprint, ${intervalSelection(LAYERS)}`;

/** `$1` agent, `$2` Unix ms, `$3` how many. What somebody has removed is in it without its columns. */
const COMPLETE = `
  SELECT ${SELECTION} FROM (
    SELECT * FROM unsummed
    WHERE from_ms < $2 AND series_id IN (SELECT id FROM series WHERE agent = $1)
    ORDER BY series_id, from_ms, fingerprint LIMIT $3
  ) AS listed
  LEFT JOIN (SELECT * FROM kept_interval WHERE step_ms = 0) AS measured USING (series_id, from_ms, fingerprint)`;

/** `$1` keys of sums. */
const SUMS = `
  SELECT ${SELECTION} FROM kept_interval
  JOIN json_to_recordset($1::text::json) AS wanted (series_id bigint, step_ms integer, from_ms bigint)
    USING (series_id, step_ms, from_ms)
  WHERE fingerprint = 0`;

/** `$1` keys of what is in the sums now, `$2` sums. */
const ADD = `
  WITH summed AS (
    DELETE FROM unsummed
    USING json_to_recordset($1::text::json) AS done (series_id bigint, from_ms bigint, fingerprint bigint)
    WHERE unsummed.series_id = done.series_id AND unsummed.from_ms = done.from_ms
      AND unsummed.fingerprint = done.fingerprint
  )
  INSERT INTO kept_interval (${INTERVAL_COLUMNS.join(', ')})
  SELECT ${INTERVAL_COLUMNS.join(', ')} FROM json_populate_recordset(NULL::kept_interval, $2::text::json)
  ON CONFLICT (series_id, step_ms, from_ms, fingerprint)
  DO UPDATE SET ${INTERVAL_COLUMNS.map((column) => `${column} = excluded.${column}`).join(', ')}`;

/**
 * `$1` agent, `$2` what is kept of each step, `$3` how many of each series and step at most. Lateral, so that they are looked up in the
 * index: a plan that reads all intervals of all agents would do so each minute.
 */
const FORGET = `
  DELETE FROM kept_interval WHERE ctid = ANY(ARRAY(
    SELECT old.ctid
    FROM series, json_to_recordset($2::text::json) AS kept (step_ms integer, from_ms bigint), LATERAL (
      SELECT kept_interval.ctid FROM kept_interval
      WHERE series_id = series.id AND kept_interval.step_ms = kept.step_ms AND kept_interval.from_ms < kept.from_ms
      LIMIT $3
    ) AS old
    WHERE agent = $1
  ))`;
const FORGET_LISTED = `
  DELETE FROM unsummed USING series WHERE agent = $1 AND series_id = series.id AND from_ms < $2`;
const FORGET_SERIES = `
  DELETE FROM series WHERE agent = $1 AND last_ms < $2
    AND NOT EXISTS (SELECT 1 FROM kept_interval WHERE series_id = series.id)`;
const FORGET_EVENTS = 'DELETE FROM event WHERE agent = $1 AND at_ms < $2';

interface Part {
  readonly seriesId: number;
  readonly stepMs: StepMs;
  readonly interval: Interval;
}

/** Does a piece of it. @returns whether there is more; throws errors of the library or the server */
export async function upkeep(
  connection: Connection,
  agent: string,
  retention: Retention,
  nowMs: number,
): Promise<boolean> {
  const complete = await connection.query(COMPLETE, [
    agent,
    stepAround(nowMs, MINUTE_MS).fromMs,
    MOST_AT_ONCE,
  ]);
  if (complete.length > 0) await addToSums(connection, complete, retention, nowMs);
  if (complete.length === MOST_AT_ONCE) return true;
  await forget(connection, agent, retention, nowMs);
  return false;
}

async function addToSums(
  connection: Connection,
  complete: readonly Columns[],
  retention: Retention,
  nowMs: number,
): Promise<void> {
  const parts = partsOf(complete).filter(
    ({ stepMs, interval }) => interval.fromMs >= keptFromMs(retention, stepMs, nowMs),
  );
  const there = new Map<string, Interval>();
  for (const row of await connection.query(SUMS, [rowsText(parts.map(keyCells))])) {
    const sum = unpackedOrNone(packedOf(row));
    if (sum !== undefined)
      there.set(keyText(Number(row['series_id']), Number(row['step_ms']), sum.fromMs), sum);
  }
  const sums = parts.map(({ seriesId, stepMs, interval }) => {
    const before = there.get(keyText(seriesId, stepMs, interval.fromMs));
    const whole = before === undefined ? interval : sumOf([before, interval], interval);
    return intervalCells(seriesId, stepMs, 0, rowOfInterval(whole, stepMs));
  });
  const done = complete.map((row) => ({
    series_id: Number(row['series_id']),
    from_ms: Number(row['from_ms']),
    fingerprint: Number(row['fingerprint']),
  }));
  await connection.query(ADD, [rowsText(done), rowsText(sums)]);
}

/** What is to be added to sums of each longer step; a damaged row adds nothing. */
function partsOf(complete: readonly Columns[]): Part[] {
  return [...Map.groupBy(complete, (row) => Number(row['series_id']))].flatMap(([seriesId, rows]) => {
    let parts = rows.flatMap((row) => (row['to_ms'] === null ? [] : (unpackedOrNone(packedOf(row)) ?? [])));
    return STEPS_MS.flatMap((stepMs) => {
      if (stepMs === 0) return [];
      parts = sumsByStep(parts, stepMs);
      return parts.map((interval) => ({ seriesId, stepMs, interval }));
    });
  });
}

/** Each of them once more does no harm. */
async function forget(
  connection: Connection,
  agent: string,
  retention: Retention,
  nowMs: number,
): Promise<void> {
  const kept = STEPS_MS.map((stepMs) => ({
    step_ms: stepMs,
    from_ms: wholeMs(keptFromMs(retention, stepMs, nowMs)),
  }));
  const measuredFromMs = wholeMs(keptFromMs(retention, 0, nowMs));
  await connection.query(FORGET, [agent, rowsText(kept), MOST_FORGOTTEN]);
  await connection.query(FORGET_LISTED, [agent, measuredFromMs]);
  await connection.query(FORGET_SERIES, [agent, measuredFromMs]);
  await connection.query(FORGET_EVENTS, [agent, wholeMs(rememberedFromMs(retention, nowMs))]);
}

function keyCells({ seriesId, stepMs, interval }: Part): Cells {
  return { series_id: seriesId, step_ms: stepMs, from_ms: interval.fromMs };
}

function keyText(seriesId: number, stepMs: number, fromMs: number): string {
  return `${seriesId} ${stepMs} ${fromMs}`;
}
