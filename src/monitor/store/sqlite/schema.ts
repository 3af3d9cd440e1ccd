/**
 * The layout of a store, as the steps by which it came about: a file of an earlier one goes through those that it lacks, each in a
 * transaction. A step that was released is never changed.
 */
import type { DatabaseSync } from 'node:sqlite';
import { LAYERS, type Layer } from '../../records/interval.ts';

/** `eclt`, at byte 68 of the file: by it a damaged store is told from a file of somebody else's. */
export const APPLICATION_ID = 0x65_63_6c_74;
export const APPLICATION_ID_AT = 68;

const MIGRATIONS: readonly string[] = [
  `CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    target TEXT NOT NULL,
    kind TEXT NOT NULL,
    address TEXT NOT NULL,
    port INTEGER NOT NULL,
    workload TEXT NOT NULL,
    first_ms INTEGER NOT NULL,
    last_ms INTEGER NOT NULL,
    labels TEXT NOT NULL,
    UNIQUE (target, kind, address, port, workload)
  ) STRICT;

  -- Of one series and step side by side, so that a month is read in one go. The fingerprint is 0 in sums.
  CREATE TABLE interval (
    series_id INTEGER NOT NULL,
    step_ms INTEGER NOT NULL,
    from_ms INTEGER NOT NULL,
    fingerprint INTEGER NOT NULL,
    to_ms INTEGER NOT NULL,
    runs INTEGER NOT NULL,
    answered_runs INTEGER NOT NULL,
    unsent_runs INTEGER NOT NULL,
    probes INTEGER NOT NULL,
    answered INTEGER NOT NULL,
    rest TEXT,
    application_summary BLOB,
    kernel_summary BLOB,
    handshake_summary BLOB,
    connect_summary BLOB,
    tls_summary BLOB,
    application BLOB,
    kernel BLOB,
    handshake BLOB,
    connect BLOB,
    tls BLOB,
    PRIMARY KEY (series_id, step_ms, from_ms, fingerprint)
  ) STRICT, WITHOUT ROWID;

  -- Of step 0: what is in no sum yet. It goes in the transaction that adds it.
  CREATE TABLE unsummed (
    series_id INTEGER NOT NULL,
    from_ms INTEGER NOT NULL,
    fingerprint INTEGER NOT NULL,
    PRIMARY KEY (series_id, from_ms, fingerprint)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    kind TEXT NOT NULL,
    target TEXT,
    text TEXT NOT NULL,
    facts TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX event_once ON event (at_ms, kind, target IS NULL, ifnull(target, ''), text);

  CREATE TABLE note (
    name TEXT PRIMARY KEY,
    text TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;`,

  `ALTER TABLE interval ADD COLUMN network_summary BLOB;
  ALTER TABLE interval ADD COLUMN residence_summary BLOB;
  ALTER TABLE interval ADD COLUMN network BLOB;
  ALTER TABLE interval ADD COLUMN residence BLOB;`,
];

export const LAYOUT: number = MIGRATIONS.length;

export function layoutOf(db: DatabaseSync): number {
  return Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
}

/** Those that it has columns for: an earlier layout has fewer, and is read where nobody may write. */
export function layersOf(db: DatabaseSync): readonly Layer[] {
  const columns = new Set(
    db
      .prepare('PRAGMA table_info(interval)')
      .all()
      .map(({ name }) => name),
  );
  return LAYERS.filter((layer) => columns.has(layer));
}

/** From whatever layout it has to ours; an empty file has 0. */
export function migrate(db: DatabaseSync): void {
  for (let layout = layoutOf(db); layout < LAYOUT; layout++) {
    inTransaction(db, () => {
      db.exec(MIGRATIONS[layout] as string);
      db.exec(`PRAGMA user_version = ${layout + 1}; PRAGMA application_id = ${APPLICATION_ID}`);
    });
  }
}

/** All that is done in it, or nothing. */
export function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  // From its beginning: one that began as a reader could find the file changed when it wants to write.
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    // Some faults, such as a full disk, have undone it already.
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}
