/**
 * Whether values in order of time rise or fall: the test of Mann, "Nonparametric Tests Against Trend", Econometrica
 * 13 (1945), which is Kendall's rank correlation with time. It asks for independent values: medians of blocks, not
 * single samples.
 */
import { normalCdf } from '../distributions/normal.ts';
import { quantile, sorted } from '../quantile/quantiles.ts';

export interface TrendTest {
  /** Kendall's tau-b: 1 when all values rise, -1 when all fall; 0 also where there is nothing to compare. */
  readonly tau: number;
  /** How often values without a trend look so much like one, to either side. */
  readonly pValue: number;
}

export interface Drift {
  /** Median of the first third of the values. */
  readonly firstThird: number;
  /** Median of the last third of the values. */
  readonly lastThird: number;
  /** From the first to the last third, as a share of the first. */
  readonly relativeChange: number;
  /** Of the test for a trend over all values. */
  readonly pValue: number;
}

/** Fewest values of which a third is worth a median. */
export const MIN_DRIFT_VALUES = 9;
/** Up to here, and without equal values, all orders are counted; above, the normal approximation is close. */
const MAX_EXACT = 10;

/** @returns null for fewer than nine values, or when the first third is not above 0 */
export function drift(inOrderOfTime: readonly number[]): Drift | null {
  if (inOrderOfTime.length < MIN_DRIFT_VALUES) return null;
  const third = Math.floor(inOrderOfTime.length / 3);
  const firstThird = quantile(sorted(inOrderOfTime.slice(0, third)), 0.5);
  const lastThird = quantile(sorted(inOrderOfTime.slice(-third)), 0.5);
  if (!(firstThird > 0)) return null;
  const { pValue } = mannKendall(inOrderOfTime);
  return { firstThird, lastThird, relativeChange: lastThird / firstThird - 1, pValue };
}

export function mannKendall(inOrderOfTime: ArrayLike<number>): TrendTest {
  const n = inOrderOfTime.length;
  const pairs = (n * (n - 1)) / 2;
  const { falling, ascending } = countFalling(inOrderOfTime);
  let equalPairs = 0;
  // Kendall, "Rank Correlation Methods" (1975): the variance of rising less falling pairs, with equal values.
  let variance = n * (n - 1) * (2 * n + 5);
  for (const size of tieSizes(ascending)) {
    equalPairs += (size * (size - 1)) / 2;
    variance -= size * (size - 1) * (2 * size + 5);
  }
  if (pairs === equalPairs) return { tau: 0, pValue: 1 };
  const score = pairs - equalPairs - 2 * falling;
  const tau = score / Math.sqrt(pairs * (pairs - equalPairs));
  if (n <= MAX_EXACT && equalPairs === 0)
    return { tau, pValue: exactPValue(n, Math.min(falling, pairs - falling)) };
  // One less, since the score goes in steps of two.
  const z = Math.max(0, Math.abs(score) - 1) / Math.sqrt(variance / 18);
  return { tau, pValue: Math.min(1, 2 * normalCdf(-z)) };
}

/** The share of all orders of n values with no more falling pairs than `fewest`, to both sides. */
function exactPValue(n: number, fewest: number): number {
  let orders = [1];
  // Adding the k-th value in one of its k places makes 0 to k - 1 more falling pairs.
  for (let k = 2; k <= n; k++) {
    const next = new Array<number>(orders.length + k - 1).fill(0);
    for (const [count, ways] of orders.entries()) {
      for (let more = 0; more < k; more++) next[count + more] = (next[count + more] as number) + ways;
    }
    orders = next;
  }
  const all = orders.reduce((sum, ways) => sum + ways, 0);
  const extreme = orders.slice(0, fewest + 1).reduce((sum, ways) => sum + ways, 0);
  return Math.min(1, (2 * extreme) / all);
}

/**
 * Pairs whose later value is the smaller one, counted while merging sorted halves: Knight, "A Computer Method for
 * Calculating Kendall's Tau with Ungrouped Data", Journal of the American Statistical Association 61 (1966).
 */
function countFalling(values: ArrayLike<number>): { falling: number; ascending: Float64Array } {
  let from = new Float64Array(values);
  let to = new Float64Array(from.length);
  let falling = 0;
  for (let width = 1; width < from.length; width *= 2) {
    for (let start = 0; start < from.length; start += 2 * width) {
      const middle = Math.min(start + width, from.length);
      const end = Math.min(middle + width, from.length);
      let left = start;
      let right = middle;
      for (let i = start; i < end; i++) {
        if (left < middle && (right === end || (from[left] as number) <= (from[right] as number))) {
          to[i] = from[left++] as number;
        } else {
          falling += middle - left;
          to[i] = from[right++] as number;
        }
      }
    }
    [from, to] = [to, from];
  }
  return { falling, ascending: from };
}

function* tieSizes(ascending: Float64Array): Generator<number> {
  let first = 0;
  for (let i = 1; i <= ascending.length; i++) {
    if (i < ascending.length && ascending[i] === ascending[first]) continue;
    if (i - first > 1) yield i - first;
    first = i;
  }
}
