/** What a series of like neighbours is worth: too much of it would make intervals that do not cover. */
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../src/stats/distributions/random.ts';
import { effectiveSize } from '../../src/stats/quantile/effective-size.ts';
import { normalDraw } from './simulate.ts';

function series(n: number, correlation: number): number[] {
  const random = seededRandom(n);
  const fresh = Math.sqrt(1 - correlation ** 2);
  let state = normalDraw(random);
  return Array.from({ length: n }, () => {
    state = correlation * state + fresh * normalDraw(random);
    return state;
  });
}

describe('a series is worth', () => {
  test.each([
    [0, 1],
    [0.5, 2],
    [0.9, 11],
    [0.99, 110],
  ])('of correlation %d, one in some %d', (correlation, oneIn) => {
    const n = 4_000;
    const size = effectiveSize(series(n, correlation));
    expect(size).toBeGreaterThan(n / oneIn / 3);
    expect(size).toBeLessThan((n / oneIn) * 3);
  });

  test('hardly less where it is long, and only part of it is looked at', () => {
    expect(effectiveSize(series(100_000, 0.99))).toBeGreaterThan(100_000 / 110 / 3);
    expect(effectiveSize(series(100_000, 0))).toBeGreaterThan(3_000);
  });

  test('no more than it has, and one where a step divides it', () => {
    expect(effectiveSize([1])).toBe(1);
    expect(effectiveSize([1, 1, 1])).toBe(3);
    expect(effectiveSize(Array.from({ length: 1_000 }, (_, i) => i % 2))).toBeLessThanOrEqual(1_000);
    expect(effectiveSize(Array.from({ length: 1_000 }, (_, i) => (i < 500 ? 1 : 2)))).toBeLessThan(10);
  });
});
