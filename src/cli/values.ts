/** Values of options: durations, sizes and lists of sizes, with units as people write them. */
import { type Message, message, text, valueSet } from '@optique/core/message';
import type { ValueParser, ValueParserResult } from '@optique/core/valueparser';

const KIB = 1024;
const MS_PER_UNIT: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1_000, m: 60_000 };
const BYTES_PER_UNIT: Readonly<Record<string, number>> = { '': 1, K: KIB, M: KIB ** 2, G: KIB ** 3 };

interface Range {
  readonly min: number;
  readonly max: number;
}

function failure(error: Message): { success: false; error: Message } {
  return { success: false, error };
}

/** `500ms`, `0.5s`, `50us`, `2m`, or a bare `0`; the value is in ms. */
export function duration({ min, max }: Range): ValueParser<'sync', number> {
  return {
    mode: 'sync',
    metavar: 'TIME',
    placeholder: min,
    format: durationText,
    parse(input): ValueParserResult<number> {
      const match = /^(\d+(?:\.\d+)?)(us|ms|s|m)$/.exec(input);
      const ms =
        input === '0'
          ? 0
          : match === null
            ? undefined
            : Number(match[1]) * (MS_PER_UNIT[match[2] ?? ''] ?? 1);
      if (ms === undefined) {
        return failure(message`Expected a time with its unit, such as 500ms or 2s, but got ${input}.`);
      }
      if (ms < min || ms > max) {
        return failure(
          message`Expected a time from ${text(durationText(min))} to ${text(durationText(max))}, but got ${input}.`,
        );
      }
      return { success: true, value: ms };
    },
  };
}

/** The shortest way to write a duration. */
export function durationText(ms: number): string {
  if (ms === 0) return '0';
  if (!Number.isInteger(ms)) return `${Math.round(ms * 1_000)}us`;
  const unit = ['m', 's'].find((name) => ms % (MS_PER_UNIT[name] ?? 1) === 0) ?? 'ms';
  return `${ms / (MS_PER_UNIT[unit] ?? 1)}${unit}`;
}

/** `1000`, `2K`, `16M`, `1G` (K = 1024, with or without `iB`); the value is in bytes. */
export function byteSize({ min, max }: Range): ValueParser<'sync', number> {
  return {
    mode: 'sync',
    metavar: 'SIZE',
    placeholder: min,
    format: byteSizeText,
    parse: (input) => parseByteSize(input, { min, max }),
  };
}

function parseByteSize(input: string, { min, max }: Range): ValueParserResult<number> {
  const match = /^(\d{1,15})(?:([KMG])(?:iB)?)?$/i.exec(input);
  if (match === null) {
    return failure(message`Expected a number of bytes such as 1000, 2K or 16M (K = 1024), but got ${input}.`);
  }
  const value = Number(match[1]) * (BYTES_PER_UNIT[(match[2] ?? '').toUpperCase()] ?? 1);
  if (value < min || value > max) {
    return failure(
      message`Expected a size from ${text(byteSizeText(min))} to ${text(byteSizeText(max))}, but got ${input}.`,
    );
  }
  return { success: true, value };
}

/** The shortest way to write a number of bytes. */
export function byteSizeText(bytes: number): string {
  const unit = ['G', 'M', 'K'].find((name) => bytes > 0 && bytes % (BYTES_PER_UNIT[name] ?? 1) === 0) ?? '';
  return `${bytes / (BYTES_PER_UNIT[unit] ?? 1)}${unit}`;
}

/** Sizes parted by commas. */
export function byteSizes(range: Range): ValueParser<'sync', readonly number[]> {
  return {
    mode: 'sync',
    metavar: 'SIZES',
    placeholder: [range.min],
    format: (sizes) => sizes.map(byteSizeText).join(','),
    parse(input): ValueParserResult<readonly number[]> {
      const sizes: number[] = [];
      for (const part of input.split(',')) {
        const parsed = parseByteSize(part.trim(), range);
        if (!parsed.success) return parsed;
        sizes.push(parsed.value);
      }
      return { success: true, value: sizes };
    },
  };
}

/** A whole number, written in digits only. */
export function count({ min, max }: Range, metavar: 'N' | 'PORT' = 'N'): ValueParser<'sync', number> {
  return {
    mode: 'sync',
    metavar,
    placeholder: min,
    format: String,
    parse(input): ValueParserResult<number> {
      const value = /^\d{1,15}$/.test(input) ? Number(input) : Number.NaN;
      if (value >= min && value <= max) return { success: true, value };
      return failure(
        message`Expected a whole number from ${text(String(min))} to ${text(String(max))}, but got ${input}.`,
      );
    },
  };
}

/** One of a list of words. */
export function word<const T extends string>(
  words: readonly T[],
  metavar: 'ENGINE' | 'FAMILY' | 'FORM' | 'NAME' | 'TYPE' | 'UNIT',
): ValueParser<'sync', T> {
  return {
    mode: 'sync',
    metavar,
    placeholder: words[0] as T,
    choices: words,
    format: String,
    parse(input): ValueParserResult<T> {
      const found = words.find((candidate) => candidate === input);
      if (found !== undefined) return { success: true, value: found };
      return failure(
        message`Expected one of ${valueSet(words, { fallback: '', type: 'disjunction' })}, but got ${input}.`,
      );
    },
    *suggest(prefix) {
      for (const candidate of words)
        if (candidate.startsWith(prefix)) yield { kind: 'literal', text: candidate };
    },
  };
}
