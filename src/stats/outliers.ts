/**
 * Values that do not belong to the others, by the modified z-score of Iglewicz and Hoaglin, "How to Detect and
 * Handle Outliers", ASQC Basic References in Quality Control 16 (1993). They are told, never taken out.
 */
import { quantile, sorted } from './quantile/quantiles.ts';

export interface Outliers {
  /** Values with a score beyond {@link MAX_SCORE}, to either side. */
  readonly count: number;
  /** The largest score, without its sign. */
  readonly largestScore: number;
  /** Median distance from the median, in the unit of the values. */
  readonly medianAbsoluteDeviation: number;
}

/** The bound its authors recommend. */
export const MAX_SCORE = 3.5;
/** The 0.75-quantile of the normal: makes the median deviation comparable with a standard deviation. */
const MEDIAN_FACTOR = 0.6745;
/** sqrt(pi / 2), the same for the mean deviation. */
const MEAN_FACTOR = 1.253314;

/** @returns null when there is no value */
export function outliers(values: ArrayLike<number>): Outliers | null {
  if (values.length === 0) return null;
  const ascending = sorted(values);
  const median = quantile(ascending, 0.5);
  const deviations = sorted(ascending.map((value) => Math.abs(value - median)));
  const medianAbsoluteDeviation = quantile(deviations, 0.5);
  const unit =
    medianAbsoluteDeviation > 0 ? medianAbsoluteDeviation / MEDIAN_FACTOR : MEAN_FACTOR * mean(deviations);
  let count = 0;
  for (const deviation of deviations) if (deviation > MAX_SCORE * unit) count++;
  const largest = deviations[deviations.length - 1] as number;
  return {
    count,
    // Values that are all alike have no outlier.
    largestScore: unit > 0 ? largest / unit : 0,
    medianAbsoluteDeviation,
  };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
