/** Options of `compare`: what is compared, how, and the one option that may differ. */
import { merge, object } from '@optique/core/constructs';
import { message, text } from '@optique/core/message';
import { map, multiple, optional } from '@optique/core/modifiers';
import type { InferValue } from '@optique/core/parser';
import { argument, command, constant, option } from '@optique/core/primitives';
import { string, type ValueParser, type ValueParserResult } from '@optique/core/valueparser';
import { DIALECT_NAMES } from '../core/dialects.ts';
import { MAX_DURATION_MS } from '../measure/checks.ts';
import { ENGINES } from '../measure/choose-engine.ts';
import {
  DEFAULT_MAX_TIME_MS,
  DEFAULT_TIMEOUT_MS,
  MAX_BLOCKS,
  MAX_PROBES,
  MAX_SEED,
  MAX_SIZE_BYTES,
  type MeasureOptions,
  WAIT_MODES,
} from '../measure/plan.ts';
import { MAX_BUFFER_BYTES, MAX_SEGMENT_BYTES, MIN_SEGMENT_BYTES } from '../measure/socket-plan.ts';
import { examples, usageLine } from './command-help.ts';
import { defaulted } from './defaulted.ts';
import { delayUnit } from './delay-unit-option.ts';
import { EXAMPLES } from './examples.ts';
import { PRECISION } from './ranges.ts';
import { thresholds } from './threshold-value.ts';
import { byteSize, byteSizes, count, dscp, duration, durationText, percent, word } from './values.ts';

const BUFFER = { min: 1, max: MAX_BUFFER_BYTES };
const SWITCH = ['on', 'off'] as const;

/** One value for both sides, or one for each, parted by a comma. */
export type Pair<T> = readonly [a: Given<T>, b: Given<T>];

export interface Given<T> {
  readonly value: T;
  /** As it was typed. */
  readonly text: string;
}

function pairOf<T>(parser: ValueParser<'sync', T>): ValueParser<'sync', Pair<T>> {
  const placeholder: Given<T> = { value: parser.placeholder, text: '' };
  return {
    mode: 'sync',
    metavar: 'A[,B]',
    placeholder: [placeholder, placeholder],
    format: ([a, b]) => (a.text === b.text ? a.text : `${a.text},${b.text}`),
    parse(input): ValueParserResult<Pair<T>> {
      const given: Given<T>[] = [];
      const texts = input.split(',');
      if (texts.length > 2) {
        return {
          success: false,
          error: message`Expected one value, or two parted by a comma, but got ${input}.`,
        };
      }
      for (const text of texts) {
        const parsed = parser.parse(text);
        if (!parsed.success) return parsed;
        given.push({ value: parsed.value, text });
      }
      const [a = placeholder, b = a] = given;
      return { success: true, value: [a, b] };
    },
  };
}

function paired<T>(name: `--${string}`, parser: ValueParser<'sync', T>, what: string) {
  return optional(option(name, pairOf(parser), { description: message`${text(what)}` }));
}

/** Any of these may differ, but only one at a time: else nobody could tell which of them it was. */
export const pairedOptions = object(
  'How to measure (one of them may have two values, such as --cc cubic,bbr)',
  {
    cc: paired('--cc', string({ metavar: 'NAME' }), 'congestion control'),
    wait: paired('--wait', word(WAIT_MODES, 'MODE'), 'how to wait for an echo: spin, adaptive or block'),
    engine: paired('--engine', word(ENGINES, 'ENGINE'), 'what measures: auto, native or node'),
    serverDelayMs: paired(
      '--server-delay',
      duration({ min: 0, max: MAX_DURATION_MS }),
      'ask the server to wait this long before each echo',
    ),
    noDelay: paired('--nodelay', word(SWITCH, 'SWITCH'), "on sends at once, off brings Nagle's algorithm"),
    quickAck: paired('--quickack', word(SWITCH, 'SWITCH'), 'acknowledge each echo at once'),
    multipath: paired('--mptcp', word(SWITCH, 'SWITCH'), 'Multipath TCP, where the server speaks it too'),
    stamps: paired('--stamps', word(SWITCH, 'SWITCH'), 'take the round trip apart by kernel stamps'),
    trafficClass: paired('--dscp', dscp(), 'differentiated services, by number or by name'),
    maxSegmentBytes: paired(
      '--mss',
      byteSize({ min: MIN_SEGMENT_BYTES, max: MAX_SEGMENT_BYTES }),
      'largest segment to send and to announce',
    ),
    sendBufferBytes: paired('--sndbuf', byteSize(BUFFER), 'send buffer'),
    receiveBufferBytes: paired('--rcvbuf', byteSize(BUFFER), 'receive buffer'),
    family: paired('--family', word(['4', '6'], 'FAMILY'), 'family of addresses'),
  },
);

export type PairedOptions = InferValue<typeof pairedOptions>;

export const compareOptions = command(
  'compare',
  merge(
    object({
      command: constant('compare'),
      subjects: multiple(
        argument(string({ metavar: 'A' }), {
          description: message`two results written by measure --json, or several of each side parted by --; or two targets, HOST:PORT, or one and an option with two values`,
        }),
        { min: 1 },
      ),
    }),
    object('What to measure', {
      type: defaulted(
        option('-t', '--type', word(['rtt', 'throughput', 'both'], 'TYPE'), {
          description: message`what to compare`,
        }),
        'rtt',
      ),
      sizes: optional(
        option('-s', '--sizes', byteSizes({ min: 1, max: MAX_SIZE_BYTES }), {
          description: message`payload sizes, parted by commas (K = 1024); default 100`,
        }),
      ),
      precision: optional(
        option('--precision', percent(PRECISION), {
          description: message`measure until the half-width of each ratio's 95 % interval is at most this; default 2%`,
        }),
      ),
      maxTimeMs: defaulted(
        option('--max-time', duration({ min: 1, max: MAX_DURATION_MS }), {
          description: message`begin no round after this time`,
        }),
        DEFAULT_MAX_TIME_MS,
        durationText(DEFAULT_MAX_TIME_MS),
      ),
      blocks: optional(
        option('--blocks', count({ min: 5, max: MAX_BLOCKS }), {
          description: message`this many pairs of blocks, instead of a precision`,
        }),
      ),
      probes: optional(
        option('-n', '--probes', count({ min: 50, max: MAX_PROBES }), {
          description: message`this many probes a size and side, instead of a precision`,
        }),
      ),
      seed: optional(
        option('--seed', count({ min: 0, max: MAX_SEED }), {
          description: message`seed of the random order, to repeat a run in the same one`,
        }),
      ),
    }),
    object('How to reach it', {
      delayUnit,
      protocol: optional(
        option('--dialect', word(['auto', 'plain', ...DIALECT_NAMES], 'NAME'), {
          description: message`speak this dialect; plain for an echo server without one`,
        }),
      ),
      timeoutMs: defaulted(
        option('--timeout', duration({ min: 1, max: MAX_DURATION_MS }), {
          description: message`how long looking up and connecting, and any one answer beyond the server delay, may take`,
        }),
        DEFAULT_TIMEOUT_MS,
        durationText(DEFAULT_TIMEOUT_MS),
      ),
    }),
    pairedOptions,
    object('What to print', {
      form: map(
        option('--json', { description: message`the whole comparison as JSON` }),
        (json): 'human' | 'json' => (json ? 'json' : 'human'),
      ),
      output: optional(
        option('-o', '--output', string({ metavar: 'FILE' }), {
          description: message`write to this file; with --json the tables are printed as well`,
        }),
      ),
      failIf: thresholds('ratio'),
      debug: option('--debug', { description: message`print a stack with an error` }),
    }),
  ),
  {
    usageLine: usageLine('[OPTION...]', 'A', '[B]', '|', 'A...', '--', 'B...'),
    brief: message`Compare two results, two targets or two settings, with a verdict.`,
    description: message`Says whether B is faster or slower than A: the ratios of the medians and of the slow tails (p99) with 95 % intervals. A and B are targets, HOST:PORT, measured now in blocks that take turns; with one target, an option with two values makes the difference. Or they are files written by measure --json, several runs a side, those of A before -- and those of B after it: runs of one unchanged target differ, so one run each has a ratio and no verdict.`,
    footer: examples(EXAMPLES.compare),
  },
);

/** What is asked of one side. */
export function sideOptions(given: PairedOptions, side: 0 | 1): Omit<MeasureOptions, 'host' | 'port'> {
  const { cc, wait, engine, serverDelayMs, noDelay, quickAck, multipath, stamps, family } = given;
  const { trafficClass, maxSegmentBytes, sendBufferBytes, receiveBufferBytes } = given;
  const on = (pair: Pair<'on' | 'off'>): boolean => pair[side].value === 'on';
  return {
    ...(wait === undefined ? {} : { wait: wait[side].value }),
    ...(engine === undefined ? {} : { engine: engine[side].value }),
    ...(serverDelayMs === undefined ? {} : { serverDelayMs: serverDelayMs[side].value }),
    ...(stamps === undefined ? {} : { stamps: on(stamps) }),
    ...(family === undefined ? {} : { family: family[side].value === '4' ? 4 : 6 }),
    socket: {
      ...(cc === undefined ? {} : { congestionControl: cc[side].value }),
      ...(noDelay === undefined ? {} : { noDelay: on(noDelay) }),
      ...(quickAck === undefined ? {} : { quickAck: on(quickAck) }),
      ...(multipath === undefined ? {} : { multipath: on(multipath) }),
      ...(trafficClass === undefined ? {} : { trafficClass: trafficClass[side].value }),
      ...(maxSegmentBytes === undefined ? {} : { maxSegmentBytes: maxSegmentBytes[side].value }),
      ...(sendBufferBytes === undefined ? {} : { sendBufferBytes: sendBufferBytes[side].value }),
      ...(receiveBufferBytes === undefined ? {} : { receiveBufferBytes: receiveBufferBytes[side].value }),
    },
  };
}

const OPTION_NAMES: Readonly<Record<keyof PairedOptions, string>> = {
  cc: '--cc',
  wait: '--wait',
  engine: '--engine',
  serverDelayMs: '--server-delay',
  noDelay: '--nodelay',
  quickAck: '--quickack',
  multipath: '--mptcp',
  stamps: '--stamps',
  trafficClass: '--dscp',
  maxSegmentBytes: '--mss',
  sendBufferBytes: '--sndbuf',
  receiveBufferBytes: '--rcvbuf',
  family: '--family',
};

/** The options that have a value, or two. */
export function givenNames(given: PairedOptions): string[] {
  const keys = Object.keys(OPTION_NAMES) as (keyof PairedOptions)[];
  return keys.filter((key) => given[key] !== undefined).map((key) => OPTION_NAMES[key]);
}

/** The options that have two values, with both as they were typed. */
export function differences(
  given: PairedOptions,
): { readonly name: string; readonly texts: readonly [string, string] }[] {
  return (Object.keys(OPTION_NAMES) as (keyof PairedOptions)[]).flatMap((key) => {
    const pair = given[key];
    if (pair === undefined || pair[0].text === pair[1].text) return [];
    return [{ name: OPTION_NAMES[key], texts: [pair[0].text, pair[1].text] as const }];
  });
}
