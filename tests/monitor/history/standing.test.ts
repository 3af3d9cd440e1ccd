/** How a value stands to the history of its path, and to how much of a history. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { standingOf } from '../../../src/monitor/history/standing.ts';
import type { Unit } from '../../../src/monitor/history/units.ts';
import { seededRandom } from '../../../src/stats/distributions/random.ts';
import { normalDraw } from '../../stats/simulate.ts';

const units = (values: readonly number[]): Unit[] =>
  values.map((value, i) => ({ fromMs: i * 10_000, value }));

test('is the share of intervals below it, and half of those equal to it', () => {
  expect(standingOf(3, units([1, 2, 3, 4]))?.below).toBe(0.625);
  expect(standingOf(0, units([1, 2]))?.below).toBe(0);
  expect(standingOf(5, units([1, 2]))?.below).toBe(1);
});

test('stands on few units where neighbours in time are alike', () => {
  const random = seededRandom(5);
  const independent = Array.from({ length: 2_000 }, () => Math.exp(normalDraw(random)));
  let state = 0;
  const slow = independent.map((value) => {
    state = 0.99 * state + 0.1 * Math.log(value);
    return Math.exp(state);
  });
  const [fast, drifting] = [standingOf(1, units(independent)), standingOf(1, units(slow))];
  expect(drifting?.effectiveUnits).toBeLessThan((fast?.effectiveUnits ?? 0) / 10);
  expect((drifting?.high ?? 0) - (drifting?.low ?? 0)).toBeGreaterThan((fast?.high ?? 0) - (fast?.low ?? 0));
});

test('of no history, and of what is no value, nothing is said', () => {
  expect(standingOf(1, [])).toBeNull();
  expect(standingOf(Number.NaN, units([1]))).toBeNull();
});

const VALUES = fc.array(fc.double({ min: 1e-3, max: 1e12, noNaN: true }), { minLength: 1, maxLength: 80 });

test('a slower value never stands better, the unit makes no difference, and the share is in its interval', () => {
  fc.assert(
    fc.property(
      VALUES,
      fc.double({ min: 0, max: 1e12, noNaN: true }),
      fc.double({ min: 0, max: 1e12, noNaN: true }),
      (values, one, other) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)].map((value) =>
          standingOf(value, units(values)),
        );
        if (low === null || low === undefined || high === null || high === undefined)
          throw new Error('nothing was said');
        expect(low.below).toBeLessThanOrEqual(high.below);
        expect(low.low).toBeLessThanOrEqual(low.below);
        expect(low.high).toBeGreaterThanOrEqual(low.below);
        expect(standingOf(one * 4, units(values.map((value) => value * 4)))?.below).toBe(
          standingOf(one, units(values))?.below,
        );
      },
    ),
  );
});
