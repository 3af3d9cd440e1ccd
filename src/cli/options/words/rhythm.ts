/** How often something is done: a duration, or hours and days, which no other option takes. */
import { message, text } from '@optique/core/message';
import type { ValueParser, ValueParserResult } from '@optique/core/valueparser';
import { parseSpanSeconds } from '../../../text/quantity.ts';
import { duration, durationText } from './values.ts';

const MS_PER_S = 1_000;
const MS_PER_UNIT: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000 };

/** `10s`, `15m`, `6h`, `1d`, or a bare number of seconds; the value is in ms. */
export function rhythm(range: { readonly min: number; readonly max: number }): ValueParser<'sync', number> {
  const short = duration(range, 'seconds');
  return {
    ...short,
    format: rhythmText,
    parse(input): ValueParserResult<number> {
      const seconds = /[hd]$/.test(input) ? parseSpanSeconds(input) : undefined;
      if (seconds === undefined) return short.parse(input);
      const ms = seconds * MS_PER_S;
      if (ms >= range.min && ms <= range.max) return { success: true, value: ms };
      const [from, to] = [rhythmText(range.min), rhythmText(range.max)];
      return {
        success: false,
        error: message`Expected a time from ${text(from)} to ${text(to)}, but got ${input}.`,
      };
    },
  };
}

function rhythmText(ms: number): string {
  const unit = Object.keys(MS_PER_UNIT).find((name) => ms > 0 && ms % (MS_PER_UNIT[name] ?? 1) === 0);
  return unit === undefined ? durationText(ms) : `${ms / (MS_PER_UNIT[unit] ?? 1)}${unit}`;
}
