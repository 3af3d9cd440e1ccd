/** What a run of paced probes will be, with every default filled in and every value checked. */
import { ARRIVALS, type Arrivals } from '../../clock/pace.ts';
import { usage } from '../../core/errors.ts';
import { DIALECT_NAMES, type DialectName } from '../../core/wire/dialects.ts';
import { DELAY_UNITS, type DelayUnit } from '../../core/wire/grammar.ts';
import { ENGINES, type EngineRequest } from '../../facts/engine.ts';
import type { SocketOptions } from '../../facts/socket.ts';
import { MOST_IN_ALL, MOST_IN_FLIGHT } from '../../net/paced/paced.ts';
import type { PacedPlanRecord } from '../../result/paced/paced-result.ts';
import { delayText, perSecondText } from '../../text/units.ts';
import type { HeldToken } from '../../token/held-token.ts';
import {
  checkDuration,
  checkInteger,
  checkNames,
  checkTarget,
  checkWord,
  type OptionNames,
} from '../checks.ts';
import { leastSessionProbes } from '../exchange/least-probes.ts';
import { DEFAULT_TIMEOUT_MS, freshSeed, MAX_PROBES, MAX_SEED, MAX_SIZE_BYTES } from '../exchange/plan.ts';
import { plannedSocketRecord } from '../record.ts';
import { planSocket } from '../socket-plan.ts';
import { planToken } from '../token-plan.ts';

const NS_PER_MS = 1_000_000;
const MS_PER_S = 1_000;

/** Of each step: at 1,000 a second enough for a p99.9. */
export const DEFAULT_STEP_MS: number = 10 * MS_PER_S;
/** Shorter ones have no parts to make an interval of. */
export const MIN_STEP_MS = 100;
export const MAX_STEP_MS: number = 3_600 * MS_PER_S;
export const DEFAULT_PACED_WARMUP_MS = 500;
export const DEFAULT_PACED_BYTES = 1_000;
/** Neither a mistyped rate nor a program in JavaScript goes beyond. */
export const MAX_RATE_PER_SECOND = 1_000_000;
export const MAX_STEPS = 20;
export const MAX_CONNECTIONS = 1_000;
/**
 * Stamps take two more calls of the kernel for each probe. Measured on two processors that both ends share: no difference at
 * 1,000 a second; at 2,000 the median is longer by half, at 5,000 the p90 doubles, at 10,000 it is three times as long.
 */
export const MAX_STAMPED_PER_SECOND = 1_000;
/** More than a rate should ever need: who waits for its turn longer than that waits for the server. */
export const DEFAULT_IN_FLIGHT = 1_024;
/** Some 10 MB of JSON. */
export const DEFAULT_KEPT_SAMPLES = 200_000;
export const MAX_KEPT_SAMPLES = 5_000_000;

export interface PacedOptions {
  /** Name or address of the server. */
  readonly host: string;
  readonly port: number;
  /** Default: whatever the name resolves to. */
  readonly family?: 4 | 6;
  /** `auto` (default) tries the commonest dialects in turn; `plain` is an echo server without a protocol. */
  readonly protocol?: DialectName | 'auto' | 'plain';
  /** Probes a second on all connections together, one for each step. Default none: a closed loop at its limit. */
  readonly ratesPerSecond?: readonly number[];
  /** How the moments of a rate lie. Default `uniform`. */
  readonly arrivals?: Arrivals;
  /** Connections that take turns. Default 1. */
  readonly connections?: number;
  /** Most probes under way on each of them. Default 1,024 with a rate, 1 without. */
  readonly inFlight?: number;
  /** How long each step sends, ms. Default 10,000. */
  readonly stepMs?: number;
  /** What goes before each step at its rate and is in no figure, ms. Default 500. */
  readonly warmupMs?: number;
  /** Payload of each probe, bytes: one size. Default 1,000. */
  readonly sizes?: readonly number[];
  /** Times are what is measured: `rtt`. */
  readonly type?: 'rtt';
  /** Seed of random moments. Default a fresh one. */
  readonly seed?: number;
  /** Samples kept one by one at most. Default 200,000. */
  readonly maxKeptSamples?: number;
  /** Delay the server is asked to add before each echo, ms. Default 0. */
  readonly serverDelayMs?: number;
  /** The unit in which the server reads the delay, which is not on the wire. Default that of its dialect. */
  readonly delayUnit?: DelayUnit;
  /** How long connecting, and any one echo beyond the server delay, may take, ms. Default 10,000. */
  readonly timeoutMs?: number;
  /** `auto` (default) takes the native engine where it can run, and the portable one (`node`) elsewhere. */
  readonly engine?: EngineRequest;
  /** Whether round trips are taken apart by kernel stamps, where there are any and the rate leaves the time. Default true. */
  readonly stamps?: boolean;
  readonly socket?: SocketOptions;
  /** Shown on each connection, to a server that knows its issuer. Default none. */
  readonly token?: HeldToken;
  /** Cancels the run. */
  readonly signal?: AbortSignal;
}

export interface PacedPlan {
  readonly host: string;
  readonly port: number;
  readonly family: 4 | 6 | undefined;
  readonly protocol: DialectName | 'auto' | 'plain';
  readonly payloadBytes: number;
  readonly serverDelayNs: number;
  readonly delayUnit: DelayUnit | undefined;
  readonly connections: number;
  readonly inFlight: number;
  /** Empty for a closed loop at its limit. */
  readonly ratesPerSecond: readonly number[];
  /** Undefined for a closed loop. */
  readonly arrivals: Arrivals | undefined;
  readonly seed: number;
  readonly stepNs: number;
  readonly warmupNs: number;
  readonly timeoutNs: number;
  readonly maxKeptSamples: number;
  readonly engine: EngineRequest;
  readonly stamps: boolean;
  readonly socket: SocketOptions;
  readonly token: HeldToken | undefined;
}

export const PACED_NAMES: OptionNames<PacedOptions> = {
  host: true,
  port: true,
  family: true,
  protocol: true,
  ratesPerSecond: true,
  arrivals: true,
  connections: true,
  inFlight: true,
  stepMs: true,
  warmupMs: true,
  sizes: true,
  type: true,
  seed: true,
  maxKeptSamples: true,
  serverDelayMs: true,
  delayUnit: true,
  timeoutMs: true,
  engine: true,
  stamps: true,
  socket: true,
  token: true,
  signal: true,
};

/** @throws EcholotError `usage` naming the value that cannot be. */
export function planPaced(options: PacedOptions): PacedPlan {
  checkNames(options, PACED_NAMES);
  const { port, family, arrivals, delayUnit, socket = {} } = options;
  const host = checkTarget(options.host, port, family);
  const asked = checkWord('dialect', options.protocol ?? 'auto', ['auto', 'plain', ...DIALECT_NAMES]);
  const { protocol, token } = planToken(asked, options.token);
  const ratesPerSecond = planRates(options.ratesPerSecond ?? []);
  if (arrivals !== undefined) {
    checkWord('kind of arrivals', arrivals, ARRIVALS);
    if (ratesPerSecond.length === 0)
      throw usage('arrivals are those of a rate', 'give a rate, such as 1000/s');
  }
  const serverDelayMs = checkDuration('server delay', options.serverDelayMs ?? 0, 0);
  if (protocol === 'plain' && serverDelayMs > 0) {
    throw usage('a plain echo server cannot be asked for a delay', 'leave out the server delay');
  }
  const plan: PacedPlan = {
    host,
    port,
    family,
    protocol,
    payloadBytes: planSize(options),
    serverDelayNs: Math.round(serverDelayMs * NS_PER_MS),
    delayUnit: delayUnit === undefined ? undefined : checkWord('delay unit', delayUnit, DELAY_UNITS),
    ...planConcurrency(options, ratesPerSecond.length > 0),
    ratesPerSecond,
    arrivals: ratesPerSecond.length === 0 ? undefined : (arrivals ?? 'uniform'),
    seed: checkInteger('seed', options.seed ?? freshSeed(), 0, MAX_SEED),
    stepNs: ns(checkDuration('duration', options.stepMs ?? DEFAULT_STEP_MS, MIN_STEP_MS, MAX_STEP_MS)),
    warmupNs: ns(checkDuration('warm-up', options.warmupMs ?? DEFAULT_PACED_WARMUP_MS, 0)),
    timeoutNs: ns(checkDuration('timeout', options.timeoutMs ?? DEFAULT_TIMEOUT_MS, 1)),
    maxKeptSamples: checkInteger(
      'number of kept samples',
      options.maxKeptSamples ?? DEFAULT_KEPT_SAMPLES,
      0,
      MAX_KEPT_SAMPLES,
    ),
    engine: checkWord('engine', options.engine ?? 'auto', ENGINES),
    stamps: planStamps(options.stamps ?? true, ratesPerSecond),
    socket: planSocket(socket, family),
    token,
  };
  checkProbesOfSteps(plan);
  checkProbesOfConnections(plan);
  return plan;
}

export function pacedPlanRecord(plan: PacedPlan): PacedPlanRecord {
  // A record is for others: nothing of the token is in it.
  const { family, delayUnit, arrivals, socket, stamps: _, token: __, ...rest } = plan;
  return {
    ...rest,
    family: family ?? null,
    delayUnit: delayUnit ?? null,
    arrivals: arrivals ?? null,
    socket: plannedSocketRecord(socket),
  };
}

/**
 * How many probes the setup of each connection announces: all there may be, since the others may be lost or hold no more,
 * or as many as servers take.
 */
export function announcedProbes(plan: PacedPlan): number {
  const least = leastSessionProbes(plan.protocol);
  if (plan.ratesPerSecond.length === 0) return MAX_PROBES;
  return Math.min(MAX_PROBES, Math.max(least, mostProbes(plan)));
}

/** @throws EcholotError `usage` */
function planStamps(isAsked: boolean, ratesPerSecond: readonly number[]): boolean {
  if (typeof isAsked !== 'boolean')
    throw usage(`stamps are true or false, not ${String(isAsked)}`, 'give one of them');
  return isAsked && ratesPerSecond.length > 0 && Math.max(...ratesPerSecond) <= MAX_STAMPED_PER_SECOND;
}

/** A step in which nothing is due has no figure. */
function checkProbesOfSteps({ ratesPerSecond, stepNs }: PacedPlan): void {
  const leastPerSecond = (NS_PER_MS * MS_PER_S) / stepNs;
  const tooFew = ratesPerSecond.find((rate) => rate < leastPerSecond);
  if (tooFew === undefined) return;
  throw usage(
    `at ${perSecondText(tooFew)} a step of ${delayText(stepNs)} has less than one probe`,
    'use a longer duration, or a higher rate',
  );
}

/** A server serves so many in a session; where the way is known beforehand to be longer, nothing is begun. */
function checkProbesOfConnections(plan: PacedPlan): void {
  if (plan.protocol === 'plain') return;
  const each = mostProbes(plan) / plan.connections;
  if (each <= MAX_PROBES) return;
  throw usage(
    `a connection carries ${MAX_PROBES} probes at most, and ${Math.ceil(each)} would be due on each`,
    `use ${Math.ceil(mostProbes(plan) / MAX_PROBES)} connections or more, a shorter duration, or plain echo`,
  );
}

/** All that can be due, by six standard deviations where chance decides, and the first one of a connection. */
function mostProbes({ ratesPerSecond, arrivals, stepNs, warmupNs }: PacedPlan): number {
  const seconds = (stepNs + warmupNs) / (NS_PER_MS * MS_PER_S);
  const expected = ratesPerSecond.reduce((sum, rate) => sum + rate * seconds, 0);
  const spread = arrivals === 'poisson' ? 6 * Math.sqrt(expected) : 0;
  return Math.ceil(expected + spread) + ratesPerSecond.length + 1;
}

function planRates(rates: readonly number[]): readonly number[] {
  if (!Array.isArray(rates)) throw usage(`rates are a list, not ${String(rates)}`, 'give [1000]');
  if (rates.length > MAX_STEPS) {
    throw usage(`${rates.length} rates are too many steps for one run`, `name ${MAX_STEPS} at most`);
  }
  for (const rate of rates) {
    if (typeof rate === 'number' && rate > 0 && rate <= MAX_RATE_PER_SECOND) continue;
    throw usage(
      `the rate cannot be ${rate} probes a second`,
      `choose one above 0, up to ${MAX_RATE_PER_SECOND} a second`,
    );
  }
  return [...rates];
}

function planSize({ sizes = [DEFAULT_PACED_BYTES], type = 'rtt' }: PacedOptions): number {
  if (type !== 'rtt') {
    throw usage('probes that do not wait for each other have times, and no throughput', 'leave out the type');
  }
  const [size, ...others] = new Set(sizes);
  if (size === undefined || others.length > 0) {
    throw usage('probes that do not wait for each other have one size', 'name one');
  }
  return checkInteger('size', size, 1, MAX_SIZE_BYTES);
}

function planConcurrency(
  options: PacedOptions,
  hasRate: boolean,
): Pick<PacedPlan, 'connections' | 'inFlight'> {
  const connections = checkInteger('number of connections', options.connections ?? 1, 1, MAX_CONNECTIONS);
  const inFlight = checkInteger(
    'number of probes in flight',
    options.inFlight ?? (hasRate ? DEFAULT_IN_FLIGHT : 1),
    1,
    MOST_IN_FLIGHT,
  );
  if (connections * inFlight > MOST_IN_ALL) {
    throw usage(
      `${connections} connections with ${inFlight} probes in flight each are more than ${MOST_IN_ALL} in all`,
      'use fewer of either',
    );
  }
  return { connections, inFlight };
}

function ns(ms: number): number {
  return Math.round(ms * NS_PER_MS);
}
