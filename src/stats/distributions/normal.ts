/**
 * The standard normal distribution. After Marsaglia, "Evaluating the Normal Distribution", Journal of Statistical
 * Software 11 (2004): a series near 0, a continued fraction in the tails, where 1 - p would lose its digits.
 */

/** From here on the continued fraction takes fewer steps than the series. */
const TAIL = 3;
/** Enough for 1e-15 at {@link TAIL} and further out. */
const FRACTION_DEPTH = 150;
const SQRT_TWO_PI = Math.sqrt(2 * Math.PI);

/** The share of the distribution below `z`. */
export function normalCdf(z: number): number {
  if (z >= TAIL) return 1 - upperTail(z);
  if (z <= -TAIL) return upperTail(-z);
  // Abramowitz and Stegun 26.2.11: 1/2 + density * (z + z^3/3 + z^5/(3*5) + ...)
  let term = z;
  let sum = z;
  for (let k = 3; Math.abs(term) > 1e-17 * Math.abs(sum); k += 2) {
    term *= (z * z) / k;
    sum += term;
  }
  return 0.5 + density(z) * sum;
}

/**
 * The value below which the share `p` lies.
 * @param p above 0 and below 1
 * @throws RangeError for any other
 */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`a quantile of the normal is above 0 and below 1, not ${p}`);
  if (p === 0.5) return 0;
  if (p > 0.5) return -normalQuantile(1 - p);
  // Abramowitz and Stegun 26.2.23, good to 4.5e-4, then Halley's method, which trebles the digits each time.
  const t = Math.sqrt(-2 * Math.log(p));
  const numerator = 2.515517 + t * (0.802853 + t * 0.010328);
  const denominator = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308));
  let z = numerator / denominator - t;
  for (let step = 0; step < 3; step++) {
    const newton = (normalCdf(z) - p) / density(z);
    z -= newton / (1 + (newton * z) / 2);
  }
  return z;
}

function density(z: number): number {
  return Math.exp((-z * z) / 2) / SQRT_TWO_PI;
}

/** Abramowitz and Stegun 26.2.14: density / (z + 1/(z + 2/(z + 3/(z + ...)))), from the inside out. */
function upperTail(z: number): number {
  let fraction = z;
  for (let k = FRACTION_DEPTH; k >= 1; k--) fraction = z + k / fraction;
  return density(z) / fraction;
}
