/**
 * The thirteen dialects of the protocol that are met in the field, as data. Encoders, decoders, the server's
 * recognition and the document's table all read these rows; no code asks for a dialect by name.
 */
import type { ExtensionName } from './extensions.ts';
import type { DelayUnit } from './grammar.ts';

export const DIALECT_NAMES = [
  'size-first',
  'sample',
  'probes-first',
  'zero-based',
  'lower-size-first',
  'tabs',
  'literal-newline',
  'echo-suffix',
  'ready-short',
  'payload-echo',
  'payload-echo-bare',
  'hello',
  'hello-numeric',
] as const;

export type DialectName = (typeof DIALECT_NAMES)[number];

export type MeasurementType = 'rtt' | 'throughput';

/** What a server sends back for a probe: the message, the message with a suffix, or only its payload. */
export type EchoForm = 'message' | 'message-suffixed' | 'payload-line' | 'payload';

export interface Dialect {
  readonly name: DialectName;
  readonly summary: string;
  readonly setup: {
    readonly letter: 's' | 'h';
    readonly separator: ' ' | '\t';
    readonly typeWords: Readonly<Record<MeasurementType, string>>;
    readonly order: 'size-first' | 'probes-first';
    /** What ends setup and termination messages: LF, or the two characters backslash and n. */
    readonly end: '\n' | '\\n';
    readonly delayUnit: DelayUnit;
    readonly minProbes: number;
    /** How many setups one connection may see. */
    readonly perConnection: number;
  };
  readonly probe: {
    readonly order: 'payload-first' | 'sequence-first';
    readonly firstSequence: 0 | 1;
    /** Whether the payload must have MSG-SIZE bytes. */
    readonly payloadSize: 'exact' | 'free';
  };
  readonly echo: EchoForm;
  readonly bye: {
    readonly letter: 't' | 'b';
    readonly message: string;
    readonly connection: 'same' | 'new';
  };
  /** Status texts byte for byte, line end included where one is sent. */
  readonly status: {
    readonly ready: string;
    readonly closing: string;
    readonly setupError: string;
    readonly measurementError: string;
    readonly terminationError: string;
  };
  /** What its setups may ask for beyond the protocol. */
  readonly extensions: readonly ExtensionName[];
  /** When a server can tell this dialect: at setup, at the first probe, or only because it was told. */
  readonly toldApart: 'setup' | 'first-probe' | 'option';
  readonly sign: string;
}

/** What an `echo-suffix` server adds before the LF. */
export const ECHO_SUFFIX = ' (200 OK)';

const CANONICAL_STATUS: Dialect['status'] = {
  ready: '200 OK: Ready\n',
  closing: '200 OK: Closing Connection\n',
  setupError: '404 ERROR: Invalid Connection Setup Message\n',
  measurementError: '404 ERROR: Invalid Measurement Message\n',
  terminationError: '404 ERROR: Invalid Connection Termination Message\n',
};

const HELLO_STATUS: Dialect['status'] = {
  ready: '200 OK - Ready\n',
  closing: '200 OK - Closing\n',
  setupError: '404 ERROR - Invalid Hello message\n',
  measurementError: '404 ERROR - Invalid Measurement message\n',
  terminationError: '404 ERROR - Invalid Bye message\n',
};

function withoutLf(status: Dialect['status']): Dialect['status'] {
  return {
    ready: status.ready.replace('\n', ''),
    closing: status.closing.replace('\n', ''),
    setupError: status.setupError.replace('\n', ''),
    measurementError: status.measurementError.replace('\n', ''),
    terminationError: status.terminationError.replace('\n', ''),
  };
}

const SIZE_FIRST: Dialect = {
  name: 'size-first',
  summary: 'the assignment text; the default of this client',
  setup: {
    letter: 's',
    separator: ' ',
    typeWords: { rtt: 'RTT', throughput: 'TTPUT' },
    order: 'size-first',
    end: '\n',
    delayUnit: 'seconds',
    minProbes: 1,
    perConnection: 1,
  },
  probe: { order: 'payload-first', firstSequence: 1, payloadSize: 'exact' },
  echo: 'message',
  bye: { letter: 't', message: 't\n', connection: 'same' },
  status: CANONICAL_STATUS,
  // The word for tokens is the last: what proves them follows it in the answer.
  extensions: ['stamps', 'load', 'pipeline', 'token'],
  toldApart: 'setup',
  sign: 'capital type',
};

const PROBES_FIRST: Dialect = {
  ...SIZE_FIRST,
  name: 'probes-first',
  summary: 'the original course; the commonest in the field',
  setup: {
    ...SIZE_FIRST.setup,
    typeWords: { rtt: 'rtt', throughput: 'tput' },
    order: 'probes-first',
    delayUnit: 'inferred',
  },
  probe: { order: 'sequence-first', firstSequence: 1, payloadSize: 'exact' },
  extensions: [],
  toldApart: 'setup',
  sign: 'lower-case type',
};

const HELLO: Dialect = {
  ...PROBES_FIRST,
  name: 'hello',
  summary: 'hello and bye instead of setup and termination',
  setup: { ...PROBES_FIRST.setup, letter: 'h', typeWords: { rtt: 'rtt', throughput: 'thput' } },
  bye: { letter: 'b', message: 'b\n', connection: 'same' },
  status: HELLO_STATUS,
  sign: 'first byte `h`, type in words',
};

/** Every dialect by its name, in the order of {@link DIALECT_NAMES}. */
export const DIALECTS: Readonly<Record<DialectName, Dialect>> = {
  'size-first': SIZE_FIRST,
  sample: {
    ...SIZE_FIRST,
    name: 'sample',
    summary: "the assignment's own sample client",
    probe: { order: 'payload-first', firstSequence: 0, payloadSize: 'free' },
    bye: { letter: 't', message: 't \n', connection: 'same' },
    status: { ...withoutLf(CANONICAL_STATUS), ready: '200 Ok: Ready' },
    extensions: [],
    toldApart: 'option',
    sign: 'not visible at setup',
  },
  'probes-first': PROBES_FIRST,
  'zero-based': {
    ...PROBES_FIRST,
    name: 'zero-based',
    summary: 'counts from 0; up to 12 setups in one connection, one termination at the end',
    setup: { ...PROBES_FIRST.setup, perConnection: 12 },
    probe: { ...PROBES_FIRST.probe, firstSequence: 0 },
    toldApart: 'first-probe',
    sign: 'the first probe is `m 0`',
  },
  'lower-size-first': {
    ...PROBES_FIRST,
    name: 'lower-size-first',
    summary: 'size first with lower-case types; counts from 0',
    setup: { ...PROBES_FIRST.setup, order: 'size-first' },
    probe: { order: 'payload-first', firstSequence: 0, payloadSize: 'exact' },
    status: withoutLf(CANONICAL_STATUS),
    toldApart: 'first-probe',
    sign: 'the first probe is a text as long as the FIRST number, then a number',
  },
  tabs: {
    ...PROBES_FIRST,
    name: 'tabs',
    summary: 'setup fields parted by TAB',
    setup: { ...PROBES_FIRST.setup, separator: '\t' },
    sign: 'TAB after `s`',
  },
  'literal-newline': {
    ...PROBES_FIRST,
    name: 'literal-newline',
    summary: 'setup and termination end in a backslash and an n; termination on a new connection',
    setup: { ...PROBES_FIRST.setup, end: '\\n' },
    bye: { letter: 't', message: 't\\n', connection: 'new' },
    status: withoutLf(CANONICAL_STATUS),
    sign: 'the setup ends in `\\n` literally',
  },
  'echo-suffix': {
    ...PROBES_FIRST,
    name: 'echo-suffix',
    summary: 'the echo ends in ` (200 OK)`',
    echo: 'message-suffixed',
    toldApart: 'option',
    sign: 'not visible',
  },
  'ready-short': {
    ...PROBES_FIRST,
    name: 'ready-short',
    summary: 'the answer to a setup is `200 Ready`',
    bye: { letter: 't', message: 't\n\n', connection: 'same' },
    status: { ...CANONICAL_STATUS, ready: '200 Ready\n' },
    toldApart: 'option',
    sign: 'not visible',
  },
  'payload-echo': {
    ...PROBES_FIRST,
    name: 'payload-echo',
    summary: 'the echo is the payload and LF',
    echo: 'payload-line',
    status: { ...CANONICAL_STATUS, ready: '200 OK: READY' },
    toldApart: 'option',
    sign: 'not visible',
  },
  'payload-echo-bare': {
    ...PROBES_FIRST,
    name: 'payload-echo-bare',
    summary: 'the echo is the payload; no LF from the server at all',
    echo: 'payload',
    status: withoutLf(CANONICAL_STATUS),
    toldApart: 'option',
    sign: 'not visible',
  },
  hello: HELLO,
  'hello-numeric': {
    ...HELLO,
    name: 'hello-numeric',
    summary: 'hello with a number for the type; at least 20 probes',
    setup: { ...HELLO.setup, typeWords: { rtt: '0', throughput: '1' }, minProbes: 20 },
    status: withoutLf(HELLO_STATUS),
    sign: 'first byte `h`, type a digit',
  },
};

/** The dialects a server tells apart by itself, in the order in which a first probe is tried on them. */
export const RECOGNISED_DIALECTS: readonly Dialect[] = DIALECT_NAMES.map((name) => DIALECTS[name]).filter(
  (dialect) => dialect.toldApart !== 'option',
);

/** What a client tries, each on a fresh connection, when it was not told a dialect. */
export const CLIENT_DIALECT_ORDER: readonly DialectName[] = [
  'size-first',
  'probes-first',
  'tabs',
  'literal-newline',
  'hello',
];
