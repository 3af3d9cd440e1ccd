/** Servers that tell how long they keep probes, and one that has agreed to and does not: told once, and no run lost. */
import { describe, expect, test } from 'vitest';
import { EcholotError } from '../../../src/core/errors.ts';
import type { ShortRun } from '../../../src/measure/standing/short-run.ts';
import { ResidenceTurns } from '../../../src/monitor/runs/residence-turns.ts';
import { elapsed, GOOD, makeWorld, target } from '../world.ts';

const TOLD: ShortRun = { ...GOOD, residenceNs: [30_000, 40_000], networkRttNs: [870_000] };
const SILENT: ShortRun = { ...GOOD, residenceError: new EcholotError('timeout', 'no answer within 1 s') };

describe('residences', () => {
  test('are layers of the interval', async () => {
    const { monitor, intervals, pass } = makeWorld(() => TOLD);
    await monitor.start([target('a')]);
    await pass(15_000);
    const { layers, doubts } = intervals[0]!.interval;
    expect(layers.residence?.count).toBe(2);
    expect(layers.network?.quantile(0.5)).toBeCloseTo(870_000, -4);
    expect(doubts).toEqual({});
  });

  test('that a server does not tell are one event, a count, and the loss of nothing else', async () => {
    const { monitor, intervals, events, pass } = makeWorld((_host, _signal, asks) => (asks ? SILENT : GOOD));
    await monitor.start([target('a')]);
    await pass(600_000);
    const told = events.filter(({ kind }) => kind === 'residence');
    expect(told.map(({ text }) => text)).toEqual([
      'a does not tell how long it keeps probes: no answer within 1 s',
    ]);
    const doubted = intervals.filter(({ interval }) => interval.doubts['residence-untold'] === 1);
    // After the first a pause of 1, then 3, 7, 15 and 31 runs.
    expect(doubted).toHaveLength(5);
    expect(intervals.length).toBeGreaterThanOrEqual(59);
    for (const { interval } of intervals) {
      expect(interval).toMatchObject({ answered: 20, failures: {}, skipped: {} });
      expect(interval.layers.kernel?.count).toBe(1);
    }
  });

  test('that take a run into the time of the next cost that one, and then hardly any', async () => {
    const slow = makeWorld(async (_host, _signal, asks) => {
      await elapsed(slow.clock, asks ? 11_000 : 5_000);
      return asks ? SILENT : GOOD;
    });
    await slow.monitor.start([target('a')]);
    await slow.pass(3_600_000);
    const left = slow.intervals.reduce((sum, { interval }) => sum + (interval.skipped.busy ?? 0), 0);
    expect(left).toBeLessThanOrEqual(11);
    expect(slow.intervals.length).toBeGreaterThanOrEqual(345);
  });
});

describe('a server that does not answer the question', () => {
  const { residenceError } = SILENT;

  function asked(turns: ResidenceTurns, runs: number): number {
    let count = 0;
    for (let i = 0; i < runs; i++) {
      if (!turns.take()) continue;
      count++;
      turns.note(SILENT);
    }
    return count;
  }

  test('is asked in each 64th run in the end, and in each again once it has answered', () => {
    const turns = new ResidenceTurns();
    expect(turns.note({ ...SILENT })).toBe(residenceError?.message);
    expect(turns.note({ ...SILENT })).toBeUndefined();
    asked(turns, 1_000);
    expect(asked(turns, 6_400)).toBe(100);
    while (!turns.take());
    turns.note(TOLD);
    expect(Array.from({ length: 10 }, () => turns.take())).toEqual(Array(10).fill(true));
  });

  test('is no news where there was nothing to ask', () => {
    const turns = new ResidenceTurns();
    expect(turns.note(GOOD)).toBeUndefined();
    expect(turns.take()).toBe(true);
  });
});
