/** What every store has to do, whatever lies behind it. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { MonitorEvent } from '../../../src/monitor/records/event.ts';
import type { Interval } from '../../../src/monitor/records/interval.ts';
import { sumOf } from '../../../src/monitor/store/roll-up.ts';
import { type Retention, STEPS_MS, type Store } from '../../../src/monitor/store/store.ts';
import { summarized } from '../../../src/monitor/store/summary.ts';
import { NanosecondHistogram } from '../../../src/stats/histogram.ts';
import { batchOf, EVERY_MS, intervalAt, MIDNIGHT_MS, measured, seriesKey } from './measured.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ALWAYS = { fromMs: 0, toMs: 10 * MIDNIGHT_MS };
const RETENTION: Retention = { 0: DAY_MS, 60000: 2 * DAY_MS, 900000: 4 * DAY_MS, 21600000: 8 * DAY_MS };

/** Half of the bins that long steps take together, and a little for the middles. */
const LONG_STEP_ERROR = 0.0025;
const PART_ERROR = 0.01;

/** @param open an empty store, with that retention */
export function describeStore(name: string, open: (retention: Retention) => Promise<Store>): void {
  describe(name, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open(RETENTION);
    });
    afterEach(() => store.close());

    const all = async (stepMs: (typeof STEPS_MS)[number], target = 'a'): Promise<readonly Interval[]> =>
      (await store.intervals({ target, stepMs, ...ALWAYS })).flatMap(({ intervals }) => intervals);

    test('keeps every part of an interval', async () => {
      const interval = intervalAt(MIDNIGHT_MS, [], {
        runs: 3,
        answeredRuns: 2,
        unsentRuns: 1,
        probes: 40,
        answered: 6,
        failures: { timeout: 33, refused: 1 },
        skipped: { busy: 2 },
        doubts: { 'no-kernel-stamps': 1, __proto__x: 2, 'a "quoted" one': 1 },
        layers: {
          application: NanosecondHistogram.of([1, 2_000_000, 3_000_000.4, 3_600_000_000_000]),
          kernel: NanosecondHistogram.of([0]),
          handshake: NanosecondHistogram.of([7]),
          connect: NanosecondHistogram.of([8, 8]),
          tls: NanosecondHistogram.of([9]),
        },
        load: { upBitsPerSecond: 1e9 + 0.5, downBitsPerSecond: null, increaseNs: 12 },
      });
      await store.write(batchOf(seriesKey('a'), interval));
      expect((await all(0)).map(plain)).toEqual([plain(interval)]);
      const [found] = await store.summaries({ target: 'a', stepMs: 0, ...ALWAYS });
      expect(found?.intervals.map(rounded)).toEqual([rounded(summarized(interval))]);
    });

    test('keeps an interval without an answer, and one in which nothing was measured', async () => {
      const silent = intervalAt(MIDNIGHT_MS, [], { probes: 0, failures: { name: 1 } });
      const skipped = intervalAt(MIDNIGHT_MS + EVERY_MS, [], { runs: 0, skipped: { suspended: 1 } });
      await store.write(batchOf(seriesKey('a'), silent, skipped));
      expect((await all(0)).map(plain)).toEqual([silent, skipped].map(plain));
    });

    test('gives histograms of the layers that were asked for, and of no other', async () => {
      const layers = { application: NanosecondHistogram.of([1]), kernel: NanosecondHistogram.of([2]) };
      await store.write(batchOf(seriesKey('a'), intervalAt(MIDNIGHT_MS, [1], { layers })));
      const [found] = await store.intervals({ target: 'a', layers: ['kernel'], ...ALWAYS });
      expect(Object.keys(found?.intervals[0]?.layers ?? {})).toEqual(['kernel']);
    });

    test('takes an interval that is written once more for the same one', async () => {
      const interval = intervalAt(MIDNIGHT_MS, [5_000_000]);
      await store.write(batchOf(seriesKey('a'), interval));
      await store.maintain(MIDNIGHT_MS + HOUR_MS);
      await store.write(batchOf(seriesKey('a'), interval, interval));
      await store.maintain(MIDNIGHT_MS + HOUR_MS);
      for (const stepMs of STEPS_MS) expect((await all(stepMs)).map(({ runs }) => runs)).toEqual([1]);
    });

    test('keeps two intervals of one time, as they are after the clock was set back', async () => {
      await store.write(batchOf(seriesKey('a'), intervalAt(MIDNIGHT_MS, [5]), intervalAt(MIDNIGHT_MS, [6])));
      await store.maintain(MIDNIGHT_MS + HOUR_MS);
      expect(await all(0)).toHaveLength(2);
      expect((await all(60_000)).map(({ answered }) => answered)).toEqual([2]);
    });

    test('makes another series of another address, port, kind or workload, and of a label none', async () => {
      const key = seriesKey('a');
      const others = [
        key,
        { ...key, address: '2001:db8::1' },
        { ...key, port: 8 },
        { ...key, kind: 'ping' as const },
        { ...key, workload: '10 B' },
      ];
      const written = others.map((series, i) =>
        measured(series, intervalAt(MIDNIGHT_MS + i * EVERY_MS, [1])),
      );
      const relabelled = measured(key, intervalAt(MIDNIGHT_MS + HOUR_MS, [1]), { site: 'north' });
      await store.write({ intervals: [...written.reverse(), relabelled], events: [] });
      const series = await store.series();
      expect(series.map(({ address, port, kind, workload }) => ({ address, port, kind, workload }))).toEqual(
        others.map(({ address, port, kind, workload }) => ({ address, port, kind, workload })),
      );
      expect(series[0]).toMatchObject({
        labels: { site: 'north' },
        firstMs: MIDNIGHT_MS,
        lastMs: MIDNIGHT_MS + HOUR_MS + EVERY_MS,
      });
      expect(new Set(series.map(({ id }) => id)).size).toBe(others.length);
    });

    test('keeps any name that a target may have', async () => {
      const text = fc.string({ unit: 'grapheme', maxLength: 40 });
      let at = MIDNIGHT_MS;
      await fc.assert(
        fc.asyncProperty(text, text, text, async (target, label, value) => {
          at += EVERY_MS;
          await store.write({
            intervals: [measured(seriesKey(target), intervalAt(at, [1]), { [label]: value })],
            events: [],
          });
          const [found] = await store.summaries({ target, fromMs: at, toMs: at + 1 });
          expect(found?.series.target).toBe(target);
          expect(found?.series.labels).toEqual({ [label]: value });
        }),
        { numRuns: 50 },
      );
    });

    test('finds what begins in a span, so that two spans side by side share nothing', async () => {
      const begins = [0, 1, 2, 3].map((i) => MIDNIGHT_MS + i * EVERY_MS);
      await store.write(batchOf(seriesKey('a'), ...begins.map((fromMs) => intervalAt(fromMs, [1]))));
      const middle = MIDNIGHT_MS + 2 * EVERY_MS;
      const found = async (fromMs: number, toMs: number): Promise<readonly number[]> =>
        (await store.summaries({ target: 'a', fromMs, toMs })).flatMap(({ intervals }) =>
          intervals.map((interval) => interval.fromMs),
        );
      expect(await found(MIDNIGHT_MS, middle)).toEqual(begins.slice(0, 2));
      expect(await found(middle, middle + HOUR_MS)).toEqual(begins.slice(2));
      expect(await found(middle + HOUR_MS, middle + 2 * HOUR_MS)).toEqual([]);
      expect(await store.summaries({ target: 'nobody', ...ALWAYS })).toEqual([]);
    });

    test('adds up to the same in every step, whatever came late and however often it was summed up', async () => {
      const arrival = fc.record({
        offsetMs: fc.integer({ min: 0, max: (7 * HOUR_MS) / EVERY_MS }).map((n) => n * EVERY_MS),
        timesNs: fc.array(fc.integer({ min: 0, max: 4e12 }), { maxLength: 5 }),
        timeouts: fc.integer({ min: 0, max: 3 }),
        sumsUp: fc.boolean(),
      });
      let round = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(arrival, { minLength: 1, maxLength: 25 }), async (arrivals) => {
          const target = `round ${round++}`;
          const nowMs = MIDNIGHT_MS + 8 * HOUR_MS;
          for (const { offsetMs, timesNs, timeouts, sumsUp } of arrivals) {
            const failures = timeouts > 0 ? { timeout: timeouts } : {};
            const interval = intervalAt(MIDNIGHT_MS + offsetMs, timesNs, { failures });
            await store.write(batchOf(seriesKey(target), interval));
            if (sumsUp) await store.maintain(nowMs);
          }
          await store.maintain(nowMs);
          const whole = sumOf(await all(0, target), ALWAYS);
          for (const stepMs of STEPS_MS) {
            const sum = sumOf(await all(stepMs, target), ALWAYS);
            expect(counted(sum)).toEqual(counted(whole));
            if (stepMs === 60_000) expect(plain(sum)).toEqual(plain(whole));
          }
        }),
        { numRuns: 20 },
      );
    });

    test('knows the times of long steps to a quarter of a percent, and whose they were to one percent', async () => {
      const time = fc.double({ min: 3_000, max: 3.5e12, noNaN: true });
      let atMs = MIDNIGHT_MS;
      await fc.assert(
        fc.asyncProperty(fc.array(time, { minLength: 1, maxLength: 20 }), async (timesNs) => {
          atMs += 6 * HOUR_MS;
          const times = NanosecondHistogram.of(timesNs);
          const layers = { application: times, network: times };
          await store.write(batchOf(seriesKey('a'), intervalAt(atMs, timesNs, { layers })));
          await store.maintain(atMs + 6 * HOUR_MS);
          const query = { target: 'a', fromMs: atMs, toMs: atMs + 6 * HOUR_MS, stepMs: 21_600_000 } as const;
          const [found] = await store.summaries(query);
          const exactNs = times.quantile(0.5);
          const { application, network } = found?.intervals[0]?.layers ?? {};
          expect(Math.abs((application?.p50Ns ?? 0) / exactNs - 1)).toBeLessThan(LONG_STEP_ERROR);
          expect(Math.abs((network?.p50Ns ?? 0) / exactNs - 1)).toBeLessThan(PART_ERROR);
        }),
        { numRuns: 20 },
      );
    });

    test('sums up no minute before it is over', async () => {
      await store.write(
        batchOf(seriesKey('a'), intervalAt(MIDNIGHT_MS, [1]), intervalAt(MIDNIGHT_MS + MINUTE_MS, [1])),
      );
      await store.maintain(MIDNIGHT_MS + MINUTE_MS + 30_000);
      expect((await all(60_000)).map(({ fromMs, toMs }) => [fromMs, toMs])).toEqual([
        [MIDNIGHT_MS, MIDNIGHT_MS + MINUTE_MS],
      ]);
      await store.maintain(MIDNIGHT_MS + 2 * MINUTE_MS);
      expect(await all(60_000)).toHaveLength(2);
    });

    test('forgets by step, and counts what comes later than it would be kept in those that keep it', async () => {
      const series = seriesKey('a');
      await store.write(batchOf(series, intervalAt(MIDNIGHT_MS, [1])));
      const nowMs = MIDNIGHT_MS + 3 * DAY_MS;
      await store.maintain(nowMs);
      await store.write(batchOf(series, intervalAt(MIDNIGHT_MS + EVERY_MS, [1])));
      await store.maintain(nowMs);
      expect(await all(0)).toEqual([]);
      expect(await all(60_000)).toEqual([]);
      expect((await all(900_000)).map(({ runs }) => runs)).toEqual([2]);
      expect((await all(21_600_000)).map(({ runs }) => runs)).toEqual([2]);
      await store.maintain(MIDNIGHT_MS + 9 * DAY_MS);
      for (const stepMs of STEPS_MS) expect(await all(stepMs)).toEqual([]);
      expect(await store.series()).toEqual([]);
    });

    test('answers with the longest step that has the points, and with none whose data is gone', async () => {
      const nowMs = MIDNIGHT_MS + 3 * DAY_MS;
      const begins = Array.from({ length: 3 * 24 * 4 }, (_, i) => MIDNIGHT_MS + i * 15 * MINUTE_MS);
      await store.write(batchOf(seriesKey('a'), ...begins.map((fromMs) => intervalAt(fromMs, [1]))));
      await store.maintain(nowMs);
      const stepOf = async (fromMs: number, points?: number): Promise<number | undefined> => {
        const query = { target: 'a', fromMs, toMs: nowMs, ...(points === undefined ? {} : { points }) };
        return (await store.summaries(query))[0]?.stepMs;
      };
      expect(await stepOf(nowMs - HOUR_MS)).toBe(0);
      expect(await stepOf(nowMs - 12 * HOUR_MS, 40)).toBe(900_000);
      expect(await stepOf(nowMs - 12 * HOUR_MS, 500)).toBe(60_000);
      expect(await stepOf(nowMs - 12 * HOUR_MS, 5_000)).toBe(0);
      expect(await stepOf(nowMs - 2 * DAY_MS + HOUR_MS, 50_000)).toBe(60_000);
      expect(await stepOf(MIDNIGHT_MS, 50_000)).toBe(900_000);
      expect(await stepOf(MIDNIGHT_MS, 12)).toBe(21_600_000);
    });

    test('has events by target, kind and time, the newest first, each once', async () => {
      const event = (i: number, more: Partial<MonitorEvent> = {}): MonitorEvent => ({
        atMs: MIDNIGHT_MS + i,
        kind: 'down',
        target: 'a',
        text: `"${i}" <b>'; DROP TABLE event`,
        facts: { count: i, name: null },
        ...more,
      });
      const monitor = event(3, { kind: 'monitor', target: null });
      const events = [event(1), event(2, { kind: 'up' }), monitor, event(4, { target: 'b' }), event(4)];
      await store.write({ intervals: [], events });
      await store.write({ intervals: [], events });
      const found = async (query: Parameters<Store['events']>[0]): Promise<readonly number[]> =>
        (await store.events(query)).map(({ atMs }) => atMs - MIDNIGHT_MS);
      expect(await found({})).toEqual([4, 4, 3, 2, 1]);
      expect(await found({ limit: 3 })).toEqual([4, 4, 3]);
      expect(await found({ target: 'a' })).toEqual([4, 2, 1]);
      expect(await found({ kinds: ['up', 'monitor'] })).toEqual([3, 2]);
      expect(await found({ fromMs: MIDNIGHT_MS + 2, toMs: MIDNIGHT_MS + 4 })).toEqual([3, 2]);
      expect((await store.events({ kinds: ['monitor'] }))[0]).toMatchObject(monitor);
      await store.maintain(MIDNIGHT_MS + 9 * DAY_MS);
      expect(await found({})).toEqual([]);
    });

    test('keeps the last note of each name', async () => {
      const text = fc.string({ unit: 'grapheme', maxLength: 40 });
      await fc.assert(
        fc.asyncProperty(text, text, text, async (name, before, last) => {
          await store.keepNote(name, before);
          await store.keepNote(name, last);
          expect(await store.note(name)).toBe(last);
        }),
        { numRuns: 20 },
      );
      expect(await store.note('of a name that no one has kept, and longer than those that were')).toBe(null);
    });

    test('does one thing after the other, however many are asked for at once', async () => {
      const writes = Array.from({ length: 50 }, (_, i) =>
        store.write(batchOf(seriesKey('a'), intervalAt(MIDNIGHT_MS + i * EVERY_MS, [i]))),
      );
      const found = store.summaries({ target: 'a', stepMs: 0, ...ALWAYS });
      await Promise.all(writes);
      expect((await found)[0]?.intervals).toHaveLength(50);
    });

    test('says where it is, and nothing of trouble', async () => {
      await store.write(batchOf(seriesKey('a'), intervalAt(MIDNIGHT_MS, [1])));
      const state = await store.state();
      expect(state).toMatchObject({ trouble: null, waiting: 0, lostIntervals: 0 });
      expect(state.place).not.toBe('');
      expect(state.bytes).toBeGreaterThan(0);
    });

    test('refuses with a reason what is asked after it was closed', async () => {
      await store.close();
      await store.close();
      await expect(store.series()).rejects.toThrow('the store is closed');
      await expect(store.write(batchOf(seriesKey('a'), intervalAt(0, [1])))).rejects.toThrow('closed');
    });
  });
}

/** Without classes, for a comparison that sees into histograms. */
function plain({ layers, ...interval }: Interval): object {
  const texts = Object.entries(layers).map(([layer, histogram]) => [layer, histogram.encode()]);
  return { ...interval, layers: Object.fromEntries(texts) };
}

function counted({ layers, ...interval }: Interval): object {
  return { ...interval, layers: Object.entries(layers).map(([layer, { count }]) => [layer, count]) };
}

/** Summaries are kept to the ns. */
function rounded(summary: object): unknown {
  return JSON.parse(JSON.stringify(summary), (_, value) =>
    typeof value === 'number' ? Math.round(value) : value,
  );
}
