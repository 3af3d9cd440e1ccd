/**
 * The least and the most of many numbers. `Math.min` takes them as arguments, of which a call has room for some hundred
 * thousand: fewer than there are blocks or samples.
 */

/** @returns Infinity when there is none, as `Math.min` does */
export function leastOf(values: Iterable<number>): number {
  let least = Number.POSITIVE_INFINITY;
  for (const value of values) if (!(value >= least)) least = value;
  return least;
}

/** @returns -Infinity when there is none, as `Math.max` does */
export function mostOf(values: Iterable<number>): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const value of values) if (!(value <= most)) most = value;
  return most;
}
