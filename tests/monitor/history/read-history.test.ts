/** What a store tells of a target's past: every run counts once, percentiles are of all answers, and outages are as long as they were. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MOST_ROWS, readHistory } from '../../../src/monitor/history/read-history.ts';
import type { EventKind } from '../../../src/monitor/records/event.ts';
import type { HistoryRecord, TargetHistory } from '../../../src/monitor/records/history.ts';
import type { Span, Store } from '../../../src/monitor/store/store.ts';
import { EVERY_MS, intervalAt, MIDNIGHT_MS, measured, seriesKey } from '../store/measured.ts';
import { DAY_MS, HOUR_MS, keptStore } from './kept.ts';

const MINUTE_MS = 60_000;

async function near(store: Store, span: Span): Promise<TargetHistory> {
  const { targets } = await readHistory(store, { target: 'near', span });
  return targets[0] as TargetHistory;
}

function happened(
  store: Store,
  ...events: readonly (readonly [kind: EventKind, atMs: number])[]
): Promise<void> {
  return store.write({
    intervals: [],
    events: events.map(([kind, atMs]) => ({ atMs, kind, target: 'near', text: kind, facts: {} })),
  });
}

test('keeps every run and answer of a span, whatever its length and steps', async () => {
  const store = await keptStore({ lengthMs: 8 * HOUR_MS, medianNs: () => 1e6 });
  const whole = { min: 1, max: (8 * HOUR_MS) / EVERY_MS };
  await fc.assert(
    fc.asyncProperty(fc.integer(whole), fc.integer(whole), async (a, b) => {
      const [from, to] = [Math.min(a, b) - 1, Math.max(a, b)];
      const span = { fromMs: MIDNIGHT_MS + from * EVERY_MS, toMs: MIDNIGHT_MS + to * EVERY_MS };
      const { total, rows, intervals } = await near(store, span);
      const runs = (all: readonly { readonly runs: number }[]): number =>
        all.reduce((sum, one) => sum + one.runs, 0);
      // A sum that begins in the span is in it as a whole, and one that began before it is not.
      const stepMs = (intervals[0]?.toMs ?? 0) - (intervals[0]?.fromMs ?? 0);
      expect(Math.abs(runs(intervals) - (to - from))).toBeLessThanOrEqual(stepMs / EVERY_MS);
      expect(runs(rows)).toBe(runs(intervals));
      expect(total?.runs).toBe(runs(intervals));
      expect(total?.layers.application?.count).toBe(4 * runs(intervals));
      expect(rows.length).toBeLessThanOrEqual(MOST_ROWS);
    }),
    { numRuns: 25 },
  );
});

test('percentiles of a row and of the whole are of all answers, never means of percentiles', async () => {
  // One interval of an hour is slow: one of 100 answers and more, so that it is in the p99 and not in the median.
  const store = await keptStore({
    lengthMs: HOUR_MS,
    medianNs: (atMs) => (atMs < MIDNIGHT_MS + 8 * EVERY_MS ? 50e6 : 1e6),
  });
  const { total, rows } = await near(store, { fromMs: MIDNIGHT_MS, toMs: MIDNIGHT_MS + HOUR_MS });
  expect(total?.layers.application?.p50Ns).toBeCloseTo(1e6, -5);
  expect(total?.layers.application?.p99Ns).toBeGreaterThan(40e6);
  expect(rows[0]?.layers.application?.p99Ns).toBeGreaterThan(40e6);
  expect(rows.at(-1)?.layers.application?.p99Ns).toBeLessThan(2e6);
});

test('rows of days begin at midnight of the zone that is asked for', async () => {
  const store = await keptStore({ lengthMs: 20 * DAY_MS, everyMs: 15 * MINUTE_MS, medianNs: () => 1e6 });
  const span = { fromMs: MIDNIGHT_MS, toMs: MIDNIGHT_MS + 20 * DAY_MS };
  const { targets } = await readHistory(store, { target: 'near', span, rowsFromMs: -HOUR_MS });
  const rows = targets[0]?.rows ?? [];
  expect(rows).toHaveLength(20);
  for (const { fromMs } of rows) expect((fromMs + HOUR_MS) % DAY_MS).toBe(0);
});

describe('outages', () => {
  const span = { fromMs: MIDNIGHT_MS + HOUR_MS, toMs: MIDNIGHT_MS + 3 * HOUR_MS };
  const at = (minutes: number): number => span.fromMs + minutes * MINUTE_MS;
  async function outagesAfter(...events: readonly (readonly [EventKind, number])[]): Promise<string[]> {
    const store = await keptStore({ lengthMs: 3 * HOUR_MS, medianNs: () => 1e6 });
    await happened(store, ...events);
    const { outages } = await near(store, span);
    return outages.map(
      ({ fromMs, toMs, goesOn }) =>
        `${(fromMs - span.fromMs) / MINUTE_MS}-${(toMs - span.fromMs) / MINUTE_MS}${goesOn ? '+' : ''}`,
    );
  }

  test('are from when it was found down to when it answered', async () => {
    expect(await outagesAfter(['down', at(5)], ['up', at(10)], ['down', at(60)], ['up', at(61)])).toEqual([
      '5-10',
      '60-61',
    ]);
  });

  test('that began before the span count from its beginning', async () => {
    expect(await outagesAfter(['down', at(-30)], ['up', at(10)])).toEqual(['0-10']);
  });

  test('that go on count to the end of what was measured', async () => {
    expect(await outagesAfter(['up', at(-30)], ['down', at(100)])).toEqual(['100-120+']);
  });

  test('that were over before it are none, and neither are those after it', async () => {
    expect(await outagesAfter(['down', at(-30)], ['up', at(-20)], ['down', at(500)])).toEqual([]);
  });

  test('told twice are one', async () => {
    expect(await outagesAfter(['down', at(5)], ['down', at(6)], ['up', at(10)], ['up', at(11)])).toEqual([
      '5-10',
    ]);
  });
});

test('what was measured otherwise before is told, and in none of the figures', async () => {
  const other = { ...seriesKey('near'), workload: '1000 B, 20 probes' };
  const store = await keptStore(
    { series: other, lengthMs: HOUR_MS, medianNs: () => 9e6 },
    { fromMs: MIDNIGHT_MS + HOUR_MS, lengthMs: HOUR_MS, medianNs: () => 1e6 },
  );
  const { series, others, total } = await near(store, {
    fromMs: MIDNIGHT_MS,
    toMs: MIDNIGHT_MS + 2 * HOUR_MS,
  });
  expect(series.map(({ workload }) => workload)).toEqual(['100 B, 20 probes']);
  expect(others.map(({ workload }) => workload)).toEqual([other.workload]);
  expect(total?.layers.application?.maxNs).toBeLessThan(2e6);
});

test('another address of the same way of measuring is in the figures', async () => {
  const store = await keptStore(
    { series: seriesKey('near', '192.0.2.9'), lengthMs: HOUR_MS, medianNs: () => 1e6 },
    { fromMs: MIDNIGHT_MS + HOUR_MS, lengthMs: HOUR_MS, medianNs: () => 1e6 },
  );
  const { series, total } = await near(store, { fromMs: MIDNIGHT_MS, toMs: MIDNIGHT_MS + 2 * HOUR_MS });
  expect(series.map(({ address }) => address)).toEqual(['192.0.2.9', '192.0.2.1']);
  expect(total?.runs).toBe(720);
});

test('a target that was not measured in the span is there, with nothing', async () => {
  const store = await keptStore({ lengthMs: HOUR_MS, medianNs: () => 1e6 });
  const past = await near(store, { fromMs: MIDNIGHT_MS - DAY_MS, toMs: MIDNIGHT_MS });
  expect(past).toMatchObject({ total: null, rows: [], intervals: [], outages: [] });
});

test('the newest runs, which are in no sum yet, are not missing', async () => {
  const store = await keptStore({ lengthMs: 2 * DAY_MS, everyMs: MINUTE_MS, medianNs: () => 1e6 });
  const lateMs = MIDNIGHT_MS + 2 * DAY_MS + 5 * MINUTE_MS;
  await store.write({ intervals: [measured(seriesKey('near'), intervalAt(lateMs, [7e6]))], events: [] });
  const { intervals, total } = await near(store, { fromMs: MIDNIGHT_MS, toMs: lateMs + HOUR_MS });
  expect(intervals.at(-1)?.fromMs).toBe(lateMs);
  expect(total?.runs).toBe(2 * 1_440 + 1);
});

describe('what is expected next', () => {
  const steady = (): number => 1e6;
  async function expectedAfter(lengthMs: number): Promise<TargetHistory['expected']> {
    const store = await keptStore({ lengthMs, everyMs: MINUTE_MS, medianNs: steady });
    const toMs = MIDNIGHT_MS + lengthMs;
    return (await near(store, { fromMs: toMs - HOUR_MS, toMs })).expected;
  }

  test('stands on more of the past than the span that is shown', async () => {
    const [hour, day] = await expectedAfter(5 * DAY_MS);
    expect(hour).toMatchObject({ layer: 'application', horizon: 'hour' });
    expect(hour?.expectation?.valueNs).toBeCloseTo(1e6, -5);
    expect(day?.expectation?.forecasts).toBeGreaterThanOrEqual(3);
  });

  test('is not said of a path that is too young', async () => {
    expect((await expectedAfter(2 * HOUR_MS)).map(({ expectation }) => expectation)).toEqual([null, null]);
  });
});

test('an overview has sums of every target, and neither rows nor forecasts', async () => {
  const store = await keptStore(
    { lengthMs: HOUR_MS, medianNs: () => 1e6 },
    { series: seriesKey('far'), lengthMs: HOUR_MS, medianNs: () => 2e6 },
  );
  const span = { fromMs: MIDNIGHT_MS, toMs: MIDNIGHT_MS + HOUR_MS };
  const record: HistoryRecord = await readHistory(store, { target: undefined, span });
  expect(record.targets.map(({ target, total }) => [target, total?.runs])).toEqual([
    ['far', 360],
    ['near', 360],
  ]);
  for (const one of record.targets) expect(one).toMatchObject({ rows: [], expected: [] });
});
