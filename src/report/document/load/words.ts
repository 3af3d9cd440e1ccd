import type { LoadEstimate } from '../../../result/load/load-statistics.ts';
import { inUnit, largestRateUnit, type Unit } from '../../../text/units.ts';

/** The head of its column. */
export const INTERVAL = '95 % interval';

const DIGITS = 3;
const MS: Unit = { name: 'ms', factor: 1e6 };
const US: Unit = { name: 'µs', factor: 1e3 };

/** `94.1 Mbit/s`, `9.41 Gbit/s`. */
export function rateText(bitsPerSecond: number): string {
  return quantityText(bitsPerSecond, largestRateUnit([bitsPerSecond]));
}

/** `14.1 ms`, `31.0 µs`: latency under load is told in ms, as far as there are any. */
export function latencyText(ns: number): string {
  return quantityText(ns, latencyUnit(ns));
}

/** The same of a time that has an interval, in the unit that holds both. */
export function estimateText(estimate: LoadEstimate): string {
  return quantityText(estimate.value, estimateUnit(estimate));
}

/** `+14.1 ms`, `-0.120 ms`; `0 ms` for what is none. */
export function increaseText(estimate: LoadEstimate): string {
  return `${estimate.value > 0 ? '+' : ''}${estimateText(estimate)}`;
}

/** Of a time: that of the farthest end of its interval. */
export function estimateUnit({ value, interval }: LoadEstimate): Unit {
  return latencyUnitOf([value, interval?.low ?? 0, interval?.high ?? 0]);
}

/** `95 %: 93.9–94.2`; '' where there is no interval. */
export function intervalText(estimate: LoadEstimate, unit: Unit): string {
  const span = spanText(estimate, unit);
  return span === '' ? '' : `95 %: ${span}`;
}

/** `93.9–94.2`, and `-0.1 to 0.2` where a dash would be taken for a sign; '' where there is no interval. */
export function spanText(
  { interval }: { readonly interval: { readonly low: number; readonly high: number } | null },
  unit: Unit,
): string {
  if (interval === null) return '';
  const [low, high] = [cellOf(interval.low, unit), cellOf(interval.high, unit)];
  return interval.low < 0 ? `${low} to ${high}` : `${low}–${high}`;
}

/** A value in the unit of others, without its name. */
export function figureOf(value: number, unit: Unit): string {
  return value === 0 ? '0' : inUnit(value, unit, DIGITS);
}

/** The same for a cell of a table: no more digits behind the point than its column is worth. */
export function cellOf(value: number, unit: Unit): string {
  const text = figureOf(value, unit);
  const decimals = text.split('.')[1]?.length ?? 0;
  return decimals > DIGITS ? (value / unit.factor).toFixed(DIGITS) : text;
}

/** The unit of a time that may be negative. */
function latencyUnit(ns: number): Unit {
  return ns === 0 || Math.abs(ns) >= MS.factor ? MS : US;
}

/** For a column: that of its largest value. */
export function latencyUnitOf(values: readonly number[]): Unit {
  return latencyUnit(values.reduce((most, value) => Math.max(most, Math.abs(value)), 0));
}

/** Round trips a minute. */
export function rpmText(rpm: number): string {
  return Number(rpm.toPrecision(DIGITS)).toLocaleString('en-US');
}

function quantityText(value: number, unit: Unit): string {
  return `${figureOf(value, unit)} ${unit.name}`;
}

/** Parts of a sentence, without those that are missing. */
export function joined(parts: readonly string[], between = ', '): string {
  return parts.filter((part) => part !== '').join(between);
}
