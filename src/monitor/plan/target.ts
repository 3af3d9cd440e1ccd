/** What is measured, how, and when: every default filled in, every value checked. */
import { usage } from '../../core/errors.ts';
import type { DialectName } from '../../core/wire/dialects.ts';
import type { EngineRequest } from '../../facts/engine.ts';
import type { SocketOptions } from '../../facts/socket.ts';
import { checkDuration, checkInteger, checkTarget, checkWord } from '../../measure/checks.ts';
import { type LoadOptions, planLoad } from '../../measure/load/load-plan.ts';
import { type PacedPlan, planPaced } from '../../measure/paced/paced-plan.ts';
import { planSocket } from '../../measure/socket-plan.ts';
import { hostPortText } from '../../text/endpoint.ts';
import { printable } from '../../text/printable.ts';
import { delayText } from '../../text/units.ts';
import type { HeldToken } from '../../token/held-token.ts';
import { TARGET_KINDS, type TargetKind } from '../records/series.ts';
import type { DayWindow } from '../schedule/day-window.ts';

export const DEFAULT_INTERVAL_MS = 10_000;
export const DEFAULT_LOAD_INTERVAL_MS = 86_400_000;
/** A handshake is over in less where it is worth measuring so often. */
export const MIN_INTERVAL_MS = 1_000;
export const MAX_INTERVAL_MS: number = 7 * 86_400_000;
/** Enough for a median, and for a p99 of a minute. */
export const DEFAULT_PROBES = 20;
export const MAX_PROBES = 10_000;
export const DEFAULT_BYTES = 100;
/** More in an interval is a load. */
export const MAX_BYTES = 1_048_576;
export const MAX_NAME_LENGTH = 200;
export const MAX_LABELS = 20;
/** Of an interval: so long probes are sent, so long an answer may take, and the rest is left for the connection. */
const SENDING_SHARE = 0.4;
const TIMEOUT_SHARE = 0.25;
/** A SYN that is lost is sent again after a second (RFC 6298): that is no outage. Only a run in trouble takes the time of the next. */
const LEAST_TIMEOUT_MS = 3_000;
const MOST_TIMEOUT_MS = 10_000;
const NS_PER_MS = 1e6;
const MS_PER_S = 1_000;

export interface TargetOptions {
  /** What people call it. Default: host and port. */
  readonly name?: string;
  readonly host: string;
  readonly port: number;
  /** Default `measure`. */
  readonly kind?: TargetKind;
  /** From the start of one run to the start of the next, ms. Default 10 s, of loads a day. */
  readonly intervalMs?: number;
  /** Default none. */
  readonly labels?: Readonly<Record<string, string>>;
  /** How long an answer may take, ms. Default a quarter of the interval, from 3 s to 10 s. */
  readonly timeoutMs?: number;
  readonly family?: 4 | 6;
  readonly engine?: EngineRequest;
  readonly socket?: SocketOptions;
  /** Of echoes: payload of each probe, bytes; default 100. */
  readonly payloadBytes?: number;
  /** Of echoes: how many an interval; default 20. */
  readonly probes?: number;
  /** Of echoes and loads: default `auto`. */
  readonly protocol?: DialectName | 'auto' | 'plain';
  /** Of echoes and loads: shown to a server that knows its issuer. Default none. */
  readonly token?: HeldToken;
  /** Of loads. */
  readonly load?: Pick<LoadOptions, 'phases' | 'streams' | 'bitsPerSecond'>;
  /** Of loads: when one may begin, in local time; default always. */
  readonly during?: DayWindow;
}

interface TargetBase {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly family: 4 | 6 | undefined;
  readonly intervalMs: number;
  readonly labels: Readonly<Record<string, string>>;
  /** What makes its figures comparable, for people, too. */
  readonly workload: string;
}

export interface EchoTarget extends TargetBase {
  readonly kind: 'measure';
  readonly paced: PacedPlan;
}

export interface PingTarget extends TargetBase {
  readonly kind: 'ping';
  readonly timeoutNs: number;
  readonly engine: EngineRequest;
  readonly socket: SocketOptions;
}

export interface LoadTarget extends TargetBase {
  readonly kind: 'load';
  readonly load: LoadOptions;
  readonly during: DayWindow | undefined;
}

export type Target = EchoTarget | PingTarget | LoadTarget;

/** More than one machine should measure. */
export const MAX_TARGETS = 10_000;

/** @throws EcholotError `usage` naming the target and the value that cannot be */
export function planTargets(all: readonly TargetOptions[]): readonly Target[] {
  if (all.length === 0) throw usage('there is no target', 'name one: HOST:PORT');
  if (all.length > MAX_TARGETS)
    throw usage(`${all.length} targets are too many`, `measure ${MAX_TARGETS} at most`);
  const planned = all.map(planTarget);
  const names = new Set<string>();
  for (const { name } of planned) {
    if (names.has(name)) throw usage(`two targets are called ${name}`, 'give each a name of its own');
    names.add(name);
  }
  return planned;
}

/** @throws EcholotError `usage` naming the value that cannot be */
export function planTarget(options: TargetOptions): Target {
  const { port, family } = options;
  const kind: TargetKind = checkWord('kind', options.kind ?? 'measure', TARGET_KINDS);
  const host = checkTarget(options.host, port, family);
  const intervalMs = checkDuration(
    'interval',
    options.intervalMs ?? (kind === 'load' ? DEFAULT_LOAD_INTERVAL_MS : DEFAULT_INTERVAL_MS),
    MIN_INTERVAL_MS,
    MAX_INTERVAL_MS,
  );
  const base = {
    name: checkName(options.name ?? hostPortText(host, port)),
    host,
    port,
    family,
    intervalMs: Math.round(intervalMs),
    labels: checkLabels(options.labels ?? {}),
  };
  switch (kind) {
    case 'measure':
      return { ...base, kind, ...planEcho(options, base.intervalMs) };
    case 'ping':
      return { ...base, kind, ...planHandshake(options, base.intervalMs) };
    case 'load':
      return { ...base, kind, ...planLoadTarget(options, base.intervalMs) };
  }
}

function planEcho(options: TargetOptions, intervalMs: number): Pick<EchoTarget, 'paced' | 'workload'> {
  const { host, port, family, engine, socket, protocol, token } = options;
  checkInteger('size', options.payloadBytes ?? DEFAULT_BYTES, 1, MAX_BYTES);
  const probes = checkInteger('number of probes', options.probes ?? DEFAULT_PROBES, 1, MAX_PROBES);
  const stepMs = Math.floor(intervalMs * SENDING_SHARE);
  const paced = planPaced({
    host,
    port,
    sizes: [options.payloadBytes ?? DEFAULT_BYTES],
    ratesPerSecond: [(probes * MS_PER_S) / stepMs],
    stepMs,
    warmupMs: 0,
    inFlight: probes,
    // Nothing of it is left to chance, and the same options are the same target.
    seed: 0,
    timeoutMs: timeoutMsOf(options, intervalMs),
    ...(family === undefined ? {} : { family }),
    ...(engine === undefined ? {} : { engine }),
    ...(socket === undefined ? {} : { socket }),
    ...(protocol === undefined ? {} : { protocol }),
    ...(token === undefined ? {} : { token }),
  });
  return {
    paced,
    workload: `${paced.payloadBytes} B, ${probes} probes each ${delayText(intervalMs * NS_PER_MS)}`,
  };
}

function planHandshake(
  options: TargetOptions,
  intervalMs: number,
): Pick<PingTarget, 'timeoutNs' | 'engine' | 'socket' | 'workload'> {
  const { engine = 'auto', socket = {}, family } = options;
  return {
    timeoutNs: Math.round(timeoutMsOf(options, intervalMs) * NS_PER_MS),
    engine,
    socket: planSocket(socket, family),
    workload: `${socket.tls === undefined ? 'TCP' : 'TCP and TLS'} handshake`,
  };
}

function planLoadTarget(
  options: TargetOptions,
  intervalMs: number,
): Pick<LoadTarget, 'load' | 'during' | 'workload'> {
  const { host, port, family, engine, socket, protocol, token, load = {} } = options;
  const asked: LoadOptions = {
    host,
    port,
    ...load,
    ...(family === undefined ? {} : { family }),
    ...(engine === undefined ? {} : { engine }),
    ...(socket === undefined ? {} : { socket }),
    ...(protocol === 'plain' ? { echo: true } : {}),
    ...(token === undefined ? {} : { token }),
  };
  if (protocol !== undefined && protocol !== 'plain' && protocol !== 'auto')
    throw usage('a load has no dialect', 'leave it out, or use plain for an echo server');
  const { phases } = planLoad(asked);
  const longestMs = phases.reduce((sum, { durationNs }) => sum + durationNs / NS_PER_MS, 0);
  if (longestMs * 2 > intervalMs) {
    throw usage(
      'a load that takes more than half of its interval leaves the path no rest',
      'use a longer interval',
    );
  }
  return { load: asked, during: options.during, workload: phases.map(({ name }) => name).join(' and ') };
}

function timeoutMsOf({ timeoutMs }: TargetOptions, intervalMs: number): number {
  if (timeoutMs !== undefined)
    return checkDuration('timeout', timeoutMs, 1, Math.max(MOST_TIMEOUT_MS, intervalMs));
  return Math.min(MOST_TIMEOUT_MS, Math.max(LEAST_TIMEOUT_MS, intervalMs * TIMEOUT_SHARE));
}

function checkName(name: string): string {
  const isText = typeof name === 'string' && name !== '' && name.length <= MAX_NAME_LENGTH;
  // Two that look alike are told apart by nobody.
  if (isText && name.trim() === name && printable(name) === name) return name;
  throw usage(
    'a target needs a name that can be seen',
    `give it one of up to ${MAX_NAME_LENGTH} characters, without blanks at its ends`,
  );
}

/** As Prometheus has them. */
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const OWN_LABELS = ['target', 'layer', 'le', 'reason', 'check', 'quantile', 'direction'];

function checkLabels(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const entries = Object.entries(labels);
  if (entries.length > MAX_LABELS)
    throw usage(`${entries.length} labels are too many`, `give ${MAX_LABELS} at most`);
  for (const [name, value] of entries) {
    if (!LABEL_NAME.test(name) || name.startsWith('__') || OWN_LABELS.includes(name))
      throw usage(
        `a label cannot be called ${name}`,
        'use letters, digits and _, and none of the labels of metrics',
      );
    if (typeof value !== 'string' || value.length > MAX_NAME_LENGTH)
      throw usage(`the label ${name} is no text of up to ${MAX_NAME_LENGTH} characters`, 'shorten it');
  }
  return { ...labels };
}
