/** What a server will do, with every default filled in and every value checked, before it listens. */

import { usage } from '../core/errors.ts';
import { DEFAULT_SESSION_LIMITS } from '../core/limits.ts';
import { DIALECT_NAMES, type DialectName } from '../core/wire/dialects.ts';
import { DELAY_UNITS, type DelayUnit } from '../core/wire/grammar.ts';
import { ENGINES, type EngineRequest } from '../facts/engine.ts';
import { readHostAlone } from '../net/reach/host-text.ts';
import {
  DEFAULT_GRACE_MS,
  DEFAULT_MAX_LOAD_BITS_PER_SECOND,
  DEFAULT_MAX_LOAD_MS,
  DEFAULT_MAX_LOAD_STREAMS,
  DEFAULT_MAX_SESSIONS,
  DEFAULT_MAX_TOTAL_PAYLOAD_BYTES,
  DEFAULT_PORT,
  DEFAULT_THREADS,
} from './defaults.ts';
import type { OnServerEvent, ServerLimits } from './events.ts';

export interface ServeOptions {
  /** Name or address to listen on. Default `localhost`: both loopback addresses, nothing outside. */
  readonly host?: string;
  /** Default 9900; 0 takes a free port. */
  readonly port?: number;
  /** `measurement` (default) speaks the measurement protocol, `echo` sends every byte back. */
  readonly mode?: 'measurement' | 'echo';
  /** Default `auto`: every dialect that can be told apart. */
  readonly dialect?: DialectName | 'auto';
  /** How delay numbers are read; by default as the dialect does. */
  readonly delayUnit?: DelayUnit;
  readonly limits?: Partial<ServerLimits>;
  /** Whether clients may have this server send and receive as fast as a path allows. Default true. */
  readonly load?: boolean;
  /** Time sessions in flight get when the server closes, ms. Default 10,000. */
  readonly graceMs?: number;
  /** `native` calls the kernel itself (Linux, with the package koffi). Default `auto`: where it can. */
  readonly engine?: EngineRequest;
  /** Threads that share the port; more than one takes the native engine. Default 1. */
  readonly threads?: number;
  /** The native engine serves on threads of its own, so its events come shortly after the fact. */
  readonly onEvent?: OnServerEvent;
  /** Closes the server, with the grace period, when it aborts. */
  readonly signal?: AbortSignal;
}

export interface ServerPlan {
  readonly host: string;
  readonly port: number;
  readonly mode: 'measurement' | 'echo';
  readonly dialect: DialectName | 'auto';
  readonly delayUnit: DelayUnit | undefined;
  readonly limits: ServerLimits;
  readonly load: boolean;
  readonly graceMs: number;
  readonly engine: EngineRequest;
  readonly threads: number;
  readonly onEvent: OnServerEvent | undefined;
  readonly signal: AbortSignal | undefined;
}

const DEFAULT_LIMITS: ServerLimits = {
  ...DEFAULT_SESSION_LIMITS,
  maxSessions: DEFAULT_MAX_SESSIONS,
  maxTotalPayloadBytes: DEFAULT_MAX_TOTAL_PAYLOAD_BYTES,
  maxLoadMs: DEFAULT_MAX_LOAD_MS,
  maxLoadBitsPerSecond: DEFAULT_MAX_LOAD_BITS_PER_SECOND,
  maxLoadStreams: DEFAULT_MAX_LOAD_STREAMS,
};
const MAY_BE_NONE: readonly (keyof ServerLimits)[] = ['maxDelayNs', 'maxLoadBitsPerSecond'];
const MAX_PORT = 65_535;
/** More than a machine has cores; each thread costs some ten megabytes. */
export const MAX_THREADS = 256;

/** For callers without types: an option that is misspelt would be passed over in silence. */
const NAMES: { readonly [K in keyof Required<ServeOptions>]: true } = {
  host: true,
  port: true,
  mode: true,
  dialect: true,
  delayUnit: true,
  limits: true,
  load: true,
  graceMs: true,
  engine: true,
  threads: true,
  onEvent: true,
  signal: true,
};

/** @throws EcholotError `usage` naming the value that cannot be. */
export function planServer(options: ServeOptions): ServerPlan {
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(NAMES, name));
  if (unknown !== undefined) {
    throw usage(`there is no option ${unknown}`, `the options are ${Object.keys(NAMES).join(', ')}`);
  }
  const { port = DEFAULT_PORT, mode = 'measurement', dialect = 'auto' } = options;
  const { delayUnit, graceMs = DEFAULT_GRACE_MS, engine = 'auto', threads = DEFAULT_THREADS } = options;
  const { load = true } = options;
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
  check(typeof load === 'boolean', 'choice of loads', load, 'true or false');
  check(Number.isFinite(graceMs) && graceMs >= 0, 'grace period', graceMs, 'milliseconds from 0');
  return {
    host,
    port,
    mode,
    dialect,
    delayUnit,
    limits: planLimits(options.limits ?? {}),
    load: load && mode === 'measurement',
    graceMs,
    engine,
    threads,
    onEvent: options.onEvent,
    signal: options.signal,
  };
}

/** Limits are whole numbers, so that no session has to round one. */
function planLimits(given: Partial<ServerLimits>): ServerLimits {
  const limits: Record<keyof ServerLimits, number> = { ...DEFAULT_LIMITS };
  // One that is misspelt would leave the server open to what it was to be kept from.
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(limits, name));
  if (unknown !== undefined) {
    throw usage(`there is no limit ${unknown}`, `the limits are ${Object.keys(limits).join(', ')}`);
  }
  for (const name of Object.keys(limits) as (keyof ServerLimits)[]) {
    const value = given[name];
    if (value === undefined) continue;
    const least = MAY_BE_NONE.includes(name) ? 0 : 1;
    check(
      Number.isSafeInteger(value) && value >= least,
      `limit ${name}`,
      value,
      `a whole number from ${least}`,
    );
    limits[name] = value;
  }
  return limits;
}

function check(holds: boolean, what: string, value: unknown, wanted: string): void {
  if (!holds) throw usage(`the ${what} cannot be ${String(value)}`, `choose ${wanted}`);
}
