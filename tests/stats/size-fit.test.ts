/** The line by size: what a probe costs as such, and what each byte adds. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Random, seededRandom } from '../../src/stats/distributions/random.ts';
import { fitBySize } from '../../src/stats/fit/size-fit.ts';
import { type Point, theilSen } from '../../src/stats/fit/theil-sen.ts';
import { SEN } from './published.ts';
import { normalDraw } from './simulate.ts';

describe('a line through points', () => {
  test('is the published one', () => {
    const line = theilSen(SEN.points);
    expect(line?.slope).toBeCloseTo(SEN.slope, 12);
    expect(line?.intercept).toBeCloseTo(SEN.intercept, 12);
  });

  test('goes through points that lie on one, and explains them all', () => {
    const coefficient = fc.integer({ min: -1_000, max: 1_000 });
    const sizes = fc.uniqueArray(fc.integer({ min: 1, max: 65_536 }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(sizes, coefficient, coefficient, (xs, slope, intercept) => {
        const line = theilSen(xs.map((x) => ({ x, y: slope * x + intercept })));
        expect(line?.slope).toBeCloseTo(slope, 6);
        expect(line?.intercept).toBeCloseTo(intercept, 4);
        if (slope === 0) expect(line?.rSquared).toBeNull();
        else expect(line?.rSquared).toBeCloseTo(1, 9);
      }),
    );
  });

  test('one wild point of six does not turn it', () => {
    const points = [1, 2, 3, 4, 5, 6].map((x) => ({ x, y: x === 6 ? 1_000 : 3 * x + 1 }));
    expect(theilSen(points)?.slope).toBeCloseTo(3, 9);
  });

  test('one size has no slope', () => {
    expect(theilSen([])).toBeNull();
    expect(theilSen([{ x: 1, y: 2 }])).toBeNull();
    expect(
      theilSen([
        { x: 1, y: 2 },
        { x: 1, y: 3 },
      ]),
    ).toBeNull();
  });
});

const SIZES: readonly number[] = [64, 1_448, 4_096, 8_192, 14_480];

/** Rounds of a path of 40,000 ns and 0.8 ns a byte, that is slower by some share in each round. */
function makeRounds(count: number, random: Random): Point[][] {
  return Array.from({ length: count }, () => {
    const round = Math.exp(0.02 * normalDraw(random));
    return SIZES.map((x) => ({ x, y: (40_000 + 0.8 * x) * round * Math.exp(0.01 * normalDraw(random)) }));
  });
}

describe('the fit by size', () => {
  test('finds the cost of a probe and of a byte, and says how sure that is', () => {
    const fit = fitBySize(makeRounds(20, seededRandom(1)), seededRandom(2));
    expect(fit?.slope.interval).toMatchObject({ method: 'round-bootstrap', units: 20, level: 0.95 });
    expect(fit?.slope.interval?.low).toBeLessThan(0.8);
    expect(fit?.slope.interval?.high).toBeGreaterThan(0.8);
    expect(fit?.intercept.interval?.low).toBeLessThan(40_000);
    expect(fit?.intercept.interval?.high).toBeGreaterThan(40_000);
    expect(fit?.rSquared).toBeGreaterThan(0.9);
  });

  test('the intervals hold the true line as often as they say', () => {
    let slopes = 0;
    let intercepts = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const fit = fitBySize(makeRounds(10, seededRandom(seed)), seededRandom(seed));
      const holds = (part: 'slope' | 'intercept', truth: number): number => {
        const interval = fit?.[part].interval;
        return interval != null && interval.low <= truth && truth <= interval.high ? 1 : 0;
      };
      slopes += holds('slope', 0.8);
      intercepts += holds('intercept', 40_000);
    }
    expect(slopes).toBeGreaterThanOrEqual(54);
    expect(intercepts).toBeGreaterThanOrEqual(54);
  });

  test('each value lies within its interval', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const fit = fitBySize(makeRounds(5, seededRandom(seed)), seededRandom(seed));
      for (const { value, interval } of [fit?.slope, fit?.intercept].filter((part) => part !== undefined)) {
        expect(interval?.low).toBeLessThanOrEqual(value);
        expect(interval?.high).toBeGreaterThanOrEqual(value);
      }
    }
  });

  test('four rounds give a line and no interval', () => {
    const fit = fitBySize(makeRounds(4, seededRandom(1)), seededRandom(1));
    expect(fit?.slope.value).toBeGreaterThan(0);
    expect(fit?.slope.interval).toBeNull();
    expect(fit?.intercept.interval).toBeNull();
  });

  test('a run that was stopped within a round still has its line', () => {
    const rounds = makeRounds(10, seededRandom(1));
    const stopped = [...rounds, rounds[0]?.slice(0, 2) ?? [], []];
    expect(fitBySize(stopped, seededRandom(1))?.slope.interval?.units).toBe(11);
  });

  test('a size that one round alone has is left out of the draws without that round', () => {
    const rounds = makeRounds(6, seededRandom(1)).map((points, i) => (i === 0 ? points : points.slice(0, 3)));
    expect(fitBySize(rounds, seededRandom(1))?.slope.interval).not.toBeNull();
  });

  test('two sizes always lie on a line, which says nothing', () => {
    const rounds = makeRounds(10, seededRandom(1)).map((points) => points.slice(0, 2));
    expect(fitBySize(rounds, seededRandom(1))).toBeNull();
    expect(fitBySize([], seededRandom(1))).toBeNull();
  });
});
