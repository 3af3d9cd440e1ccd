/** The generator: the same numbers again, and no visible pattern. */
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../src/stats/distributions/random.ts';

function draw(seed: number, count: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, random);
}

describe('seeded random numbers', () => {
  test('a record read twice gives the same interval: one seed, one sequence', () => {
    expect(draw(47, 100)).toEqual(draw(47, 100));
  });

  test('seeds that differ in one bit, also a high one, share nothing', () => {
    const sequences = [0, 1, 2, 2 ** 32, 2 ** 52].map((seed) => draw(seed, 20));
    expect(new Set(sequences.flat()).size).toBe(100);
  });

  test('no block is drawn more often than another: ten classes are filled alike', () => {
    const counts = new Array<number>(10).fill(0);
    const values = draw(1, 100_000);
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    for (const value of values) {
      const place = Math.floor(value * 10);
      counts[place] = (counts[place] as number) + 1;
    }
    // Chi-squared with 9 degrees: 27.9 is passed once in a thousand times.
    const chiSquared = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    expect(chiSquared).toBeLessThan(27.9);
  });

  test('one number does not tell the next', () => {
    const values = draw(3, 20_000);
    let sum = 0;
    for (let i = 1; i < values.length; i++) {
      sum += ((values[i] as number) - 0.5) * ((values[i - 1] as number) - 0.5);
    }
    expect(Math.abs((12 * sum) / values.length)).toBeLessThan(0.03);
  });
});
