/**
 * Quantiles of Student's t distribution, for means of few blocks. Whole degrees of freedom only: these are
 * numbers of blocks less one, and for them the distribution is a finite sum, so that no gamma function is needed.
 *
 * With t = sqrt(v) tan(angle), the share of the distribution within -t..t is the sum of Abramowitz and Stegun,
 * "Handbook of Mathematical Functions" (1964), 26.7.3 (odd v) and 26.7.4 (even v).
 */

/** Newton's method needs about 5 steps; the interval around it is halved where a step would leave it. */
const STEPS = 200;

/**
 * The `p`-quantile, of a relative error below 1e-9.
 * @param p above 0 and below 1
 * @param degreesOfFreedom a whole number from 1 on
 * @throws RangeError for anything else
 */
export function studentTQuantile(p: number, degreesOfFreedom: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`a quantile of t is above 0 and below 1, not ${p}`);
  if (!Number.isSafeInteger(degreesOfFreedom) || degreesOfFreedom < 1) {
    throw new RangeError(`degrees of freedom are a whole number from 1 on, not ${degreesOfFreedom}`);
  }
  if (p === 0.5) return 0;
  if (p < 0.5) return -studentTQuantile(1 - p, degreesOfFreedom);
  if (degreesOfFreedom === 1) return 1 / Math.tan(Math.PI * (1 - p));
  if (degreesOfFreedom === 2) return (2 * p - 1) / Math.sqrt(2 * p * (1 - p));
  return Math.sqrt(degreesOfFreedom) * Math.tan(angleWithin(2 * p - 1, degreesOfFreedom));
}

/** The angle whose share is `share`. */
function angleWithin(share: number, degreesOfFreedom: number): number {
  const peak = densityAtZero(degreesOfFreedom);
  let low = 0;
  let high = Math.PI / 2;
  let angle = Math.min(share / peak, Math.PI / 4);
  for (let step = 0; step < STEPS; step++) {
    const excess = shareWithin(angle, degreesOfFreedom) - share;
    if (excess > 0) high = angle;
    else low = angle;
    const newton = angle - excess / (peak * Math.cos(angle) ** (degreesOfFreedom - 1));
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - angle) <= 1e-15 * angle) return next;
    angle = next;
  }
  return angle;
}

/** 26.7.3 and 26.7.4: how much of the distribution lies within the angle to both sides. */
function shareWithin(angle: number, degreesOfFreedom: number): number {
  const sine = Math.sin(angle);
  const cosine = Math.cos(angle);
  const odd = degreesOfFreedom % 2 === 1;
  let term = odd ? cosine : 1;
  let sum = term;
  for (let k = odd ? 3 : 2; k < degreesOfFreedom; k += 2) {
    term *= ((k - 1) / k) * cosine * cosine;
    sum += term;
  }
  return odd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum;
}

/** The derivative of {@link shareWithin} by the angle is this times cos(angle)^(v - 1). */
function densityAtZero(degreesOfFreedom: number): number {
  const odd = degreesOfFreedom % 2 === 1;
  let density = odd ? 2 / Math.PI : 1;
  for (let k = odd ? 3 : 4; k <= degreesOfFreedom; k += 2) density *= (k - 1) / (k - 2);
  return density;
}
