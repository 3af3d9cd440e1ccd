/**
 * A store whose database is used on a thread of its own: whoever calls only packs histograms and posts a message. Neither a disk nor
 * a network keeps it from measuring, nor does a fault in the thread, which ends that alone. What is done with a database it does not know.
 */
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { EcholotError } from '../../../core/errors.ts';
import type { Interval } from '../../records/interval.ts';
import { type PackedInterval, packInterval, unpackInterval } from '../packed/packed-interval.ts';
import type { Batch, Found, Store } from '../store.ts';
import type { Answered, Ask, Asked, Dialogue, PackedBatch } from './messages.ts';

/** A millisecond's work. */
const UNPACKED_AT_ONCE = 20;

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * @param place for people
 * @param entry what the thread runs, which answers by `answerAsks`
 * @param workerData what it begins with
 * @throws EcholotError where it cannot be opened; the reason may pass
 */
export async function openThreadedStore(place: string, entry: URL, workerData: unknown): Promise<Store> {
  const thread = startThread(place, entry, workerData);
  try {
    await thread.ask('open', null);
  } catch (error) {
    await thread.end();
    throw error;
  }
  return storeOf(place, thread);
}

function storeOf(place: string, { ask, end }: Thread): Store {
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
      return { place, bytes, trouble: null, waiting: 0, lostIntervals: 0 };
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

function startThread(place: string, entry: URL, workerData: unknown): Thread {
  const worker = new Worker(entry, { workerData });
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
    fail(new EcholotError('internal', `the thread of ${place} ended: ${String(cause)}`, { cause })),
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
