/** Quantiles and their intervals: what they stand on, when they are refused, and how often they are right. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalQuantile } from '../../src/stats/distributions/normal.ts';
import { seededRandom } from '../../src/stats/distributions/random.ts';
import {
  type Block,
  estimateQuantile,
  halfWidth,
  type Interval,
  type IntervalMethod,
  type Refusal,
} from '../../src/stats/quantile/estimate.ts';
import { quantile, type SortedSamples, sorted } from '../../src/stats/quantile/quantiles.ts';
import { normalDraw, simulateBlocks } from './simulate.ts';

function pool(blocks: readonly Block[]): SortedSamples {
  return sorted(blocks.flatMap(({ samples }) => [...samples]));
}

function estimate(blocks: readonly Block[], p: number): ReturnType<typeof estimateQuantile> {
  return estimateQuantile(blocks, pool(blocks), p);
}

function intervalOf(blocks: readonly Block[], p: number): Interval {
  const { interval, refused } = estimate(blocks, p);
  if (interval === null) throw new Error(`refused: ${refused}`);
  return interval;
}

/** `runs` runs of `blocks` blocks of `samples` samples each. */
function record(runs: number, blocks: number, samples: number): Block[] {
  const random = seededRandom(runs * 1_000 + blocks);
  return Array.from({ length: runs }, (_, run) =>
    simulateBlocks({ run, blocks, samplesPerBlock: samples, median: 1 + 0.05 * normalDraw(random) }, random),
  ).flat();
}

describe('what an interval stands on', () => {
  // [runs, blocks of each, samples of each, p, method, units]
  test.each<readonly [number, number, number, number, IntervalMethod, number]>([
    [1, 5, 20, 0.5, 'block-t', 5],
    [1, 10, 100, 0.99, 'block-woodruff', 10],
    [2, 1, 20, 0.5, 'run-t', 2],
    [3, 10, 100, 0.99, 'run-t', 3],
    [5, 2, 100, 0.99, 'run-woodruff', 5],
  ])('%d runs of %d blocks of %d samples, p %d: %s', (runs, blocks, samples, p, method, units) => {
    expect(intervalOf(record(runs, blocks, samples), p)).toMatchObject({ method, units, level: 0.95 });
  });

  test.each<readonly [number, number, number, number, Refusal]>([
    [1, 10, 10, 0.99, 'too-few-samples'],
    [1, 1, 9, 0.5, 'too-few-samples'],
    [1, 4, 100, 0.5, 'too-few-blocks'],
    [1, 1, 100_000, 0.99, 'too-few-blocks'],
    [4, 10, 20, 0.99, 'too-few-runs'],
    [1, 10, 100, 1, 'too-few-samples'],
  ])('%d runs of %d blocks of %d samples do not carry p %d: %s', (runs, blocks, samples, p, refused) => {
    const result = estimate(record(runs, blocks, samples), p);
    expect(result).toMatchObject({ interval: null, refused });
    expect(halfWidth(result)).toBeNull();
  });

  test('a connection that brought no sample is no block', () => {
    const empty: Block = { run: 0, samples: sorted([]) };
    expect(estimate([...record(1, 4, 100), empty], 0.5).refused).toBe('too-few-blocks');
    expect(intervalOf([...record(1, 5, 100), empty], 0.5).units).toBe(5);
  });

  test('the value is the quantile of all samples together, with or without an interval', () => {
    for (const blocks of [record(1, 2, 30), record(1, 8, 30), record(3, 4, 30)]) {
      expect(estimate(blocks, 0.5).value).toBe(quantile(pool(blocks), 0.5));
    }
  });

  test('nothing was measured: no value is made up', () => {
    expect(() => estimate([], 0.5)).toThrow(RangeError);
  });
});

describe('laws', () => {
  const blocks: fc.Arbitrary<Block[]> = fc.array(
    fc.record({
      run: fc.integer({ min: 0, max: 6 }),
      samples: fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 60 }).map(sorted),
    }),
    { minLength: 5, maxLength: 30 },
  );

  test('the value lies within its interval, and the interval within the samples', () => {
    fc.assert(
      fc.property(blocks, fc.constantFrom(0.05, 0.5, 0.9), (record, p) => {
        const { value, interval } = estimate(record, p);
        if (interval === null) return;
        const pooled = pool(record);
        const ladder = [
          pooled[0] as number,
          interval.low,
          value,
          interval.high,
          pooled[pooled.length - 1] as number,
        ];
        expect(ladder).toEqual([...ladder].sort((a, b) => a - b));
      }),
    );
  });

  test('blocks that happen to be equal promise no more than so many independent samples would', () => {
    const samples = fc
      .array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 10, maxLength: 40 })
      .map(sorted);
    const ways = fc.constantFrom<readonly [number, 'runs' | 'blocks']>(
      [0.1, 'blocks'],
      [0.5, 'blocks'],
      [0.9, 'blocks'],
      [0.5, 'runs'],
      [0.9, 'runs'],
    );
    fc.assert(
      fc.property(samples, fc.integer({ min: 5, max: 12 }), ways, (same, units, [p, of]) => {
        const equal = Array.from({ length: units }, (_, i) => ({
          run: of === 'runs' ? i : 0,
          samples: same,
        }));
        const pooled = pool(equal);
        const reach = 1.96 * Math.sqrt((p * (1 - p)) / pooled.length);
        const { low, high } = intervalOf(equal, p);
        expect(low).toBeLessThanOrEqual(quantile(pooled, Math.max(0, p - 0.99 * reach)));
        expect(high).toBeGreaterThanOrEqual(quantile(pooled, Math.min(1, p + 0.99 * reach)));
      }),
    );
  });

  test('another unit changes no more than the unit', () => {
    for (const p of [0.5, 0.99]) {
      const blocks = record(1, 10, 100);
      const inNs = blocks.map(({ run, samples }) => ({
        run,
        samples: sorted(samples.map((value) => value * 1e9)),
      }));
      expect(intervalOf(inNs, p).high / intervalOf(blocks, p).high).toBeCloseTo(1e9, 0);
      expect(halfWidth(estimate(inNs, p))).toBeCloseTo(halfWidth(estimate(blocks, p)) as number, 9);
    }
  });

  test('a path that never varies has an interval without width', () => {
    const blocks = Array.from({ length: 10 }, () => ({
      run: 0,
      samples: sorted(new Array<number>(100).fill(5)),
    }));
    for (const p of [0.5, 0.99]) {
      expect(intervalOf(blocks, p)).toMatchObject({ low: 5, high: 5 });
      expect(halfWidth(estimate(blocks, p))).toBe(0);
    }
  });

  test('an interval of t is the one of the textbook, but for what neighbours share', () => {
    // Block medians 9, 10, 11, 12, 13: deviation sqrt(2.5), t(0.975, 4) = 2.776445. Of five that correlate by 0.5 from
    // one to the next, all 25 correlations add up to 5 + 2 (4/2 + 3/4 + 2/8 + 1/16) = 11.125: they are
    // worth 25 / 11.125 and show (5 - 11.125 / 5) / 4 of how much they do.
    const widening = Math.sqrt(11.125 / 5 / ((5 - 11.125 / 5) / 4));
    const blocks = [9, 10, 11, 12, 13].map((median) => ({
      run: 0,
      samples: sorted([1, median, median, median, median, median, 40]),
    }));
    const interval = intervalOf(blocks, 0.5);
    expect(interval.low).toBeCloseTo(11 - widening * 2.776445 * Math.sqrt(0.5), 6);
    expect(interval.high).toBeCloseTo(11 + widening * 2.776445 * Math.sqrt(0.5), 6);
  });
});

describe('the interval of a quantile far out', () => {
  test('is the one of the definition, also for blocks that differ in size', () => {
    const blocks = [
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 60],
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 50, 51, 52],
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18],
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 70],
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 53],
    ];
    const { value, interval } = estimate(
      blocks.map((samples) => ({ run: 0, samples: sorted(samples) })),
      0.9,
    );
    const all = sorted(blocks.flat());
    const share = (samples: ArrayLike<number>): number =>
      Array.from(samples).filter((sample) => sample < value).length / samples.length;
    const squares = blocks.map(
      (samples) => ((samples.length / all.length) * (share(samples) - share(all))) ** 2,
    );
    // t(0.975, 4) = 2.776445; 5 blocks of 4 degrees.
    const reach = 2.776445 * Math.sqrt((5 / 4) * squares.reduce((sum, square) => sum + square, 0));
    expect(interval?.low).toBeCloseTo(quantile(all, 0.9 - reach), 4);
    expect(interval?.high).toBeCloseTo(quantile(all, Math.min(1, 0.9 + reach)), 4);
  });

  test('whose share reaches past all samples ends at the longest, not beyond', () => {
    const blocks = Array.from({ length: 10 }, (_, i) => ({
      run: 0,
      samples: sorted(Array.from({ length: 60 }, (_, j) => (i === 0 ? 1_000 + j : 100 + j))),
    }));
    expect(intervalOf(blocks, 0.95).high).toBe(1_059);
  });
});

describe('an interval holds the true value as often as it says', () => {
  /** In how many of `runs` runs the interval holds `truth`. */
  function coverage(runs: number, p: number, truth: number, make: (seed: number) => Block[]): number {
    let held = 0;
    for (let seed = 1; seed <= runs; seed++) {
      const { low, high } = intervalOf(make(seed), p);
      if (low <= truth && truth <= high) held++;
    }
    return held / runs;
  }

  test('the median of one run of correlated samples in 10 blocks', () => {
    const make = (seed: number): Block[] =>
      simulateBlocks({ run: 0, blocks: 10, samplesPerBlock: 60 }, seededRandom(seed));
    expect(coverage(400, 0.5, 1, make)).toBeGreaterThanOrEqual(0.93);
  });

  test('also where its blocks share a mood, or the process differs from the next', () => {
    // A third of the variance is that of the run, as was measured of processes on one loopback.
    const make = (seed: number): Block[] => {
      const random = seededRandom(seed);
      const median = Math.exp(0.058 * normalDraw(random));
      return simulateBlocks({ run: 0, blocks: 10, samplesPerBlock: 60, median, blockEffect: 0.08 }, random);
    };
    expect(coverage(400, 0.5, 1, make)).toBeGreaterThanOrEqual(0.9);
  });

  // [p, blocks, samples of each]
  test.each([
    [0.9, 10, 60],
    [0.9, 5, 60],
    [0.95, 30, 40],
  ])('the %d-quantile of one run of %d blocks of %d samples', (p, blocks, samplesPerBlock) => {
    const make = (seed: number): Block[] =>
      simulateBlocks({ run: 0, blocks, samplesPerBlock }, seededRandom(seed));
    const truth = Math.exp(Math.hypot(0.02, 0.1) * normalQuantile(p));
    expect(coverage(200, p, truth, make)).toBeGreaterThanOrEqual(0.92);
  });

  test('the median of the path from 4 processes that differ, where blocks alone would not', () => {
    const make = (seed: number): Block[] => {
      const random = seededRandom(seed);
      return [0, 1, 2, 3].flatMap((run) =>
        simulateBlocks(
          { run, blocks: 5, samplesPerBlock: 20, median: Math.exp(0.1 * normalDraw(random)) },
          random,
        ),
      );
    };
    const asOneRun = (seed: number): Block[] => make(seed).map((block) => ({ ...block, run: 0 }));
    expect(coverage(400, 0.5, 1, make)).toBeGreaterThanOrEqual(0.93);
    expect(coverage(400, 0.5, 1, asOneRun)).toBeLessThan(0.9);
  });
});
