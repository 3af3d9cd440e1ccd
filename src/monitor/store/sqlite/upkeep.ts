/**
 * Sums up what was written, and removes what is too old or too much. What a transaction adds to sums it takes from the list of what
 * is in none: whenever the process is killed, each interval is in them once or will be.
 *
 * Where all that is kept by age is more than `maxBytes`, the oldest of the finest step go first, and of the next only when none are
 * left: a year in quarters of an hour is worth more than another day in seconds.
 */
import type { DatabaseSync } from 'node:sqlite';
import { type Interval, LAYERS } from '../../records/interval.ts';
import { rowOfInterval } from '../packed/row.ts';
import { unpackedOrNone } from '../packed/sound.ts';
import { keptFromMs, rememberedFromMs } from '../retention.ts';
import { stepAround, sumOf, sumsByStep } from '../roll-up.ts';
import { type Retention, STEPS_MS, type StepMs } from '../store.ts';
import { intervalSelection, packedOf, valuesOf } from '../tables/columns.ts';
import { inTransaction } from './schema.ts';
import { insertInterval } from './writing.ts';

const MINUTE_MS = 60_000;
/** What is summed up before others have their turn. */
const MOST_AT_ONCE = 500;
/** Of the time that a step spans, so much is removed at once where it is too much. */
const SHARE_REMOVED = 1 / 16;
const MOST_PAGES_GIVEN_BACK = 2_000;

export interface Limits {
  readonly retention: Retention;
  readonly maxBytes: number;
}

/** Prepares its statements once. @returns what does a piece of it and says whether there is more; it throws errors of SQLite */
export function createUpkeep(db: DatabaseSync, { retention, maxBytes }: Limits): (nowMs: number) => boolean {
  const complete = db.prepare(
    'SELECT * FROM unsummed WHERE from_ms < ? ORDER BY series_id, from_ms, fingerprint LIMIT ?',
  );
  const selection = intervalSelection(LAYERS);
  const one = db.prepare(
    `SELECT ${selection} FROM interval WHERE series_id = ? AND step_ms = ? AND from_ms = ? AND fingerprint = ?`,
  );
  const replace = db.prepare(insertInterval('REPLACE'));
  const summedUp = db.prepare('DELETE FROM unsummed WHERE series_id = ? AND from_ms = ? AND fingerprint = ?');
  const removeOlder = db.prepare('DELETE FROM interval WHERE series_id = ? AND step_ms = ? AND from_ms < ?');
  const removeListed = db.prepare('DELETE FROM unsummed WHERE series_id = ? AND from_ms < ?');
  const removeEvents = db.prepare('DELETE FROM event WHERE at_ms < ?');
  const removeEmpty = db.prepare(
    `DELETE FROM series WHERE last_ms < ? AND NOT EXISTS (SELECT 1 FROM interval WHERE series_id = series.id)`,
  );
  const seriesIds = db.prepare('SELECT id FROM series ORDER BY id');
  const stepFrom = db.prepare('SELECT min(from_ms) AS ms FROM interval WHERE series_id = ? AND step_ms = ?');
  const stepTo = db.prepare('SELECT max(from_ms) AS ms FROM interval WHERE series_id = ? AND step_ms = ?');

  /** @returns undefined where there is none, or none that can be read */
  function read(seriesId: number, stepMs: StepMs, fromMs: number, fingerprint: number): Interval | undefined {
    const row = one.get(seriesId, stepMs, fromMs, fingerprint);
    return row === undefined ? undefined : unpackedOrNone(packedOf(row));
  }

  function sumUp(nowMs: number): boolean {
    const listed = complete.all(stepAround(nowMs, MINUTE_MS).fromMs, MOST_AT_ONCE).map((row) => ({
      seriesId: Number(row['series_id']),
      fromMs: Number(row['from_ms']),
      fingerprint: Number(row['fingerprint']),
    }));
    if (listed.length === 0) return false;
    inTransaction(db, () => {
      for (const [seriesId, of] of Map.groupBy(listed, (entry) => entry.seriesId)) {
        const parts = of.flatMap(({ fromMs, fingerprint }) => read(seriesId, 0, fromMs, fingerprint) ?? []);
        addToSums(seriesId, parts, nowMs);
        for (const { fromMs, fingerprint } of of) summedUp.run(seriesId, fromMs, fingerprint);
      }
    });
    return listed.length === MOST_AT_ONCE;
  }

  function addToSums(seriesId: number, measured: readonly Interval[], nowMs: number): void {
    let parts = measured;
    for (const stepMs of STEPS_MS) {
      if (stepMs === 0) continue;
      parts = sumsByStep(parts, stepMs);
      for (const part of parts) {
        if (part.fromMs < keptFromMs(retention, stepMs, nowMs)) continue;
        const there = read(seriesId, stepMs, part.fromMs, 0);
        const whole = there === undefined ? part : sumOf([there, part], part);
        replace.run(...valuesOf(seriesId, stepMs, 0, rowOfInterval(whole, stepMs)));
      }
    }
  }

  function forget(nowMs: number): void {
    inTransaction(db, () => {
      for (const id of ids()) {
        for (const stepMs of STEPS_MS) removeOlder.run(id, stepMs, keptFromMs(retention, stepMs, nowMs));
        removeListed.run(id, keptFromMs(retention, 0, nowMs));
      }
      removeEmpty.run(keptFromMs(retention, 0, nowMs));
      removeEvents.run(rememberedFromMs(retention, nowMs));
    });
  }

  /** @returns whether something was removed */
  function shrink(nowMs: number): boolean {
    if (usedBytes() <= maxBytes) return false;
    // What is in no sum yet stays.
    const summedBeforeMs = stepAround(nowMs, MINUTE_MS).fromMs;
    return STEPS_MS.some((stepMs) => {
      const froms = ids().flatMap((id) => millis(stepFrom.get(id, stepMs)?.['ms']));
      const tos = ids().flatMap((id) => millis(stepTo.get(id, stepMs)?.['ms']));
      if (froms.length === 0) return false;
      const fromMs = Math.min(...froms);
      const beforeMs = fromMs + 1 + Math.floor((Math.max(...tos) - fromMs) * SHARE_REMOVED);
      return inTransaction(db, () =>
        ids()
          .map((id) => removeOlder.run(id, stepMs, Math.min(beforeMs, summedBeforeMs)).changes)
          .some((changes) => Number(changes) > 0),
      );
    });
  }

  function ids(): number[] {
    return seriesIds.all().map((row) => Number(row['id']));
  }

  function pragma(name: string): number {
    return Number(db.prepare(`PRAGMA ${name}`).get()?.[name]);
  }

  function usedBytes(): number {
    return (pragma('page_count') - pragma('freelist_count')) * pragma('page_size');
  }

  return (nowMs) => {
    if (sumUp(nowMs)) return true;
    forget(nowMs);
    if (shrink(nowMs)) return true;
    // Pages of what was removed are used again; only where they are many is the disk given some back.
    if (pragma('freelist_count') > pragma('page_count') / 4) {
      db.exec(`PRAGMA incremental_vacuum(${MOST_PAGES_GIVEN_BACK})`);
    }
    db.exec('PRAGMA wal_checkpoint(PASSIVE)');
    return false;
  };
}

function millis(value: unknown): number[] {
  return typeof value === 'number' ? [value] : [];
}
