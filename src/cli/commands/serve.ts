/** The command line of `serve`: where to listen, what to speak, how to log, and what a client may ask for. */
import { merge, object, or } from '@optique/core/constructs';
import { type Message, message } from '@optique/core/message';
import { multiple, optional, withDefault } from '@optique/core/modifiers';
import { type InferValue, type Parser, parse } from '@optique/core/parser';
import { command, constant, option } from '@optique/core/primitives';
import { string } from '@optique/core/valueparser';
import { EcholotError } from '../../core/errors.ts';
import { ENGINES } from '../../facts/engine.ts';
import {
  DEFAULT_FIRST_MESSAGE_NS,
  DEFAULT_GRACE_MS,
  DEFAULT_IDLE_NS,
  DEFAULT_MAX_CLIENT_SESSIONS,
  DEFAULT_MAX_DELAY_NS,
  DEFAULT_MAX_LOAD_BITS_PER_SECOND,
  DEFAULT_MAX_LOAD_MS,
  DEFAULT_MAX_LOAD_STREAMS,
  DEFAULT_MAX_LOAD_WAIT_MS,
  DEFAULT_MAX_LOADS,
  DEFAULT_MAX_LOADS_WAITING,
  DEFAULT_MAX_PROBES,
  DEFAULT_MAX_SESSION_NS,
  DEFAULT_MAX_SESSIONS,
  DEFAULT_PORT,
  DEFAULT_THREADS,
  DEFAULT_TLS_PORT,
  MAX_SIZE_BYTES,
  MAX_THREADS,
  MOST_LOADS,
  MOST_LOADS_WAITING,
} from '../../options.ts';
import { addressRanges } from '../options/address-ranges.ts';
import { file } from '../options/file.ts';
import { type Example, examples, usageLine } from '../options/help.ts';
import { listenAddress } from '../options/listen-address.ts';
import { debug } from '../options/printing.ts';
import { delayUnit, dialect } from '../options/reach.ts';
import { defaulted, defaultedLater } from '../options/words/defaulted.ts';
import { LIMIT_TIME, MAX_PORT, SESSION_TIME } from '../options/words/ranges.ts';
import { bitRate, byteSize, count, duration, durationText, word } from '../options/words/values.ts';
import { type ServeStatusArguments, serveStatusCommandLine } from './serve-status.ts';

const NS_PER_MS = 1_000_000;
/** 64 TiB: more than any machine has. */
const MAX_MEMORY_BYTES: number = 2 ** 46;
const MAX_COUNT = 1_000_000_000;
/** Below it not even the smallest frames leave room for probes; above it there is no path. */
const LOAD_RATE = { min: 10_000, max: 1e13 };

export const SERVE_EXAMPLES: readonly Example[] = [
  ['echolot serve', 'serve clients on this machine, port 9900'],
  ['echolot serve --host 0.0.0.0 --port 9900 --log json', 'serve the network, log for machines'],
  ['echolot serve --public', 'serve strangers, within terms and budgets'],
  ['echolot serve --token-key issuer.key.pub --revoked revoked.txt', 'know the holders of tokens'],
  ['echolot serve --metrics 9464', 'let Prometheus on this machine scrape it, port 9464'],
  ['echolot serve --tls-cert cert.pem --tls-key key.pem', 'speak TLS as well, port 9901'],
  ['echolot serve --echo', "the assignment's first part"],
];

function timeLimit(
  name: `--${string}`,
  ns: number,
  description: Message,
  range: typeof LIMIT_TIME = LIMIT_TIME,
): Parser<'sync', number, unknown> {
  const ms = ns / NS_PER_MS;
  return defaulted(option(name, duration(range), { description }), ms, durationText(ms));
}

const serverLimits = object('Limits', {
  memoryBytes: defaultedLater(
    option('--memory', byteSize({ min: 1, max: MAX_MEMORY_BYTES }), {
      description: message`most memory of the program: limits on sessions and payload that are not given are lowered to it, and newcomers refused where it is close`,
    }),
    'as its cgroup',
  ),
  maxPayloadBytes: defaultedLater(
    option('--max-payload', byteSize({ min: 1, max: MAX_SIZE_BYTES }), {
      description: message`largest message size a client may ask for`,
    }),
    '16M',
  ),
  maxTotalPayloadBytes: defaultedLater(
    option('--max-total-payload', byteSize({ min: 1, max: 1024 * MAX_SIZE_BYTES }), {
      description: message`sum of the message sizes of all open sessions`,
    }),
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
  maxSessions: defaultedLater(
    option('--max-sessions', count({ min: 1, max: MAX_COUNT }), { description: message`sessions at once` }),
    String(DEFAULT_MAX_SESSIONS),
  ),
  maxClientSessions: defaulted(
    option('--max-client-sessions', count({ min: 1, max: MAX_COUNT }), {
      description: message`of these, of one client: an IPv4 address, or the /64 of an IPv6 address; programs of this machine have no such limit`,
    }),
    undefined,
    `${DEFAULT_MAX_CLIENT_SESSIONS}, or half of --max-sessions`,
  ),
  maxSessionMs: timeLimit(
    '--max-session-time',
    DEFAULT_MAX_SESSION_NS,
    message`longest session, whatever it does`,
    SESSION_TIME,
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
    description: message`carry no loads: to echolot load the server is then one of the plain protocol`,
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
  maxLoads: defaulted(
    option('--max-loads', count({ min: 1, max: MOST_LOADS }), {
      description: message`loads at once; two of them measure each other`,
    }),
    DEFAULT_MAX_LOADS,
    String(DEFAULT_MAX_LOADS),
  ),
  maxLoadsWaiting: defaulted(
    option('--max-waiting', count({ min: 0, max: MOST_LOADS_WAITING }), {
      description: message`clients that wait for their turn to load, two of each client; programs of this machine have no such limit`,
    }),
    DEFAULT_MAX_LOADS_WAITING,
    String(DEFAULT_MAX_LOADS_WAITING),
  ),
  maxLoadWaitMs: defaulted(
    option('--max-wait', duration(LIMIT_TIME), {
      description: message`longest that a client may wait for its turn`,
    }),
    DEFAULT_MAX_LOAD_WAIT_MS,
    durationText(DEFAULT_MAX_LOAD_WAIT_MS),
  ),
});

const tokenOptions = object('Tokens', {
  tokenKeys: multiple(
    option('--token-key', file('FILE'), {
      description: message`take the tokens of this issuer: its public key, made by echolot token keygen; may be given several times`,
    }),
  ),
  revokedFile: optional(
    option('--revoked', file('FILE'), {
      description: message`refuse the tokens in this list, which echolot token revoke writes; it is looked at again while the server runs`,
    }),
  ),
  serverName: optional(
    option('--server-name', string({ metavar: 'NAME' }), {
      description: message`take those, too, that are for one server of this name`,
    }),
  ),
});

const serving = merge(
  object({
    command: constant('serve'),
    port: defaulted(
      option('-p', '--port', count({ min: 0, max: MAX_PORT }, 'PORT'), {
        description: message`port to listen on; 0 takes a free one`,
      }),
      DEFAULT_PORT,
      String(DEFAULT_PORT),
    ),
    host: defaultedLater(
      option('--host', string({ metavar: 'HOST' }), {
        description: message`name or address to listen on; localhost means both loopback addresses`,
      }),
      'localhost, or every address with --public',
    ),
    public: option('--public', {
      description: message`for strangers: listen on every address, with terms and budgets by class (local, anyone, token)`,
    }),
    config: optional(
      option('--config', file('FILE'), {
        description: message`read options, classes and networks from a TOML file; options that are typed as well win, SIGHUP reads it anew`,
      }),
    ),
    checkConfig: option('--check-config', {
      description: message`only say whether the options and the file of --config hold, with the line of each mistake`,
    }),
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
    tlsCert: optional(
      option('--tls-cert', file('FILE'), {
        description: message`speak TLS, too, on a port of its own, with this certificate (PEM); SIGHUP reads it again`,
      }),
    ),
    tlsKey: optional(
      option('--tls-key', file('FILE'), {
        description: message`its key (PEM), which nobody else may read`,
      }),
    ),
    tlsPort: defaultedLater(
      option('--tls-port', count({ min: 0, max: MAX_PORT }, 'PORT'), {
        description: message`port of TLS; 0 takes a free one`,
      }),
      String(DEFAULT_TLS_PORT),
    ),
    log: defaulted(
      option('--log', word(['pretty', 'json'], 'FORM'), {
        description: message`form of the log, on standard error`,
      }),
      'pretty',
    ),
    logLevel: defaulted(
      option('--log-level', word(['error', 'warn', 'info', 'debug'], 'LEVEL'), {
        description: message`least that is logged: warn what was refused or broke a rule, info each session, debug each connection and health check`,
      }),
      'info',
    ),
    logFile: optional(
      option('--log-file', file('FILE'), {
        description: message`append the log to this file instead; SIGHUP opens it anew, as logrotate asks for`,
      }),
    ),
    metrics: optional(
      option('--metrics', listenAddress(), {
        description: message`serve metrics (/metrics), health (/healthz) and a page over HTTP; a port alone is for this machine only`,
      }),
    ),
    statusSocket: optional(
      option('--status-socket', file('FILE'), {
        description: message`Unix socket for echolot serve status; by default one in $XDG_RUNTIME_DIR/echolot, where there is such a folder`,
      }),
    ),
    proxyFrom: optional(
      option('--proxy-from', addressRanges(), {
        description: message`addresses of proxies, whose connections begin with a PROXY header of version 2 that tells the client's address`,
      }),
    ),
    quiet: option('-q', '--quiet', { description: message`log nothing; still print the address` }),
    debug,
  }),
  serverLimits,
  loadLimits,
  tokenOptions,
);

export const serveCommandLine = command('serve', servingOrStatus(), {
  usageLine: usageLine('[OPTION...]'),
  brief: message`Start an echo server.`,
  description: message`Starts an echo server: of the measurement protocol in every dialect it can tell apart, or of plain echo. It listens on this machine only, unless --host says otherwise.`,
  footer: examples(SERVE_EXAMPLES),
});

export type ServeArguments = InferValue<typeof serving>;

/** A choice takes a word at least, and `echolot serve` is enough. Help looks for commands in a choice only. */
function servingOrStatus(): Parser<'sync', ServeArguments | ServeStatusArguments, unknown> {
  const choice = or(serveStatusCommandLine, serving);
  return { ...withDefault(choice, servingByDefault), usage: choice.usage };
}

function servingByDefault(): ServeArguments {
  const parsed = parse(serving, []);
  if (!parsed.success) throw new EcholotError('internal', 'serve has an option without a default');
  return parsed.value;
}
