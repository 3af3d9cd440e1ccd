/**
 * The test of Fisher's "Design of Experiments" (1935), 21: where A and B are the same, which of a pair is which was
 * decided by chance alone, so each difference is as likely to have the other sign. Nothing is assumed of the
 * differences, neither of how they scatter nor of how much each is like the one before it.
 */
import { studentTQuantile } from '../distributions/student-t.ts';

/** Up to here the test's distribution is counted; above, the sum of so many differences is normal. */
export const MAX_EXACT = 50;

/**
 * Whether a sum so far from zero, to either side, is one that chance brings less often than in `alpha` of all cases.
 * Never of fewer differences other than zero than could tell: at 5 % that is six.
 * @param differences whole numbers
 */
export function signFlipRejects(differences: readonly number[], alpha: number): boolean {
  const sizes = differences.filter((difference) => difference !== 0).map(Math.abs);
  const sum = Math.abs(differences.reduce((total, difference) => total + difference, 0));
  if (2 ** (1 - sizes.length) > alpha) return false;
  if (sizes.length <= MAX_EXACT) return shareBeyond(sizes, sum) <= alpha;
  const t = studentTQuantile(1 - alpha / 2, sizes.length - 1);
  return sum > t * Math.sqrt(sizes.reduce((total, size) => total + size ** 2, 0));
}

/** Of all 2^n choices of signs, the share whose sum is at least as far from zero. */
function shareBeyond(sizes: readonly number[], sum: number): number {
  const total = sizes.reduce((all, size) => all + size, 0);
  // The probability of each total of the positive ones; a sum is twice that, less the total of all.
  const ways = new Float64Array(total + 1);
  ways[0] = 1;
  let reached = 0;
  for (const size of sizes) {
    for (let at = reached; at >= 0; at--) {
      const half = (ways[at] as number) / 2;
      ways[at] = half;
      ways[at + size] = (ways[at + size] as number) + half;
    }
    reached += size;
  }
  let share = 0;
  for (const [positive, probability] of ways.entries()) {
    if (Math.abs(2 * positive - total) >= sum) share += probability;
  }
  return share;
}
