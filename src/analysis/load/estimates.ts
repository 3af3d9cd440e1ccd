/** Values of a load with their intervals, as its record has them. */
import type { LoadEstimate } from '../../result/load/load-statistics.ts';
import { estimateDifference } from '../../stats/quantile/difference.ts';
import { effectiveSize } from '../../stats/quantile/effective-size.ts';
import { type Block, estimateQuantile } from '../../stats/quantile/estimate.ts';
import type { SortedSamples } from '../../stats/quantile/quantiles.ts';

/** @param pooled all samples of all the blocks, at least one */
export function quantileOf(blocks: readonly Block[], pooled: SortedSamples, p: number): LoadEstimate {
  const { value, interval, refused } = estimateQuantile(blocks, pooled, p);
  if (interval === null) return { value, interval, refused };
  const { low, high, method } = interval;
  return { value, interval: { low, high, method }, refused };
}

/** Fewer independent samples than one beyond a quantile say nothing of it. */
export const MIN_BEYOND = 1;

/**
 * The same of a quantile far out, without an interval where samples that are alike make too few of independent ones.
 * @param series of these samples, or of some of them, in the order of time
 */
export function tailOf(
  blocks: readonly Block[],
  pooled: SortedSamples,
  p: number,
  series: ArrayLike<number>,
): LoadEstimate {
  const estimate = quantileOf(blocks, pooled, p);
  if (estimate.interval === null || effectiveSize(series) * (1 - p) >= MIN_BEYOND) return estimate;
  return { value: estimate.value, interval: null, refused: 'too-few-blocks' };
}

/** By how much the first exceeds the second; the two were measured one after the other. */
export function increaseOf(first: LoadEstimate, second: LoadEstimate): LoadEstimate {
  const { value, interval, refused } = estimateDifference(first, second);
  return { value, interval: interval === null ? null : { ...interval, method: 'difference' }, refused };
}
