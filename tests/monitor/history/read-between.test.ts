/** Two times of a path out of a store: a change is found, the rest of the history says how sure that is, and nothing unlike is compared. */
import { describe, expect, test } from 'vitest';
import { checkBetween, requireOfBetween } from '../../../src/monitor/history/between-conditions.ts';
import { readBetween } from '../../../src/monitor/history/read-between.ts';
import type { BetweenRecord } from '../../../src/monitor/records/between.ts';
import type { Store } from '../../../src/monitor/store/store.ts';
import { parseAnyThreshold } from '../../../src/options.ts';
import { seededRandom } from '../../../src/stats/distributions/random.ts';
import { normalDraw } from '../../stats/simulate.ts';
import { MIDNIGHT_MS, seriesKey } from '../store/measured.ts';
import { DAY_MS, HOUR_MS, keptStore } from './kept.ts';

const DAYS = 6;
const MORNING_MS = MIDNIGHT_MS + (DAYS - 1) * DAY_MS + 9 * HOUR_MS;
const TODAY = { label: 'today', fromMs: MORNING_MS, toMs: MORNING_MS + HOUR_MS };
const YESTERDAY = { label: 'yesterday', fromMs: TODAY.fromMs - DAY_MS, toMs: TODAY.toMs - DAY_MS };

/** Read only, and slow to fill. */
const stores = new Map<number, Promise<Store>>();

/** @param times what the later span is multiplied with */
function storeOf(times: number): Promise<Store> {
  const store = stores.get(times) ?? filled(times);
  stores.set(times, store);
  return store;
}

function filled(times: number): Promise<Store> {
  const random = seededRandom(7);
  return keptStore({
    lengthMs: TODAY.toMs - MIDNIGHT_MS,
    everyMs: 120_000,
    medianNs: (atMs) => 1e6 * Math.exp(0.02 * normalDraw(random)) * (atMs >= TODAY.fromMs ? times : 1),
  });
}

async function between(store: Store): Promise<BetweenRecord> {
  return await readBetween(store, { target: 'near', a: YESTERDAY, b: TODAY });
}

test('a path that became slower is told so, on pairs of its own history', async () => {
  const { ratios, a, b, workload } = await between(await storeOf(1.4));
  const [median, tail] = ratios;
  expect(median).toMatchObject({ layer: 'application', p: 0.5, verdict: 'slower' });
  expect(tail).toMatchObject({ layer: 'application', p: 0.99 });
  expect(median?.ratio).toBeCloseTo(1.4, 1);
  expect(median?.pairs).toBeGreaterThanOrEqual(3);
  expect([a.intervals, b.intervals]).toEqual([30, 30]);
  expect(workload).toBe('100 B, 20 probes');
});

test('a path that did not change is told no different', async () => {
  const { ratios } = await between(await storeOf(1));
  expect(ratios[0]?.verdict).not.toBe('slower');
  expect(ratios[0]?.verdict).not.toBe('faster');
});

test('spans in which nothing was measured have no ratio, and no error', async () => {
  const store = await keptStore({ lengthMs: HOUR_MS, medianNs: () => 1e6 });
  const { ratios, a, b, workload } = await between(store);
  expect({ ratios, a: a.intervals, b: b.intervals, workload }).toEqual({
    ratios: [],
    a: 0,
    b: 0,
    workload: null,
  });
});

test('what was measured otherwise then is told, and not compared', async () => {
  const store = await keptStore(
    {
      series: { ...seriesKey('near'), workload: '1000 B, 20 probes' },
      ...{ fromMs: YESTERDAY.fromMs, lengthMs: HOUR_MS, medianNs: () => 2e6 },
    },
    { fromMs: TODAY.fromMs, lengthMs: HOUR_MS, medianNs: () => 1e6 },
  );
  const { ratios, a, b } = await between(store);
  expect(a).toMatchObject({ intervals: 0, others: ['1000 B, 20 probes'] });
  expect(b.others).toEqual([]);
  expect(ratios[0]).toMatchObject({ ratio: null, interval: null });
});

test('times in which it did not answer are no intervals', async () => {
  const store = await keptStore({
    ...{ fromMs: YESTERDAY.fromMs, lengthMs: DAY_MS + HOUR_MS },
    medianNs: (atMs) => (atMs >= TODAY.fromMs ? undefined : 1e6),
  });
  const { b, ratios } = await between(store);
  expect(b.intervals).toBe(0);
  expect(ratios[0]?.ratio).toBeNull();
});

describe('conditions', () => {
  const findings = async (times: number, text: string) =>
    checkBetween(await between(await storeOf(times)), [parseAnyThreshold(text)]).map(
      ({ finding }) => finding,
    );

  test.each([
    [1.4, 'rtt.p50 > 1.1x', 'failed'],
    [1.4, 'rtt.p99 > 1.1x', 'failed'],
    [1.4, 'rtt.p50 > 2x', 'passed'],
    [0.7, 'rtt.p50 > 1.1x', 'passed'],
  ])('a path that is %s times as slow: %s %s', async (times, text, finding) => {
    expect(await findings(times, text)).toEqual([finding]);
  });

  test('that chance fulfils as well cannot be told', async () => {
    const [found] = await findings(1, 'rtt.p50 > 0.9x');
    expect(found).toBe('cannot-tell');
  });

  test.each(['throughput.p50 < 0.9x', 'rtt[100].p50 > 1.1x', 'down.goodput < 0.9x'])(
    'of what no history has are refused: %s',
    (text) => {
      expect(() => requireOfBetween([parseAnyThreshold(text)])).toThrow(
        'nothing that a history is asked for',
      );
    },
  );
});
