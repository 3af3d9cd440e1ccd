/**
 * Which rate to try next: twice the last one until it does not hold, then the middle of what is left (bisection) until that is narrow,
 * then both sides of it, again and again, until it is sure that the one holds and the other does not. A noisy threshold is
 * searched like that by Karp and Kleinberg, "Noisy binary search and its applications" (SODA 2007); each try may move it again.
 */
import type { CapacityPlanRecord } from '../../result/capacity/capacity-result.ts';
import { sureEnds } from './evidence.ts';
import { type Gap, gapOf, rounded, type Tried } from './threshold.ts';

export type CapacityBounds = Pick<CapacityPlanRecord, 'fromPerSecond' | 'maxPerSecond' | 'precision'>;

/** Beside a rate that holds every other time nothing is ever sure: then further out. */
const MOST_TRIES_ASIDE = 8;
/** In halves of the precision. */
const DISTANCES: readonly number[] = [1, 2, 4, 8, 16, 32];
/** A machine may have one bad moment. */
const MIN_OWN = 3;
export const MOST_TRIES = 120;

/** @returns undefined when the search is over */
export function nextRate(tries: readonly Tried[], bounds: CapacityBounds): number | undefined {
  if (tries.length >= MOST_TRIES) return undefined;
  const { fromPerSecond, maxPerSecond, precision } = bounds;
  if (tries.length === 0) return fromPerSecond;
  const gap = gapOf(tries);
  const { low, high } = sureEnds(tries);
  // Tries that contradict each other in balance tell of no side: another one has to.
  if (gap.low === 0 && gap.high === Number.POSITIVE_INFINITY) return fromPerSecond;
  if (gap.high === Number.POSITIVE_INFINITY) {
    // As many tries for as against the first rate: nothing to double yet.
    if (gap.low === 0) return fromPerSecond;
    if (gap.low < maxPerSecond) return Math.min(maxPerSecond, rounded(2 * gap.low));
    return low === gap.low ? undefined : gap.low;
  }
  if (gap.low === 0) return high !== null || isOwn(tries, gap) ? undefined : gap.high;
  if (gap.high / gap.low > 1 + precision / 2) return gap.middle;
  const down = DISTANCES.map((n) => rounded(gap.middle / (1 + precision / 2) ** n));
  const up = DISTANCES.map((n) => Math.min(maxPerSecond, rounded(gap.middle * (1 + precision / 2) ** n)));
  const below = unsureOf(down, (end) => low !== null && low >= end, countIn(tries, gap.middle));
  const above = isOwn(tries, gap)
    ? undefined
    : unsureOf(up, (end) => high !== null && high <= end, countIn(tries, gap.middle));
  if (below === undefined || above === undefined) return below ?? above;
  return countIn(tries, gap.middle)(below) <= countIn(tries, gap.middle)(above) ? below : above;
}

/** Whether this program is what does not hold above the gap, and not the server. */
export function isOwn(tries: readonly Tried[], { high }: Gap): boolean {
  const above = tries.filter(({ perSecond, outcome }) => perSecond >= high && outcome !== 'held');
  const own = above.filter(({ outcome }) => outcome === 'own').length;
  return own >= MIN_OWN && 2 * own > above.length;
}

/** @returns the nearest end that is worth trying; undefined where one is sure, or none will be */
function unsureOf(
  ends: readonly number[],
  isSure: (end: number) => boolean,
  triesUpTo: (end: number) => number,
): number | undefined {
  for (const [i, end] of ends.entries()) {
    if (isSure(end)) return undefined;
    if (triesUpTo(end) < MOST_TRIES_ASIDE * (i + 1)) return end;
  }
  return undefined;
}

/** Tries from the middle to there, on its side. */
function countIn(tries: readonly Tried[], middle: number): (end: number) => number {
  return (end) =>
    tries.filter(({ perSecond }) =>
      end < middle ? perSecond >= end && perSecond < middle : perSecond <= end && perSecond > middle,
    ).length;
}
