/** The parts of a step: its units of time, that intervals rest on. */

const NS_PER_S = 1_000_000_000;
/** Samples that follow each other through one queue are alike; seconds are alike much less. */
const MIN_PART_NS = NS_PER_S;
const MAX_PARTS = 20;
/** Fewer make no interval; a step that is shorter than so many seconds has parts of less. */
const MIN_PARTS = 5;

/** @returns where they begin, and where the last of them ends, in whole ns */
export function partBounds(fromNs: number, stepNs: number): readonly number[] {
  const count = Math.max(MIN_PARTS, Math.min(MAX_PARTS, Math.floor(stepNs / MIN_PART_NS)));
  return Array.from({ length: count + 1 }, (_, i) => fromNs + Math.round((i * stepNs) / count));
}

/** The number of the part that holds the moment, from 0; undefined beside all of them. */
export function partOf(bounds: readonly number[], atNs: number): number | undefined {
  const first = bounds[0] as number;
  const last = bounds[bounds.length - 1] as number;
  if (atNs < first || atNs >= last) return undefined;
  const parts = bounds.length - 1;
  const about = Math.min(parts - 1, Math.floor(((atNs - first) / (last - first)) * parts));
  // Bounds are whole, so that the quotient may lie one beside.
  if (atNs < (bounds[about] as number)) return about - 1;
  return atNs >= (bounds[about + 1] as number) ? about + 1 : about;
}
