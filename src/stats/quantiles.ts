/**
 * Quantiles of a sample, by linear interpolation between order statistics: type 7 of Hyndman and Fan,
 * "Sample Quantiles in Statistical Packages", The American Statistician 50 (1996), the method of R and NumPy.
 */

/** Ascending samples; only {@link sorted} makes them, so unsorted ones cannot be passed by mistake. */
export type SortedSamples = Float64Array & { readonly sorted: unique symbol };

export function sorted(samples: ArrayLike<number>): SortedSamples {
  return Float64Array.from(samples).sort() as SortedSamples;
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
