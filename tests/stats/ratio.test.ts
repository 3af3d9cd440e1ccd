/** B against A: found where they differ, and not where they are the same. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type BlockPair,
  hodgesLehmannRatio,
  pairedMedianRatio,
  pairedQuantileRatio,
  type RatioEstimate,
} from '../../src/stats/compare/ratio.ts';
import { hodgesLehmann } from '../../src/stats/compare/signed-rank.ts';
import { type Random, seededRandom } from '../../src/stats/distributions/random.ts';
import type { Block } from '../../src/stats/quantile/estimate.ts';
import { quantile, sorted } from '../../src/stats/quantile/quantiles.ts';
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

/** A path with two levels that last for some blocks each; what is A and what is B was decided by chance. */
function moodyPairs(count: number, random: Random): BlockPair[] {
  let slow = false;
  const next = (): BlockPair['a'] => {
    if (random() < 0.2) slow = !slow;
    return blockAt(slow ? 2.2 : 1, random, 50);
  };
  return Array.from({ length: count }, () => inRandomOrder(next(), next(), random));
}

/** Some blocks are slow for half of their length. */
function burstyPairs(count: number, share: number, random: Random): BlockPair[] {
  const next = (): BlockPair['a'] => {
    const burst = random() < share;
    return sorted(blockAt(1, random, 50).map((value, i) => (burst && i % 2 === 0 ? value * 5 : value)));
  };
  return Array.from({ length: count }, () => inRandomOrder(next(), next(), random));
}

/** Each probe may be lost, and takes twenty times as long then. */
function lossyPairs(count: number, loss: number, random: Random): BlockPair[] {
  const next = (): BlockPair['a'] =>
    sorted(blockAt(1, random, 20).map((value) => (random() < loss ? value * 20 : value)));
  return Array.from({ length: count }, () => inRandomOrder(next(), next(), random));
}

function blockAt(median: number, random: Random, samplesPerBlock: number): BlockPair['a'] {
  const [block] = simulateBlocks({ run: 0, blocks: 1, samplesPerBlock, median }, random);
  return (block as Block).samples;
}

function inRandomOrder(first: BlockPair['a'], second: BlockPair['a'], random: Random): BlockPair {
  return random() < 0.5 ? { a: first, b: second } : { a: second, b: first };
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

/** Those that were refused are wrong of nothing. */
function missedOrRefused(
  truth: number,
  estimate: (random: Random) => RatioEstimate,
): { readonly missed: number; readonly refused: number } {
  const counts = { missed: 0, refused: 0 };
  for (let seed = 1; seed <= 200; seed++) {
    const found = estimate(seededRandom(seed));
    if (found.interval === null) counts.refused++;
    else if (!holds(found, truth)) counts.missed++;
  }
  return { missed: counts.missed / 200, refused: counts.refused / 200 };
}

describe('medians of pairs of blocks', () => {
  test('a path is not taken for different from itself', () => {
    expect(missed(1, (random) => pairedMedianRatio(makePairs(10, 1, random, 15)))).toBeLessThanOrEqual(0.07);
  });

  test('nor one that lasts in moods, of which a pair may straddle the end', () => {
    const estimate = (random: Random): RatioEstimate => pairedMedianRatio(moodyPairs(40, random));
    expect(missed(1, estimate)).toBeLessThanOrEqual(0.07);
  });

  test.each([5, 10])('%d pairs that happen to be equal are no proof of a difference', (count) => {
    const a = sorted(Array.from({ length: 20 }, (_, i) => 100 + i));
    const b = sorted(a.map((sample) => sample + 1));
    const pairs = new Array<BlockPair>(count).fill({ a, b });
    expect(holds(pairedMedianRatio(pairs), 1)).toBe(true);
  });

  test('a difference of 10 % is found, and its size', () => {
    const estimate = pairedMedianRatio(makePairs(20, 1.1, seededRandom(3)));
    expect(estimate.interval).toMatchObject({ method: 'signed-rank', units: 20, level: 0.95 });
    expect(holds(estimate, 1.1)).toBe(true);
    expect(holds(estimate, 1)).toBe(false);
  });

  test('a pair that misses a side is no pair', () => {
    const pairs = [...makePairs(4, 1, seededRandom(3)), { a: sorted([1, 2, 3]), b: sorted([]) }];
    expect(pairedMedianRatio(pairs)).toMatchObject({ interval: null, refused: 'too-few-pairs' });
  });

  test('samples too few for a median are refused', () => {
    const pairs = Array.from({ length: 8 }, () => ({ a: sorted([1]), b: sorted([2]) }));
    expect(pairedMedianRatio(pairs)).toMatchObject({ value: 2, refused: 'too-few-samples' });
  });

  test('what cannot be divided is refused, never infinite', () => {
    const pair = { a: sorted([0, 1, 2]), b: sorted([1, 2, 3]) };
    expect(() => pairedMedianRatio([pair])).toThrow(RangeError);
    expect(() => pairedMedianRatio([])).toThrow(RangeError);
    expect(() => pairedQuantileRatio([pair], 0.9)).toThrow(RangeError);
    expect(() => pairedQuantileRatio([], 0.9)).toThrow(RangeError);
  });
});

describe('the slow tail of pairs of blocks', () => {
  test.each([
    ['of steady blocks', (random: Random) => makePairs(40, 1, random, 50)],
    ['of blocks in moods', (random: Random) => moodyPairs(40, random)],
    ['that comes in bursts', (random: Random) => burstyPairs(60, 0.1, random)],
    ['of lost segments, fewer than one in a hundred', (random: Random) => lossyPairs(60, 0.006, random)],
  ])('%s is not taken for different from itself', (_what, make) => {
    expect(
      missedOrRefused(1, (random) => pairedQuantileRatio(make(random), 0.99)).missed,
    ).toBeLessThanOrEqual(0.07);
  });

  test('is held by the interval where it is longer', () => {
    const { missed: share, refused } = missedOrRefused(1.3, (random) =>
      pairedQuantileRatio(makePairs(60, 1.3, random, 50), 0.99),
    );
    expect(share).toBeLessThanOrEqual(0.07);
    expect(refused).toBe(0);
  });

  test('is found to be longer, and by how much', () => {
    const estimate = pairedQuantileRatio(makePairs(60, 1.3, seededRandom(3), 50), 0.99);
    expect(estimate.interval).toMatchObject({ method: 'sign-flip', units: 60, level: 0.95 });
    expect(holds(estimate, 1)).toBe(false);
    expect(holds(estimate, 1.3)).toBe(true);
  });

  test('of a rate is its low end, and the other way round one over it', () => {
    const pairs = makePairs(60, 1.3, seededRandom(3), 50);
    const rates = pairs.map(({ a, b }) => ({
      a: sorted(a.map((x) => 1 / x)),
      b: sorted(b.map((x) => 1 / x)),
    }));
    const [slow, rate] = [pairedQuantileRatio(pairs, 0.99), pairedQuantileRatio(rates, 0.01)];
    expect(rate.value).toBeCloseTo(1 / slow.value, 2);
    expect(rate.interval?.low).toBeCloseTo(1 / (slow.interval?.high as number), 2);
    expect(rate.interval?.high).toBeCloseTo(1 / (slow.interval?.low as number), 2);
  });

  test('that a few pairs alone have is refused: they cannot tell', () => {
    const random = seededRandom(4);
    const quiet = makePairs(55, 1, random, 20);
    const slow = makePairs(5, 1, random, 20).map(({ a, b }) => ({ a, b: sorted(b.map((x) => 50 * x)) }));
    expect(pairedQuantileRatio([...quiet, ...slow], 0.99)).toMatchObject({ refused: 'too-few-pairs' });
  });

  test('of too few samples is refused', () => {
    expect(pairedQuantileRatio(makePairs(10, 1, seededRandom(3)), 0.99).refused).toBe('too-few-samples');
  });

  test('leaves out a pair of which one side was cut short', () => {
    const pairs = makePairs(60, 1, seededRandom(3), 50);
    const cut = { a: sorted([...new Array(50).fill(1_000)]), b: sorted([1, 2]) };
    const { interval } = pairedQuantileRatio([...pairs, cut], 0.99);
    expect(interval?.units).toBe(60);
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

  test('six pairs cannot tell by their ranks, seven can', () => {
    const logs = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6];
    expect(hodgesLehmannRatio(logs)).toMatchObject({ interval: null, refused: 'too-few-pairs' });
    expect(hodgesLehmannRatio([...logs, 0.7]).interval).toMatchObject({ method: 'signed-rank', units: 7 });
  });

  test('five of blocks are taken for normal instead, four for nothing', () => {
    const pairs = makePairs(5, 1.5, seededRandom(3));
    expect(pairedMedianRatio(pairs).interval).toMatchObject({ method: 'pair-t', units: 5, level: 0.95 });
    expect(holds(pairedMedianRatio(pairs), 1)).toBe(false);
    expect(pairedMedianRatio(pairs.slice(1)).refused).toBe('too-few-pairs');
    const estimate = (random: Random): RatioEstimate => pairedMedianRatio(makePairs(5, 1, random, 15));
    expect(missed(1, estimate)).toBeLessThanOrEqual(0.05);
  });

  test('a path is not called different from itself more often for looking until it is narrow', () => {
    const stopped = (random: Random): RatioEstimate => {
      const logs: number[] = [];
      let narrow = 0;
      for (;;) {
        logs.push(0.04 * normalDraw(random));
        if (logs.length < 10) continue;
        const estimate = hodgesLehmannRatio(logs);
        const { low = 0, high = 0 } = estimate.interval ?? {};
        narrow = Math.log(high / low) / 2 <= 0.02 ? narrow + 1 : 0;
        if (narrow === 2) return estimate;
      }
    };
    expect(missed(1, stopped)).toBeLessThanOrEqual(0.05);
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
