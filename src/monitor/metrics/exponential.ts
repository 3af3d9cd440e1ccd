/**
 * Buckets of a native histogram, each 2^(1/8) times as wide as the one before (schema 3): every quantile is within 9 %, whatever the
 * path, and those of targets can be added up. An index is that of Prometheus: a bucket ends at 2^(index/8), that end in it.
 */

export const SCHEMA = 3;
const BUCKETS_PER_DOUBLING = 2 ** SCHEMA;

/** Where a value above 0 is counted. */
export function bucketIndex(value: number): number {
  return Math.ceil(Math.log2(value) * BUCKETS_PER_DOUBLING);
}

/** Neighbouring buckets, none of which is empty. */
export interface Stretch {
  readonly firstIndex: number;
  readonly counts: readonly number[];
}

/** @returns ascending, with an empty bucket between any two */
export function stretches(counts: ReadonlyMap<number, number>): readonly Stretch[] {
  const found: { firstIndex: number; counts: number[] }[] = [];
  for (const [index, count] of [...counts].sort(([a], [b]) => a - b)) {
    const last = found.at(-1);
    if (last !== undefined && last.firstIndex + last.counts.length === index) last.counts.push(count);
    else found.push({ firstIndex: index, counts: [count] });
  }
  return found;
}
