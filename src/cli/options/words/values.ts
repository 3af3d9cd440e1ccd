/** Values of options: durations, sizes and lists of them, with units as people write them. */
import { type Message, message, text, valueSet } from '@optique/core/message';
import type { ValueParser, ValueParserResult } from '@optique/core/valueparser';
import { figureText } from '../../../text/numbers.ts';
import { parseBytes, parsePerSecond, parseShortRate, parseTimeNs } from '../../../text/quantity.ts';
import { inUnit, rateUnit } from '../../../text/units.ts';

const KIB = 1024;
const NS_PER_MS = 1_000_000;
const MS_PER_UNIT: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000 };
const BYTES_PER_UNIT: Readonly<Record<string, number>> = { '': 1, K: KIB, M: KIB ** 2, G: KIB ** 3 };

interface Range {
  readonly min: number;
  readonly max: number;
}

function failure(error: Message): { success: false; error: Message } {
  return { success: false, error };
}

/**
 * `500ms`, `0.5s`, `50us`, `2m`, or a bare `0`; the value is in ms.
 * @param bare how to read a number without a unit
 */
export function duration(
  { min, max }: Range,
  bare: 'refused' | 'seconds' = 'refused',
): ValueParser<'sync', number> {
  return {
    mode: 'sync',
    metavar: 'TIME',
    placeholder: min,
    format: durationText,
    parse(input): ValueParserResult<number> {
      const isBare = bare === 'seconds' && /^\d{1,15}(?:\.\d+)?$/.test(input);
      const ns = parseTimeNs(isBare && Number(input) > 0 ? `${input}s` : input);
      if (ns === undefined) {
        return failure(message`Expected a time with its unit, such as 500ms or 2s, but got ${input}.`);
      }
      const ms = ns / NS_PER_MS;
      if (ms < min || ms > max) {
        return failure(
          message`Expected a time from ${text(durationText(min))} to ${text(durationText(max))}, but got ${input}.`,
        );
      }
      return { success: true, value: ms };
    },
  };
}

/** Durations separated by commas, no two alike, in any order; the values are in ms, ascending. */
export function durations(range: Range, most: number): ValueParser<'sync', readonly number[]> {
  const each = duration(range);
  return {
    mode: 'sync',
    metavar: 'TIMES',
    placeholder: [range.min],
    format: (times) => times.map(durationText).join(','),
    parse(input): ValueParserResult<readonly number[]> {
      const times: number[] = [];
      for (const part of input.split(',')) {
        const parsed = each.parse(part.trim());
        if (!parsed.success) return parsed;
        times.push(parsed.value);
      }
      if (times.length > most) {
        return failure(message`Expected ${text(String(most))} times at most, but got ${input}.`);
      }
      if (new Set(times.map(durationText)).size < times.length) {
        return failure(message`Expected each time once, but got ${input}.`);
      }
      return { success: true, value: times.sort((a, b) => a - b) };
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

/** `1000`, `2K`, `16M`, `1G` (K = 1024, with or without `B` or `iB`); the value is in bytes. */
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
  const value = parseBytes(input);
  if (value === undefined) {
    return failure(message`Expected a number of bytes such as 1000, 2K or 16M (K = 1024), but got ${input}.`);
  }
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

/** Sizes separated by commas. */
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
        return failure(message`Expected a rate in bit/s such as 90M or 1.5G (k = 1000), but got ${input}.`);
      }
      if (value >= min && value <= max) return { success: true, value: Math.round(value) };
      return failure(
        message`Expected a rate from ${text(rateText(min))} to ${text(rateText(max))}, but got ${input}; leave it out for as fast as can be.`,
      );
    },
  };
}

/** `10 kbit/s`: a round rate. */
function rateText(bitsPerSecond: number): string {
  const unit = rateUnit([bitsPerSecond]);
  return `${Number(inUnit(bitsPerSecond, unit).replaceAll(',', '')).toLocaleString('en-US')} ${unit.name}`;
}

/** `2000/s`, `120/m`, separated by commas, in the order in which they are typed; the values are a second. */
export function ratesPerSecond(max: number, most: number): ValueParser<'sync', readonly number[]> {
  return {
    mode: 'sync',
    metavar: 'RATES',
    placeholder: [1],
    format: (rates) => rates.map(perSecondWord).join(','),
    parse(input): ValueParserResult<readonly number[]> {
      const rates: number[] = [];
      for (const part of input.split(',')) {
        const rate = parsePerSecond(part.trim());
        if (rate === undefined) {
          return failure(
            message`Expected how often probes are sent, such as 2000/s or 120/m, but got ${part.trim()}.`,
          );
        }
        if (!(rate > 0 && rate <= max)) {
          return failure(
            message`Expected a rate above 0, up to ${text(perSecondWord(max))}, but got ${part.trim()}.`,
          );
        }
        rates.push(rate);
      }
      if (rates.length <= most) return { success: true, value: rates };
      return failure(message`Expected ${text(String(most))} rates at most, but got ${String(rates.length)}.`);
    },
  };
}

/** Of one that is whole only by the minute in that unit, since a third has no end. */
function perSecondWord(perSecond: number): string {
  const perMinute = Math.round(perSecond * 60);
  const isByMinute = !Number.isInteger(perSecond) && perMinute / 60 === perSecond;
  return isByMinute ? `${perMinute}/m` : `${figureText(perSecond, 17)}/s`;
}

/** One of them. */
export function ratePerSecond(max: number): ValueParser<'sync', number> {
  const list = ratesPerSecond(max, 1);
  return {
    mode: 'sync',
    metavar: 'RATE',
    placeholder: 1,
    format: perSecondWord,
    parse(input): ValueParserResult<number> {
      const parsed = list.parse(input);
      return parsed.success ? { success: true, value: parsed.value[0] as number } : parsed;
    },
  };
}

/** `2%`, `0.5 %`; the value is a share: 0.02. */
export function percent({ min, max }: Range): ValueParser<'sync', number> {
  return {
    mode: 'sync',
    metavar: 'PERCENT',
    placeholder: min,
    format: percentText,
    parse(input): ValueParserResult<number> {
      const match = /^(\d{1,15}(?:\.\d+)?) ?%$/.exec(input);
      if (match === null) {
        return failure(message`Expected a share in percent such as 2% or 0.5%, but got ${input}.`);
      }
      const value = Number(match[1]) / 100;
      if (value >= min && value <= max) return { success: true, value };
      return failure(
        message`Expected a share from ${text(percentText(min))} to ${text(percentText(max))}, but got ${input}.`,
      );
    },
  };
}

function percentText(share: number): string {
  return `${Number((share * 100).toPrecision(12))}%`;
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
  metavar:
    | 'ACTION'
    | 'ARRIVALS'
    | 'ENGINE'
    | 'FAMILY'
    | 'FORM'
    | 'LEVEL'
    | 'MODE'
    | 'NAME'
    | 'SWITCH'
    | 'TYPE'
    | 'UNIT',
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

/**
 * Names of differentiated services: RFC 2474 (CS), RFC 2597 (AF), RFC 3246 (EF), RFC 8622 (LE). The six bits
 * are the upper ones of the TOS byte and of the traffic class.
 */
const DSCP_BY_NAME: ReadonlyMap<string, number> = new Map([
  ['LE', 1],
  ['EF', 46],
  ...Array.from({ length: 8 }, (_, i): [string, number] => [`CS${i}`, 8 * i]),
  ...[1, 2, 3, 4].flatMap((i) =>
    [1, 2, 3].map((drop): [string, number] => [`AF${i}${drop}`, 8 * i + 2 * drop]),
  ),
]);
const MAX_DSCP = 63;

/** A DSCP by number or name; the value is the traffic class with it. */
export function dscp(): ValueParser<'sync', number> {
  return {
    mode: 'sync',
    metavar: 'DSCP',
    placeholder: 0,
    format: (trafficClass) => String(trafficClass >> 2),
    parse(input): ValueParserResult<number> {
      const named = DSCP_BY_NAME.get(input.toUpperCase());
      const value = named ?? (/^\d{1,2}$/.test(input) ? Number(input) : Number.NaN);
      if (value <= MAX_DSCP) return { success: true, value: value << 2 };
      return failure(
        message`Expected a DSCP from 0 to 63 or its name (EF, LE, CS0 to CS7, AF11 to AF43), but got ${input}.`,
      );
    },
    *suggest(prefix) {
      for (const name of DSCP_BY_NAME.keys())
        if (name.startsWith(prefix.toUpperCase())) yield { kind: 'literal', text: name };
    },
  };
}
