/** A difference of two estimates: its interval is as wide as both of theirs make it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Bounded, estimateDifference } from '../../src/stats/quantile/difference.ts';
import { tInterval, welchReach } from '../../src/stats/quantile/interval.ts';

function bounded(value: number, below: number, above: number = below): Bounded {
  return { value, interval: { low: value - below, high: value + above }, refused: null };
}

test('is that of the values, within what moves either of them', () => {
  expect(estimateDifference(bounded(10, 3), bounded(4, 4))).toEqual({
    value: 6,
    interval: { low: 1, high: 11 },
    refused: null,
  });
  // What reaches further up of the second takes away more.
  expect(estimateDifference(bounded(10, 3, 6), bounded(4, 8, 4)).interval).toEqual({ low: 1, high: 16 });
});

test('has no interval where one of them has none, and says why', () => {
  const refused: Bounded = { value: 4, interval: null, refused: 'too-few-blocks' };
  expect(estimateDifference(bounded(10, 3), refused)).toEqual({
    value: 6,
    interval: null,
    refused: 'too-few-blocks',
  });
  expect(estimateDifference(refused, bounded(10, 3))).toMatchObject({ value: -6, refused: 'too-few-blocks' });
});

test('is known no better than either of them, and no worse than both together', () => {
  const reach = fc.integer({ min: 0, max: 1_000_000 });
  fc.assert(
    fc.property(reach, reach, reach, reach, (a, b, c, d) => {
      const { value, interval } = estimateDifference(bounded(7, a, b), bounded(9, c, d));
      const below = value - (interval?.low ?? 0);
      const above = (interval?.high ?? 0) - value;
      for (const [side, first, second] of [[below, a, d] as const, [above, b, c] as const]) {
        expect(side).toBeGreaterThanOrEqual(Math.max(first, second) - 1e-6);
        expect(side).toBeLessThanOrEqual(first + second + 1e-6);
      }
    }),
  );
});

test("of two means is Welch's where both have as many units and vary as much", () => {
  const first = [1, 4, 2, 8, 5, 7];
  const second = first.map((unit) => unit + 10);
  const mean = 27 / 6;
  const side = (units: readonly number[], value: number): Bounded => ({
    value,
    interval: tInterval(value, units, 'block-t'),
    refused: null,
  });
  const { interval } = estimateDifference(side(second, mean + 10), side(first, mean));
  const variance = first.reduce((sum, unit) => sum + (unit - mean) ** 2, 0) / 5 / 6;
  const reach = welchReach({ mean, variance, units: 6 }, { mean: mean + 10, variance, units: 6 });
  // Welch knows of twice the degrees of freedom.
  expect((interval?.high ?? 0) - 10).toBeGreaterThan(reach);
  expect((interval?.high ?? 0) - 10).toBeLessThan(1.2 * reach);
});
