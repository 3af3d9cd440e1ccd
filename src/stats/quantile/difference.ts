/**
 * By how much a quantile exceeds that of other units, measured at another time: the difference of the two, with an
 * interval made of both intervals. Zou and Donner, "Construction of confidence limits about effect measures: A general
 * approach", Statistics in Medicine 27 (2008): each end of it lies as far off as the ends that work in its direction,
 * squared and added. Of two intervals of the t distribution it is close to that of Welch's test, and a little wider; and it
 * takes those that reach further to one side as they are, as quantiles far out have them.
 */
import type { QuantileEstimate } from './estimate.ts';
import type { Refusal } from './interval.ts';

/** A value with the interval that is to be combined. */
export interface Bounded {
  readonly value: number;
  readonly interval: { readonly low: number; readonly high: number } | null;
  readonly refused: QuantileEstimate['refused'];
}

export interface DifferenceEstimate {
  /** Of the first less the second, in their unit. */
  readonly value: number;
  readonly interval: { readonly low: number; readonly high: number } | null;
  /** Why there is no interval; null when there is one. */
  readonly refused: Refusal | null;
}

/** @param first measured apart from `second`, so that chance moves the two independently */
export function estimateDifference(first: Bounded, second: Bounded): DifferenceEstimate {
  const value = first.value - second.value;
  if (first.interval === null || second.interval === null) {
    return { value, interval: null, refused: first.refused ?? second.refused };
  }
  const below = Math.hypot(first.value - first.interval.low, second.interval.high - second.value);
  const above = Math.hypot(first.interval.high - first.value, second.value - second.interval.low);
  return { value, interval: { low: value - below, high: value + above }, refused: null };
}
