/** Writes batches to the database of a store: all of one, or nothing; what is there already is left as it is. */
import type { DatabaseSync } from 'node:sqlite';
import { fingerprint } from '../packed/packed-interval.ts';
import { rowOfPacked } from '../packed/row.ts';
import { INTERVAL_COLUMNS, valuesOf } from '../tables/columns.ts';
import type { PackedBatch } from '../threaded/messages.ts';
import { inTransaction } from './schema.ts';

export interface Writer {
  write(batch: PackedBatch): void;
  keepNote(name: string, text: string): void;
}

/** Prepares its statements once. What it returns throws errors of SQLite, and RangeError for a damaged batch. */
export function createWriter(db: DatabaseSync): Writer {
  const meetSeries = db.prepare(
    `INSERT INTO series (target, kind, address, port, workload, first_ms, last_ms, labels)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET first_ms = min(first_ms, excluded.first_ms),
       last_ms = max(last_ms, excluded.last_ms), labels = excluded.labels
     RETURNING id`,
  );
  const addInterval = db.prepare(insertInterval('IGNORE'));
  const addUnsummed = db.prepare('INSERT INTO unsummed (series_id, from_ms, fingerprint) VALUES (?, ?, ?)');
  const addEvent = db.prepare(
    'INSERT OR IGNORE INTO event (at_ms, kind, target, text, facts) VALUES (?, ?, ?, ?, ?)',
  );

  const putNote = db.prepare('INSERT OR REPLACE INTO note (name, text) VALUES (?, ?)');

  const write = ({ intervals, events }: PackedBatch): void =>
    inTransaction(db, () => {
      for (const { series, labels, interval } of intervals) {
        const { target, kind, address, port, workload } = series;
        const { fromMs, toMs } = interval;
        const met = meetSeries.get(
          target,
          kind,
          address,
          port,
          workload,
          fromMs,
          toMs,
          JSON.stringify(labels),
        );
        const seriesId = Number(met?.['id']);
        const print = fingerprint(interval);
        const { changes } = addInterval.run(...valuesOf(seriesId, 0, print, rowOfPacked(interval)));
        if (Number(changes) > 0) addUnsummed.run(seriesId, fromMs, print);
      }
      for (const { atMs, kind, target, text, facts } of events) {
        addEvent.run(atMs, kind, target, text, JSON.stringify(facts));
      }
    });

  return { write, keepNote: (name, text) => void putNote.run(name, text) };
}

/** @param ifThere what becomes of one with the same key */
export function insertInterval(ifThere: 'IGNORE' | 'REPLACE'): string {
  const places = INTERVAL_COLUMNS.map(() => '?').join(', ');
  return `INSERT OR ${ifThere} INTO interval (${INTERVAL_COLUMNS.join(', ')}) VALUES (${places})`;
}
