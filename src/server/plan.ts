/** What a server will do, with every default filled in and every value checked, before it listens. */

import { usage } from '../core/errors.ts';
import { DIALECT_NAMES, type DialectName } from '../core/wire/dialects.ts';
import { DELAY_UNITS, type DelayUnit } from '../core/wire/grammar.ts';
import { ENGINES, type EngineRequest } from '../facts/engine.ts';
import type { TlsIdentity } from '../net/node/tls-listener.ts';
import { readHostAlone } from '../net/reach/host-text.ts';
import { readIssuerKey } from '../token/keys.ts';
import { NetworkList, readNetworks } from './access/networks.ts';
import { Policy, type PolicyOptions, TOKEN_NEEDS } from './access/policy.ts';
import type { TokenOptions } from './access/tokens.ts';
import { DEFAULT_GRACE_MS, DEFAULT_PORT, DEFAULT_THREADS, DEFAULT_TLS_PORT } from './defaults.ts';
import type { OnServerEvent } from './events.ts';
import type { ServerLimits } from './limits.ts';
import { type MemoryBound, memoryBound, READ_BYTES, SPARING_READ_BYTES } from './memory/formula.ts';
import { check, DEFAULT_LIMITS, planLimits } from './plan-limits.ts';

/** Certificate and key as text (PEM). */
export interface TlsServeOptions extends TlsIdentity {
  /** Default 9901; 0 takes a free port. */
  readonly port?: number;
  /** As those of the other port. */
  readonly sockets?: readonly number[];
}

export interface ServeOptions {
  /** Name or address to listen on. Default `localhost`: both loopback addresses, nothing outside. */
  readonly host?: string;
  /** Default 9900; 0 takes a free port. */
  readonly port?: number;
  /**
   * Descriptors of TCP sockets that listen already, such as a service manager passes; the server's from then on, and in
   * the place of host and port.
   */
  readonly sockets?: readonly number[];
  /** `measurement` (default) speaks the measurement protocol, `echo` sends every byte back. */
  readonly mode?: 'measurement' | 'echo';
  /** Default `auto`: every dialect that can be told apart. */
  readonly dialect?: DialectName | 'auto';
  /** How delay numbers are read; by default as the dialect does. */
  readonly delayUnit?: DelayUnit;
  readonly limits?: Partial<ServerLimits>;
  /**
   * Most memory that the program may take, resident, bytes: limits on sessions and payload that are not given are chosen so
   * that it does, and newcomers are refused where it is close all the same. Default none, but for what the group of processes
   * that this one runs in may take (cgroup).
   */
  readonly memoryBytes?: number;
  /**
   * Terms by the class of a client, none of them over the limits; `public` for the classes that a server has whom strangers
   * may use. Default: all clients have the limits.
   */
  readonly policy?: PolicyOptions | 'public';
  /** Whether clients may have this server send and receive as fast as a path allows. Default true. */
  readonly load?: boolean;
  /**
   * Addresses and ranges (`192.0.2.0/24`) of proxies, whose connections begin with a header of the PROXY protocol,
   * version 2. Default none.
   */
  readonly proxyFrom?: readonly string[];
  /** Whose tokens are good here. Default none: the word for tokens is unknown then. */
  readonly tokens?: TokenOptions;
  /** Time sessions in flight get when the server closes, ms. Default 10,000. */
  readonly graceMs?: number;
  /** `native` calls the kernel itself (Linux, with the package koffi). Default `auto`: where it can. */
  readonly engine?: EngineRequest;
  /** Threads that share the port; more than one takes the native engine. Default 1. */
  readonly threads?: number;
  /** Speak TLS, too, on a port of its own. */
  readonly tls?: TlsServeOptions;
  /** The native engine serves on threads of its own, so its events come shortly after the fact. */
  readonly onEvent?: OnServerEvent;
  /** Closes the server, with the grace period, when it aborts. */
  readonly signal?: AbortSignal;
}

export interface ServerPlan {
  readonly host: string;
  readonly port: number;
  readonly sockets: readonly number[] | undefined;
  readonly mode: 'measurement' | 'echo';
  readonly dialect: DialectName | 'auto';
  readonly delayUnit: DelayUnit | undefined;
  readonly limits: ServerLimits;
  /** What is most of it taken, by the limits. */
  readonly memory: MemoryBound;
  /** What may be; undefined for any. */
  readonly memoryBytes: number | undefined;
  /** How much is read of a socket at once. */
  readonly readBytes: number;
  readonly policy: Policy | undefined;
  readonly load: boolean;
  readonly proxyFrom: readonly string[];
  /** The same, to be asked. */
  readonly proxies: NetworkList;
  readonly tokens: TokenOptions | undefined;
  readonly graceMs: number;
  readonly engine: EngineRequest;
  readonly threads: number;
  readonly tls: TlsServeOptions | undefined;
  readonly onEvent: OnServerEvent | undefined;
  readonly signal: AbortSignal | undefined;
}

const MAX_PORT = 65_535;
/** More than a machine has cores; each thread costs some ten megabytes. */
export const MAX_THREADS = 256;

/** For callers without types: an option that is misspelt would be passed over in silence. */
const NAMES: { readonly [K in keyof Required<ServeOptions>]: true } = {
  host: true,
  port: true,
  sockets: true,
  mode: true,
  dialect: true,
  delayUnit: true,
  limits: true,
  memoryBytes: true,
  policy: true,
  load: true,
  proxyFrom: true,
  tokens: true,
  graceMs: true,
  engine: true,
  threads: true,
  tls: true,
  onEvent: true,
  signal: true,
};

const TOKEN_OPTION_NAMES: { readonly [K in keyof Required<TokenOptions>]: true } = {
  publicKeys: true,
  revoked: true,
  revokedFile: true,
  name: true,
};

/** @throws EcholotError `usage` naming the value that cannot be. */
export function planServer(options: ServeOptions): ServerPlan {
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(NAMES, name));
  if (unknown !== undefined) {
    throw usage(`there is no option ${unknown}`, `the options are ${Object.keys(NAMES).join(', ')}`);
  }
  const { port = DEFAULT_PORT, mode = 'measurement', dialect = 'auto' } = options;
  const { delayUnit, graceMs = DEFAULT_GRACE_MS, engine = 'auto', threads = DEFAULT_THREADS } = options;
  const { load = true, proxyFrom = [] } = options;
  const host = readHostAlone(options.host ?? 'localhost', 'give it with --port');
  check(
    Number.isInteger(port) && port >= 0 && port <= MAX_PORT,
    'port',
    port,
    `a whole number to ${MAX_PORT}`,
  );
  check(mode === 'measurement' || mode === 'echo', 'mode', mode, 'measurement or echo');
  check(dialect === 'auto' || DIALECT_NAMES.includes(dialect), 'dialect', dialect, DIALECT_NAMES.join(', '));
  check(
    delayUnit === undefined || DELAY_UNITS.includes(delayUnit),
    'delay unit',
    delayUnit,
    DELAY_UNITS.join(', '),
  );
  check(ENGINES.includes(engine), 'engine', engine, ENGINES.join(', '));
  check(
    Number.isInteger(threads) && threads >= 1 && threads <= MAX_THREADS,
    'number of threads',
    threads,
    `a whole number from 1 to ${MAX_THREADS}`,
  );
  if (engine === 'node' && threads > 1) {
    throw usage('the node engine has one thread', 'leave out the threads, or choose the native engine');
  }
  checkSockets(options.sockets);
  if (options.tls !== undefined) checkTls(options.tls, port);
  check(typeof load === 'boolean', 'choice of loads', load, 'true or false');
  check(Array.isArray(proxyFrom), 'list of proxies', proxyFrom, 'a list of addresses');
  check(Number.isFinite(graceMs) && graceMs >= 0, 'grace period', graceMs, 'milliseconds from 0');
  const { memoryBytes } = options;
  check(
    memoryBytes === undefined || (Number.isSafeInteger(memoryBytes) && memoryBytes > 0),
    'memory',
    memoryBytes,
    'a whole number of bytes',
  );
  const deployment = { threads, hasNode: engine === 'node' || options.tls !== undefined };
  const limits = planLimits(options.limits ?? {}, memoryBytes, deployment);
  const readBytes = memoryBytes === undefined ? READ_BYTES : SPARING_READ_BYTES;
  return {
    host,
    port,
    sockets: options.sockets,
    mode,
    dialect,
    delayUnit,
    limits,
    memory: memoryBound(limits, deployment, readBytes),
    memoryBytes,
    readBytes,
    policy: planPolicy(options, limits),
    load: load && mode === 'measurement',
    proxyFrom,
    proxies: new NetworkList(readNetworks(proxyFrom, 'the proxies')),
    tokens: options.tokens === undefined ? undefined : planTokens(options.tokens, mode),
    graceMs,
    engine,
    threads,
    tls: options.tls,
    onEvent: options.onEvent,
    signal: options.signal,
  };
}

/** Whether a policy can be, with whichever limits. @throws EcholotError `usage` */
export function checkPolicy(policy: PolicyOptions): void {
  new Policy(policy, DEFAULT_LIMITS);
}

/** @throws EcholotError `usage` */
function planPolicy(
  { policy, tokens }: Pick<ServeOptions, 'policy' | 'tokens'>,
  limits: ServerLimits,
): Policy | undefined {
  if (policy === undefined) return undefined;
  const asked = policy === 'public' ? {} : policy;
  const { requireToken = 'never' } = asked;
  if (requireToken !== 'never' && TOKEN_NEEDS.includes(requireToken) && tokens === undefined) {
    throw usage(
      'a token is required, and no issuer of tokens is known',
      'name its public key, or require none',
    );
  }
  return new Policy(asked, limits);
}

/** @throws EcholotError `usage` */
export function replacedPolicy(
  { policy, tokens, limits }: ServerPlan,
  given: NonNullable<ServeOptions['policy']>,
): Policy {
  const asked: Pick<ServeOptions, 'policy' | 'tokens'> =
    tokens === undefined ? { policy: given } : { policy: given, tokens };
  if (policy !== undefined) return planPolicy(asked, limits) as Policy;
  throw usage('a server without classes gets none while it runs', 'start it anew');
}

function checkSockets(sockets: readonly number[] | undefined): void {
  const areDescriptors =
    sockets === undefined ||
    (Array.isArray(sockets) && sockets.length > 0 && sockets.every((fd) => Number.isInteger(fd) && fd >= 0));
  check(areDescriptors, 'list of sockets', sockets, 'a list of descriptors');
}

function checkTls(
  { certificate, key, port = DEFAULT_TLS_PORT, sockets }: TlsServeOptions,
  plainPort: number,
): void {
  checkSockets(sockets);
  check(typeof certificate === 'string', 'certificate', certificate, 'the text of one (PEM)');
  check(typeof key === 'string', 'key', typeof key, 'the text of one (PEM)');
  check(
    Number.isInteger(port) && port >= 0 && port <= MAX_PORT,
    'port of TLS',
    port,
    `a whole number to ${MAX_PORT}`,
  );
  if (port === 0 || port !== plainPort || sockets !== undefined) return;
  throw usage(`both ports cannot be ${port}`, 'choose another for TLS');
}

/** Keys are read here already, so that a server does not start that would know nobody. */
function planTokens(tokens: TokenOptions, mode: ServerPlan['mode']): TokenOptions {
  if (mode === 'echo') throw usage('plain echo has no tokens', 'leave out the tokens, or the plain echo');
  if (tokens.publicKeys.length === 0) {
    throw usage('tokens need the public key of an issuer', 'name one that echolot token keygen has made');
  }
  // One that is misspelt would leave tokens good that were revoked.
  const unknown = Object.keys(tokens).find((name) => !Object.hasOwn(TOKEN_OPTION_NAMES, name));
  if (unknown !== undefined) {
    throw usage(
      `tokens have no option ${unknown}`,
      `theirs are ${Object.keys(TOKEN_OPTION_NAMES).join(', ')}`,
    );
  }
  for (const key of tokens.publicKeys) readIssuerKey(key);
  return tokens;
}

/** Limits are whole numbers, so that no session has to round one. */
