/** Quantiles of resampled blocks: the same as of a real resample, and in time for a million samples. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type SortedSamples, sorted } from '../../src/stats/quantile/quantiles.ts';
import { WeightedQuantile } from '../../src/stats/quantile/weighted-quantile.ts';
import { naiveQuantile, naiveResample } from './naive.ts';

interface Case {
  readonly blocks: number[][];
  readonly weights: number[];
}

/** Blocks that do not all come to nothing; few different values, so that many are equal. */
const cases: fc.Arbitrary<Case> = fc
  .integer({ min: 1, max: 12 })
  .chain((count) =>
    fc.record({
      blocks: fc.array(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 40 }), {
        minLength: count,
        maxLength: count,
      }),
      weights: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: count, maxLength: count }),
    }),
  )
  .filter(({ weights }) => weights.some((weight) => weight > 0));

const probability = fc.double({ min: 0, max: 1, noNaN: true });

function indexOf(blocks: readonly (readonly number[])[]): WeightedQuantile {
  return new WeightedQuantile(
    blocks.map((block): SortedSamples => sorted(block)),
    sorted(blocks.flat()),
  );
}

describe('a quantile of weighted blocks', () => {
  test('an interval stands on the quantile a real resample would have', () => {
    fc.assert(
      fc.property(cases, probability, ({ blocks, weights }, p) => {
        const actual = indexOf(blocks).at(p, Uint32Array.from(weights));
        expect(actual).toBeCloseTo(naiveQuantile(naiveResample(blocks, weights), p), 9);
      }),
    );
  });

  test('so it does in blocks of thousands, whose index has many cells', () => {
    const values = fc.array(fc.integer({ min: 1, max: 100_000 }), {
      minLength: 1_000,
      maxLength: 3_000,
      size: 'max',
    });
    const weight = fc.integer({ min: 0, max: 3 });
    fc.assert(
      fc.property(
        fc.tuple(values, values, values),
        fc.tuple(weight, weight, weight),
        probability,
        (blocks, weights, p) => {
          fc.pre(weights.some((each) => each > 0));
          const actual = indexOf(blocks).at(p, Uint32Array.from(weights));
          const expected = naiveQuantile(naiveResample(blocks, weights), p);
          expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-6);
        },
      ),
      { numRuns: 20 },
    );
  });

  test('one question changes no other: cells that are kept stay right', () => {
    const blocks = [0, 1, 2].map((b) => Array.from({ length: 500 }, (_, i) => ((i * 37 + b * 11) % 997) + 1));
    const index = indexOf(blocks);
    for (const weights of [
      [1, 1, 1],
      [3, 0, 0],
      [0, 2, 1],
      [1, 1, 1],
      [0, 0, 3],
    ]) {
      for (const p of [0, 0.01, 0.5, 0.99, 1]) {
        const expected = naiveQuantile(naiveResample(blocks, weights), p);
        expect(index.at(p, Uint32Array.from(weights))).toBeCloseTo(expected, 9);
      }
    }
  });

  test('samples that are all equal have that value at every share', () => {
    const index = indexOf([new Array<number>(300).fill(7), new Array<number>(200).fill(7)]);
    for (const p of [0, 0.3, 1]) expect(index.at(p, Uint32Array.of(1, 2))).toBe(7);
  });
});
