/** B against A: found where they differ, and not where they are the same. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Block } from '../../src/stats/estimate.ts';
import { quantile, sorted } from '../../src/stats/quantiles.ts';
import { type Random, seededRandom } from '../../src/stats/random.ts';
import {
  type BlockPair,
  hodgesLehmannRatio,
  pairedRatio,
  type RatioEstimate,
  unpairedRatio,
} from '../../src/stats/ratio.ts';
import { hodgesLehmann } from '../../src/stats/signed-rank.ts';
import { naiveWalshAverages } from './naive.ts';
import { DEPRESSION } from './published.ts';
import { normalDraw, simulateBlocks } from './simulate.ts';

/** Pairs whose level the path shares, B being `ratio` times A. */
function makePairs(count: number, ratio: number, random: Random, samplesPerBlock = 30): BlockPair[] {
  return Array.from({ length: count }, () => {
    const median = Math.exp(0.05 * normalDraw(random));
    const side = (factor: number): BlockPair['a'] => {
      const [block] = simulateBlocks({ run: 0, blocks: 1, samplesPerBlock, median: median * factor }, random);
      return (block as Block).samples;
    };
    return { a: side(1), b: side(ratio) };
  });
}

function logRatios(pairs: readonly BlockPair[]): number[] {
  return pairs.map(({ a, b }) => Math.log(quantile(b, 0.5) / quantile(a, 0.5)));
}

function holds({ interval }: RatioEstimate, truth: number): boolean {
  return interval !== null && interval.low <= truth && truth <= interval.high;
}

/** How many of 200 estimates, made of as many seeds, do not hold the truth, as a share. */
function missed(truth: number, estimate: (random: Random) => RatioEstimate): number {
  let count = 0;
  for (let seed = 1; seed <= 200; seed++) if (!holds(estimate(seededRandom(seed)), truth)) count++;
  return count / 200;
}

describe('pairs of blocks', () => {
  test('a path is not taken for different from itself', () => {
    expect(missed(1, (random) => pairedRatio(makePairs(10, 1, random, 15), 0.5, random))).toBeLessThanOrEqual(
      0.07,
    );
  });

  test('a difference of 10 % is found, and its size', () => {
    const random = seededRandom(3);
    const estimate = pairedRatio(makePairs(20, 1.1, random), 0.5, random);
    expect(estimate.interval).toMatchObject({ method: 'pair-bootstrap', units: 20, level: 0.95 });
    expect(holds(estimate, 1.1)).toBe(true);
    expect(holds(estimate, 1)).toBe(false);
  });

  test('a pair that misses a side is no pair', () => {
    const random = seededRandom(3);
    const pairs = [...makePairs(4, 1, random), { a: sorted([1, 2, 3]), b: sorted([]) }];
    expect(pairedRatio(pairs, 0.5, random)).toMatchObject({ interval: null, refused: 'too-few-pairs' });
  });

  test('samples too few for the quantile are refused', () => {
    const random = seededRandom(3);
    expect(pairedRatio(makePairs(10, 1, random), 0.99, random).refused).toBe('too-few-samples');
  });

  test('what cannot be divided is refused, never infinite', () => {
    const pair = { a: sorted([0, 1, 2]), b: sorted([1, 2, 3]) };
    expect(() => pairedRatio([pair], 0.5, seededRandom(1))).toThrow(RangeError);
    expect(() => pairedRatio([], 0.5, seededRandom(1))).toThrow(RangeError);
  });
});

describe('one ratio a pair', () => {
  test('estimate and interval are the published ones', () => {
    const { value, bounds } = hodgesLehmann(DEPRESSION.differences, 0.95);
    expect(value).toBeCloseTo(DEPRESSION.estimate, 12);
    expect(bounds?.low).toBeCloseTo(DEPRESSION.low, 12);
    expect(bounds?.high).toBeCloseTo(DEPRESSION.high, 12);
  });

  test('the middle is the median of all averages of two', () => {
    const differences = fc.array(fc.integer({ min: -500, max: 500 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(differences, (values) => {
        const averages = sorted(naiveWalshAverages(values));
        const { value, bounds } = hodgesLehmann(values, 0.95);
        expect(value).toBeCloseTo(quantile(averages, 0.5), 9);
        if (bounds === null) return;
        expect([...averages]).toContain(bounds.low);
        expect([...averages]).toContain(bounds.high);
        expect(bounds.low).toBeLessThanOrEqual(value);
        expect(bounds.high).toBeGreaterThanOrEqual(value);
      }),
    );
  });

  test('counting and the normal approximation meet at fifty pairs', () => {
    const random = seededRandom(5);
    const values = Array.from({ length: 51 }, () => normalDraw(random));
    const width = (n: number): number => {
      const { bounds } = hodgesLehmann(values.slice(0, n), 0.95);
      return bounds === null ? 0 : bounds.high - bounds.low;
    };
    expect(width(51) / width(50)).toBeGreaterThan(0.9);
    expect(width(51) / width(50)).toBeLessThan(1.1);
  });

  test('five pairs cannot give 95 %, six can', () => {
    expect(hodgesLehmannRatio([0.1, 0.2, 0.3, 0.4, 0.5])).toMatchObject({
      interval: null,
      refused: 'too-few-pairs',
    });
    expect(hodgesLehmannRatio([0.1, 0.2, 0.3, 0.4, 0.5, 0.6]).interval).toMatchObject({
      method: 'signed-rank',
      units: 6,
    });
  });

  test('a path is not taken for different from itself', () => {
    const estimate = (random: Random): RatioEstimate =>
      hodgesLehmannRatio(logRatios(makePairs(10, 1, random)));
    expect(missed(1, estimate)).toBeLessThanOrEqual(0.07);
  });

  test('one pair that went wrong does not hide a difference', () => {
    const logs = logRatios(makePairs(20, 1.1, seededRandom(3)));
    const estimate = hodgesLehmannRatio([...logs.slice(1), Math.log(20)]);
    expect(estimate.value).toBeCloseTo(1.1, 1);
    expect(holds(estimate, 1)).toBe(false);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'a pair without a ratio is refused, and hangs nothing: %d',
    (value) => {
      expect(() => hodgesLehmannRatio([0.1, value, 0.2, 0.3, 0.4, 0.5, 0.6])).toThrow(RangeError);
      expect(() => hodgesLehmannRatio([])).toThrow(RangeError);
    },
  );

  test('thousands of pairs have millions of averages, and still an answer', () => {
    const random = seededRandom(6);
    const logs = Array.from({ length: 5_000 }, () => Math.log(1.1) + 0.05 * normalDraw(random));
    const estimate = hodgesLehmannRatio(logs);
    expect(estimate.value).toBeCloseTo(1.1, 2);
    expect(holds(estimate, 1.1)).toBe(true);
    expect((estimate.interval?.high ?? 0) / (estimate.interval?.low ?? 1)).toBeLessThan(1.01);
  });
});

describe('two records', () => {
  function record(
    runs: number,
    blocks: number,
    median: number,
    random: Random,
    samplesPerBlock = 20,
  ): Block[] {
    return Array.from({ length: runs }, (_, run) =>
      simulateBlocks(
        { run, blocks, samplesPerBlock, median: median * Math.exp(0.05 * normalDraw(random)) },
        random,
      ),
    ).flat();
  }

  // One run: its level is the truth, so that only its blocks vary.
  const oneRun = (median: number, random: Random): Block[] =>
    simulateBlocks({ run: 0, blocks: 10, samplesPerBlock: 30, median }, random);

  test('a path is not taken for different from itself: one run each, by blocks', () => {
    const estimate = (random: Random): RatioEstimate =>
      unpairedRatio(oneRun(1, random), oneRun(1, random), 0.5);
    expect(missed(1, estimate)).toBeLessThanOrEqual(0.07);
  });

  test('nor where its runs differ: three runs each, by runs', () => {
    const estimate = (random: Random): RatioEstimate =>
      unpairedRatio(record(3, 5, 1, random), record(3, 5, 1, random), 0.5);
    expect(missed(1, estimate)).toBeLessThanOrEqual(0.07);
  });

  test('a higher percentile than a block can carry is compared, too', () => {
    const random = seededRandom(2);
    const estimate = unpairedRatio(oneRun(1, random), oneRun(1.2, random), 0.9);
    expect(estimate.interval).toMatchObject({ method: 'two-intervals', units: 10 });
    expect(holds(estimate, 1)).toBe(false);
    expect(holds(estimate, 1.2)).toBe(true);
  });

  test('nor at a higher percentile', () => {
    const side = (random: Random): Block[] =>
      simulateBlocks({ run: 0, blocks: 10, samplesPerBlock: 60 }, random);
    expect(missed(1, (random) => unpairedRatio(side(random), side(random), 0.9))).toBeLessThanOrEqual(0.07);
  });

  test('a difference is found, and its size', () => {
    const random = seededRandom(2);
    const estimate = unpairedRatio(record(4, 5, 1, random), record(6, 5, 1.5, random), 0.5);
    expect(estimate.interval).toMatchObject({ method: 'welch-t', units: 4, level: 0.95 });
    expect(holds(estimate, 1)).toBe(false);
    expect(holds(estimate, 1.5)).toBe(true);
  });

  test('the other way round it is one over it', () => {
    const random = seededRandom(2);
    const [a, b] = [record(3, 5, 1, random), record(3, 5, 2, random)];
    const forwards = unpairedRatio(a, b, 0.5);
    const backwards = unpairedRatio(b, a, 0.5);
    expect(backwards.value).toBeCloseTo(1 / forwards.value, 12);
    expect(backwards.interval?.low).toBeCloseTo(1 / (forwards.interval?.high as number), 9);
  });

  test('too little on one side is told as what it is', () => {
    const random = seededRandom(2);
    const enough = record(1, 10, 1, random);
    expect(unpairedRatio(enough, record(1, 4, 1, random), 0.5).refused).toBe('too-few-blocks');
    expect(unpairedRatio(enough, record(1, 5, 1, random, 1), 0.5).refused).toBe('too-few-samples');
    expect(unpairedRatio(record(2, 10, 1, random), record(2, 10, 1, random), 0.98).refused).toBe(
      'too-few-runs',
    );
  });
});
