/**
 * What the probes of a block say, in whatever form its record keeps them.
 *
 * Of histograms each probe counts as the middle of its bin, which is within 0.05 % of its time. Which probe followed
 * which is not kept: who asks for that gets the blocks that have each probe, or none.
 */
import type { BlockRecord, RawBlock } from '../../result/block-record.ts';
import { countedRttNs } from '../../result/samples.ts';
import { NanosecondHistogram } from '../../stats/histogram.ts';
import { pool, type SortedSamples, sorted } from '../../stats/quantile/quantiles.ts';

/** @returns undefined when one of them is kept as histograms */
export function rawBlocks(blocks: readonly BlockRecord[]): readonly RawBlock[] | undefined {
  return blocks.every(isRaw) ? blocks : undefined;
}

export function isRaw(block: BlockRecord): block is RawBlock {
  return block.samples.form === 'raw';
}

/** How many were answered and are recorded, warm-up included. */
export function answeredProbes({ samples }: BlockRecord): number {
  return samples.form === 'raw' ? samples.rttNs.length : samples.warmupProbes + inIntervals(samples);
}

/** How many count. */
export function countedProbes({ samples }: BlockRecord): number {
  return samples.form === 'raw' ? samples.rttNs.length - samples.warmupProbes : inIntervals(samples);
}

function inIntervals({ intervals }: { readonly intervals: readonly { readonly probes: number }[] }): number {
  return intervals.reduce((sum, { probes }) => sum + probes, 0);
}

/** Of a block that is still in use; a record is written once, so what was sorted once stays right. */
const sortedOnce = new WeakMap<BlockRecord, SortedSamples>();

/** Round-trip times that count, ns, in ascending order; sorted once for all that ask. */
export function sortedRttNs(block: BlockRecord): SortedSamples {
  const known = sortedOnce.get(block);
  if (known !== undefined) return known;
  const ascending = sortedOf(block);
  sortedOnce.set(block, ascending);
  return ascending;
}

function sortedOf({ samples }: BlockRecord): SortedSamples {
  return samples.form === 'raw'
    ? sorted(countedRttNs(samples))
    : pooledTimes(samples.intervals.map(({ rttNs }) => rttNs));
}

/** @param histograms encoded; null for none */
export function pooledTimes(histograms: readonly (string | null)[]): SortedSamples {
  const there = histograms.filter((text) => text !== null);
  return pool(there.map((text) => NanosecondHistogram.decode(text).middles()));
}
