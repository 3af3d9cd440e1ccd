/** The usual statistics of one set of samples. No statistic is given where there is none. */
import { quantile, type SortedSamples, sorted } from './quantile/quantiles.ts';

/** All but `n` are in the unit of the samples. */
export interface Summary {
  /** Number of samples. */
  readonly n: number;
  /** Arithmetic mean. */
  readonly mean: number;
  /** 50th percentile. */
  readonly median: number;
  /** 1st percentile. */
  readonly p1: number;
  /** 99th percentile. */
  readonly p99: number;
  /** Smallest sample. */
  readonly min: number;
  /** Largest sample. */
  readonly max: number;
  /** Sample standard deviation, with n - 1; null for one sample, which has none. */
  readonly standardDeviation: number | null;
}

/** @returns null when there is no sample. */
export function summarize(samples: ArrayLike<number>): Summary | null {
  return samples.length === 0 ? null : summarizeSorted(sorted(samples));
}

/** @returns null when there is no sample. */
export function summarizeSorted(ascending: SortedSamples): Summary | null {
  const n = ascending.length;
  if (n === 0) return null;
  let sum = 0;
  for (const value of ascending) sum += value;
  const mean = sum / n;
  let squares = 0;
  for (const value of ascending) squares += (value - mean) ** 2;
  return {
    n,
    mean,
    median: quantile(ascending, 0.5),
    p1: quantile(ascending, 0.01),
    p99: quantile(ascending, 0.99),
    min: ascending[0] as number,
    max: ascending[n - 1] as number,
    standardDeviation: n < 2 ? null : Math.sqrt(squares / (n - 1)),
  };
}
