/**
 * The middle of a few values and its interval, without a distribution assumed but that it is symmetric: the estimate
 * of Hodges and Lehmann, "Estimates of Location Based on Rank Tests", Annals of Mathematical Statistics 34 (1963),
 * and the interval that inverts Wilcoxon's signed-rank test (Hollander and Wolfe, "Nonparametric Statistical
 * Methods", 3.2 and 3.3). Both stand on the Walsh averages: of each pair of values, and of each with itself.
 */
import { normalQuantile } from '../distributions/normal.ts';
import { type SortedSamples, sorted } from '../quantile/quantiles.ts';

export interface Middle {
  readonly value: number;
  /** Null when there are too few values for the level: at 95 % that is fewer than six. */
  readonly bounds: { readonly low: number; readonly high: number } | null;
}

/** Up to here the test's distribution is counted; above, it is normal to the third digit. */
const MAX_EXACT = 50;

/** @throws RangeError when there is no value, or one that is not finite */
export function hodgesLehmann(values: ArrayLike<number>, level: number): Middle {
  const ascending = sorted(values);
  const n = ascending.length;
  if (n === 0) throw new RangeError('there is no middle of no values');
  // Infinite values come first or last, what is no number comes last.
  if (!Number.isFinite(ascending[0]) || !Number.isFinite(ascending[n - 1])) {
    throw new RangeError('there is no middle of values that are not finite');
  }
  const averages = (n * (n + 1)) / 2;
  const lower = walshAverage(ascending, Math.floor((averages - 1) / 2));
  const upper = walshAverage(ascending, Math.floor(averages / 2));
  const outside = n <= MAX_EXACT ? exactOutside(n, (1 - level) / 2) : normalOutside(n, (1 - level) / 2);
  return {
    value: (lower + upper) / 2,
    bounds:
      outside < 1
        ? null
        : { low: walshAverage(ascending, outside - 1), high: walshAverage(ascending, averages - outside) },
  };
}

/** The largest k of which a rank sum below k is no likelier than `tail`: so many averages to each side, less one, are left out. */
function exactOutside(n: number, tail: number): number {
  // Of all 2^n signs, how many give each sum of ranks.
  const ways = new Float64Array((n * (n + 1)) / 2 + 1);
  ways[0] = 1;
  for (let rank = 1; rank <= n; rank++) {
    for (let sum = (rank * (rank + 1)) / 2; sum >= rank; sum--) {
      ways[sum] = (ways[sum] as number) + (ways[sum - rank] as number);
    }
  }
  let outside = 0;
  let below = ways[0];
  while (below <= tail * 2 ** n) below += ways[++outside] as number;
  return outside;
}

function normalOutside(n: number, tail: number): number {
  const mean = (n * (n + 1)) / 4;
  const deviation = Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24);
  return Math.floor(mean + normalQuantile(tail) * deviation);
}

/**
 * The Walsh average before which `rank` others stand. Thousands of values have millions of averages, so the value is
 * halved into until it is the smallest number that enough averages do not pass, which is one of them.
 */
function walshAverage(ascending: SortedSamples, rank: number): number {
  let below = ascending[0] as number;
  let high = ascending[ascending.length - 1] as number;
  if (averagesUpTo(ascending, below) > rank) return below;
  for (;;) {
    const middle = below + (high - below) / 2;
    if (middle <= below || middle >= high) return high;
    if (averagesUpTo(ascending, middle) > rank) high = middle;
    else below = middle;
  }
}

function averagesUpTo(ascending: SortedSamples, bound: number): number {
  let count = 0;
  let j = ascending.length - 1;
  for (let i = 0; i <= j; i++) {
    while (j >= i && ((ascending[i] as number) + (ascending[j] as number)) / 2 > bound) j--;
    count += j - i + 1;
  }
  return count;
}
