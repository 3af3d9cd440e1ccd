/** Numbers for people: one unit for a column, four significant digits, never an exponent. */

const SIGNIFICANT_DIGITS = 4;
/** A figure that would need more is nothing in its unit. */
const MAX_DECIMALS = 20;

export interface Unit {
  readonly name: string;
  /** How many of the base unit (ns, bit/s or byte) one of it is. */
  readonly factor: number;
  /** From how many on it is taken. */
  readonly from?: number;
}

const TIME_UNITS: readonly Unit[] = [
  { name: 's', factor: 1e9 },
  { name: 'ms', factor: 1e6 },
  { name: 'µs', factor: 1e3, from: 1 },
  { name: 'ns', factor: 1 },
];

const RATE_UNITS: readonly Unit[] = [
  { name: 'Gbit/s', factor: 1e9 },
  { name: 'Mbit/s', factor: 1e6 },
  { name: 'kbit/s', factor: 1e3 },
  { name: 'bit/s', factor: 1 },
];

/** The unit in which the middle one of `values` (ns) reads best. */
export function timeUnit(values: readonly number[]): Unit {
  return unitFor(values, TIME_UNITS);
}

/** The unit in which the middle one of `values` (bit/s) reads best. */
export function rateUnit(values: readonly number[]): Unit {
  return unitFor(values, RATE_UNITS);
}

/** The unit of the largest of `values` (bit/s): each of them alone is told in it. */
export function largestRateUnit(values: readonly number[]): Unit {
  const most = values.reduce((largest, one) => Math.max(largest, one), 0);
  return RATE_UNITS.find(({ factor }) => most >= factor) ?? { name: 'bit/s', factor: 1 };
}

/** How often something happens: `2,000/s`, `0.5/s`. */
export function perSecondText(perSecond: number, significantDigits: number = SIGNIFICANT_DIGITS): string {
  return `${perSecond.toLocaleString('en-US', { maximumSignificantDigits: significantDigits })}/s`;
}

function unitFor(values: readonly number[], units: readonly Unit[]): Unit {
  const ascending = values.filter((value) => value > 0).sort((a, b) => a - b);
  const middle = ascending[Math.floor(ascending.length / 2)] ?? 1;
  // From ten on the next unit is worth its name: 9,000 us read better than 9 ms in a column with 300 us.
  return units.find(({ factor, from = 10 }) => middle >= from * factor) ?? (units[units.length - 1] as Unit);
}

/** A value of the base unit in `unit`, with so many significant digits. */
export function inUnit(
  value: number,
  { factor }: Unit,
  significantDigits: number = SIGNIFICANT_DIGITS,
): string {
  const scaled = Number((value / factor).toPrecision(significantDigits));
  if (Math.abs(scaled) >= 1_000) return Math.round(value / factor).toLocaleString('en-US');
  const digitsBeforePoint = scaled === 0 ? 1 : Math.floor(Math.log10(Math.abs(scaled))) + 1;
  return scaled.toFixed(Math.min(MAX_DECIMALS, Math.max(0, significantDigits - digitsBeforePoint)));
}

/** One duration with a unit of its own. */
export function timeText(ns: number): string {
  const unit = timeUnit([ns]);
  return `${inUnit(ns, unit)} ${unit.name}`;
}

/** A duration that a kernel gave in whole microseconds: no digit is shown that it did not give. */
export function kernelTimeText(ns: number): string {
  return ns < 10_000_000 ? `${Math.round(ns / 1_000).toLocaleString('en-US')} µs` : timeText(ns);
}

/** A delay that somebody asked for: a round number, told in the unit in which it is whole; `10 ms`. */
export function delayText(delayNs: number): string {
  const { name, factor } = TIME_UNITS.find((unit) => delayNs % unit.factor === 0) ?? {
    name: 'ns',
    factor: 1,
  };
  return `${(delayNs / factor).toLocaleString('en-US')} ${name}`;
}
