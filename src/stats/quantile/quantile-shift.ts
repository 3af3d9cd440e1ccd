/**
 * Ratios of quantiles by what lies beyond: B's quantile is r times A's where, B divided by r, as large a share of the
 * one lies beyond their common quantile as of the other. A test of whether the shares differ by more than chance thus
 * makes an interval: all ratios that it lets stand. It needs no quantile of any one block, which has too few samples
 * in its tail, and takes no part of a tail for more than it is.
 */
import { placeOf, type SortedSamples } from './quantiles.ts';

/** A ratio is looked for in steps that double from here, in the logarithm, up to a factor of 22,000. */
const FIRST_STEP = 0.001;
const LAST_STEP = 10;
/** The ends of an interval are found to a millionth. */
const FINENESS = 1e-6;

export interface Side {
  /** Of each block or run. */
  readonly units: readonly SortedSamples[];
  /** All samples of all of them, and no others. */
  readonly pooled: SortedSamples;
}

/**
 * How many samples of each unit lie beyond the common `p`-quantile of A and of B divided by `ratio`: above it for the
 * upper half of quantiles, below it for the lower.
 */
export function countsBeyond(
  a: Side,
  b: Side,
  p: number,
  ratio: number,
): { readonly a: number[]; readonly b: number[] } {
  const common = commonQuantile(a.pooled, b.pooled, p, ratio);
  const counts = ({ units }: Side, factor: number): number[] =>
    units.map((samples) => countBeyond(samples, common, factor, p));
  return { a: counts(a, 1), b: counts(b, ratio) };
}

/**
 * The lowest and the highest ratio around `value` that `rejects` lets stand; null where one of them has no end.
 * A ratio of 1 that stands is always between them.
 */
export function standingRatios(
  value: number,
  rejects: (ratio: number) => boolean,
): { readonly low: number; readonly high: number } | null {
  const middle = Math.log(value);
  const end = (direction: 1 | -1): number | null => {
    let stands = middle;
    let step = FIRST_STEP;
    while (!rejects(Math.exp(middle + direction * step))) {
      stands = middle + direction * step;
      if (step > LAST_STEP) return null;
      step *= 2;
    }
    let falls = middle + direction * step;
    while (Math.abs(falls - stands) > FINENESS) {
      const between = (stands + falls) / 2;
      if (rejects(Math.exp(between))) falls = between;
      else stands = between;
    }
    return stands;
  };
  const low = end(-1);
  const high = end(1);
  if (low === null || high === null) return null;
  const [least, most] = rejects(1) ? [low, high] : [Math.min(low, 0), Math.max(high, 0)];
  return { low: Math.exp(least), high: Math.exp(most) };
}

/** The sample of A, or of B divided by `ratio`, before which as many others stand as before the `p`-quantile of all. */
function commonQuantile(a: SortedSamples, b: SortedSamples, p: number, ratio: number): number {
  const rank = Math.round((a.length + b.length - 1) * p);
  // How many of A are among the first `rank`: the least number that leaves none of A behind one of B that is among them.
  let from = Math.max(0, rank - b.length);
  let to = Math.min(rank, a.length);
  while (from < to) {
    const ofA = (from + to) >>> 1;
    if ((a[ofA] as number) < (b[rank - ofA - 1] as number) / ratio) from = ofA + 1;
    else to = ofA;
  }
  const nextOfA = a[from] ?? Number.POSITIVE_INFINITY;
  const nextOfB = (b[rank - from] ?? Number.POSITIVE_INFINITY) / ratio;
  return Math.min(nextOfA, nextOfB);
}

/** Of samples divided by `factor`. Those that equal the bound are beyond it in the upper half, on both sides alike. */
function countBeyond(samples: SortedSamples, bound: number, factor: number, p: number): number {
  const below = placeOf(bound * factor, samples);
  return p < 0.5 ? below : samples.length - below;
}
