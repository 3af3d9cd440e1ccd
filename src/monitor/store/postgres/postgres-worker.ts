/**
 * The thread of a store in a database: connects, does what it is asked for in order, and answers. After a fault it connects anew with
 * the next thing it is asked for, and looks at everything as for the first time.
 */
import { workerData } from 'node:worker_threads';
import { EcholotError } from '../../../core/errors.ts';
import { answerAsks } from '../threaded/answers.ts';
import { placeOf } from './address.ts';
import type { Connection } from './connection.ts';
import { openDatabase } from './database.ts';
import type { PostgresOpening } from './postgres-store.ts';
import { createReader, type Reader } from './reading.ts';
import { storeError } from './store-errors.ts';
import { upkeep } from './upkeep.ts';
import { writeBatch, writeNote } from './writing.ts';

const opening: PostgresOpening = workerData;
const { address, retention } = opening;
const place = placeOf(address);
let connection: Connection | undefined;
/** As it was when that was asked last. */
let bytes = 0;

answerAsks(
  {
    open: async () => {
      await connected();
      return null;
    },
    write: async (batch) => {
      await writeBatch(await connected(), writer(), batch);
      return null;
    },
    note: async (name) => (await reader()).note(name),
    keepNote: async (note) => {
      await writeNote(await connected(), writer(), note);
      return null;
    },
    maintain: async (nowMs) => {
      const isMore = await upkeep(await connected(), writer(), retention, nowMs);
      if (!isMore) bytes = await (await reader()).bytes(address.schema);
      return isMore;
    },
    series: async () => (await reader()).series(),
    summaries: async (query) => (await reader()).summaries(query),
    intervals: async (query) => (await reader()).intervals(query),
    events: async (query) => (await reader()).events(query),
    bytes: () => bytes,
    close: async () => {
      await connection?.end();
      return null;
    },
  },
  (error) => storeError(place, error),
);

async function connected(): Promise<Connection> {
  if (connection?.isOpen !== true) {
    connection = await openDatabase(address, opening);
    bytes = await readerOf(connection).bytes(address.schema);
  }
  return connection;
}

async function reader(): Promise<Reader> {
  return readerOf(await connected());
}

function readerOf(open: Connection): Reader {
  return createReader(open, address.agent ?? null);
}

/** Whose rows are written. */
function writer(): string {
  if (opening.mode === 'write' && address.agent !== undefined) return address.agent;
  throw new EcholotError('internal', `${place} was opened for reading`);
}
