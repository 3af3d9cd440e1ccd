/**
 * The thread of a store: opens its database, does what it is asked for in order, and answers. After a fault that another try may
 * mend (the file was replaced, or is damaged and was set aside) it opens it anew with the next thing it is asked for.
 */
import { workerData } from 'node:worker_threads';
import { EcholotError } from '../../../core/errors.ts';
import { type Answers, answerAsks } from '../threaded/answers.ts';
import type { Ask, Dialogue } from '../threaded/messages.ts';
import { type OpenDatabase, openForReading, openForWriting, type WritableDatabase } from './database.ts';
import { createReader, type Reader } from './reading.ts';
import type { SqliteOpening } from './sqlite-store.ts';
import { isDamage, replaced, storeError } from './store-errors.ts';
import { identityOf, sizeOf } from './store-file.ts';
import { createUpkeep } from './upkeep.ts';
import { createWriter } from './writing.ts';

interface Desk {
  readonly database: OpenDatabase;
  readonly reader: Reader;
  /** Of a store that is open for writing. */
  readonly writing?: {
    readonly database: WritableDatabase;
    readonly write: (batch: Dialogue['write'][0]) => void;
    readonly keepNote: (name: string, text: string) => void;
    readonly maintain: (nowMs: number) => boolean;
  };
}

const WRITES: ReadonlySet<Ask> = new Set<Ask>(['write', 'keepNote', 'maintain']);

const opening: SqliteOpening = workerData;
const { file } = opening;
let desk: Desk | undefined;

const answers: Answers = {
  open: () => {
    openDesk();
    return null;
  },
  write: (batch) => {
    written().write(batch);
    return null;
  },
  note: (name) => openDesk().reader.note(name),
  keepNote: ({ name, text }) => {
    written().keepNote(name, text);
    return null;
  },
  maintain: (nowMs) => written().maintain(nowMs),
  series: () => openDesk().reader.series(),
  summaries: (query) => openDesk().reader.summaries(query),
  intervals: (query) => openDesk().reader.intervals(query),
  events: (query) => openDesk().reader.events(query),
  bytes: () => sizeOf(file),
  close: () => {
    closeDesk();
    return null;
  },
};

answerAsks(answers, (error, ask) => storeError(file, afterDamage(ask, error)));

function openDesk(): Desk {
  if (desk !== undefined && desk.database.identity !== identityOf(file)) {
    closeDesk();
    throw replaced(file);
  }
  desk ??= opening.mode === 'write' ? deskToWrite() : deskToRead();
  return desk;
}

function deskToRead(): Desk {
  const database = openForReading(file);
  return { database, reader: createReader(database.db) };
}

function deskToWrite(): Desk {
  const database = openForWriting(file);
  const { db } = database;
  const writing = { database, ...createWriter(db), maintain: createUpkeep(db, opening) };
  return { database, reader: createReader(db), writing };
}

function closeDesk(): void {
  desk?.database.close();
  desk = undefined;
}

function written(): NonNullable<Desk['writing']> {
  const { writing } = openDesk();
  if (writing === undefined) throw new EcholotError('internal', `${file} was opened for reading`);
  return writing;
}

/** What cannot be written for damage is set aside; what only cannot be read may have much that can. */
function afterDamage(ask: Ask, error: unknown): unknown {
  if (!isDamage(error) || !WRITES.has(ask)) return error;
  const told = desk?.writing?.database.setAside();
  desk = undefined;
  return told ?? error;
}
