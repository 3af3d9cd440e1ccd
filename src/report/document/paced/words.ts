import type { PacedEstimate, PacedPercentile } from '../../../result/paced/paced-statistics.ts';
import { inUnit, perSecondText, timeUnit, type Unit } from '../../../text/units.ts';
import { NONE } from '../document.ts';

/** Of a histogram that has no more. */
const DIGITS = 3;
/** As it was typed. */
const ALL_DIGITS = 15;

/** What a rate is called, of which there may be several, `2,000/s` or `7/m`; '' for a closed loop. */
export function rateName(askedPerSecond: number | null): string {
  if (askedPerSecond === null) return '';
  const bySecond = perSecondText(askedPerSecond, ALL_DIGITS);
  const byMinute = perSecondText(60 * askedPerSecond, ALL_DIGITS).replace('/s', '/m');
  // Whoever typed 7/m never saw 0.116666666666667/s.
  return 2 * byMinute.length < bySecond.length ? byMinute : bySecond;
}

/** `p99.9`. */
export function percentileName(percentile: PacedPercentile): string {
  return percentile.replace('_', '.');
}

/** `120 µs`. */
export function latencyText(ns: number): string {
  const unit = timeUnit([ns]);
  return `${cellOf(ns, unit)} ${unit.name}`;
}

/** The same of a percentile: one among the missing is longer than all that were answered. */
export function percentileText({ value }: PacedEstimate, maxNs: number): string {
  return value === null ? `> ${latencyText(maxNs)}` : latencyText(value);
}

export function cellOf(ns: number, unit: Unit): string {
  return inUnit(ns, unit, DIGITS);
}

export function percentileCell({ value }: PacedEstimate, maxNs: number, unit: Unit): string {
  return value === null ? `> ${cellOf(maxNs, unit)}` : cellOf(value, unit);
}

/** `118–123`, without its unit. */
export function intervalCell({ interval }: PacedEstimate, unit: Unit): string {
  return interval === null ? NONE : `${cellOf(interval.low, unit)}–${cellOf(interval.high, unit)}`;
}

/** [`95 %: 118–123`]; [] where there is no interval. */
export function intervalWords({ interval }: PacedEstimate, unit: Unit): string[] {
  return interval === null ? [] : [`95 %: ${cellOf(interval.low, unit)}–${cellOf(interval.high, unit)}`];
}

/** The same of a rate. */
export function rateIntervalWords({ interval }: PacedEstimate): string[] {
  if (interval === null) return [];
  const [low, high] = [interval.low, interval.high].map((end) => perSecondText(end).replace('/s', ''));
  return [`95 %: ${low}–${high}`];
}
