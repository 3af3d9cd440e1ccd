/**
 * The mean of units that were measured one after the other, and how well it is known. Neighbours in time are alike,
 * since machines have moods that outlast a block and even a run; what they share does not show in how they differ.
 * How alike they are cannot be told from the few there are, so it is a constant that was measured of many.
 */

import { studentTQuantile } from '../distributions/student-t.ts';
import { type Interval, LEVEL, type MeanOfUnits, standardDeviation } from './interval.ts';

/**
 * Of the medians of neighbouring blocks of one run, about the median of many runs. A choice, not an estimate: in 12 to
 * 20 runs each on a loopback, with a server delay of 1 ms, and over a path of 10 ms it was 0.28 to 0.55, in 60 runs on
 * a machine that others kept busy 0.56 to 0.71. There ten blocks, taken for facts of their own, foretold a third to two
 * thirds of how much the medians of such runs differ. None of this was measured on a quiet machine.
 */
export const BLOCK_CORRELATION = 0.5;
/**
 * Of the logarithms of the medians of two runs, one right after the other: 0.26 to 0.34 at twelve seconds from one to
 * the next, and 0.30 to 0.49 at three to twelve on a busy machine; a choice between them. At 0.3, eight runs of A and
 * then eight of B, taken for facts of their own, would differ by chance in 13 of 100 simulated cases instead of 5.
 */
export const RUN_CORRELATION = 0.4;

/**
 * Of the values as an autoregressive process of first order.
 * @param correlation of neighbours, from 0 to below 1
 * @param places of each value in the order of time, where others may stand between; by default one after the other
 */
export function meanOfNeighbours(
  values: readonly number[],
  correlation: number,
  places: readonly number[] = values.map((_, i) => i),
): MeanOfUnits {
  const units = values.length;
  const mean = values.reduce((total, value) => total + value, 0) / units;
  // Alike in all they would be worth one; not at all, as many as they are.
  const worth = units ** 2 / totalCorrelation(places, correlation);
  const variance = (standardDeviation(values) ** 2 * (units - 1)) / (units - units / worth);
  return { mean, variance: variance / worth, units };
}

/** The interval of the t distribution for the mean of neighbours, moved to be centred on `value`. */
export function neighbourInterval<Method extends string>(
  value: number,
  unitValues: readonly number[],
  correlation: number,
  method: Method,
): Interval<Method> {
  const { variance, units } = meanOfNeighbours(unitValues, correlation);
  const reach = studentTQuantile((1 + LEVEL) / 2, units - 1) * Math.sqrt(variance);
  return { level: LEVEL, low: value - reach, high: value + reach, method, units };
}

/** The sum of the correlations of all pairs, each in both orders, and of each with itself. */
function totalCorrelation(places: readonly number[], correlation: number): number {
  const ascending = [...places].sort((a, b) => a - b);
  let sum = 0;
  let withEarlier = 0;
  for (const [i, place] of ascending.entries()) {
    if (i > 0) withEarlier = (withEarlier + 1) * correlation ** (place - (ascending[i - 1] as number));
    sum += 1 + 2 * withEarlier;
  }
  return sum;
}
