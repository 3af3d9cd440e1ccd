/**
 * Several intervals of one comparison that hold their true values all together as often as one alone should: each is
 * made at a level so high that what may go wrong is shared out among them (Bonferroni's inequality; Dunn, "Multiple
 * Comparisons Among Means", Journal of the American Statistical Association 56 (1961)). Two sides that are the same are
 * then called different no more often than by one interval, however many figures they are compared by.
 */
import { LEVEL } from '../quantile/interval.ts';

/** The level of each of so many intervals, at least one. */
export function levelOfEach(intervals: number): number {
  return 1 - (1 - LEVEL) / intervals;
}
