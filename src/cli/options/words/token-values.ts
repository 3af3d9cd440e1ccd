/** Values of options about tokens: how long one is good, and how much may be sent with it in a day. */
import { message, text } from '@optique/core/message';
import type { ValueParser, ValueParserResult } from '@optique/core/valueparser';
import { parseBytesPerDay, parseSpanSeconds } from '../../../text/quantity.ts';

const MAX_DAYS = 3_650;
const SECONDS_PER_DAY = 86_400;

/** `30d`, `12h`, `90m`; the value is in seconds. */
export function span(): ValueParser<'sync', number> {
  return {
    mode: 'sync',
    metavar: 'TIME',
    placeholder: SECONDS_PER_DAY,
    format: (seconds) => `${seconds / SECONDS_PER_DAY}d`,
    parse(input): ValueParserResult<number> {
      const seconds = parseSpanSeconds(input);
      if (seconds !== undefined && seconds >= 1 && seconds <= MAX_DAYS * SECONDS_PER_DAY) {
        return { success: true, value: seconds };
      }
      return {
        success: false,
        error: message`Expected a time in days, hours or minutes, such as 30d or 12h, up to ${text(`${MAX_DAYS}d`)}, but got ${input}.`,
      };
    },
  };
}

/** `50G/d` (K = 1024); the value is in bytes a day. */
export function bytesPerDay(): ValueParser<'sync', number> {
  return {
    mode: 'sync',
    metavar: 'BUDGET',
    placeholder: 1,
    format: (bytes) => `${bytes}/d`,
    parse(input): ValueParserResult<number> {
      const bytes = parseBytesPerDay(input);
      if (bytes !== undefined && bytes >= 1 && Number.isSafeInteger(bytes))
        return { success: true, value: bytes };
      return {
        success: false,
        error: message`Expected a number of bytes a day, such as 50G/d or 500M/d (K = 1024), but got ${input}.`,
      };
    },
  };
}
