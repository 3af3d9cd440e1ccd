/** Intervals become units: what has no answer is none, and equal times keep their order. */
import { expect, test } from 'vitest';
import { unitsOf, unitsWithin } from '../../../src/monitor/history/units.ts';
import { DOWN, GAP, intervalOf, STEP_MS } from '../intervals.ts';

test('gaps and silence are no units, and times come in order', () => {
  const intervals = [
    intervalOf(3, { valueNs: 3 }),
    intervalOf(1, { valueNs: 1 }),
    intervalOf(2, DOWN),
    intervalOf(0, GAP),
  ];
  expect(unitsOf(intervals, 'application', 'p50')).toEqual([
    { fromMs: STEP_MS, value: 1 },
    { fromMs: 3 * STEP_MS, value: 3 },
  ]);
  expect(unitsOf(intervals, 'kernel', 'p99')).toEqual([]);
});

test('equal times keep the order in which they came', () => {
  const intervals = [5, 4, 6].map((valueNs) => intervalOf(1, { valueNs }));
  expect(unitsOf(intervals, 'application', 'p99').map(({ value }) => value)).toEqual([5, 4, 6]);
});

test('the end of a span is not in it', () => {
  const units = [0, 1, 1, 2].map((fromMs, i) => ({ fromMs, value: i + 1 }));
  expect(unitsWithin(units, 0, 1)).toHaveLength(1);
  expect(unitsWithin(units, 1, 2).map(({ value }) => value)).toEqual([2, 3]);
  expect(unitsWithin(units, 3, 9)).toEqual([]);
});
