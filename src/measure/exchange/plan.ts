/** What will be run, with every default filled in and every value checked, before anything is sent. */

import { usage } from '../../core/errors.ts';
import { DIALECT_NAMES, type DialectName, type MeasurementType } from '../../core/wire/dialects.ts';
import { DELAY_UNITS, type DelayUnit } from '../../core/wire/grammar.ts';
import type { WaitMode } from '../../facts/engine.ts';
import { ENGINES, type EngineRequest, WAIT_MODES } from '../../facts/engine.ts';
import type { SocketOptions } from '../../facts/socket.ts';
import { closedLoop, type Workload } from '../../result/workload.ts';
import type { HeldToken } from '../../token/held-token.ts';
import { checkDuration, checkInteger, checkTarget, checkWord } from '../checks.ts';
import { planSocket } from '../socket-plan.ts';
import { planToken } from '../token-plan.ts';
import { leastBlockProbes, leastSessionProbes } from './least-probes.ts';

const NS_PER_MS = 1_000_000;
const MS_PER_S = 1_000;
const KIB = 1024;

/** The assignment's sizes, bytes. */
export const DEFAULT_SIZES: Readonly<Record<MeasurementType, readonly number[]>> = {
  rtt: [1, 100, 200, 400, 800, 1_000],
  throughput: [KIB, 2 * KIB, 4 * KIB, 8 * KIB, 16 * KIB, 32 * KIB],
};

/** The assignment's short form: one size each. */
export const SHORT_SIZES: Readonly<Record<MeasurementType, readonly number[]>> = {
  rtt: [1_000],
  throughput: [2 * KIB],
};

export const DEFAULT_BLOCKS = 10;
export const MAX_BLOCKS = 1_000;
/** Scheduling regimes of a machine last for some hundred milliseconds; blocks closer together see the same one. */
export const DEFAULT_SPREAD_MS: number = 3 * MS_PER_S;
/** Nobody who asked for nothing waits for minutes. */
export const DEFAULT_BUDGET_MS: number = 30 * MS_PER_S;
/** Of a run with a precision to reach. */
export const DEFAULT_MAX_TIME_MS: number = 60 * MS_PER_S;
/** Narrower than a thousandth is beyond what the clocks of a path can bear. */
export const MIN_PRECISION = 0.001;
export const MAX_PRECISION = 0.5;
export const MAX_SEED = 0xffff_ffff;
/** One million for each size: as many as a server grants by default. */
export const MAX_PROBES = 1_000_000;
/** Of all sizes together: some 200 MB of memory, and as much JSON. */
const MAX_SAMPLES = 12_000_000;
/** Seven numbers a sample instead of two: nearly as much memory again. */
const MAX_STAMPED_SAMPLES = 6_000_000;
/** One GiB: beyond it one probe would not fit into the memory of most hosts, twice. */
export const MAX_SIZE_BYTES: number = 1024 * KIB * KIB;
export const DEFAULT_TIMEOUT_MS: number = 10 * MS_PER_S;

export interface MeasureOptions {
  /** Name or address of the server. */
  readonly host: string;
  readonly port: number;
  /** Default `both`. */
  readonly type?: MeasurementType | 'both';
  /** Payload sizes, bytes, for each measurement, one named twice being measured once; default the assignment's twelve. */
  readonly sizes?: readonly number[];
  /** The assignment's short form: RTT at 1,000 bytes, throughput at 2 KiB. */
  readonly short?: boolean;
  /** Probes for each size, exactly, spread over its blocks. Default 100 to 1,000: as many as fit into 25 ms a block. */
  readonly probes?: number;
  /**
   * Blocks for each size, each a session of its own at a random place in the run. Default 10, fewer where a block
   * would have fewer than ten probes. With 1 the sizes run one after the other, in the order given, without
   * warm-up: the plain form of the assignment.
   */
  readonly blocks?: number;
  /** Rounds of blocks begin at random moments of equal shares of this time, ms. Default 3,000. */
  readonly spreadMs?: number;
  /** Run blocks until the half-width of each median's 95 % interval is at most this share of it: 0.02 for 2 %. */
  readonly precision?: number;
  /** No round of blocks begins after this time, ms. Default 60,000 with a precision, none without. */
  readonly maxTimeMs?: number;
  /**
   * About how long the run may take, ms: on a far path it has fewer blocks then. Default 30,000 where neither probes,
   * blocks, a precision nor a time limit was asked for, and as long as it takes otherwise.
   */
  readonly budgetMs?: number;
  /** Seed of the random order, for a run that is to be repeated in the same one. Default a fresh one. */
  readonly seed?: number;
  /** Probes at the head of each block, left out of the statistics. Default as many as fit into 2 ms, at most 100. */
  readonly warmupProbes?: number;
  /** Delay the server is asked to add before each echo, ms. Default 0. */
  readonly serverDelayMs?: number;
  /** The unit in which the server reads the delay, which is not on the wire. Default that of its dialect. */
  readonly delayUnit?: DelayUnit;
  /** `auto` (default) tries the commonest dialects in turn; `plain` is an echo server without a protocol. */
  readonly protocol?: DialectName | 'auto' | 'plain';
  /**
   * How long any one answer may take beyond the server delay, and looking up and connecting together, ms. Default
   * 10,000.
   */
  readonly timeoutMs?: number;
  /** Default: whatever the name resolves to. */
  readonly family?: 4 | 6;
  /** `auto` (default) takes the native engine where it can run, and the portable one (`node`) elsewhere. */
  readonly engine?: EngineRequest;
  /** How to wait for an echo. Default `adaptive`; the portable engine knows no other. */
  readonly wait?: WaitMode;
  /** Whether to take the round trip apart by kernel stamps, where there are any. Default true. */
  readonly stamps?: boolean;
  /** All but `noDelay` and `bindAddress` need the native engine, and `tls` the portable one. */
  readonly socket?: SocketOptions;
  /** Shown on each connection, to a server that knows its issuer. Default none. */
  readonly token?: HeldToken;
}

export interface Plan {
  readonly host: string;
  readonly port: number;
  readonly family: 4 | 6 | undefined;
  readonly protocol: DialectName | 'auto' | 'plain';
  readonly workloads: readonly Workload[];
  /** Null when a precision decides. */
  readonly blocks: number | null;
  /** Null for as many as fit. */
  readonly probes: number | null;
  /** Null for as many as fit. */
  readonly warmupProbes: number | null;
  readonly spreadNs: number;
  readonly precision: number | null;
  readonly maxTimeNs: number | null;
  /** Null for as long as it takes. */
  readonly budgetNs: number | null;
  readonly seed: number;
  readonly serverDelayNs: number;
  /** Undefined for that of the dialect. */
  readonly delayUnit: DelayUnit | undefined;
  readonly timeoutNs: number;
  readonly engine: EngineRequest;
  readonly wait: WaitMode;
  readonly stamps: boolean;
  readonly socket: SocketOptions;
  readonly token: HeldToken | undefined;
}

/** @throws EcholotError `usage` naming the value that cannot be. */
export function planMeasurement(options: MeasureOptions): Plan {
  const { port, type = 'both', short = false, family } = options;
  const { stamps = true, socket = {} } = options;
  checkProtocolName(options.protocol ?? 'auto');
  const { protocol, token } = planToken(options.protocol ?? 'auto', options.token);
  const host = checkTarget(options.host, port, family);
  checkWord('measurement', type, ['rtt', 'throughput', 'both']);
  if (short && options.sizes !== undefined) {
    throw usage('the short form has sizes of its own', 'leave out either the sizes or the short form');
  }
  const workloads = (type === 'both' ? (['rtt', 'throughput'] as const) : [type]).flatMap((kind) =>
    [...new Set(options.sizes ?? (short ? SHORT_SIZES : DEFAULT_SIZES)[kind])].map((payloadBytes) =>
      closedLoop(kind, payloadBytes),
    ),
  );
  if (workloads.length === 0) throw usage('there is no size to measure', 'name at least one size');
  for (const { payloadBytes } of workloads) checkInteger('size', payloadBytes, 1, MAX_SIZE_BYTES);
  const repetition = planRepetition(options);
  const engine = checkWord('engine', options.engine ?? 'auto', ENGINES);
  const wait = checkWord('wait mode', options.wait ?? 'adaptive', WAIT_MODES);
  const stamped = stamps && engine !== 'node';
  if (plannedSamples({ workloads, ...repetition }) > maxSamples(stamped)) throw tooManySamples(stamped);
  checkBlockProbes(protocol, repetition);
  const serverDelayMs = checkDuration('server delay', options.serverDelayMs ?? 0, 0);
  if (protocol === 'plain' && serverDelayMs > 0) {
    throw usage('a plain echo server cannot be asked for a delay', 'leave out the server delay');
  }
  const timeoutMs = checkDuration('timeout', options.timeoutMs ?? DEFAULT_TIMEOUT_MS, 1);
  return {
    host,
    port,
    family,
    protocol,
    workloads,
    ...repetition,
    serverDelayNs: Math.round(serverDelayMs * NS_PER_MS),
    delayUnit:
      options.delayUnit === undefined ? undefined : checkWord('delay unit', options.delayUnit, DELAY_UNITS),
    timeoutNs: Math.round(timeoutMs * NS_PER_MS),
    engine,
    wait,
    stamps,
    socket: planSocket(socket, family),
    token,
  };
}

function checkProtocolName(protocol: string): void {
  if (protocol === 'auto' || protocol === 'plain' || DIALECT_NAMES.some((known) => known === protocol))
    return;
  throw usage(`there is no dialect ${protocol}`, `choose one of ${DIALECT_NAMES.join(', ')}`);
}

/** Each block is a session, and the smallest of them must be one that the dialect knows. */
function checkBlockProbes(protocol: Plan['protocol'], { probes, blocks, warmupProbes }: Repetition): void {
  if (probes === null || blocks === null) return;
  const minProbes = leastSessionProbes(protocol);
  const fewest = Math.floor(probes / blocks) + (warmupProbes ?? 0);
  if (fewest >= minProbes) return;
  throw usage(
    `the dialect ${protocol} knows no fewer than ${minProbes} probes in a session`,
    blocks === 1
      ? `ask for ${minProbes} or more`
      : `ask for ${minProbes * blocks} or more, or for fewer blocks`,
  );
}

/** How many samples a run will hold at least; a number of probes that is left to the path is not known before. */
export function plannedSamples({
  workloads,
  probes,
  blocks,
  warmupProbes,
}: Pick<Plan, 'workloads' | 'probes' | 'blocks' | 'warmupProbes'>): number {
  return workloads.length * ((probes ?? 0) + (blocks ?? 1) * (warmupProbes ?? 0));
}

/** How many samples one run may hold. */
export function maxSamples(stamped: boolean): number {
  return stamped ? MAX_STAMPED_SAMPLES : MAX_SAMPLES;
}

export function tooManySamples(stamped: boolean): Error {
  return usage(
    `a run cannot hold more than ${maxSamples(stamped)} probes${stamped ? ' with stamps' : ''}`,
    `ask for fewer probes or sizes${stamped ? ', or leave out the stamps' : ''}`,
  );
}

type Repetition = Pick<
  Plan,
  'blocks' | 'probes' | 'warmupProbes' | 'spreadNs' | 'precision' | 'maxTimeNs' | 'budgetNs' | 'seed'
>;

function planRepetition(options: MeasureOptions): Repetition {
  const { precision = null, blocks: askedBlocks, probes: askedProbes, warmupProbes } = options;
  if (precision !== null && (askedBlocks !== undefined || askedProbes !== undefined)) {
    throw usage(
      'a precision decides the number of probes and blocks',
      'leave out either the precision or the number of probes and blocks',
    );
  }
  if (precision !== null && !(precision >= MIN_PRECISION && precision <= MAX_PRECISION)) {
    throw usage(
      `a precision is between ${MIN_PRECISION} and ${MAX_PRECISION}, not ${precision}`,
      'use 0.02 for 2 %',
    );
  }
  const probes =
    askedProbes === undefined ? null : checkInteger('number of probes', askedProbes, 1, MAX_PROBES);
  const wanted = checkInteger('number of blocks', askedBlocks ?? DEFAULT_BLOCKS, 1, MAX_BLOCKS);
  if (probes !== null && askedBlocks !== undefined && askedBlocks > probes) {
    throw usage(
      `${probes === 1 ? '1 probe does' : `${probes} probes do`} not make ${askedBlocks} blocks`,
      'ask for more probes or fewer blocks',
    );
  }
  const fitting =
    probes === null ? wanted : Math.max(1, Math.floor(probes / leastBlockProbes(options.protocol ?? 'auto')));
  const blocks = askedBlocks ?? Math.min(wanted, fitting);
  const maxTimeMs = options.maxTimeMs ?? (precision === null ? null : DEFAULT_MAX_TIME_MS);
  return {
    blocks: precision === null ? blocks : null,
    probes,
    warmupProbes:
      warmupProbes === undefined
        ? blocks === 1 && precision === null
          ? 0
          : null
        : checkInteger('number of warm-up probes', warmupProbes, 0, MAX_PROBES),
    spreadNs: Math.round(checkDuration('spread', options.spreadMs ?? DEFAULT_SPREAD_MS, 0) * NS_PER_MS),
    precision,
    maxTimeNs: maxTimeMs === null ? null : Math.round(checkDuration('time limit', maxTimeMs, 1) * NS_PER_MS),
    budgetNs: budgetOf(options),
    seed: checkInteger('seed', options.seed ?? freshSeed(), 0, MAX_SEED),
  };
}

function budgetOf({ precision, blocks, probes, maxTimeMs, budgetMs }: MeasureOptions): number | null {
  const isOpen = [precision, blocks, probes, maxTimeMs].every((asked) => asked === undefined);
  const asked = budgetMs ?? (isOpen ? DEFAULT_BUDGET_MS : Number.POSITIVE_INFINITY);
  return asked === Number.POSITIVE_INFINITY
    ? null
    : Math.round(checkDuration('budget', asked, 1) * NS_PER_MS);
}

/** One that nobody asked for. */
export function freshSeed(): number {
  return Math.floor(Math.random() * MAX_SEED);
}
