/**
 * By how much B exceeds A where the two were measured in pairs: the middle of the differences. Of pairs whose order was
 * left to chance, so two sides that are the same differ by chance alone, to either side alike, however the path moved
 * meanwhile.
 */
import { type Interval, LEVEL, MIN_BLOCKS, tInterval } from '../quantile/interval.ts';
import { hodgesLehmann } from './signed-rank.ts';

export type PairedMethod = 'signed-rank' | 'pair-t';

export interface PairedEstimate {
  /** In the unit of the differences. */
  readonly value: number;
  /** Its units are pairs. */
  readonly interval: Interval<PairedMethod> | null;
  /** Why there is no interval; null when there is one. */
  readonly refused: 'too-few-pairs' | null;
}

/**
 * One pair that went wrong moves it less than it moves a mean. No ranks of very few pairs tell anything at a level of
 * 95 % or more: those are taken for normal.
 * @param differences B less A, of each pair
 * @param nominal the level at which the interval is made, above {@link LEVEL} where that leaves so much to it
 * @throws RangeError when there is no pair, or a difference that is not finite
 */
export function pairedDifference(differences: readonly number[], nominal: number): PairedEstimate {
  const units = differences.length;
  const { value, bounds } = hodgesLehmann(differences, nominal);
  if (bounds !== null) {
    return { value, interval: { level: LEVEL, ...bounds, method: 'signed-rank', units }, refused: null };
  }
  if (units < MIN_BLOCKS) return { value, interval: null, refused: 'too-few-pairs' };
  return { value, interval: tInterval(value, differences, 'pair-t', nominal), refused: null };
}
