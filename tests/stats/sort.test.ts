/** Sorting by digits: the same order as any other, where it is used and where it must not be. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../src/stats/distributions/random.ts';
import { sorted } from '../../src/stats/quantile/quantiles.ts';

/** Enough samples for digits to be worth it. */
const MANY = 5_000;

function many(next: (random: () => number) => number): Float64Array {
  const random = seededRandom(9);
  return Float64Array.from({ length: MANY }, () => next(random));
}

function expectSorted(samples: Float64Array): void {
  expect(sorted(samples)).toEqual(samples.toSorted((a, b) => a - b));
}

describe('many samples', () => {
  test.each([
    ['of one value', (): number => 47],
    ['within a microsecond', (random: () => number): number => 40_000 + Math.floor(random() * 1_000)],
    ['within four seconds', (random: () => number): number => Math.floor(random() * 2 ** 32)],
    ['around zero, as differences are', (random: () => number): number => Math.floor(random() * 2e6) - 1e6],
    ['within an hour, past 32 bits', (random: () => number): number => Math.floor(random() * 3.6e12)],
    ['that are no whole numbers', (random: () => number): number => random() * 1e6],
    [
      'of which one is whole beyond all digits',
      (random: () => number): number => (random() < 0.001 ? 2 ** 70 : 5),
    ],
    ['infinite ones among them', (random: () => number): number => (random() < 0.01 ? Infinity : 5)],
  ])('come in order: %s', (_name, next) => {
    expectSorted(many(next));
  });

  test('the widest range that digits can hold, and one more', () => {
    for (const most of [2 ** 32 - 1, 2 ** 32]) {
      const samples = many((random) => 1_000 + Math.floor(random() * 2 ** 32));
      samples[17] = 1_000;
      samples[18] = 1_000 + most;
      expectSorted(samples);
    }
  });

  test('whatever they are, none is lost', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e9, max: 1e9 }),
        fc.integer({ min: 0, max: 33 }),
        fc.nat(),
        (base, bits, seed) => {
          const random = seededRandom(seed);
          expectSorted(Float64Array.from({ length: 4_096 }, () => base + Math.floor(random() * 2 ** bits)));
        },
      ),
      { numRuns: 20 },
    );
  });
});
