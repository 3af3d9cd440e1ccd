/** Values that do not belong to the others: told, and not told where there are none. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { outliers } from '../../src/stats/outliers.ts';
import { URANIUM } from './published.ts';

describe('outliers', () => {
  test('the one in the published example is found, and only that', () => {
    const found = outliers(URANIUM);
    // Median 201.37; distances 0.55, 0.55, 0.58, 0.81, 1.18, 1.84, 2.06, 44.2.
    expect(found?.medianAbsoluteDeviation).toBeCloseTo(0.995, 10);
    expect(found?.largestScore).toBeCloseTo((0.6745 * 44.2) / 0.995, 8);
    expect(found?.count).toBe(1);
    expect(outliers(URANIUM.slice(0, -1))?.count).toBe(0);
  });

  test('one stall among blocks that are all alike is still seen', () => {
    const found = outliers([...new Array<number>(9).fill(40), 140]);
    expect(found?.medianAbsoluteDeviation).toBe(0);
    expect(found?.largestScore).toBeCloseTo(100 / (1.253314 * 10), 10);
    expect(found?.count).toBe(1);
  });

  test('blocks that are all alike have none', () => {
    expect(outliers([7, 7, 7, 7])).toEqual({ count: 0, largestScore: 0, medianAbsoluteDeviation: 0 });
  });

  test('no block has no outlier to speak of', () => {
    expect(outliers([])).toBeNull();
  });

  test('unit and order change nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 1 }), (values) => {
        const found = outliers(values);
        const other = outliers(values.toReversed().map((value) => value * 1_024));
        expect(other?.count).toBe(found?.count);
        expect(other?.largestScore).toBeCloseTo(found?.largestScore as number, 9);
      }),
    );
  });
});
