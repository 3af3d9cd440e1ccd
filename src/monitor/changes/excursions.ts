/**
 * How far windows of a path strayed from its own history, all by themselves: what a change has to be told from. No distribution
 * is assumed of that, since paths drift, jump and have bursts, each in its own way; nor is anything assumed to be
 * independent. A window is something new when it strays clearly further than all that the path showed in about a week, and
 * further than a spread of its own that stands in for them as long as there were few. So what a path does again and again is told
 * once, and of a path that does worse by itself nothing smaller is told.
 */
import { studentTQuantile } from '../../stats/distributions/student-t.ts';

/** Looks of so many intervals are kept as the furthest of them. */
const BLOCK = 60;
/** A week of intervals of ten seconds. */
export const KEPT_BLOCKS = 1_008;
/**
 * One look in ten thousand that is normal strays further by chance. Looks overlap, and there are six thousand windows of ten
 * in a week, most of which the furthest ones of a week answer for.
 */
const TAIL = 1e-4;
/** The furthest of a week is beaten the week after, and by so much seldom, however far it is. */
const OVERSHOOT = 1.2;
/** Windows that the spread remembers, in the mean. */
const SPREAD_WINDOWS = 500;
/** The standard deviation over the mean deviation of normal values. A mean is led astray less by few far ones. */
const NORMAL = Math.sqrt(Math.PI / 2);

interface Peak {
  readonly block: number;
  readonly size: number;
}

/** Of windows of one length. Plain data, so that it can be kept. */
export interface Excursions {
  /** Intervals in a window. */
  readonly length: number;
  looks: number;
  /** The furthest of this block, and of the one before, which may be a change that is not told yet. */
  current: number;
  last: number;
  /** Of older blocks, oldest first: those that no later one reaches. */
  peaks: Peak[];
  /** The mean of |deviation| over windows that have no interval in common, and of how many. */
  meanSize: number;
  windows: number;
}

export function noExcursions(length: number): Excursions {
  return { length, looks: 0, current: 0, last: 0, peaks: [], meanSize: 0, windows: 0 };
}

/** @param size |log(window / history)|, finite */
export function look(excursions: Excursions, size: number): void {
  excursions.looks++;
  excursions.current = Math.max(excursions.current, size);
  if (excursions.looks % excursions.length === 0) {
    excursions.windows = Math.min(excursions.windows + 1, SPREAD_WINDOWS);
    excursions.meanSize += (size - excursions.meanSize) / excursions.windows;
  }
  if (excursions.looks % BLOCK !== 0) return;
  remember(excursions, excursions.last);
  excursions.last = excursions.current;
  excursions.current = 0;
}

/** A change is told: what led to it is none of the path's excursions. An earlier one, of `size`, is one from now on. */
export function conclude(excursions: Excursions, size: number | null): void {
  if (size !== null) remember(excursions, size);
  excursions.last = 0;
  excursions.current = 0;
}

/** How far a window may stray by itself; null as long as too few have been seen. */
export function reachOf({ peaks, meanSize, windows }: Excursions): number | null {
  if (windows < 2 || peaks[0] === undefined) return null;
  const spread = meanSize * NORMAL * tailOf(windows);
  return Math.max(spread, OVERSHOOT * peaks[0].size);
}

/** Asked for after every interval, and dear to calculate. */
const TAILS = new Map<number, number>();

function tailOf(windows: number): number {
  const known = TAILS.get(windows) ?? studentTQuantile(1 - TAIL, windows - 1);
  TAILS.set(windows, known);
  return known;
}

/** A peak is forgotten after a week, and one that a later one reaches is never asked for again: the first is the furthest. */
function remember(excursions: Excursions, size: number): void {
  const block = Math.floor(excursions.looks / BLOCK);
  const needed = excursions.peaks.filter((peak) => block - peak.block < KEPT_BLOCKS && peak.size > size);
  excursions.peaks = [...needed, { block, size }].slice(-KEPT_BLOCKS);
}
