/** The middle of few values of which some may have gone wrong. Values are logarithms: of ratios, sums are the natural thing. */
import { quantile, sorted } from '../../stats/quantile/quantiles.ts';

/** To each side so much is left out: a window that is one quarter bad is as good as a whole one. */
const TRIMMED = 0.25;

/**
 * The mean of the middle half (Tukey's midmean): as hard to lead astray as half a median is, and of values that scatter
 * normally it scatters less than one.
 * @throws RangeError when there is no value
 */
export function midmean(values: readonly number[]): number {
  const ascending = sorted(values);
  const left = Math.floor(ascending.length * TRIMMED);
  const middle = ascending.subarray(left, ascending.length - left);
  if (middle.length === 0) throw new RangeError('nothing has no middle');
  // From the least on, so that equal values have themselves as their mean, to the last digit.
  const least = middle[0] as number;
  return least + middle.reduce((sum, value) => sum + (value - least), 0) / middle.length;
}

/** @throws RangeError when there is no value */
export function medianOf(values: readonly number[]): number {
  return quantile(sorted(values), 0.5);
}
