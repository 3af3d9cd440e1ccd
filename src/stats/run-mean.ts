/**
 * The mean of something that each run has one of, and how well it is known. Runs that follow each other are alike,
 * since machines have moods of many seconds: taken as facts of their own, eight runs of A and then eight of B differ
 * by chance in 13 of 100 cases instead of 5. So their mean is taken for less certain, by what such runs share.
 */
import { type MeanOfUnits, standardDeviation } from './interval.ts';

/**
 * Of the logarithms of the medians of two runs, one right after the other. Medians of separate processes on one
 * loopback had 0.26 to 0.34 at twelve seconds from one to the next; a little more is taken for granted.
 */
const RUN_CORRELATION = 0.4;

/**
 * Of the values as an autoregressive process of first order: their variance and that of their mean, given how near
 * each other they were made.
 * @param places of each value in the order in which the runs were made, those of the other side counted
 */
export function meanOfRuns(values: readonly number[], places: readonly number[]): MeanOfUnits {
  const units = values.length;
  let sum = 0;
  for (const one of places) for (const other of places) sum += RUN_CORRELATION ** Math.abs(one - other);
  // Alike in all, they would be worth one; not at all, as many as they are.
  const worth = units ** 2 / sum;
  const seenVariance = standardDeviation(values) ** 2;
  // What they share does not show in how they differ.
  const variance = (seenVariance * (units - 1)) / (units - units / worth);
  return {
    mean: values.reduce((total, value) => total + value, 0) / units,
    variance: variance / worth,
    units,
  };
}
