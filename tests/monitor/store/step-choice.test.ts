import { expect, test } from 'vitest';
import { chooseStep, type Kept } from '../../../src/monitor/store/step-choice.ts';

const DAY_MS = 86_400_000;
const kept = (firstMs: readonly (number | undefined)[], measuredMs = 2 * DAY_MS): Kept => {
  const [measured, minute, quarter, sixHours] = firstMs;
  return { firstMs: { 0: measured, 60000: minute, 900000: quarter, 21600000: sixHours }, measuredMs };
};
/** A span that begins in the middle of each step, of which all have the whole. */
const whole = kept([5_000, 60_000, 900_000, 21_600_000]);

test('a step that was asked for is taken, whatever there is', () => {
  expect(chooseStep({ stepMs: 900_000 }, kept([]))).toBe(900_000);
});

test('no more points than are wanted are read, where a longer step has them', () => {
  expect(chooseStep({ points: 8 }, whole)).toBe(21_600_000);
  expect(chooseStep({ points: 9 }, whole)).toBe(900_000);
  expect(chooseStep({ points: 193 }, whole)).toBe(60_000);
  expect(chooseStep({ points: 3_000 }, whole)).toBe(0);
  expect(chooseStep({}, whole)).toBe(0);
});

test('a step whose beginning was removed does not answer for the span', () => {
  expect(chooseStep({}, kept([DAY_MS, 60_000, 900_000, 21_600_000]))).toBe(60_000);
  expect(chooseStep({}, kept([undefined, DAY_MS, DAY_MS, 0]))).toBe(21_600_000);
});

test('what was not measured at the beginning of a span was removed from nothing', () => {
  expect(chooseStep({}, kept([DAY_MS + 10_000, DAY_MS, DAY_MS, DAY_MS]))).toBe(0);
});

test('what is not summed up yet is shown as it was measured', () => {
  expect(chooseStep({ points: 1 }, kept([0]))).toBe(0);
  expect(chooseStep({ points: 1 }, kept([]))).toBe(0);
});
