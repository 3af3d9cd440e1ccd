/**
 * Options that may have a value for each side of a comparison, separated by a comma: each defined once, with what it
 * asks of a side. Any of them may differ, but only one at a time: else nobody could tell which of them it was.
 */
import { object } from '@optique/core/constructs';
import { message, text } from '@optique/core/message';
import { optional } from '@optique/core/modifiers';
import type { InferValue, Parser } from '@optique/core/parser';
import { option } from '@optique/core/primitives';
import { string, type ValueParser, type ValueParserResult } from '@optique/core/valueparser';
import { ENGINES, WAIT_MODES } from '../../../facts/engine.ts';
import type { LoadOptions, MeasureOptions, PacedOptions } from '../../../index.ts';
import {
  MAX_BITS_PER_SECOND,
  MAX_BUFFER_BYTES,
  MAX_CONNECTIONS,
  MAX_RATE_PER_SECOND,
  MAX_SEGMENT_BYTES,
  MAX_STEPS,
  MAX_STREAMS,
  MIN_BITS_PER_SECOND,
  MIN_SEGMENT_BYTES,
  MOST_IN_FLIGHT,
} from '../../../options.ts';
import { parsePerSecond } from '../../../text/quantity.ts';
import { FROM_ZERO } from '../../options/sampling.ts';
import {
  bitRate,
  byteSize,
  count,
  dscp,
  duration,
  ratesPerSecond,
  word,
} from '../../options/words/values.ts';
import { streams } from './load-values.ts';

const BUFFER = { min: 1, max: MAX_BUFFER_BYTES };
const SWITCH = ['on', 'off'] as const;

/** One value for both sides, or one for each. */
export type Pair<T> = readonly [a: Typed<T>, b: Typed<T>];

interface Typed<T> {
  readonly value: T;
  /** As it was typed. */
  readonly text: string;
}

type Side = 0 | 1;
/** What is compared: `paced` probes do not wait for each other. */
export type PairedKind = 'measurements' | 'loads' | 'paced';
/** What is asked of one side, but for where it is. */
type SideOptions = Omit<MeasureOptions, 'host' | 'port' | 'type'> &
  Pick<LoadOptions, 'streams' | 'bitsPerSecond'> &
  Pick<PacedOptions, 'ratesPerSecond' | 'connections' | 'inFlight'>;

const ANY: readonly PairedKind[] = ['measurements', 'loads', 'paced'];
const OF_PROBES: readonly PairedKind[] = ['measurements', 'paced'];

interface Paired<T> {
  readonly name: string;
  readonly of: readonly PairedKind[];
  readonly parser: Parser<'sync', Pair<T> | undefined, unknown>;
  readonly asked: (value: T) => SideOptions;
}

function paired<T>(
  name: `--${string}`,
  values: ValueParser<'sync', T>,
  what: string,
  asked: (value: T) => SideOptions,
  of: readonly PairedKind[] = ANY,
): Paired<T> {
  return pairedBy(name, pairOf(values), what, asked, of);
}

function pairedBy<T>(
  name: `--${string}`,
  pairs: ValueParser<'sync', Pair<T>>,
  what: string,
  asked: (value: T) => SideOptions,
  of: readonly PairedKind[],
): Paired<T> {
  return {
    name,
    of,
    parser: optional(option(name, pairs, { description: message`${text(what)}` })),
    asked,
  };
}

const PAIRED = {
  cc: paired(
    '--cc',
    string({ metavar: 'NAME' }),
    'congestion control, such as cubic, bbr or reno',
    (congestionControl) => ({
      socket: { congestionControl },
    }),
  ),
  wait: paired(
    '--wait',
    word(WAIT_MODES, 'MODE'),
    'how to wait for an echo: spin, adaptive or block',
    (wait) => ({ wait }),
    OF_PROBES,
  ),
  engine: paired('--engine', word(ENGINES, 'ENGINE'), 'what measures: auto, native or node', (engine) => ({
    engine,
  })),
  serverDelayMs: paired(
    '--server-delay',
    duration(FROM_ZERO),
    'ask the server to wait this long before each echo',
    (serverDelayMs) => ({ serverDelayMs }),
    OF_PROBES,
  ),
  noDelay: paired(
    '--nodelay',
    word(SWITCH, 'SWITCH'),
    "on sends at once, off brings Nagle's algorithm",
    (value) => ({ socket: { noDelay: value === 'on' } }),
    OF_PROBES,
  ),
  quickAck: paired(
    '--quickack',
    word(SWITCH, 'SWITCH'),
    'on acknowledges each echo at once',
    (value) => ({ socket: { quickAck: value === 'on' } }),
    OF_PROBES,
  ),
  multipath: paired(
    '--mptcp',
    word(SWITCH, 'SWITCH'),
    'on is Multipath TCP, where the server speaks it too',
    (value) => ({ socket: { multipath: value === 'on' } }),
  ),
  stamps: paired(
    '--stamps',
    word(SWITCH, 'SWITCH'),
    'on takes the round trip apart by kernel stamps, off does not',
    (value) => ({ stamps: value === 'on' }),
    ['measurements'],
  ),
  tls: paired('--tls', word(SWITCH, 'SWITCH'), 'on speaks TLS, off does not', (value) => ({
    socket: value === 'on' ? { tls: {} } : {},
  })),
  trafficClass: paired('--dscp', dscp(), 'differentiated services, by number or by name', (trafficClass) => ({
    socket: { trafficClass },
  })),
  maxSegmentBytes: paired(
    '--mss',
    byteSize({ min: MIN_SEGMENT_BYTES, max: MAX_SEGMENT_BYTES }),
    'largest segment to send and to announce',
    (maxSegmentBytes) => ({ socket: { maxSegmentBytes } }),
  ),
  sendBufferBytes: paired('--sndbuf', byteSize(BUFFER), 'send buffer', (sendBufferBytes) => ({
    socket: { sendBufferBytes },
  })),
  receiveBufferBytes: paired('--rcvbuf', byteSize(BUFFER), 'receive buffer', (receiveBufferBytes) => ({
    socket: { receiveBufferBytes },
  })),
  family: paired('--family', word(['4', '6'], 'FAMILY'), 'family of addresses: 4 or 6', (value) => ({
    family: value === '4' ? 4 : 6,
  })),
  streams: paired(
    '--streams',
    streams({ min: 1, max: MAX_STREAMS }),
    'connections that carry the data of a load in each direction, or auto',
    (count) => ({ streams: count }),
    ['loads'],
  ),
  rate: pairedBy(
    '--rate',
    ratesOrBits(),
    'carry no more of a load in each direction, in bit/s of payload; or an open loop: how often probes are due, such as 2000/s, several rates being a step each',
    (asked) => asked,
    ['loads', 'paced'],
  ),
  connections: paired(
    '--connections',
    count({ min: 1, max: MAX_CONNECTIONS }),
    'connections of an open loop, which take turns; without --rate a closed loop at its limit',
    (connections) => ({ connections }),
    ['paced'],
  ),
  inFlight: paired(
    '--in-flight',
    count({ min: 1, max: MOST_IN_FLIGHT }),
    'most probes of an open loop under way on each connection',
    (inFlight) => ({ inFlight }),
    ['paced'],
  ),
} as const;

type Key = keyof typeof PAIRED;
const KEYS = Object.keys(PAIRED) as Key[];

type Parsers = { readonly [K in Key]: (typeof PAIRED)[K]['parser'] };

export const pairedOptions = object(
  'How (one of them may have two values, such as --cc cubic,bbr)',
  Object.fromEntries(KEYS.map((key) => [key, PAIRED[key].parser])) as Parsers,
);

export type PairedOptions = InferValue<typeof pairedOptions>;

/** What is asked of one side. */
export function sideOptions(given: PairedOptions, side: Side): SideOptions {
  let asked: SideOptions = {};
  for (const key of KEYS) {
    const pair = given[key];
    if (pair === undefined) continue;
    // Each value is of the type of its own option.
    const more = (PAIRED[key] as Paired<unknown>).asked(pair[side].value);
    asked = { ...asked, ...more, socket: { ...asked.socket, ...more.socket } };
  }
  return asked;
}

/** The options that have a value, or two. @param but those of this kind */
export function givenNames(given: PairedOptions, but?: PairedKind): string[] {
  return KEYS.filter((key) => given[key] !== undefined)
    .map((key) => PAIRED[key])
    .filter(({ of }) => but === undefined || !of.includes(but))
    .map(({ name }) => name);
}

/** The options that have two values, with both as they were typed. */
export function differences(
  given: PairedOptions,
): { readonly name: string; readonly texts: readonly [string, string] }[] {
  return KEYS.flatMap((key) => {
    const pair = given[key];
    if (pair === undefined || pair[0].text === pair[1].text) return [];
    return [{ name: PAIRED[key].name, texts: [pair[0].text, pair[1].text] as const }];
  });
}

type AskedRate = { readonly bitsPerSecond: number } | { readonly ratesPerSecond: readonly number[] };

/** Two things are called a rate, and their units tell which is meant. Several of probes are steps, and no difference. */
function ratesOrBits(): ValueParser<'sync', Pair<AskedRate>> {
  const ofProbes = ratesPerSecond(MAX_RATE_PER_SECOND, MAX_STEPS);
  const ofLoads = pairOf(bitRate({ min: MIN_BITS_PER_SECOND, max: MAX_BITS_PER_SECOND }));
  const placeholder = { value: { bitsPerSecond: MIN_BITS_PER_SECOND }, text: '' };
  return {
    mode: 'sync',
    metavar: 'A[,B]',
    placeholder: [placeholder, placeholder],
    format: ([a, b]) => (a.text === b.text ? a.text : `${a.text},${b.text}`),
    parse(input): ValueParserResult<Pair<AskedRate>> {
      if (input.split(',').every((part) => parsePerSecond(part.trim()) !== undefined)) {
        const parsed = ofProbes.parse(input);
        if (!parsed.success) return parsed;
        const both = { value: { ratesPerSecond: parsed.value }, text: input };
        return { success: true, value: [both, both] };
      }
      const parsed = ofLoads.parse(input);
      if (!parsed.success) return parsed;
      const [a, b] = parsed.value.map(({ value, text: typed }) => ({
        value: { bitsPerSecond: value },
        text: typed,
      }));
      return { success: true, value: [a ?? placeholder, b ?? placeholder] };
    },
  };
}

function pairOf<T>(parser: ValueParser<'sync', T>): ValueParser<'sync', Pair<T>> {
  const placeholder: Typed<T> = { value: parser.placeholder, text: '' };
  return {
    mode: 'sync',
    metavar: 'A[,B]',
    placeholder: [placeholder, placeholder],
    format: ([a, b]) => (a.text === b.text ? a.text : `${a.text},${b.text}`),
    parse(input): ValueParserResult<Pair<T>> {
      const typed: Typed<T>[] = [];
      const texts = input.split(',');
      if (texts.length > 2) {
        return {
          success: false,
          error: message`Expected one value, or two separated by a comma, but got ${input}.`,
        };
      }
      for (const one of texts) {
        const parsed = parser.parse(one);
        if (!parsed.success) return parsed;
        typed.push({ value: parsed.value, text: one });
      }
      const [a = placeholder, b = a] = typed;
      return { success: true, value: [a, b] };
    },
  };
}
