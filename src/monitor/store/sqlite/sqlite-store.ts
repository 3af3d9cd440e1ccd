/**
 * A store in a file, by SQLite on a thread of its own: whoever calls only packs histograms and posts a message, and is never kept
 * from measuring by a disk. One monitor writes to a file at a time; others are told, and may read.
 */
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { EcholotError } from '../../../core/errors.ts';
import type { Interval } from '../../records/interval.ts';
import { type PackedInterval, packInterval, unpackInterval } from '../packed/packed-interval.ts';
import { DEFAULT_RETENTION } from '../retention.ts';
import type { Batch, Found, Retention, Store } from '../store.ts';
import type { Answered, Ask, Asked, Dialogue, Opening, PackedBatch } from './messages.ts';

export interface SqliteOptions {
  /** `read` of a file that a monitor may be writing to: it makes no file, and takes no lock. */
  readonly mode: 'read' | 'write';
  readonly retention?: Retention;
  /** What the file may have; the oldest of the finest step go first. Default 2 GB. */
  readonly maxBytes?: number;
}

const DEFAULT_MAX_BYTES = 2_000_000_000;
/** A millisecond's work. */
const UNPACKED_AT_ONCE = 20;

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: unknown) => void;
}

/** @throws EcholotError where it cannot be opened; the reason may pass */
export async function openSqliteStore(file: string, options: SqliteOptions): Promise<Store> {
  const { mode, retention = DEFAULT_RETENTION, maxBytes = DEFAULT_MAX_BYTES } = options;
  const thread = startThread({ file, mode, retention, maxBytes });
  try {
    await thread.ask('open', null);
  } catch (error) {
    await thread.end();
    throw error;
  }
  return storeOf(file, thread);
}

function storeOf(file: string, { ask, end }: Thread): Store {
  return {
    async write(batch) {
      await ask('write', packed(batch));
    },
    series: () => ask('series', null),
    summaries: (query) => ask('summaries', query),
    async intervals(query) {
      const found = await ask('intervals', query);
      const unpacked: Found<Interval>[] = [];
      for (const { intervals, ...rest } of found) {
        unpacked.push({ ...rest, intervals: await unpackedInTurns(intervals) });
      }
      return unpacked;
    },
    events: (query) => ask('events', query),
    note: (name) => ask('note', name),
    async keepNote(name, text) {
      await ask('keepNote', { name, text });
    },
    async maintain(nowMs) {
      while (await ask('maintain', nowMs));
    },
    async state() {
      const bytes = await ask('bytes', null);
      return { place: file, bytes, trouble: null, waiting: 0, lostIntervals: 0 };
    },
    close: end,
  };
}

/** Others have their turn now and then: months of histograms take the tenth part of a second and more. */
async function unpackedInTurns(packed: readonly PackedInterval[]): Promise<Interval[]> {
  const intervals: Interval[] = [];
  for (const [i, interval] of packed.entries()) {
    if (i % UNPACKED_AT_ONCE === UNPACKED_AT_ONCE - 1) await setImmediate();
    intervals.push(unpackInterval(interval));
  }
  return intervals;
}

interface Thread {
  ask<A extends Ask>(what: A, argument: Dialogue[A][0]): Promise<Dialogue[A][1]>;
  end(): Promise<void>;
}

function startThread(opening: Opening): Thread {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const worker = new Worker(new URL(`./store-worker.${extension}`, import.meta.url), { workerData: opening });
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let over: EcholotError | undefined;
  let ending: Promise<void> | undefined;

  worker.on('message', (answered: Answered) => {
    const asker = waiting.get(answered.id);
    waiting.delete(answered.id);
    // A program that has nothing else to do may end.
    if (waiting.size === 0) worker.unref();
    if ('error' in answered) {
      const { code, message, advice } = answered.error;
      asker?.reject(new EcholotError(code, message, advice === undefined ? {} : { advice }));
    } else asker?.resolve(answered.answer as never);
  });
  const fail = (error: EcholotError): void => {
    over ??= error;
    for (const { reject } of waiting.values()) reject(over);
    waiting.clear();
  };
  worker.on('error', (cause) =>
    fail(new EcholotError('internal', `the thread of ${opening.file} ended: ${String(cause)}`, { cause })),
  );
  worker.on('exit', () => fail(closed()));

  function ask<A extends Ask>(what: A, argument: Dialogue[A][0]): Promise<Dialogue[A][1]> {
    return new Promise((resolve, reject) => {
      if (over !== undefined) {
        reject(over);
        return;
      }
      const asked: Asked<A> = { id: ++lastId, ask: what, argument };
      waiting.set(asked.id, { resolve, reject });
      worker.ref();
      worker.postMessage(asked);
    });
  }

  async function finish(): Promise<void> {
    if (over === undefined) {
      const isDone = ask('close', null);
      over = closed();
      await isDone;
    }
    await worker.terminate();
  }

  return {
    ask,
    end: () => {
      ending ??= finish();
      return ending;
    },
  };
}

function closed(): EcholotError {
  return new EcholotError('internal', 'the store is closed');
}

function packed({ intervals, events }: Batch): PackedBatch {
  return {
    intervals: intervals.map(({ interval, ...rest }) => ({ ...rest, interval: packInterval(interval, 0) })),
    events,
  };
}
