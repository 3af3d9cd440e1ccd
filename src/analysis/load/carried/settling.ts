/**
 * When a load had settled: the ramp before (slow start, streams that are opened one by one) is in no figure. The rule is
 * that of draft-ietf-ippm-responsiveness-09, 5.4, at shorter intervals: goodput has settled at the end of the first
 * interval at which the last MAD moving averages, each over MAD intervals, have a standard deviation of no more than
 * SDT of the last of them. The draft looks every five seconds, and takes twenty for one direction; here a phase is
 * to be over by then.
 */
import { standardDeviation } from '../../../stats/quantile/interval.ts';

/** Moving average distance, in intervals. */
export const MAD = 4;
/** Standard deviation tolerance, as a share of the moving average. */
export const SDT = 0.05;
/** Two of the server's reports, four of the own tallies. */
export const SETTLING_INTERVAL_NS = 200_000_000;

/**
 * @param values of intervals one after the other
 * @param least fewest of them, before which it does not count
 * @returns how many of them it took to settle; null when they never did
 */
export function settledAfter(values: readonly number[], least = 0): number | null {
  const averages = movingAverages(values);
  for (let last = Math.max(MAD - 1, least - MAD); last < averages.length; last++) {
    if (isSteady(averages.slice(last - MAD + 1, last + 1))) return last + MAD;
  }
  return null;
}

/** Whether their standard deviation is within the tolerance of the last. */
export function isSteady(averages: readonly number[]): boolean {
  const last = averages.at(-1) ?? 0;
  return averages.length >= MAD && last > 0 && standardDeviation(averages) <= SDT * last;
}

/** Over MAD values each: of the first MAD, of the second to the next, and so on. */
function movingAverages(values: readonly number[]): number[] {
  return Array.from({ length: Math.max(0, values.length - MAD + 1) }, (_, i) => {
    const window = values.slice(i, i + MAD);
    return window.reduce((sum, value) => sum + value, 0) / MAD;
  });
}
