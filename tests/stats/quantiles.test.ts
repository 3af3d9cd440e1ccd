/** Quantiles: against a second implementation, against published examples, and by their laws. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quantile, sorted, supportsQuantile } from '../../src/stats/quantile/quantiles.ts';
import { naiveQuantile } from './naive.ts';
import { MICHELSON, MTCARS } from './published.ts';

function quantileOf(samples: readonly number[], p: number): number {
  return quantile(sorted(samples), p);
}

/** Round-trip times as they come: whole nanoseconds, up to a minute. */
const rttsNs = fc.array(fc.integer({ min: 1, max: 60_000_000_000 }), { minLength: 1, maxLength: 200 });
const probability = fc.double({ min: 0, max: 1, noNaN: true });

describe('published examples', () => {
  // [source, samples, p, published]
  const cases: readonly (readonly [string, readonly number[], number, number])[] = [
    ['R: quantile(1:10), 25%', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.25, 3.25],
    ['R: quantile(1:10), 75%', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.75, 7.75],
    ['NumPy manual: percentile([[10, 7, 4], [3, 2, 1]], 50)', [10, 7, 4, 3, 2, 1], 0.5, 3.5],
    ['NumPy manual: the first row, 50', [10, 7, 4], 0.5, 7],
    ['Excel manual: PERCENTILE.INC({1, 3, 2, 4}, 0.3)', [1, 3, 2, 4], 0.3, 1.9],
    ['Excel manual: QUARTILE.INC, first', [1, 2, 4, 7, 8, 9, 10, 12], 0.25, 3.5],
    ['Wikipedia, Percentile, C = 1: 40th', [15, 20, 35, 40, 50], 0.4, 29],
    ['Wikipedia, Percentile, C = 1: 75th', [1, 2, 3, 4], 0.75, 3.25],
    ['R: mtcars$mpg, 1st quartile', MTCARS.values, 0.25, MTCARS.firstQuartile],
    ['R: mtcars$mpg, median', MTCARS.values, 0.5, MTCARS.median],
    ['R: mtcars$mpg, 3rd quartile', MTCARS.values, 0.75, MTCARS.thirdQuartile],
    ['R: morley$Speed, 1st quartile', MICHELSON.values, 0.25, MICHELSON.firstQuartile],
    ['R: morley$Speed, median', MICHELSON.values, 0.5, MICHELSON.median],
    ['R: morley$Speed, 3rd quartile', MICHELSON.values, 0.75, MICHELSON.thirdQuartile],
  ];

  test.each(cases)(
    'a percentile can be checked with other programs: %s',
    (_source, samples, p, published) => {
      expect(quantileOf(samples, p)).toBeCloseTo(published, 10);
    },
  );
});

describe('laws', () => {
  test('a percentile is the one the definition gives', () => {
    fc.assert(
      fc.property(rttsNs, probability, (samples, p) => {
        const expected = naiveQuantile(samples, p);
        // Rounding is of the order of the largest sample, also where the percentile is the smallest one.
        const tolerance = 1e-9 * Math.max(...samples);
        expect(Math.abs(quantileOf(samples, p) - expected)).toBeLessThanOrEqual(tolerance);
      }),
    );
  });

  test('no percentile lies outside of what was measured', () => {
    fc.assert(
      fc.property(rttsNs, probability, (samples, p) => {
        const value = quantileOf(samples, p);
        expect(value).toBeGreaterThanOrEqual(Math.min(...samples));
        expect(value).toBeLessThanOrEqual(Math.max(...samples));
      }),
    );
  });

  test('a higher percentile is never below a lower one', () => {
    fc.assert(
      fc.property(rttsNs, probability, probability, (samples, p, q) => {
        const ascending = sorted(samples);
        expect(quantile(ascending, Math.min(p, q))).toBeLessThanOrEqual(quantile(ascending, Math.max(p, q)));
      }),
    );
  });

  test('the extremes are the 0- and the 1-quantile', () => {
    fc.assert(
      fc.property(rttsNs, (samples) => {
        expect(quantileOf(samples, 0)).toBe(Math.min(...samples));
        expect(quantileOf(samples, 1)).toBe(Math.max(...samples));
      }),
    );
  });

  test('one sample is each of its own quantiles', () => {
    fc.assert(
      fc.property(probability, (p) => {
        expect(quantileOf([47], p)).toBe(47);
      }),
    );
  });

  test('order is by size, not by text: 9 us come before 10 us', () => {
    expect([...sorted([10_000, 9_000, 100_000])]).toEqual([9_000, 10_000, 100_000]);
  });

  test('sorting leaves the samples of the result in the order in which they were measured', () => {
    const samples = [3, 1, 2];
    const typed = Float64Array.from(samples);
    sorted(samples);
    sorted(typed);
    expect(samples).toEqual([3, 1, 2]);
    expect([...typed]).toEqual([3, 1, 2]);
  });
});

describe('what is no quantile is refused, never made up', () => {
  test('there is none of no samples', () => {
    expect(() => quantileOf([], 0.5)).toThrow(RangeError);
  });

  test.each([-0.01, 1.01, 50, Number.NaN])('a share of %d is refused, and named', (p) => {
    expect(() => quantileOf([1, 2, 3], p)).toThrow(`not ${p}`);
  });
});

describe('how many probes a percentile needs', () => {
  // [p, fewest samples with five on its far side]
  test.each([
    [0.5, 10],
    [0.9, 50],
    [0.95, 100],
    [0.99, 500],
    [0.01, 500],
    [0.999, 5_000],
    [0.9999, 50_000],
  ])('the %d-quantile stands on %d samples and not on one less', (p, needed) => {
    expect(supportsQuantile(needed, p)).toBe(true);
    expect(supportsQuantile(needed - 1, p)).toBe(false);
  });

  test('the extremes themselves are never supported, however many samples there are', () => {
    expect(supportsQuantile(10_000_000, 0)).toBe(false);
    expect(supportsQuantile(10_000_000, 1)).toBe(false);
  });

  test('more probes never take a percentile away', () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.nat(100_000), probability, (n, more, p) => {
        if (supportsQuantile(n, p)) expect(supportsQuantile(n + more, p)).toBe(true);
      }),
    );
  });
});
