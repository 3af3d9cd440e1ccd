/**
 * Quantiles of a sample, by linear interpolation between order statistics: type 7 of Hyndman and Fan,
 * "Sample Quantiles in Statistical Packages", The American Statistician 50 (1996), the method of R and NumPy.
 */
import { sortAscending } from '../sort.ts';

/** Ascending samples; only {@link sorted} makes them, so unsorted ones cannot be passed by mistake. */
export type SortedSamples = Float64Array & { readonly sorted: unique symbol };

export function sorted(samples: ArrayLike<number>): SortedSamples {
  const ascending = new Float64Array(samples);
  sortAscending(ascending);
  return ascending as SortedSamples;
}

/** All samples of all sets, in order. */
export function pool(sets: readonly SortedSamples[]): SortedSamples {
  const [only] = sets;
  if (only !== undefined && sets.length === 1) return only;
  const joined = new Float64Array(sets.reduce((sum, { length }) => sum + length, 0));
  let length = 0;
  for (const samples of sets) {
    joined.set(samples, length);
    length += samples.length;
  }
  sortAscending(joined);
  return joined as SortedSamples;
}

/**
 * The `p`-quantile of the samples, in their unit.
 * @param p from 0 to 1
 * @throws RangeError when there is no sample or `p` is out of range
 */
export function quantile(samples: SortedSamples, p: number): number {
  if (samples.length === 0) throw new RangeError('a quantile needs at least one sample');
  if (!(p >= 0 && p <= 1)) throw new RangeError(`a quantile is between 0 and 1, not ${p}`);
  const position = (samples.length - 1) * p;
  const below = Math.floor(position);
  const low = samples[below] as number;
  const high = samples[Math.min(below + 1, samples.length - 1)] as number;
  return low + (high - low) * (position - below);
}

/**
 * Whether `n` samples can tell anything of the `p`-quantile beyond their own extreme: at least five of them
 * must be expected on its far side.
 */
export function supportsQuantile(n: number, p: number): boolean {
  return n * Math.min(p, 1 - p) >= 5 - 1e-9;
}

/** The first place between `from` and `to` whose sample is not below `value`; `to` when there is none. */
export function placeOf(
  value: number,
  samples: SortedSamples,
  from = 0,
  to: number = samples.length,
): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((samples[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
