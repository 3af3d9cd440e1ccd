/** Values of options that are moments or spans of the past, as people write them. */
import { type Message, message, text } from '@optique/core/message';
import type { ValueParser, ValueParserResult } from '@optique/core/valueparser';
import { localSpanText, type NoMoment, parseMoment, parseSpan } from '../../../text/moments.ts';
import { parseSpanSeconds } from '../../../text/quantity.ts';

/** A span with the words it was given in, such as `yesterday 9:00 to 10:00`. */
export interface NamedSpan {
  readonly label: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** The value is Unix time, ms. */
export function moment(): ValueParser<'sync', number> {
  return {
    mode: 'sync',
    metavar: 'MOMENT',
    placeholder: 0,
    format: (atMs) => new Date(atMs).toISOString(),
    parse(input): ValueParserResult<number> {
      const value = parseMoment(input, Date.now());
      if (typeof value === 'number') return { success: true, value };
      return { success: false, error: refusal(value, input, MOMENT_FORMS) };
    },
  };
}

export function span(): ValueParser<'sync', NamedSpan> {
  return {
    mode: 'sync',
    metavar: 'SPAN',
    placeholder: { label: '', fromMs: 0, toMs: 0 },
    format: ({ label }) => label,
    parse(input): ValueParserResult<NamedSpan> {
      const value = namedSpan(input);
      if (typeof value !== 'string') return { success: true, value };
      return { success: false, error: refusal(value, input, SPAN_FORMS) };
    },
  };
}

/** What is so long ago is called by its times: `2h to 1h` would be read as the hours of a clock. */
export function namedSpan(input: string): NamedSpan | NoMoment {
  const value = parseSpan(input, Date.now());
  if (typeof value === 'string') return value;
  const words = input.split('..').map((part) => part.trim());
  const isAgo = words.some((word) => parseSpanSeconds(word) !== undefined);
  return { ...value, label: isAgo ? localSpanText(value) : words.join(' to ') };
}

const MOMENT_FORMS = 'a moment such as 7d (ago), yesterday, today 9:00, 2026-11-30 9:00 or 2026-11-30T09:00Z';
const SPAN_FORMS = "a span such as 'yesterday 9:00..10:00' or '2h..1h'";

function refusal(why: NoMoment, input: string, forms: string): Message {
  switch (why) {
    case 'unreadable':
      return message`Expected ${text(forms)}, but got ${input}.`;
    case 'left-out':
      return message`${input} is a time that clocks left out here when they were set forward: give another, or one with a zone.`;
    case 'reversed':
      return message`${input} ends before it begins: give the earlier moment first, and a day with both.`;
  }
}
