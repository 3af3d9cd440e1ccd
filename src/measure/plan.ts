/** What will be run, with every default filled in and every value checked, before anything is sent. */
import { DIALECT_NAMES, DIALECTS, type DialectName, type MeasurementType } from '../core/dialects.ts';
import { EcholotError } from '../core/errors.ts';

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
/** One GiB: beyond it one probe would not fit into the memory of most hosts, twice. */
export const MAX_SIZE_BYTES: number = 1024 * KIB * KIB;
export const DEFAULT_TIMEOUT_MS: number = 10 * MS_PER_S;
/** One hour: longer than anybody waits for a probe. */
export const MAX_DURATION_MS: number = 3_600 * MS_PER_S;

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
}

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
}

/** @throws EcholotError `usage` naming the value that cannot be. */
export function planMeasurement(options: MeasureOptions): Plan {
  const { host, port, type = 'both', short = false, protocol = 'auto', family } = options;
  checkTarget(host, port, family);
  if (!['rtt', 'throughput', 'both'].includes(type)) {
    throw usage(`there is no measurement ${type}`, 'choose rtt, throughput or both');
  }
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
  if ((probes + warmupProbes) * measurements.length > MAX_SAMPLES) {
    throw usage(`a run cannot hold more than ${MAX_SAMPLES} probes`, 'ask for fewer probes or sizes');
  }
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
  };
}

export function checkTarget(host: string, port: number, family: number | undefined): void {
  if (typeof host !== 'string' || host === '')
    throw usage('the host is empty', 'name a host or give an address');
  checkInteger('port', port, 1, 65_535);
  if (family !== undefined && family !== 4 && family !== 6) {
    throw usage(`there is no address family ${family}`, 'choose 4 or 6');
  }
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

export function checkInteger(what: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw usage(`the ${what} cannot be ${value}`, `choose a whole number from ${min} to ${max}`);
}

export function checkDuration(what: string, ms: number, minMs: number): number {
  if (ms >= minMs && ms <= MAX_DURATION_MS) return ms;
  throw usage(`the ${what} cannot be ${ms} ms`, `choose from ${minMs} ms to ${MAX_DURATION_MS} ms`);
}

function usage(message: string, advice: string): EcholotError {
  return new EcholotError('usage', message, { advice });
}
