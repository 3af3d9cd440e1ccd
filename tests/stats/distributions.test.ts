/** The distributions behind the intervals: against published tables. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalCdf, normalQuantile } from '../../src/stats/distributions/normal.ts';
import { studentTQuantile } from '../../src/stats/distributions/student-t.ts';
import { NORMAL_QUANTILES, NORMAL_SHARES, T_SHARES, T_TABLE } from './published.ts';

describe("Student's t", () => {
  test.each(T_TABLE)('intervals have the width of the printed table: $degreesOfFreedom degrees', (row) => {
    for (const [i, published] of row.critical.entries()) {
      expect(studentTQuantile(T_SHARES[i] as number, row.degreesOfFreedom)).toBeCloseTo(published, 3);
    }
  });

  test('four degrees have a closed form, and it is met to nine digits', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.999, noNaN: true }), (p) => {
        // Shaw, "Sampling Student's T distribution", Journal of Computational Finance 9 (2006).
        const alpha = 4 * p * (1 - p);
        const q = Math.cos(Math.acos(Math.sqrt(alpha)) / 3) / Math.sqrt(alpha);
        const exact = Math.sign(p - 0.5) * 2 * Math.sqrt(Math.max(0, q - 1));
        expect(Math.abs(studentTQuantile(p, 4) - exact)).toBeLessThanOrEqual(1e-9 * Math.abs(exact) + 1e-7);
      }),
    );
  });

  test('with many blocks it is the normal distribution', () => {
    expect(studentTQuantile(0.975, 100_000)).toBeCloseTo(normalQuantile(0.975), 4);
  });

  test('more blocks never make an interval wider', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2_000 }),
        fc.double({ min: 0.6, max: 0.999, noNaN: true }),
        (v, p) => {
          expect(studentTQuantile(p, v + 1)).toBeLessThan(studentTQuantile(p, v));
        },
      ),
    );
  });

  test('both sides of an interval are alike', () => {
    expect(studentTQuantile(0.025, 7)).toBeCloseTo(-studentTQuantile(0.975, 7), 12);
    expect(studentTQuantile(0.5, 7)).toBe(0);
  });

  test.each([
    [0, 5],
    [1, 5],
    [Number.NaN, 5],
    [0.9, 0],
    [0.9, 1.5],
    [0.9, Number.POSITIVE_INFINITY],
  ])('nonsense is refused, not answered: p %d with %d degrees', (p, degreesOfFreedom) => {
    expect(() => studentTQuantile(p, degreesOfFreedom)).toThrow(RangeError);
  });
});

describe('the normal distribution', () => {
  test.each(NORMAL_SHARES)('the share below %d is the published one', (z, share) => {
    expect(Math.abs(normalCdf(z) / share - 1)).toBeLessThan(1e-12);
  });

  test.each(NORMAL_QUANTILES)('the quantile of %d is the published one', (p, z) => {
    expect(Math.abs(normalQuantile(p) / z - 1)).toBeLessThan(1e-12);
  });

  test('the quantile undoes the share', () => {
    fc.assert(
      fc.property(fc.double({ min: -8, max: 8, noNaN: true }), (z) => {
        expect(normalCdf(normalQuantile(normalCdf(-Math.abs(z))))).toBeCloseTo(normalCdf(-Math.abs(z)), 14);
      }),
    );
  });

  test('the series and the continued fraction meet without a step', () => {
    expect(normalCdf(3) - normalCdf(3 - 1e-9)).toBeCloseTo(4.43e-12, 13);
  });

  test('the middle is exact, and there is no quantile of everything', () => {
    expect(normalCdf(0)).toBe(0.5);
    expect(normalQuantile(0.5)).toBe(0);
    expect(() => normalQuantile(0)).toThrow(RangeError);
    expect(() => normalQuantile(1)).toThrow(RangeError);
  });
});
