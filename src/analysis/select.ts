/** Which samples of a recording count, and to what: the one place that leaves out warm-up. */
import type { BlockRecord } from '../result/block-record.ts';
import type { Measurement, PlannedMeasurement } from '../result/plan-record.ts';
import type { Recording } from '../result/result.ts';
import { type SortedSamples, sorted } from '../stats/quantile/quantiles.ts';

/** What a series is known by. */
export interface SeriesKey {
  readonly measurement: Measurement;
  readonly payloadBytes: number;
}

/** Each measurement and size once, in the order of the plan, of which a block was begun. */
export function seriesKeys({ plan, blocks }: Pick<Recording, 'plan' | 'blocks'>): SeriesKey[] {
  const keys: PlannedMeasurement[] = [];
  for (const planned of plan.measurements) {
    if (keys.some((key) => sameSeries(key, planned))) continue;
    if (blocks.some((block) => sameSeries(block, planned))) keys.push(planned);
  }
  return keys;
}

export function sameSeries(a: SeriesKey, b: SeriesKey): boolean {
  return a.measurement === b.measurement && a.payloadBytes === b.payloadBytes;
}

/** The blocks of a series whose samples count, in the order in which they ran; each has at least one. */
export function measuredBlocks(blocks: readonly BlockRecord[], key: SeriesKey): BlockRecord[] {
  return blocks.filter(
    (block) => block.kind === 'measured' && sameSeries(block, key) && block.rttNs.length > block.warmupProbes,
  );
}

/** Round-trip times that count, ns, in the order of sending. */
export function countedRttNs({ rttNs, warmupProbes }: BlockRecord): readonly number[] {
  return warmupProbes === 0 ? rttNs : rttNs.slice(warmupProbes);
}

/** Of a block that is still in use; a record is written once, so what was sorted once stays right. */
const sortedOnce = new WeakMap<BlockRecord, SortedSamples>();

/** Round-trip times that count, ns, in ascending order; sorted once for all that ask. */
export function sortedRttNs(block: BlockRecord): SortedSamples {
  const known = sortedOnce.get(block);
  if (known !== undefined) return known;
  const ascending = sorted(countedRttNs(block));
  sortedOnce.set(block, ascending);
  return ascending;
}
