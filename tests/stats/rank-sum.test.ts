/** Two sides by their ranks: as published, and what chance or a bad value makes of them is no difference. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shiftOf } from '../../src/stats/compare/rank-sum.ts';
import { levelOfEach } from '../../src/stats/compare/together.ts';
import { seededRandom } from '../../src/stats/distributions/random.ts';
import { normalDraw } from './simulate.ts';

/** Water that passes through membranes at term and before: Hollander and Wolfe, table 4.1, 10 and 5 values. */
const AT_TERM = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
const BEFORE = [1.15, 0.88, 0.9, 0.74, 1.21];

test('is that of the textbook, with its interval', () => {
  const { value, interval } = shiftOf(BEFORE, AT_TERM);
  expect(value).toBeCloseTo(0.305, 10);
  // R: wilcox.test(x, y, conf.int = TRUE) has -0.15 to 0.76 at 0.9600.
  expect(interval?.low).toBeCloseTo(-0.15, 10);
  expect(interval?.high).toBeCloseTo(0.76, 10);
});

test('claims nothing of so few values that chance alone could bring any order of them', () => {
  expect(shiftOf([1, 2, 3], [10, 11, 12]).interval).toBeNull();
  expect(shiftOf([1, 2, 3, 4], [10, 11, 12, 13]).interval).toMatchObject({ low: 6, high: 12, units: 4 });
  expect(shiftOf([1, 2, 3, 4], [10, 11, 12, 13], 0.9875).interval).toBeNull();
});

test('refuses what is no number, and no value at all', () => {
  expect(() => shiftOf([], [1])).toThrow(RangeError);
  expect(() => shiftOf([1], [Number.NaN])).toThrow(RangeError);
  expect(() => shiftOf([1], [Number.NEGATIVE_INFINITY])).toThrow(RangeError);
});

const VALUES = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 5, maxLength: 12 });

test('moves with the second side, turns round with both, and holds its value', () => {
  fc.assert(
    fc.property(VALUES, VALUES, fc.integer({ min: -1_000, max: 1_000 }), (a, b, by) => {
      const found = shiftOf(a, b);
      const moved = shiftOf(
        a,
        b.map((value) => value + by),
      );
      const turned = shiftOf(b, a);
      expect(moved.value).toBeCloseTo(found.value + by, 4);
      expect(turned.value).toBeCloseTo(-found.value, 6);
      expect(turned.interval?.low).toBeCloseTo(-(found.interval?.high ?? Number.NaN), 6);
      expect(found.value).toBeGreaterThanOrEqual(found.interval?.low ?? Number.NaN);
      expect(found.value).toBeLessThanOrEqual(found.interval?.high ?? Number.NaN);
    }),
  );
});

test('of many values is nearly that of the counted distribution', () => {
  const random = seededRandom(3);
  const draw = (n: number): number[] => Array.from({ length: n }, () => normalDraw(random));
  const [a, b] = [draw(60), draw(50)];
  const many = shiftOf(a, b).interval;
  // The interval of two means of as many normal values is a little shorter.
  const reach = 1.98 * Math.sqrt(1 / 60 + 1 / 50);
  expect(((many?.high ?? 0) - (many?.low ?? 0)) / 2 / reach).toBeGreaterThan(0.85);
  expect(((many?.high ?? 0) - (many?.low ?? 0)) / 2 / reach).toBeLessThan(1.3);
});

describe('of two sides that are the same', () => {
  test.each([5, 6, 8, 12])('%d values each are called different in 5 of 100 at most', (units) => {
    let claims = 0;
    for (let seed = 1; seed <= 2_000; seed++) {
      const random = seededRandom(seed);
      const draw = (): number[] => Array.from({ length: units }, () => Math.tan(Math.PI * (random() - 0.5)));
      const { interval } = shiftOf(draw(), draw());
      if (interval !== null && (interval.low > 0 || interval.high < 0)) claims++;
    }
    expect(claims / 2_000).toBeLessThan(0.06);
  });
});

test('several intervals share out what may go wrong', () => {
  expect(levelOfEach(1)).toBeCloseTo(0.95, 12);
  expect(levelOfEach(4)).toBeCloseTo(0.9875, 12);
});
