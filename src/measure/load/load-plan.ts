/** What a load will be, with every default filled in and every value checked. */
import { checkQooProfile } from '../../analysis/load/qoo-profiles.ts';
import { usage } from '../../core/errors.ts';
import { ENGINES, type EngineRequest } from '../../facts/engine.ts';
import type { SocketOptions } from '../../facts/socket.ts';
import {
  LOAD_PHASES,
  type LoadPhaseName,
  type LoadPlanRecord,
  type QooProfileRecord,
} from '../../result/load/load-result.ts';
import type { HeldToken } from '../../token/held-token.ts';
import {
  checkDuration,
  checkInteger,
  checkNames,
  checkTarget,
  checkWord,
  type OptionNames,
} from '../checks.ts';
import { DEFAULT_TIMEOUT_MS } from '../exchange/plan.ts';
import { plannedSocketRecord } from '../record.ts';
import { planSocket } from '../socket-plan.ts';
import { planToken } from '../token-plan.ts';

const NS_PER_MS = 1_000_000;
const MS_PER_S = 1_000;

/** Long enough for an interval that rests on seconds; with both directions about 20 s. */
export const DEFAULT_DATA_MS: number = 7 * MS_PER_S;
/** Most of a direction where it ends once it is stable: 5.4.1 of draft-ietf-ippm-responsiveness leaves ten for each of goodput and responsiveness. */
export const DEFAULT_STABLE_MS: number = 20 * MS_PER_S;
/** Before and after the data. */
export const DEFAULT_REST_MS: number = 3 * MS_PER_S;
export const MAX_PHASE_MS: number = 3_600 * MS_PER_S;
/** Where their number is left open, and the most that may be asked for. */
export const MAX_AUTO_STREAMS = 16;
export const MAX_STREAMS = 128;
export const DEFAULT_PROBE_INTERVAL_MS = 10;
export const MIN_PROBE_INTERVAL_MS = 1;
/** A server takes a client that is silent for longer than some seconds for gone. */
export const MAX_PROBE_INTERVAL_MS = 1_000;
/** Probes of a run are kept: a day at the default interval. */
export const MAX_LOAD_PROBES = 10_000_000;
/** A day. */
export const MAX_WAIT_TURN_MS: number = 86_400 * MS_PER_S;
/** Below it a frame would take seconds. */
export const MIN_BITS_PER_SECOND = 10_000;
export const MAX_BITS_PER_SECOND = 1e12;

/** Data is acknowledged as the kernel sees fit: to say otherwise after each read would be a load of its own. */
export type LoadSocketOptions = Omit<SocketOptions, 'quickAck'>;

export interface LoadPhaseOptions {
  readonly name: LoadPhaseName;
  /** Default 3,000 for `idle` and `recovery`, 7,000 for those that carry data, 20,000 where they end once they are stable. */
  readonly durationMs?: number;
}

export interface LoadOptions {
  /** Name or address of the server. */
  readonly host: string;
  readonly port: number;
  /** Default: whatever the name resolves to. */
  readonly family?: 4 | 6;
  /** In the order in which they run. Default idle, down, up, recovery; of an echo idle, both, recovery. */
  readonly phases?: readonly LoadPhaseOptions[];
  /** Connections that carry data in each direction, or `auto`: one more each second while goodput rises. Default 1. */
  readonly streams?: number | 'auto';
  /** Bound in each direction, bit/s of payload. Default none. */
  readonly bitsPerSecond?: number;
  /** Ends a phase after so much data in each direction, bytes. */
  readonly bytes?: number;
  /**
   * Ends a phase with data once goodput and responsiveness are stable, as draft-ietf-ippm-responsiveness has it; with
   * `streams` of `auto`, its default then, one more is opened each second until that is so. Such a phase lasts for
   * 20,000 ms at most by default.
   */
  readonly untilStable?: boolean;
  /** What an application needs: its Quality of Outcome is told. Default none. */
  readonly qoo?: QooProfileRecord;
  /** The server only echoes: its bytes go both ways. */
  readonly echo?: boolean;
  /** From one probe beside the load to the next, ms. Default 10. */
  readonly probeIntervalMs?: number;
  /** How long connecting, and any one answer, may take, ms. Default 10,000. */
  readonly timeoutMs?: number;
  /**
   * How long to wait in the queue of a server that carries another load, ms: the place there is kept. Default none: it is
   * asked again now and then, for two minutes, and whoever waits in its queue comes before.
   */
  readonly waitTurnMs?: number;
  /** `auto` (default) takes the native engine where it can run, and the portable one (`node`) elsewhere. */
  readonly engine?: EngineRequest;
  /** Without `quickAck`, which is of single echoes. */
  readonly socket?: LoadSocketOptions;
  /** Shown on each connection, to a server that knows its issuer. Default none. */
  readonly token?: HeldToken;
  /** Cancels the run. */
  readonly signal?: AbortSignal;
}

export interface PlannedPhase {
  readonly name: LoadPhaseName;
  readonly durationNs: number;
}

export interface LoadPlan {
  readonly host: string;
  readonly port: number;
  readonly family: 4 | 6 | undefined;
  readonly protocol: 'load' | 'echo';
  readonly phases: readonly PlannedPhase[];
  /** Undefined for as many as goodput rises with. */
  readonly streams: number | undefined;
  readonly maxStreams: number;
  readonly bitsPerSecond: number | undefined;
  readonly bytes: number | undefined;
  readonly untilStable: boolean;
  readonly qoo: QooProfileRecord | undefined;
  readonly probeIntervalNs: number;
  readonly timeoutNs: number;
  readonly waitTurnNs: number | undefined;
  readonly engine: EngineRequest;
  readonly socket: SocketOptions;
  readonly token: HeldToken | undefined;
}

export const LOAD_NAMES: OptionNames<LoadOptions> = {
  host: true,
  port: true,
  family: true,
  phases: true,
  streams: true,
  bitsPerSecond: true,
  bytes: true,
  untilStable: true,
  qoo: true,
  echo: true,
  probeIntervalMs: true,
  timeoutMs: true,
  waitTurnMs: true,
  engine: true,
  socket: true,
  token: true,
  signal: true,
};

/** Of callers without types. */
function refuseQuickAck(socket: SocketOptions): void {
  if (socket.quickAck !== true) return;
  throw usage('a load cannot acknowledge at once: quickAck is of measurements', 'leave it out');
}

/** Which way the data of a phase goes. */
export function carriesData(phase: LoadPhaseName): boolean {
  return phase !== 'idle' && phase !== 'recovery';
}

/** @throws EcholotError `usage` naming the value that cannot be. */
export function planLoad(options: LoadOptions): LoadPlan {
  checkNames(options, LOAD_NAMES);
  const { port, family, bytes, bitsPerSecond, echo = false, untilStable = false, socket = {} } = options;
  const { streams = untilStable ? 'auto' : 1 } = options;
  const host = checkTarget(options.host, port, family);
  if (streams !== 'auto') checkInteger('number of streams', streams, 1, MAX_STREAMS);
  if (bytes !== undefined) checkInteger('number of bytes', bytes, 1, Number.MAX_SAFE_INTEGER);
  if (bitsPerSecond !== undefined) {
    checkInteger('rate in bit/s', bitsPerSecond, MIN_BITS_PER_SECOND, MAX_BITS_PER_SECOND);
  }
  const probeIntervalMs = checkDuration(
    'probe interval',
    options.probeIntervalMs ?? DEFAULT_PROBE_INTERVAL_MS,
    MIN_PROBE_INTERVAL_MS,
    MAX_PROBE_INTERVAL_MS,
  );
  const timeoutMs = checkDuration('timeout', options.timeoutMs ?? DEFAULT_TIMEOUT_MS, 1);
  const { waitTurnMs } = options;
  if (waitTurnMs !== undefined) checkDuration('wait for a turn', waitTurnMs, 1, MAX_WAIT_TURN_MS);
  const dataMs = untilStable ? DEFAULT_STABLE_MS : DEFAULT_DATA_MS;
  refuseQuickAck(socket);
  const phases = planPhases(options.phases ?? defaultPhases(echo), echo, dataMs);
  const probes = phases.reduce((sum, { durationNs }) => sum + durationNs, 0) / (probeIntervalMs * NS_PER_MS);
  if (probes > MAX_LOAD_PROBES) {
    throw usage('a load cannot have so many probes', 'ask for shorter phases or a longer probe interval');
  }
  return {
    host,
    port,
    family,
    protocol: echo ? 'echo' : 'load',
    phases,
    streams: streams === 'auto' ? undefined : streams,
    maxStreams: streams === 'auto' ? MAX_AUTO_STREAMS : streams,
    bitsPerSecond,
    bytes,
    untilStable,
    qoo: options.qoo === undefined ? undefined : checkQooProfile(options.qoo),
    probeIntervalNs: Math.round(probeIntervalMs * NS_PER_MS),
    timeoutNs: Math.round(timeoutMs * NS_PER_MS),
    waitTurnNs: waitTurnMs === undefined ? undefined : Math.round(waitTurnMs * NS_PER_MS),
    engine: checkWord('engine', options.engine ?? 'auto', ENGINES),
    socket: planSocket(socket, family),
    token: planToken(echo ? 'plain' : 'auto', options.token).token,
  };
}

export function loadPlanRecord(plan: LoadPlan): LoadPlanRecord {
  // A record is for others: nothing of the token is in it, nor how long it would have waited.
  const {
    family,
    streams,
    bitsPerSecond,
    bytes,
    qoo,
    socket,
    waitTurnNs: _wait,
    token: _token,
    ...rest
  } = plan;
  return {
    ...rest,
    family: family ?? null,
    streams: streams ?? null,
    bitsPerSecond: bitsPerSecond ?? null,
    bytes: bytes ?? null,
    qoo: qoo ?? null,
    socket: plannedSocketRecord(socket),
  };
}

/** Those that run where none are named. */
export function defaultPhases(echo: boolean): readonly LoadPhaseOptions[] {
  const names: readonly LoadPhaseName[] = echo
    ? ['idle', 'both', 'recovery']
    : ['idle', 'down', 'up', 'recovery'];
  return names.map((name) => ({ name }));
}

/** @param dataMs of a phase with data of which nothing else is said */
function planPhases(phases: readonly LoadPhaseOptions[], echo: boolean, dataMs: number): PlannedPhase[] {
  const names = phases.map(({ name }) => checkWord('phase', name, LOAD_PHASES));
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw usage(`the phase ${twice} stands twice`, 'name each phase once');
  if (!names.some(carriesData)) {
    throw usage('no phase carries data', 'name down, up or both among the phases');
  }
  if (echo && names.some((name) => name === 'down' || name === 'up')) {
    throw usage('an echo goes both ways at once', 'leave out --phases, or name idle, both and recovery');
  }
  const data = names.findIndex(carriesData);
  if (names.lastIndexOf('idle') > data) throw usage('idle is before all data', 'name it first');
  if (names.includes('recovery') && names.indexOf('recovery') !== names.length - 1) {
    throw usage('recovery is after all data', 'name it last');
  }
  return phases.map(({ name, durationMs = carriesData(name) ? dataMs : DEFAULT_REST_MS }) => ({
    name,
    durationNs: Math.round(checkDuration(`duration of ${name}`, durationMs, 1, MAX_PHASE_MS) * NS_PER_MS),
  }));
}
