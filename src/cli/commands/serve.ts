/** The command line of `serve`: where to listen, what to speak, how to log, and what a client may ask for. */
import { merge, object } from '@optique/core/constructs';
import { type Message, message } from '@optique/core/message';
import { optional } from '@optique/core/modifiers';
import type { InferValue, Parser } from '@optique/core/parser';
import { command, constant, option } from '@optique/core/primitives';
import { string } from '@optique/core/valueparser';
import { ENGINES } from '../../facts/engine.ts';
import {
  DEFAULT_FIRST_MESSAGE_NS,
  DEFAULT_GRACE_MS,
  DEFAULT_IDLE_NS,
  DEFAULT_MAX_DELAY_NS,
  DEFAULT_MAX_LOAD_BITS_PER_SECOND,
  DEFAULT_MAX_LOAD_MS,
  DEFAULT_MAX_LOAD_STREAMS,
  DEFAULT_MAX_PAYLOAD_BYTES,
  DEFAULT_MAX_PROBES,
  DEFAULT_MAX_SESSIONS,
  DEFAULT_MAX_TOTAL_PAYLOAD_BYTES,
  DEFAULT_PORT,
  DEFAULT_THREADS,
  MAX_SIZE_BYTES,
  MAX_THREADS,
} from '../../options.ts';
import { defaulted } from '../options/defaulted.ts';
import { file } from '../options/file.ts';
import { type Example, examples, usageLine } from '../options/help.ts';
import { debug } from '../options/printing.ts';
import { LIMIT_TIME, MAX_PORT } from '../options/ranges.ts';
import { delayUnit, dialect } from '../options/reach.ts';
import { bitRate, byteSize, count, duration, durationText, word } from '../options/values.ts';

const NS_PER_MS = 1_000_000;
const MAX_COUNT = 1_000_000_000;
/** Below it not even the smallest frames leave room for probes; above it there is no path. */
const LOAD_RATE = { min: 10_000, max: 1e13 };

export const SERVE_EXAMPLES: readonly Example[] = [
  ['echolot serve', 'serve clients on this machine, port 9900'],
  ['echolot serve --host 0.0.0.0 --port 9900 --log json', 'serve the network, log for machines'],
  ['echolot serve --echo', "the assignment's first part"],
];

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

const loadLimits = object('Loads', {
  noLoad: option('--no-load', {
    description: message`carry no loads: clients of echolot load are told so`,
  }),
  maxLoadMs: defaulted(
    option('--max-load-seconds', duration(LIMIT_TIME, 'seconds'), {
      description: message`longest load that a client gets; a bare number is seconds`,
    }),
    DEFAULT_MAX_LOAD_MS,
    durationText(DEFAULT_MAX_LOAD_MS),
  ),
  maxLoadBitsPerSecond: defaulted(
    option('--max-load-rate', bitRate(LOAD_RATE), {
      description: message`most that a load carries in each direction, in bit/s of payload`,
    }),
    DEFAULT_MAX_LOAD_BITS_PER_SECOND,
    'none',
  ),
  maxLoadStreams: defaulted(
    option('--max-load-streams', count({ min: 1, max: MAX_COUNT }), {
      description: message`most connections of a load that carry data`,
    }),
    DEFAULT_MAX_LOAD_STREAMS,
    String(DEFAULT_MAX_LOAD_STREAMS),
  ),
});

export const serveCommandLine = command(
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
      dialect: defaulted(dialect(message`speak this dialect only`), 'auto'),
      delayUnit: delayUnit(message`how to read a client's server delay, instead of as its dialect does`),
      engine: defaulted(
        option('--engine', word(ENGINES, 'ENGINE'), {
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
        option('--log-file', file('FILE'), {
          description: message`append the log to this file instead; SIGHUP opens it anew, as logrotate asks for`,
        }),
      ),
      quiet: option('-q', '--quiet', { description: message`log nothing; still print the address` }),
      debug,
    }),
    serverLimits,
    loadLimits,
  ),
  {
    usageLine: usageLine('[OPTION...]'),
    brief: message`Start an echo server.`,
    description: message`Starts an echo server: of the measurement protocol in every dialect it can tell apart, or of plain echo. It listens on this machine only, unless --host says otherwise.`,
    footer: examples(SERVE_EXAMPLES),
  },
);

export type ServeArguments = InferValue<typeof serveCommandLine>;
