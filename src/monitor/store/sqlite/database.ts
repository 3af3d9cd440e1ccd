/**
 * Opens the database of a store, and refuses what it should not touch: files of others, layouts of tomorrow, a file that another
 * monitor writes to. A damaged store is set aside under another name and a new one begun: what was measured last week can still
 * be saved from it, but what is measured now is kept only if there is a place for it.
 *
 * The log of SQLite (WAL) lets readers read while a monitor writes. With `synchronous = NORMAL` it is handed to the disk at
 * checkpoints, once a minute with the upkeep: a process that is killed loses nothing, a loss of power what was written since the
 * last one, and neither damages the file. FULL would wait for the disk at each write, to save a minute of measurements of a
 * machine that could not measure.
 */
import { DatabaseSync } from 'node:sqlite';
import { APPLICATION_ID, APPLICATION_ID_AT, LAYOUT, layoutOf, migrate } from './schema.ts';
import { inUse, isDamage, noStore, notThere, ofTomorrow, setAsideAs } from './store-errors.ts';
import { type FileIdentity, headOf, identityOf, prepareFile, setAside, wasLeftOpen } from './store-file.ts';

/** How long another program may be in the way before it is told. The thread does nothing else meanwhile. */
const BUSY_MS = 1_000;
/** Rows of a quarter of an hour fit into a page of this size; of 4 KiB each would have one of its own beside. */
const PAGE_BYTES = 8_192;
const MAGIC = 'SQLite format 3\0';

export interface OpenDatabase {
  readonly db: DatabaseSync;
  readonly identity: FileIdentity | undefined;
  close(): void;
}

export interface WritableDatabase extends OpenDatabase {
  /** Closes it and gives the damaged file another name. @returns what to tell */
  setAside(): Error;
}

/** @throws Error of SQLite, or EcholotError */
export function openForReading(file: string): OpenDatabase {
  if (identityOf(file) === undefined) throw notThere(file);
  requireStore(file);
  const db = new DatabaseSync(file, { readOnly: true, timeout: BUSY_MS });
  try {
    requireLayout(file, db);
    if (layoutOf(db) === 0) throw noStore(file);
    return { db, identity: identityOf(file), close: () => db.close() };
  } catch (error) {
    db.close();
    throw error;
  }
}

/** @throws Error of SQLite, or EcholotError; one of the latter says that a damaged file was set aside, and the next call begins another */
export function openForWriting(file: string): WritableDatabase {
  prepareFile(file);
  requireStore(file);
  const lock = takeLock(file);
  try {
    const db = openChecked(file);
    const release = (): void => {
      closeAnyway(db);
      lock.close();
    };
    return {
      db,
      identity: identityOf(file),
      close: release,
      setAside() {
        // Under the lock: no other monitor shall begin the new one meanwhile.
        closeAnyway(db);
        const told = setAsideAs(file, setAside(file, Date.now()));
        release();
        return told;
      },
    };
  } catch (error) {
    const told = isDamage(error) ? setAsideAs(file, setAside(file, Date.now())) : error;
    lock.close();
    throw told;
  }
}

/** What cannot be written any more is not for the one who closes. */
function closeAnyway(db: DatabaseSync): void {
  try {
    if (db.isOpen) db.close();
  } catch {
    // SQLite has let go of the file all the same.
  }
}

function openChecked(file: string): DatabaseSync {
  const leftOpen = wasLeftOpen(file);
  const db = new DatabaseSync(file, { timeout: BUSY_MS });
  try {
    requireLayout(file, db);
    // Takes seconds where a year is in it, so only where there is a reason.
    if (leftOpen) requireSound(db);
    db.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA auto_vacuum = INCREMENTAL`);
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 16777216');
    migrate(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * Held for as long as the store is open: an exclusive lock on a file beside it, which ends with the process, however that ends. The
 * store itself stays open to readers.
 */
function takeLock(file: string): DatabaseSync {
  prepareFile(`${file}-lock`);
  const lock = new DatabaseSync(`${file}-lock`, { timeout: 0 });
  try {
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    throw isDamage(error) ? noStore(`${file}-lock`) : inUse(file);
  }
}

/** By its first bytes: an empty file may become a store, another that is none is never written to, nor set aside. */
function requireStore(file: string): void {
  const head = headOf(file, APPLICATION_ID_AT + 4);
  if (head.length === 0) return;
  const magic = new TextDecoder('latin1').decode(head.subarray(0, MAGIC.length));
  if (magic !== MAGIC || head.length < APPLICATION_ID_AT + 4) throw noStore(file);
  const id = new DataView(head.buffer).getUint32(APPLICATION_ID_AT);
  // A monitor that was killed while it made the file may have left it in the log.
  if (id !== APPLICATION_ID && !(id === 0 && wasLeftOpen(file))) throw noStore(file);
}

function requireLayout(file: string, db: DatabaseSync): void {
  const layout = layoutOf(db);
  if (layout > LAYOUT) throw ofTomorrow(file, layout, LAYOUT);
}

function requireSound(db: DatabaseSync): void {
  const verdict = db.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
  if (verdict !== 'ok') throw Object.assign(new Error(String(verdict)), { errcode: 11 });
}
