import { expect, test } from 'vitest';
import type { Interval } from '../../../src/monitor/records/interval.ts';
import { stepAround, sumOf, sumsByStep } from '../../../src/monitor/store/roll-up.ts';
import { EVERY_MS, intervalAt, MIDNIGHT_MS } from './measured.ts';

const SPAN = { fromMs: MIDNIGHT_MS, toMs: MIDNIGHT_MS + 60_000 };

test('a sum has all runs, probes, failures, left-out starts and doubts of its parts', () => {
  const parts = [
    intervalAt(MIDNIGHT_MS, [1, 2], { failures: { timeout: 1 }, doubts: { __proto__: 9, a: 1 } }),
    intervalAt(MIDNIGHT_MS, [], {
      unsentRuns: 1,
      failures: { timeout: 2, here: 1 },
      doubts: { a: 1, ['__proto__']: 2 },
    }),
    intervalAt(MIDNIGHT_MS, [], { runs: 0, skipped: { busy: 3 } }),
  ];
  const { layers, ...sum } = sumOf(parts, SPAN);
  expect(sum).toEqual({
    ...SPAN,
    runs: 2,
    answeredRuns: 1,
    unsentRuns: 1,
    probes: 2,
    answered: 2,
    failures: { timeout: 3, here: 1 },
    skipped: { busy: 3 },
    doubts: { a: 2, ['__proto__']: 2 },
  });
  expect(layers.application?.count).toBe(2);
});

test('parts stay as they were', () => {
  const parts = [intervalAt(MIDNIGHT_MS, [1]), intervalAt(MIDNIGHT_MS, [2])];
  sumOf(parts, SPAN);
  expect(parts.map(({ layers }) => layers.application?.count)).toEqual([1, 1]);
});

test('the last load stands for all', () => {
  const loaded = (upBitsPerSecond: number): Interval =>
    intervalAt(MIDNIGHT_MS, [], { load: { upBitsPerSecond, downBitsPerSecond: null, increaseNs: null } });
  const sum = sumOf([loaded(1), loaded(2), intervalAt(MIDNIGHT_MS, [])], SPAN);
  expect(sum.load?.upBitsPerSecond).toBe(2);
  expect(sumOf([intervalAt(MIDNIGHT_MS, [])], SPAN)).not.toHaveProperty('load');
});

test('what begins in a step is in it, its first moment too and that of the next not', () => {
  const begins = [59_999, 0, 60_000, -1].map((ms) => intervalAt(MIDNIGHT_MS + ms, [1]));
  expect(
    sumsByStep(begins, 60_000).map(({ fromMs, toMs, runs }) => [fromMs - MIDNIGHT_MS, toMs - fromMs, runs]),
  ).toEqual([
    [-60_000, 60_000, 1],
    [0, 60_000, 2],
    [60_000, 60_000, 1],
  ]);
  expect(stepAround(MIDNIGHT_MS + EVERY_MS, 900_000)).toEqual({
    fromMs: MIDNIGHT_MS,
    toMs: MIDNIGHT_MS + 900_000,
  });
});
