/** A path that changes while it is measured: found, and not found where it only varies. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../src/stats/distributions/random.ts';
import { drift, mannKendall } from '../../src/stats/fit/trend.ts';
import { naiveScore, permutations } from './naive.ts';
import { TUNA } from './published.ts';
import { normalDraw } from './simulate.ts';

const values = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 2, maxLength: 80 });

describe('the test for a trend', () => {
  test('gives the published correlation and share', () => {
    const { tau, pValue } = mannKendall(TUNA.scores);
    expect(tau).toBeCloseTo(TUNA.tau, 12);
    expect(pValue / 2).toBeCloseTo(TUNA.oneSidedP, 5);
  });

  test('counts what comparing all pairs counts, also among equal values', () => {
    fc.assert(
      fc.property(values, (series) => {
        const equal = new Map<number, number>();
        for (const value of series) equal.set(value, (equal.get(value) ?? 0) + 1);
        const pairs = (series.length * (series.length - 1)) / 2;
        const unequal = pairs - [...equal.values()].reduce((sum, size) => sum + (size * (size - 1)) / 2, 0);
        const expected = unequal === 0 ? 0 : naiveScore(series) / Math.sqrt(pairs * unequal);
        expect(mannKendall(series).tau).toBeCloseTo(expected, 10);
      }),
    );
  });

  test('of few values the share is that of all orders which are as extreme', () => {
    const orders = permutations([1, 2, 3, 4, 5, 6]).map(naiveScore);
    for (const series of permutations([1, 2, 3, 4, 5, 6]).filter((_, i) => i % 37 === 0)) {
      const score = Math.abs(naiveScore(series));
      const share = orders.filter((other) => Math.abs(other) >= score).length / orders.length;
      expect(mannKendall(series).pValue).toBeCloseTo(share, 12);
    }
  });

  test('backwards in time the correlation is the opposite, and as likely', () => {
    fc.assert(
      fc.property(values, (series) => {
        const forwards = mannKendall(series);
        const backwards = mannKendall(series.toReversed());
        expect(backwards.tau).toBeCloseTo(-forwards.tau, 12);
        expect(backwards.pValue).toBeCloseTo(forwards.pValue, 12);
      }),
    );
  });

  test('a path that only varies is taken for one that drifts as often as the level says', () => {
    let found = 0;
    for (let seed = 1; seed <= 1_000; seed++) {
      const random = seededRandom(seed);
      if (mannKendall(Array.from({ length: 30 }, () => normalDraw(random))).pValue < 0.05) found++;
    }
    expect(found).toBeGreaterThan(25);
    expect(found).toBeLessThan(75);
  });

  test.each([[[]], [[5]], [[5, 5, 5, 5]]])('nothing to compare is no trend: %j', (series) => {
    expect(mannKendall(series)).toEqual({ tau: 0, pValue: 1 });
  });

  test('ten thousand blocks are tested, not thinned out', () => {
    const random = seededRandom(4);
    const series = Array.from({ length: 10_000 }, (_, i) => 100 + i * 0.0001 + normalDraw(random));
    expect(mannKendall(series).pValue).toBeLessThan(1e-6);
  });
});

describe('drift', () => {
  test('is told as the change from the first to the last third', () => {
    expect(drift([10, 10, 10, 11, 11, 11, 12, 12, 12])).toMatchObject({ firstThird: 10, lastThird: 12 });
    const change = drift([10, 10, 10, 11, 11, 11, 12, 12, 12])?.relativeChange;
    expect(change).toBeCloseTo(0.2, 12);
  });

  test('one wild block at the end is no drift of the path', () => {
    const found = drift([10, 11, 10, 11, 10, 11, 10, 11, 10, 11, 10, 900]);
    expect(found?.relativeChange).toBeCloseTo(0, 12);
    expect(found?.pValue).toBeGreaterThan(0.05);
  });

  test('eight blocks are too few to tell', () => {
    expect(drift([1, 2, 3, 4, 5, 6, 7, 8])).toBeNull();
    expect(drift([1, 2, 3, 4, 5, 6, 7, 8, 9])).not.toBeNull();
  });

  test('of nothing there is no share', () => {
    expect(drift([0, 0, 0, 1, 1, 1, 2, 2, 2])).toBeNull();
  });
});
