/** `--fail-if CONDITION`, as often as one likes: for commands that end with an exit code of failure. */
import { type Message, message, text } from '@optique/core/message';
import { multiple, optional } from '@optique/core/modifiers';
import type { Parser, Suggestion } from '@optique/core/parser';
import { option } from '@optique/core/primitives';
import type { ValueParser, ValueParserResult } from '@optique/core/valueparser';
import { EcholotError } from '../../core/errors.ts';
import {
  type AnyThreshold,
  LOAD_METRIC_NAMES,
  METRIC_NAMES,
  PACED_COMPARED,
  PACED_METRIC_NAMES,
  parseAnyThreshold,
  parseLoadThreshold,
} from '../../options.ts';
import { file } from './file.ts';

/** What conditions of a command are about, and one to show. */
const KINDS = {
  absolute: {
    example: 'rtt.p99 > 2ms',
    wrong: 'there is nothing to compare with: give a time or a rate, such as 2ms or 100Mbit/s',
  },
  capacity: {
    example: 'capacity < 900/s',
    wrong: 'a capacity is probes a second: write it as in capacity < 900/s',
  },
  /** What has to hold at a rate. */
  held: {
    example: 'response.p99 < 10ms',
    wrong: 'what holds at a rate is of one run: write it as in response.p99 < 10ms',
  },
  either: { example: 'rtt.p99 > 2ms', wrong: '' },
  load: { example: 'down.goodput < 90M', wrong: '' },
  ratio: { example: 'rtt.p99 > 1.1x', wrong: 'a comparison has ratios: give one, such as 1.1x or 10%' },
} as const;
const HELD_FORM = 'write it as in response.p99 < 10ms, answered > 1900/s or lost < 0.1%';

/**
 * The conditions and the file that tells CI what became of them; `absolute` for measurements, `load` for loads, `capacity` for a search for one, `ratio`
 * for comparisons, `either` where that is not known yet.
 */
export function thresholdOptions(kind: keyof typeof KINDS): {
  readonly failIf: Parser<'sync', readonly AnyThreshold[], unknown>;
  readonly junit: Parser<'sync', string | undefined, unknown>;
} {
  return {
    failIf: multiple(
      option('--fail-if', thresholdValue(kind), {
        description: message`exit with 3 when this is so, such as ${text(`"${KINDS[kind].example}"`)}, and with 1 when it cannot be told; the value decides, and a line says when its interval holds the limit; may be given several times`,
      }),
    ),
    junit: junit(message`write what became of the conditions to this file, in the XML of JUnit`),
  };
}

/** A file that tells CI what became of what was asked. */
export function junit(description: Message): Parser<'sync', string | undefined, unknown> {
  return optional(option('--junit', file('FILE'), { description }));
}

export function thresholdValue(kind: keyof typeof KINDS): ValueParser<'sync', AnyThreshold> {
  const parse = kind === 'load' ? parseLoadThreshold : parseAnyThreshold;
  return {
    mode: 'sync',
    metavar: 'CONDITION',
    placeholder: parse(KINDS[kind].example),
    format: (threshold) => threshold.text,
    parse(input): ValueParserResult<AnyThreshold> {
      try {
        const value = parse(input);
        if (kind === 'either' || value.kind === kind) return { success: true, value };
        // Whether a measurement paces its probes is not known before all of its options are.
        if ((kind === 'absolute' || kind === 'held') && value.kind === 'paced')
          return { success: true, value };
        // The round trip of a request is its response time.
        if (kind === 'held' && value.kind === 'absolute') return { success: true, value };
        if (kind === 'ratio' && (value.kind === 'load-change' || value.kind === 'paced-change'))
          return { success: true, value };
        return { success: false, error: message`${text(`"${value.text}": ${wrongText(value, kind)}`)}.` };
      } catch (error) {
        if (!(error instanceof EcholotError)) throw error;
        const advice = kind === 'held' ? HELD_FORM : (error.advice ?? '');
        return { success: false, error: message`${text(`${error.message}; ${advice}`)}.` };
      }
    },
    *suggest(prefix) {
      if (kind === 'capacity' || kind === 'either') yield* literals(['capacity'], prefix);
      if (kind !== 'load' && kind !== 'capacity' && kind !== 'held')
        yield* literals(
          METRIC_NAMES.map((name) => `${name}.`),
          prefix,
        );
      if (kind === 'load' || kind === 'either') yield* literals(LOAD_METRIC_NAMES, prefix);
      if (kind !== 'load') yield* literals(kind === 'ratio' ? PACED_COMPARED : PACED_METRIC_NAMES, prefix);
    },
  };
}

function wrongText({ kind }: AnyThreshold, wanted: keyof typeof KINDS): string {
  if (kind === 'load-change') return 'it is of a change: echolot compare --load finds one';
  if (wanted === 'capacity') return KINDS.capacity.wrong;
  if (kind === 'paced-change') return 'it is of a change: echolot compare finds one';
  if (kind === 'paced') {
    return wanted === 'ratio'
      ? 'it is of paced probes: a comparison has ratios of them, such as response.p99 > 1.1x'
      : 'it is of paced probes: echolot measure --rate sends them';
  }
  if (kind === 'capacity') return 'it is of a capacity: echolot capacity finds one';
  if (kind !== 'load') return KINDS[wanted].wrong;
  return wanted === 'ratio'
    ? 'it is of a load: a comparison has ratios of goodput, such as 0.9x, and differences, such as +5ms'
    : 'it is of a load: echolot load runs one';
}

function* literals(texts: readonly string[], prefix: string): Generator<Suggestion> {
  for (const literal of texts) if (literal.startsWith(prefix)) yield { kind: 'literal', text: literal };
}
