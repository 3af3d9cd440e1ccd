/** What a series of handshakes will be, with every default filled in and every value checked. */

import { ENGINES, type EngineRequest } from '../../facts/engine.ts';
import type { HandshakeSocketOptions } from '../../facts/socket.ts';
import {
  checkDuration,
  checkInteger,
  checkNames,
  checkTarget,
  checkWord,
  type OptionNames,
} from '../checks.ts';
import { DEFAULT_TIMEOUT_MS } from '../exchange/plan.ts';
import { planSocket } from '../socket-plan.ts';

const NS_PER_MS = 1_000_000;

export const DEFAULT_INTERVAL_MS = 1_000;
/** A hundred a second: each leaves a port waiting for a minute (TIME-WAIT), and there are some 28,000. */
export const MIN_INTERVAL_MS = 10;
/** A run without a count ends there, too: every reply is kept in memory. */
export const MAX_HANDSHAKES = 1_000_000;

export interface PingOptions {
  /** Name or address of the host. */
  readonly host: string;
  /** Any open TCP port. */
  readonly port: number;
  /** From the start of one handshake to the start of the next, ms. Default 1,000, at least 10. */
  readonly intervalMs?: number;
  /** Handshakes to make. Default: until cancelled, or a million. */
  readonly count?: number;
  /** How long any one handshake may take, the first one with looking up the name, ms. Default 10,000. */
  readonly timeoutMs?: number;
  /** Default: whatever the name resolves to. */
  readonly family?: 4 | 6;
  /** `auto` (default) takes the native engine where it can run, and the portable one (`node`) elsewhere. */
  readonly engine?: EngineRequest;
  /** What to ask of the socket of each connection; all but `bindAddress` need the native engine, and `tls` the portable one. */
  readonly socket?: HandshakeSocketOptions;
  /** Cancels the run. */
  readonly signal?: AbortSignal;
}

export interface PingPlan {
  readonly host: string;
  readonly port: number;
  readonly family: 4 | 6 | undefined;
  readonly intervalNs: number;
  readonly count: number | undefined;
  readonly timeoutNs: number;
  readonly engine: EngineRequest;
  readonly socket: HandshakeSocketOptions;
}

const NAMES: OptionNames<PingOptions> = {
  host: true,
  port: true,
  intervalMs: true,
  count: true,
  timeoutMs: true,
  family: true,
  engine: true,
  socket: true,
  signal: true,
};

/** @throws EcholotError `usage` naming the value that cannot be. */
export function planPing(options: PingOptions): PingPlan {
  checkNames(options, NAMES);
  const { port, family, count, socket = {} } = options;
  const host = checkTarget(options.host, port, family);
  if (count !== undefined) checkInteger('number of handshakes', count, 1, MAX_HANDSHAKES);
  const intervalMs = checkDuration('interval', options.intervalMs ?? DEFAULT_INTERVAL_MS, MIN_INTERVAL_MS);
  const timeoutMs = checkDuration('timeout', options.timeoutMs ?? DEFAULT_TIMEOUT_MS, 1);
  return {
    host,
    port,
    family,
    intervalNs: Math.round(intervalMs * NS_PER_MS),
    count,
    timeoutNs: Math.round(timeoutMs * NS_PER_MS),
    engine: checkWord('engine', options.engine ?? 'auto', ENGINES),
    socket: planSocket(socket, family),
  };
}
