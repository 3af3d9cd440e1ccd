/** What will be run, with every default filled in and every value checked, before anything is sent. */
import { DIALECT_NAMES, DIALECTS, type DialectName, type MeasurementType } from '../core/dialects.ts';
import type { WaitMode } from '../net/engine.ts';
import type { SocketOptions } from '../net/socket-options.ts';
import { checkDuration, checkInteger, checkTarget, checkWord, usage } from './checks.ts';
import { ENGINES, type EngineRequest } from './choose-engine.ts';
import { planSocket } from './socket-plan.ts';

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

export const DEFAULT_PROBES = 100;
/** The assignment asks for at least ten. */
export const MIN_ADVISED_PROBES = 10;
/** One million for each size: as many as a server grants by default. */
export const MAX_PROBES = 1_000_000;
/** Of all sizes together: some 200 MB of memory, and as much JSON. */
const MAX_SAMPLES = 12_000_000;
/** Seven numbers a sample instead of two; longer JSON would not fit into one string of JavaScript. */
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
  /** Payload sizes, bytes, for each measurement; default the assignment's twelve. */
  readonly sizes?: readonly number[];
  /** The assignment's short form: RTT at 1,000 bytes, throughput at 2 KiB. */
  readonly short?: boolean;
  /** Probes for each size. Default 100. */
  readonly probes?: number;
  /** Probes sent before them in each session, and left out of the statistics. Default 0. */
  readonly warmupProbes?: number;
  /** Delay the server is asked to add before each echo, ms. Default 0. */
  readonly serverDelayMs?: number;
  /** `auto` (default) tries `size-first`, `probes-first`, `hello`; `plain` is an echo server without a protocol. */
  readonly protocol?: DialectName | 'auto' | 'plain';
  /** How long any one answer may take beyond the server delay, ms. Default 10,000. */
  readonly timeoutMs?: number;
  /** Default: whatever the name resolves to. */
  readonly family?: 4 | 6;
  /** `auto` (default) takes the native engine where it can run, and the portable one (`node`) elsewhere. */
  readonly engine?: EngineRequest;
  /** How to wait for an echo. Default `adaptive`; the portable engine knows no other. */
  readonly wait?: WaitMode;
  /** Whether to take the round trip apart by kernel stamps, where there are any. Default true. */
  readonly stamps?: boolean;
  /** All but `noDelay` and `bindAddress` need the native engine. */
  readonly socket?: SocketOptions;
}

export const WAIT_MODES: readonly WaitMode[] = ['spin', 'adaptive', 'block'];

export interface PlannedSession {
  readonly measurement: MeasurementType;
  readonly payloadBytes: number;
}

export interface Plan {
  readonly host: string;
  readonly port: number;
  readonly family: 4 | 6 | undefined;
  readonly protocol: DialectName | 'auto' | 'plain';
  readonly measurements: readonly PlannedSession[];
  readonly probes: number;
  readonly warmupProbes: number;
  readonly serverDelayNs: number;
  readonly timeoutNs: number;
  readonly engine: EngineRequest;
  readonly wait: WaitMode;
  readonly stamps: boolean;
  readonly socket: SocketOptions;
}

/** @throws EcholotError `usage` naming the value that cannot be. */
export function planMeasurement(options: MeasureOptions): Plan {
  const { host, port, type = 'both', short = false, protocol = 'auto', family } = options;
  const { stamps = true, socket = {} } = options;
  checkTarget(host, port, family);
  checkWord('measurement', type, ['rtt', 'throughput', 'both']);
  if (short && options.sizes !== undefined) {
    throw usage('the short form has sizes of its own', 'leave out either the sizes or the short form');
  }
  const measurements = (type === 'both' ? (['rtt', 'throughput'] as const) : [type]).flatMap((measurement) =>
    (options.sizes ?? (short ? SHORT_SIZES : DEFAULT_SIZES)[measurement]).map((payloadBytes) => ({
      measurement,
      payloadBytes,
    })),
  );
  if (measurements.length === 0) throw usage('there is no size to measure', 'name at least one size');
  for (const { payloadBytes } of measurements) checkInteger('size', payloadBytes, 1, MAX_SIZE_BYTES);
  const probes = checkInteger('number of probes', options.probes ?? DEFAULT_PROBES, 1, MAX_PROBES);
  const warmupProbes = checkInteger('number of warm-up probes', options.warmupProbes ?? 0, 0, MAX_PROBES);
  const engine = checkWord('engine', options.engine ?? 'auto', ENGINES);
  const wait = checkWord('wait mode', options.wait ?? 'adaptive', WAIT_MODES);
  checkSamples((probes + warmupProbes) * measurements.length, stamps && engine !== 'node');
  checkProtocol(protocol, probes + warmupProbes);
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
    measurements,
    probes,
    warmupProbes,
    serverDelayNs: Math.round(serverDelayMs * NS_PER_MS),
    timeoutNs: Math.round(timeoutMs * NS_PER_MS),
    engine,
    wait,
    stamps,
    socket: planSocket(socket, family),
  };
}

function checkProtocol(protocol: string, probes: number): void {
  if (protocol === 'auto' || protocol === 'plain') return;
  const name = DIALECT_NAMES.find((known) => known === protocol);
  if (name === undefined) {
    throw usage(`there is no dialect ${protocol}`, `choose one of ${DIALECT_NAMES.join(', ')}`);
  }
  const { minProbes } = DIALECTS[name].setup;
  if (probes < minProbes) {
    throw usage(
      `the dialect ${name} knows no fewer than ${minProbes} probes`,
      `ask for ${minProbes} or more`,
    );
  }
}

function checkSamples(samples: number, stamped: boolean): void {
  const most = stamped ? MAX_STAMPED_SAMPLES : MAX_SAMPLES;
  if (samples <= most) return;
  throw usage(
    `a run cannot hold more than ${most} probes${stamped ? ' with stamps' : ''}`,
    `ask for fewer probes or sizes${stamped ? ', or leave out the stamps' : ''}`,
  );
}
