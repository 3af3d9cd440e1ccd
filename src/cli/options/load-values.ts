/** Values of the options of a load. */
import { message, text } from '@optique/core/message';
import type { ValueParser, ValueParserResult } from '@optique/core/valueparser';
import { parseShortRate } from '../../text/quantity.ts';
import { inUnit, rateUnit } from '../../text/units.ts';

interface Range {
  readonly min: number;
  readonly max: number;
}

/** `90M`, `1.5G`, `100Mbit/s`; the value is in whole bit/s. */
export function bitRate({ min, max }: Range): ValueParser<'sync', number> {
  return {
    mode: 'sync',
    metavar: 'RATE',
    placeholder: min,
    format: rateText,
    parse(input): ValueParserResult<number> {
      const value = parseShortRate(input);
      if (value === undefined) {
        return {
          success: false,
          error: message`Expected a rate in bit/s such as 90M or 1.5G (k = 1000), but got ${input}.`,
        };
      }
      if (value >= min && value <= max) return { success: true, value: Math.round(value) };
      return {
        success: false,
        error: message`Expected a rate from ${text(rateText(min))} to ${text(rateText(max))}, but got ${input}; leave it out for as fast as can be.`,
      };
    },
  };
}

/** `10 kbit/s`: a round rate. */
function rateText(bitsPerSecond: number): string {
  const unit = rateUnit([bitsPerSecond]);
  return `${Number(inUnit(bitsPerSecond, unit).replaceAll(',', '')).toLocaleString('en-US')} ${unit.name}`;
}
