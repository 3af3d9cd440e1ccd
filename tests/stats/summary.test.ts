/** The summary of a session: against a second implementation, published data sets, and its laws. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Summary, summarize } from '../../src/stats/summary.ts';
import { MICHELSON, MTCARS, NIST } from './published.ts';

/** By the definitions, the sums in whole numbers, so that nothing can cancel. For integer samples only. */
function naiveSummary(samples: readonly number[]): Summary {
  const n = samples.length;
  const sum = samples.reduce((total, value) => total + BigInt(value), 0n);
  const squares = samples.reduce((total, value) => total + BigInt(value) ** 2n, 0n);
  // n times the sum of squared deviations is n * sum(x^2) - (sum x)^2, exact in integers.
  const deviations = Number(BigInt(n) * squares - sum * sum) / n;
  const ordered = [...samples].sort((a, b) => a - b);
  const at = (p: number): number => {
    const h = (n - 1) * p;
    const weight = h - Math.floor(h);
    return (ordered[Math.floor(h)] as number) * (1 - weight) + (ordered[Math.ceil(h)] as number) * weight;
  };
  return {
    n,
    mean: Number(sum) / n,
    median: at(0.5),
    p1: at(0.01),
    p99: at(0.99),
    min: ordered[0] as number,
    max: ordered[n - 1] as number,
    standardDeviation: n === 1 ? null : Math.sqrt(deviations / (n - 1)),
  };
}

function summaryOf(samples: ArrayLike<number>): Summary {
  const summary = summarize(samples);
  if (summary === null) throw new Error('there is no sample');
  return summary;
}

const KEYS = ['mean', 'median', 'p1', 'p99', 'min', 'max'] as const;

/** Every statistic but `n`, the deviation of one sample taken as 0. */
function numbersOf(summary: Summary): number[] {
  return [...KEYS.map((key) => summary[key]), summary.standardDeviation ?? 0];
}

function expectClose(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  expect(actual).toHaveLength(expected.length);
  for (const [i, value] of actual.entries()) {
    expect(Math.abs(value - (expected[i] as number))).toBeLessThanOrEqual(tolerance);
  }
}

/** Round-trip times as they come: whole nanoseconds, up to a minute. */
const MAX_NS = 60_000_000_000;
const rttsNs = fc.array(fc.integer({ min: 1, max: MAX_NS }), { minLength: 1, maxLength: 100 });

describe('published data', () => {
  test.each(NIST)('a small spread on a long path is not lost to rounding: $name of NIST', (data) => {
    const summary = summaryOf(data.values);
    expect(summary.n).toBe(data.values.length);
    expect(summary.mean).toBeCloseTo(data.mean, 6);
    expect(summary.standardDeviation).toBeCloseTo(data.standardDeviation, 7);
  });

  test.each([
    ['mtcars$mpg', MTCARS, 6],
    ['morley$Speed (Michelson 1879)', MICHELSON, 9],
  ] as const)('the summary is the one R prints: %s', (_name, data, digits) => {
    const summary = summaryOf(data.values);
    expect(summary.min).toBe(data.min);
    expect(summary.median).toBeCloseTo(data.median, 9);
    expect(summary.mean).toBeCloseTo(data.mean, 9);
    expect(summary.max).toBe(data.max);
    expect(summary.standardDeviation).toBeCloseTo(data.standardDeviation, digits);
  });

  test('100 samples put the 1st and 99th percentile one in from the ends, and 99 hundredths of the way', () => {
    const summary = summaryOf(Array.from({ length: 100 }, (_, i) => i + 1));
    expect(summary.p1).toBeCloseTo(1.99, 10);
    expect(summary.p99).toBeCloseTo(99.01, 10);
  });
});

describe('no statistic where there is none', () => {
  test('no sample has no summary, not one full of zeros', () => {
    expect(summarize([])).toBeNull();
    expect(summarize(new Float64Array(0))).toBeNull();
  });

  test('one sample has no deviation, not a deviation of zero', () => {
    expect(summarize([1_234])).toEqual({
      n: 1,
      mean: 1_234,
      median: 1_234,
      p1: 1_234,
      p99: 1_234,
      min: 1_234,
      max: 1_234,
      standardDeviation: null,
    });
  });

  test('two samples have one: n - 1, not n', () => {
    expect(summaryOf([10, 20]).standardDeviation).toBeCloseTo(Math.sqrt(50), 12);
  });

  test('a path that never varies has a deviation of exactly zero', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: MAX_NS }), fc.integer({ min: 2, max: 1_000 }), (ns, n) => {
        const summary = summaryOf(new Array<number>(n).fill(ns));
        expect(summary.standardDeviation).toBe(0);
        expect(summary.mean).toBe(ns);
      }),
    );
  });
});

describe('laws', () => {
  test('the summary is the one the definitions give, in whole numbers', () => {
    fc.assert(
      fc.property(rttsNs, (samples) => {
        const actual = summaryOf(samples);
        const expected = naiveSummary(samples);
        expect(actual.n).toBe(expected.n);
        expect(actual.standardDeviation === null).toBe(expected.standardDeviation === null);
        expectClose(numbersOf(actual), numbersOf(expected), 1e-9 * expected.max);
      }),
    );
  });

  test('the statistics stand in order: min, p1, median, p99, max, and the mean within', () => {
    fc.assert(
      fc.property(rttsNs, (samples) => {
        const { min, p1, median, p99, max, mean } = summaryOf(samples);
        const ladder = [min, p1, median, p99, max];
        expect(ladder).toEqual([...ladder].sort((a, b) => a - b));
        expect(mean).toBeGreaterThanOrEqual(min);
        expect(mean).toBeLessThanOrEqual(max);
      }),
    );
  });

  test('the order of the probes changes no statistic', () => {
    const shuffled = rttsNs.chain((samples) =>
      fc.tuple(
        fc.constant(samples),
        fc.shuffledSubarray(samples, { minLength: samples.length, maxLength: samples.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([samples, others]) => {
        expect(summarize(others)).toEqual(summarize(samples));
      }),
    );
  });

  test('a path longer by a constant has the same deviation and all the rest longer by it', () => {
    fc.assert(
      fc.property(rttsNs, fc.integer({ min: 0, max: MAX_NS }), (samples, shift) => {
        const before = summaryOf(samples);
        const after = summaryOf(samples.map((ns) => ns + shift));
        const expected = [...KEYS.map((key) => before[key] + shift), before.standardDeviation ?? 0];
        expectClose(numbersOf(after), expected, 1e-12 * (before.max + shift) + 1e-6);
      }),
    );
  });

  test('another unit changes no more than the unit', () => {
    fc.assert(
      fc.property(rttsNs, fc.constantFrom(1e-9, 1e-6, 1e-3, 8, 1_000), (samples, factor) => {
        const before = summaryOf(samples);
        const after = summaryOf(samples.map((ns) => ns * factor));
        expectClose(
          numbersOf(after),
          numbersOf(before).map((value) => value * factor),
          1e-9 * before.max * factor,
        );
      }),
    );
  });

  test('a summary takes plain and typed arrays alike', () => {
    fc.assert(
      fc.property(rttsNs, (samples) => {
        expect(summarize(Float64Array.from(samples))).toEqual(summarize(samples));
      }),
    );
  });

  test('summing up leaves the samples of the result as they were', () => {
    const samples = [3, 1, 2];
    summarize(samples);
    expect(samples).toEqual([3, 1, 2]);
  });
});
