/** The line through the medians of all sizes, in words. */
import type { FitRecord, FitValue } from '../result/series-record.ts';
import { wrapped } from './text.ts';
import { inUnit, rateUnit, timeUnit, type Unit } from './units.ts';

/** The share of a single byte would be too small a figure to read. */
const STEP_BYTES = 1_000;

export function fitText(fit: FitRecord): string {
  const { intercept, slopeNsPerByte, rateBitsPerSecond } = fit;
  const step = times(slopeNsPerByte, STEP_BYTES);
  const unit = timeUnit([intercept?.value ?? Math.abs(step.value)]);
  const growth = `${valueText(step, unit)} per 1,000 B`;
  if (mayBeLevel(slopeNsPerByte)) {
    return wrapped(`The size makes no difference that can be told from chance: ${growth}`, '  ');
  }
  const line =
    intercept === null ? `RTT grows by ${growth}` : `RTT = ${valueText(intercept, unit)} + ${growth}`;
  const rate =
    rateBitsPerSecond === null
      ? ''
      : `; rate ${valueText(rateBitsPerSecond, rateUnit([rateBitsPerSecond.value]))} one way`;
  return wrapped(`${line}${rate}${refusalText(fit)}`, '  ');
}

function mayBeLevel({ value, interval }: FitValue): boolean {
  return value <= 0 || (interval !== null && interval.low <= 0);
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
