/**
 * How far a forecast may lie from what comes, by how far the same forecast lay from it in the past. Nothing is assumed of how a
 * path drifts, jumps or follows the day, but that it goes on as it did: an error of the past is one that may come again.
 */

import { studentTQuantile } from '../../stats/distributions/student-t.ts';
import { LEVEL } from '../../stats/quantile/interval.ts';
import { sorted } from '../../stats/quantile/quantiles.ts';

/** Fewest errors that have nothing in common: of two the t distribution makes an interval of no use. */
const FEWEST = 3;

/**
 * How far to either side an error reaches with 95 %. Of so many that the rank of one of them answers, that rank (split
 * conformal prediction: Vovk, Gammerman and Shafer, "Algorithmic Learning in a Random World", 2005); of few the t
 * distribution, and no less than the furthest of them.
 * @param errors of logarithms; they may overlap in time
 * @param independent how many have nothing in common
 * @returns null of too few
 */
export function reachOfErrors(errors: readonly number[], independent: number): number | null {
  if (independent < FEWEST || errors.length === 0) return null;
  const sizes = sorted(errors.map(Math.abs));
  const share = (LEVEL * (independent + 1)) / independent;
  if (share <= 1) return sizes[Math.min(sizes.length - 1, Math.ceil(share * sizes.length) - 1)] as number;
  const meanSquare = sizes.reduce((sum, size) => sum + size ** 2, 0) / sizes.length;
  const spread = studentTQuantile((1 + LEVEL) / 2, independent) * Math.sqrt(meanSquare);
  return Math.max(spread, sizes[sizes.length - 1] as number);
}
