/**
 * Every command and option, once: parsing, help, completions, the man page and the documents' tables all
 * come from here. Imports nothing that a command needs only when it runs, so that help comes at once.
 */
import { merge, object, or } from '@optique/core/constructs';
import { lineBreak, type Message, message, text } from '@optique/core/message';
import { map, optional, withDefault } from '@optique/core/modifiers';
import type { InferValue, Parser } from '@optique/core/parser';
import { argument, command, constant, flag, option } from '@optique/core/primitives';
import { string } from '@optique/core/valueparser';
import { DIALECT_NAMES } from '../core/dialects.ts';
import {
  DEFAULT_FIRST_MESSAGE_NS,
  DEFAULT_IDLE_NS,
  DEFAULT_MAX_DELAY_NS,
  DEFAULT_MAX_PAYLOAD_BYTES,
  DEFAULT_MAX_PROBES,
} from '../core/limits.ts';
import { MAX_DURATION_MS } from '../measure/checks.ts';
import { DEFAULT_INTERVAL_MS, MAX_HANDSHAKES, MIN_INTERVAL_MS } from '../measure/ping-plan.ts';
import { DEFAULT_TIMEOUT_MS, MAX_SIZE_BYTES } from '../measure/plan.ts';
import {
  DEFAULT_GRACE_MS,
  DEFAULT_MAX_SESSIONS,
  DEFAULT_MAX_TOTAL_PAYLOAD_BYTES,
  DEFAULT_PORT,
  DEFAULT_THREADS,
} from '../server/defaults.ts';
import { MAX_THREADS } from '../server/plan.ts';
import { assignmentOptions } from './assignment-options.ts';
import { examples, usageLine } from './command-help.ts';
import { compareOptions } from './compare-options.ts';
import { defaulted } from './defaulted.ts';
import { handshakeEngineOptions, handshakeSocketOptions } from './engine-options.ts';
import { EXAMPLES } from './examples.ts';
import { measureOptions } from './measure-options.ts';
import { mergeOptions } from './merge-options.ts';
import { LIMIT_TIME, MAX_PORT } from './ranges.ts';
import { reportOptions } from './report-options.ts';
import { selfTestOptions } from './selftest-options.ts';
import { targetWords } from './target-options.ts';
import { byteSize, count, duration, durationText, word } from './values.ts';

const NS_PER_MS = 1_000_000;
/** The assignment's. */
export const DEFAULT_MESSAGE = 'Hello world!';
const MAX_COUNT = 1_000_000_000;

function timeLimit(name: `--${string}`, ns: number, description: Message): Parser<'sync', number, unknown> {
  const ms = ns / NS_PER_MS;
  return defaulted(option(name, duration(LIMIT_TIME), { description }), ms, durationText(ms));
}

const serverLimits = object('Limits', {
  maxPayloadBytes: defaulted(
    option('--max-payload', byteSize({ min: 1, max: MAX_SIZE_BYTES }), {
      description: message`largest message size a client may ask for`,
    }),
    DEFAULT_MAX_PAYLOAD_BYTES,
    '16M',
  ),
  maxTotalPayloadBytes: defaulted(
    option('--max-total-payload', byteSize({ min: 1, max: 1024 * MAX_SIZE_BYTES }), {
      description: message`sum of the message sizes of all open sessions`,
    }),
    DEFAULT_MAX_TOTAL_PAYLOAD_BYTES,
    '1G',
  ),
  maxProbes: defaulted(
    option('--max-probes', count({ min: 1, max: MAX_COUNT }), {
      description: message`most probes a client may ask for`,
    }),
    DEFAULT_MAX_PROBES,
    String(DEFAULT_MAX_PROBES),
  ),
  maxDelayMs: timeLimit('--max-delay', DEFAULT_MAX_DELAY_NS, message`longest delay a client may ask for`),
  maxSessions: defaulted(
    option('--max-sessions', count({ min: 1, max: MAX_COUNT }), { description: message`sessions at once` }),
    DEFAULT_MAX_SESSIONS,
    String(DEFAULT_MAX_SESSIONS),
  ),
  firstMessageMs: timeLimit(
    '--first-message',
    DEFAULT_FIRST_MESSAGE_NS,
    message`time a new client has for its first message`,
  ),
  idleMs: timeLimit('--idle', DEFAULT_IDLE_NS, message`time a client has for each later message`),
  graceMs: timeLimit(
    '--grace',
    DEFAULT_GRACE_MS * NS_PER_MS,
    message`time sessions in flight get when the server is stopped`,
  ),
});

const serve = command(
  'serve',
  merge(
    object({
      command: constant('serve'),
      port: defaulted(
        option('-p', '--port', count({ min: 0, max: MAX_PORT }, 'PORT'), {
          description: message`port to listen on; 0 takes a free one`,
        }),
        DEFAULT_PORT,
        String(DEFAULT_PORT),
      ),
      host: defaulted(
        option('--host', string({ metavar: 'HOST' }), {
          description: message`name or address to listen on; localhost means both loopback addresses`,
        }),
        'localhost',
      ),
      echo: option('--echo', { description: message`plain echo: send every byte back, no protocol` }),
      dialect: defaulted(
        option('--dialect', word(['auto', ...DIALECT_NAMES], 'NAME'), {
          description: message`speak this dialect only`,
        }),
        'auto',
      ),
      delayUnit: optional(
        option('--delay-unit', word(['seconds', 'milliseconds', 'inferred'], 'UNIT'), {
          description: message`how to read a client's server delay, instead of as its dialect does`,
        }),
      ),
      engine: defaulted(
        option('--engine', word(['auto', 'native', 'node'], 'ENGINE'), {
          description: message`native makes the system calls itself (Linux only), node leaves them to Node; auto is native where it can`,
        }),
        'auto',
      ),
      threads: defaulted(
        option('--threads', count({ min: 1, max: MAX_THREADS }), {
          description: message`threads that share the port; more than one needs the native engine`,
        }),
        DEFAULT_THREADS,
        String(DEFAULT_THREADS),
      ),
      log: defaulted(
        option('--log', word(['pretty', 'json'], 'FORM'), {
          description: message`form of the log, on standard error`,
        }),
        'pretty',
      ),
      logFile: optional(
        option('--log-file', string({ metavar: 'FILE' }), {
          description: message`append the log to this file instead; SIGHUP opens it anew, as logrotate asks for`,
        }),
      ),
      quiet: option('-q', '--quiet', { description: message`log nothing; still print the address` }),
      debug: option('--debug', { description: message`print a stack with an error` }),
    }),
    serverLimits,
  ),
  {
    usageLine: usageLine('[OPTION...]'),
    brief: message`Start an echo server.`,
    description: message`Starts an echo server: of the measurement protocol in every dialect it can tell apart, or of plain echo. It listens on this machine only, unless --host says otherwise.`,
    footer: examples(EXAMPLES.serve),
  },
);

const send = command(
  'send',
  object({
    command: constant('send'),
    host: argument(string({ metavar: 'HOST' }), {
      description: message`name or address of an echo server; HOST:PORT is both in one word`,
    }),
    // Words, since what follows HOST:PORT is the message.
    second: optional(argument(string({ metavar: 'PORT' }), { description: message`its port` })),
    third: optional(
      argument(string({ metavar: 'MESSAGE' }), {
        description: message`text to send; default ${text(JSON.stringify(DEFAULT_MESSAGE))}`,
      }),
    ),
    timeoutMs: defaulted(
      option('--timeout', duration(LIMIT_TIME), {
        description: message`how long to wait for the whole echo`,
      }),
      DEFAULT_TIMEOUT_MS,
      durationText(DEFAULT_TIMEOUT_MS),
    ),
    debug: option('--debug', { description: message`print a stack with an error` }),
  }),
  {
    usageLine: usageLine('[OPTION...]', 'HOST', 'PORT', '[MESSAGE]'),
    brief: message`Send one message to an echo server and print what comes back.`,
    footer: examples(EXAMPLES.send),
  },
);

const ping = command(
  'ping',
  merge(
    object({
      command: constant('ping'),
      ...targetWords('name or address of the host', 'any open TCP port of it'),
    }),
    object('What to measure', {
      count: optional(
        option('-n', '--count', count({ min: 1, max: MAX_HANDSHAKES }), {
          description: message`end after so many handshakes; by default they go on until Ctrl-C`,
        }),
      ),
      intervalMs: defaulted(
        option('-i', '--interval', duration({ min: MIN_INTERVAL_MS, max: MAX_DURATION_MS }), {
          description: message`from the start of one handshake to the start of the next`,
        }),
        DEFAULT_INTERVAL_MS,
        durationText(DEFAULT_INTERVAL_MS),
      ),
    }),
    object('How to reach it', {
      family: optional(
        option('--family', word(['4', '6'], 'FAMILY'), {
          description: message`use this family of addresses only`,
        }),
      ),
      timeoutMs: defaulted(
        option('--timeout', duration(LIMIT_TIME), {
          description: message`how long any one handshake may take, the first one with looking up the name`,
        }),
        DEFAULT_TIMEOUT_MS,
        durationText(DEFAULT_TIMEOUT_MS),
      ),
    }),
    handshakeEngineOptions,
    handshakeSocketOptions,
    object('What to print', {
      form: withDefault(
        or(
          map(
            flag('--json', { description: message`the whole result as JSON, at the end` }),
            () => 'json' as const,
          ),
          map(
            flag('--ndjson', { description: message`one line of JSON a handshake, as it happens` }),
            () => 'ndjson' as const,
          ),
        ),
        'human' as const,
      ),
      output: optional(
        option('-o', '--output', string({ metavar: 'FILE' }), {
          description: message`write to this file; with --json or --ndjson the lines for people are printed as well`,
        }),
      ),
      quiet: option('-q', '--quiet', { description: message`no line for each handshake, only the summary` }),
      debug: option('--debug', { description: message`print a stack with an error` }),
    }),
  ),
  {
    usageLine: usageLine('[OPTION...]', 'HOST', 'PORT'),
    brief: message`Time the TCP handshake with any open port, at a steady interval.`,
    description: message`Times the TCP handshake with any open port, at a steady interval, until Ctrl-C: no echo server is needed, since the host's kernel answers. Each connection is closed at once, with nothing sent. Exits with 0 when at least one handshake was answered.`,
    footer: examples(EXAMPLES.ping),
  },
);

const demo = command('demo', object({ command: constant('demo') }), {
  brief: message`Start a server on this machine, measure it at every size, and stop it.`,
  footer: examples(EXAMPLES.demo),
});

const selftest = command('selftest', selfTestOptions, {
  usageLine: usageLine('[OPTION...]'),
  brief: message`Let the instrument measure itself: down to which round-trip time it can be trusted here.`,
  description: message`Measures the instrument itself on this machine, as it is now: its clock, its sleeps, and the loopback path to a server of its own, with each engine and each way to wait. From that it tells down to which round-trip time each of them can be trusted, and what speaks against it. Nothing leaves the machine.`,
  footer: examples(EXAMPLES.selftest),
});

/** Under the overview. */
export const OVERVIEW_FOOTER: Message = [
  ...examples(EXAMPLES.overview),
  lineBreak(),
  lineBreak(),
  text('echolot COMMAND --help shows the options of a command.'),
];

/** The whole command line. */
export const cli = or(
  serve,
  send,
  compareOptions,
  measureOptions,
  assignmentOptions,
  ping,
  mergeOptions,
  reportOptions,
  demo,
  selftest,
);

/** The commands by name, for the documents. */
export const COMMAND_NAMES = [
  'measure',
  'ping',
  'compare',
  'merge',
  'report',
  'assignment',
  'serve',
  'send',
  'demo',
  'selftest',
] as const;

export type CommandName = (typeof COMMAND_NAMES)[number];

export type Cli = InferValue<typeof cli>;
export type ServeArguments = Extract<Cli, { command: 'serve' }>;
export type SendArguments = Extract<Cli, { command: 'send' }>;
export type MeasureArguments = Extract<Cli, { command: 'measure' }>;
export type AssignmentArguments = Extract<Cli, { command: 'assignment' }>;
export type CompareArguments = Extract<Cli, { command: 'compare' }>;
export type ReportArguments = Extract<Cli, { command: 'report' }>;
export type MergeArguments = Extract<Cli, { command: 'merge' }>;
export type PingArguments = Extract<Cli, { command: 'ping' }>;
export type SelfTestArguments = Extract<Cli, { command: 'selftest' }>;
