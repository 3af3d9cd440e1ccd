/** The statistics of one quantity over several blocks: a summary of all its samples, and quantiles with intervals. */
import type { SampleStatistics } from '../result/series-record.ts';
import { type Block, estimateQuantile } from '../stats/quantile/estimate.ts';
import { pool, type SortedSamples } from '../stats/quantile/quantiles.ts';
import { summarizeSorted } from '../stats/summary.ts';

/** All samples of all blocks, in ascending order. */
export function poolBlocks(blocks: readonly Block[]): SortedSamples {
  return pool(blocks.map(({ samples }) => samples));
}

/** @returns null when there is no sample */
export function sampleStatistics(
  blocks: readonly Block[],
  pooled: SortedSamples,
  quantiles: readonly number[],
): SampleStatistics | null {
  const summary = summarizeSorted(pooled);
  if (summary === null) return null;
  return { ...summary, estimates: quantiles.map((p) => estimateQuantile(blocks, pooled, p)) };
}
