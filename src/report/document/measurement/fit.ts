/** The line through the medians of all sizes, in a sentence: only where an interval shows that it rises. */
import type { FitRecord, FitValue } from '../../../result/series-record.ts';
import { inUnit, rateUnit, type Unit } from '../../../text/units.ts';

/** The share of a single byte would be too small a figure to read. */
const STEP_BYTES = 1_000;

/**
 * @param unit of the times, which is that of the tables beside it
 * @param always whether to say as well that nothing can be said
 * @returns '' where chance alone could have made the slope, or nothing is known of that
 */
export function fitSentence(fit: FitRecord, unit: Unit, always: boolean): string {
  const { intercept, slopeNsPerByte, rateBitsPerSecond } = fit;
  if (!surelyRises(slopeNsPerByte)) {
    return always ? 'No line through the sizes: it is not shown that larger messages take longer' : '';
  }
  const growth = `${valueText(times(slopeNsPerByte, STEP_BYTES), unit)} per 1,000 B`;
  const line =
    intercept === null ? `RTT grows by ${growth}` : `RTT = ${valueText(intercept, unit)} + ${growth}`;
  const rate =
    rateBitsPerSecond === null
      ? ''
      : `; rate ${valueText(rateBitsPerSecond, rateUnit([rateBitsPerSecond.value]))} if one direction is slow, twice that if both are`;
  return `${line}${rate}${refusalText(fit)}`;
}

function surelyRises({ interval }: FitValue): boolean {
  return interval !== null && interval.low > 0;
}

function refusalText({ interceptRefused, rSquared }: FitRecord): string {
  if (interceptRefused === null) return '';
  const why =
    interceptRefused === 'negative'
      ? 'the line would have it below 0'
      : `the medians do not lie on a line${rSquared === null ? '' : `, R² = ${rSquared.toFixed(2)}`}`;
  return `; no time for an empty message: ${why}`;
}

function times({ value, interval }: FitValue, factor: number): FitValue {
  return {
    value: value * factor,
    interval: interval === null ? null : { low: interval.low * factor, high: interval.high * factor },
  };
}

function valueText({ value, interval }: FitValue, unit: Unit): string {
  const figure = `${inUnit(value, unit)} ${unit.name}`;
  if (interval === null) return figure;
  return `${figure} (${inUnit(interval.low, unit)} to ${inUnit(interval.high, unit)})`;
}
