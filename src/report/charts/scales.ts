/** Axes: which scale shows values best, and where its labels stand. */

/** Neighbours closer than this share of the axis fall together on a linear one. */
const CLOSEST_SHARE = 1 / 12;
/** From this ratio on a linear axis hides its lower half. */
const LOG_RATIO = 20;
/** Of two curves so many times apart the lower one lies flat on the foot of a linear axis. */
export const APART_RATIO = 30;

/** Whether sizes are better shown by their logarithm. @param sizes ascending, each once */
export function isLogBetter(sizes: readonly number[]): boolean {
  const span = (sizes.at(-1) ?? 0) - (sizes[0] ?? 0);
  return sizes.some((size, i) => i > 0 && size - (sizes[i - 1] ?? 0) < CLOSEST_SHARE * span);
}

/** Whether values above 0 lie so far apart that their logarithm tells more. */
export function spansDecades(values: readonly number[]): boolean {
  const [least, most] = extent(values.filter((value) => value > 0));
  return most / least >= LOG_RATIO;
}

/** Whether curves need a logarithmic axis to be told apart. @param places what all curves are at each place */
export function areCurvesFarApart(places: readonly (readonly number[])[]): boolean {
  return places.some((values) => {
    const [least, most] = extent(values);
    return least > 0 && most / least >= APART_RATIO;
  });
}

/** 1, 2, 5, 10, 20, 50 ... within the range; where it is narrow, evenly spaced round numbers. */
export function logTicks(least: number, most: number): number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(least)); 10 ** power <= most; power++) {
    for (const digit of [1, 2, 5]) ticks.push(round(digit * 10 ** power));
  }
  const within = ticks.filter((tick) => tick >= least && tick <= most);
  if (within.length < 4) return linearTicks(least, most);
  return within.length <= 10 ? within : within.filter((tick) => Number.isInteger(round(Math.log10(tick))));
}

/** Some four to eight round numbers within the range. */
export function linearTicks(least: number, most: number): number[] {
  const rough = (most - least) / 5;
  if (!(rough > 0)) return [least];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((digit) => digit * power).find((size) => size >= rough) ?? 10 * power;
  const ticks: number[] = [];
  for (let i = Math.ceil(least / step); i * step <= most; i++) ticks.push(round(i * step));
  return ticks;
}

/** Least and most. */
export function extent(values: readonly number[]): [least: number, most: number] {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return [least, most];
}

/** A number as a label: no more digits than it has. */
export function plainNumber(value: number): string {
  return round(value).toLocaleString('en-US', { maximumSignificantDigits: 6 });
}

/** Rid of the binary remainders that steps leave behind; a picture needs no more digits. */
export function round(value: number): number {
  return Number(value.toPrecision(6));
}
