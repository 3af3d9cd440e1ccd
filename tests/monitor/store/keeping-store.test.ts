import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../src/clock/virtual.ts';
import { EcholotError } from '../../../src/core/errors.ts';
import { createKeepingStore, type KeepingOptions } from '../../../src/monitor/store/keeping-store.ts';
import { createMemoryStore } from '../../../src/monitor/store/memory-store.ts';
import type { Batch, Store } from '../../../src/monitor/store/store.ts';
import { batchOf, EVERY_MS, intervalAt, MIDNIGHT_MS, seriesKey } from './measured.ts';
import { describeStore } from './suite.ts';

describeStore('a keeping store', async (retention) =>
  createKeepingStore({
    open: async () => createMemoryStore(retention),
    place: 'memory',
    timekeeper: new VirtualClock(),
  }),
);

const FULL = new EcholotError('limit', 'the disk is full', { advice: 'make room on it' });
const nth = (i: number): Batch => batchOf(seriesKey('a'), intervalAt(MIDNIGHT_MS + i * EVERY_MS, [i + 1]));

/** A store that fails while `fault` is set, and what a monitor would see of it. */
function faulty(options: Partial<KeepingOptions> = {}, fault?: Error) {
  const clock = new VirtualClock();
  const disk = createMemoryStore();
  const state: { fault: Error | undefined; opened: number; closed: number } = {
    fault,
    opened: 0,
    closed: 0,
  };
  const told: string[] = [];
  const written: number[] = [];
  const orFault = async <T>(work: () => Promise<T>): Promise<T> => {
    if (state.fault !== undefined) throw state.fault;
    return work();
  };
  const behind: Store = {
    ...disk,
    write: (batch) =>
      orFault(async () => {
        await disk.write(batch);
        written.push(...batch.intervals.map(({ interval }) => (interval.fromMs - MIDNIGHT_MS) / EVERY_MS));
      }),
    maintain: (nowMs) => orFault(() => disk.maintain(nowMs)),
    keepNote: (name, text) => orFault(() => disk.keepNote(name, text)),
    close: async () => {
      state.closed++;
    },
  };
  const store = createKeepingStore({
    open: () =>
      orFault(async () => {
        state.opened++;
        return behind;
      }),
    place: 'a disk',
    timekeeper: clock,
    onTrouble: ({ text, advice }) => told.push(`trouble: ${text}, ${advice}`),
    onMended: ({ troubleMs, lostIntervals }) =>
      told.push(`mended after ${troubleMs} ms, lost ${lostIntervals}`),
    ...options,
  });
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 50; i++) await Promise.resolve();
  };
  /** Lets the next try be made. */
  const retry = async (): Promise<void> => {
    clock.step();
    await settle();
  };
  return { clock, state, told, written, store, settle, retry };
}

describe('a store in trouble', () => {
  test('takes all that is written, and writes it in order once it can', async () => {
    const { state, told, written, store, settle, retry } = faulty();
    await store.write(nth(0));
    await settle();
    state.fault = FULL;
    for (let i = 1; i < 300; i++) await store.write(nth(i));
    await settle();
    expect(await store.state()).toMatchObject({ trouble: 'the disk is full', waiting: 3, lostIntervals: 0 });
    expect(written).toEqual([0]);
    await retry();
    state.fault = undefined;
    await retry();
    expect(written).toEqual(Array.from({ length: 300 }, (_, i) => i));
    expect(told).toEqual(['trouble: the disk is full, make room on it', 'mended after 3000 ms, lost 0']);
    expect(await store.state()).toMatchObject({ trouble: null, waiting: 0, lostIntervals: 0 });
  });

  test('keeps order and loses nothing whenever it fails and whoever writes', async () => {
    const step = fc.constantFrom('write', 'write', 'write', 'fail', 'heal', 'retry', 'settle', 'maintain');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const { state, written, store, settle, retry } = faulty();
        let count = 0;
        for (const what of steps) {
          if (what === 'write') await store.write(nth(count++));
          else if (what === 'maintain') void store.maintain(MIDNIGHT_MS);
          else if (what === 'retry') await retry();
          else if (what === 'settle') await settle();
          else state.fault = what === 'fail' ? FULL : undefined;
        }
        state.fault = undefined;
        await retry();
        await settle();
        expect(written).toEqual(Array.from({ length: count }, (_, i) => i));
      }),
    );
  });

  test('tries more and more seldom, and once a minute at least', async () => {
    const { clock, state, store, settle, retry } = faulty();
    await settle();
    state.fault = FULL;
    await store.write(nth(0));
    await settle();
    const seconds: number[] = [];
    for (let i = 0; i < 8; i++) {
      const before = clock.nowNs();
      await retry();
      seconds.push(Number((clock.nowNs() - before) / 1_000_000_000n));
    }
    expect(seconds).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
  });

  test.each([
    { what: 'intervals', limits: { maxIntervals: 10 } },
    { what: 'bytes', limits: { maxBytes: 2_000 } },
  ])('gives up the oldest when more than so many $what wait, and counts them', async ({ limits }) => {
    const { state, told, written, store, settle, retry } = faulty(limits);
    await settle();
    state.fault = FULL;
    for (let i = 0; i < 100; i++) await store.write(nth(i));
    await settle();
    const { lostIntervals } = await store.state();
    expect(lostIntervals).toBeGreaterThanOrEqual(90);
    expect(lostIntervals).toBeLessThan(95);
    state.fault = undefined;
    await retry();
    expect(written).toEqual(Array.from({ length: 100 - lostIntervals }, (_, i) => i + lostIntervals));
    expect(told.at(-1)).toBe(`mended after 1000 ms, lost ${lostIntervals}`);
  });

  test('is opened once it can be, and written what came before', async () => {
    const { state, told, written, store, settle, retry } = faulty({}, FULL);
    await store.write(nth(0));
    await settle();
    await expect(store.series()).rejects.toThrow('the disk is full');
    expect(await store.state()).toMatchObject({ place: 'a disk', bytes: 0, trouble: 'the disk is full' });
    state.fault = undefined;
    await retry();
    expect(written).toEqual([0]);
    expect(told).toEqual(['trouble: the disk is full, make room on it', 'mended after 1000 ms, lost 0']);
  });

  test('is opened anew when its thread has ended', async () => {
    const { state, written, store, settle, retry } = faulty();
    await settle();
    state.fault = new EcholotError('internal', 'the thread ended');
    await store.write(nth(0));
    await settle();
    state.fault = undefined;
    await retry();
    expect(state).toMatchObject({ opened: 2, closed: 1 });
    expect(written).toEqual([0]);
  });

  test('gives up what no store ever takes, and writes what comes after it', async () => {
    const disk = createMemoryStore();
    const picky: Store = {
      ...disk,
      write: async (batch) => {
        if (batch.intervals.some(({ interval }) => Number.isNaN(interval.toMs)))
          throw new TypeError('no time');
        await disk.write(batch);
      },
      close: async () => {},
    };
    const { store, settle, retry } = faulty({ open: async () => picky });
    await settle();
    await store.write(batchOf(seriesKey('a'), intervalAt(MIDNIGHT_MS, [1], { toMs: Number.NaN })));
    await settle();
    for (let i = 0; i < 3; i++) await retry();
    await store.write(nth(1));
    await settle();
    expect(await store.state()).toMatchObject({ trouble: null, waiting: 0, lostIntervals: 1 });
    expect(await store.series()).toHaveLength(1);
  });

  test('tells each reason once, and of an event that is written when it is told', async () => {
    const texts: string[] = [];
    const { state, store, settle, retry } = faulty({
      onTrouble: ({ text }) => {
        texts.push(text);
        void store.write({
          intervals: [],
          events: [{ atMs: texts.length, kind: 'store', target: null, text, facts: {} }],
        });
      },
      onMended: () => {
        void store.write({
          intervals: [],
          events: [{ atMs: 9, kind: 'store', target: null, text: 'mended', facts: {} }],
        });
      },
    });
    await settle();
    state.fault = FULL;
    await store.write(nth(0));
    await settle();
    await retry();
    state.fault = new EcholotError('limit', 'locked');
    await retry();
    await retry();
    state.fault = undefined;
    await retry();
    expect(texts).toEqual(['the disk is full', 'locked']);
    expect((await store.events({})).map(({ text }) => text)).toEqual([
      'mended',
      'locked',
      'the disk is full',
    ]);
  });

  test('makes up for the upkeep that failed', async () => {
    const { state, store, settle, retry } = faulty();
    await store.write(nth(0));
    await settle();
    state.fault = FULL;
    await store.maintain(MIDNIGHT_MS + 3_600_000);
    expect((await store.state()).trouble).toBe('the disk is full');
    state.fault = undefined;
    await retry();
    const [found] = await store.summaries({ target: 'a', fromMs: 0, toMs: 2 * MIDNIGHT_MS, stepMs: 60_000 });
    expect(found?.intervals).toHaveLength(1);
  });

  test('knows a note that could not be written, and writes the last of each name', async () => {
    const { state, store, settle, retry } = faulty();
    await settle();
    state.fault = FULL;
    await store.keepNote('alert', 'pending');
    await store.keepNote('alert', 'firing');
    await settle();
    expect(await store.note('alert')).toBe('firing');
    state.fault = undefined;
    await retry();
    expect(await store.note('alert')).toBe('firing');
    expect((await store.state()).trouble).toBe(null);
  });

  test('is tried once more when it is closed', async () => {
    const { state, written, store, settle } = faulty();
    await settle();
    state.fault = FULL;
    await store.write(nth(0));
    await settle();
    state.fault = undefined;
    await store.close();
    expect(written).toEqual([0]);
  });
});
