/**
 * Recordings of runs that never took place: valid in every field, clean unless asked otherwise. A test names what
 * it is about and leaves the rest to the defaults.
 */

import type { SocketRecord } from '../../src/facts/socket.ts';
import type { SampleBatch } from '../../src/report/samples.ts';
import type { BlockRecord, PathRecord, RawBlock } from '../../src/result/block-record.ts';
import type { PlanRecord } from '../../src/result/plan-record.ts';
import type { EngineInfo, HealthRecord, Recording, RunRecord } from '../../src/result/result.ts';
import type { LayersRecord, RawSamples } from '../../src/result/samples.ts';
import { closedLoop, keyOf, type Workload, type WorkloadKind } from '../../src/result/workload.ts';
import { type Random, seededRandom } from '../../src/stats/distributions/random.ts';

export const US = 1_000;
export const MS = 1_000_000;
export const S = 1_000_000_000;

const FRAME_BYTES = 6;
const ROUND_NS: number = 300 * MS;

export const SOCKET: SocketRecord = {
  congestionControl: 'cubic',
  trafficClass: 0,
  maxSegmentBytes: null,
  sendBufferBytes: 2_626_560,
  receiveBufferBytes: 131_072,
  noDelay: true,
  quickAck: false,
  multipath: false,
  bindAddress: null,
  device: null,
};

/** No segment lost, no window in the way. */
export const PATH: PathRecord = {
  minRttNs: 20 * US,
  smoothedRttNs: 60 * US,
  retransmittedSegments: 0,
  congestionWindowSegments: 10,
  congestionControl: 'cubic',
  sendMssBytes: 32_768,
  pathMtuBytes: 65_535,
  peerWindowBytes: 65_536,
  ownWindowBytes: 65_536,
  busyNs: 24 * MS,
  receiveWindowLimitedNs: 0,
  sendBufferLimitedNs: 0,
};

export const HEALTH: HealthRecord = {
  eventLoopDelay: { p99Ns: 100 * US, maxNs: MS },
  wallClockStepNs: 0,
  processors: { busyShare: 0.2, stealShare: 0 },
};

export const ENGINE: EngineInfo = {
  name: 'native',
  requested: 'auto',
  fallback: null,
  wait: 'adaptive',
  clock: { name: 'process.hrtime.bigint', resolutionNs: 40, readCostNs: 45 },
  selfTest: { probes: 1_000, minRttNs: 9 * US, medianRttNs: 10 * US },
};

export const PLAN: PlanRecord = {
  host: 'echo.example',
  port: 9_900,
  family: null,
  protocol: 'auto',
  workloads: [closedLoop('rtt', 100)],
  blocks: 10,
  probes: 500,
  warmupProbes: 0,
  spreadNs: 3 * S,
  precision: null,
  maxTimeNs: null,
  seed: 1,
  serverDelayNs: 0,
  timeoutNs: 10 * S,
  engine: 'auto',
  wait: 'adaptive',
  stamps: true,
  socket: { ...SOCKET, sendBufferBytes: null, receiveBufferBytes: null },
};

/** A block as flat as tests like it. */
export interface BlockOver
  extends Partial<Omit<RawBlock, 'workload' | 'samples'>>,
    Partial<Omit<RawSamples, 'form' | 'rttNs'>> {
  readonly measurement?: WorkloadKind;
  readonly payloadBytes?: number;
}

/** One block; `rttNs` is all it needs to be told. */
export function block(rttNs: readonly number[], over: BlockOver = {}): RawBlock {
  const { measurement = 'rtt', payloadBytes = 100, warmupProbes = 0, ...rest } = over;
  const { sentAtNs, layers: ofProbes = layers(rttNs), ...fields } = rest;
  const { round = 1 } = fields;
  const fastest = rttNs.reduce((least, ns) => Math.min(least, ns), rttNs[0] ?? 100 * US);
  return {
    run: 1,
    round,
    kind: 'measured',
    workload: closedLoop(measurement, payloadBytes),
    messageBytes: payloadBytes + FRAME_BYTES,
    local: { address: '127.0.0.1', port: 50_000, family: 4 },
    remote: { address: '127.0.0.1', port: 9_900, family: 4 },
    connectNs: fastest,
    handshakeRttNs: Math.max(US, Math.round(fastest / US) * US),
    readyText: '200 OK: Ready',
    echoForm: 'message',
    termination: 'answered',
    suspendedProbes: 0,
    samples: {
      form: 'raw',
      warmupProbes,
      rttNs,
      sentAtNs: sentAtNs ?? sendingTimes(rttNs, round),
      layers: ofProbes,
    },
    path: PATH,
    socket: SOCKET,
    clientCpuShare: 0.6,
    scheduling: { processorWaitNs: 0, involuntarySwitches: 0, measuredNs: 25 * MS },
    garbageCollections: { count: 0, longestNs: 0, totalNs: 0 },
    readsPerEcho: 1,
    // A thousandth, as alone on a server.
    serverBusy: { busyNs: rttNs.length * 100, rttNs: rttNs.length * 100 * US },
    ...fields,
  };
}

/** The samples of a block that is there, and of which each probe is kept. */
export function rawOf(of: BlockRecord | undefined): RawSamples {
  if (of?.samples.form !== 'raw') throw new TypeError('there is no block that keeps each probe');
  return of.samples;
}

/** The same block with other samples. */
export function resampled(of: BlockRecord, over: Partial<RawSamples>): RawBlock {
  return { ...of, samples: { ...rawOf(of), ...over } };
}

/** All samples of a block, as rows and lines of samples take them. */
export function batchOf(of: BlockRecord, number = 1): SampleBatch {
  return { ...of, ...rawOf(of), block: number, first: 0 };
}

/** What a node engine records: nothing of the kernel. */
export const PORTABLE: BlockOver = {
  handshakeRttNs: null,
  layers: null,
  path: null,
  socket: null,
  scheduling: null,
  serverBusy: null,
};

/** The parts of each round trip, which add up to it; the server keeps a probe for a twentieth of it. */
export function layers(rttNs: readonly number[], over: Partial<LayersRecord> = {}): LayersRecord {
  const part = (share: number): number[] => rttNs.map((ns) => Math.floor(ns * share));
  const sendCallNs = part(0.05);
  const localQueueNs = part(0.02);
  const wakeUpNs = part(0.1);
  const kernelRttNs = rttNs.map(
    (ns, i) => ns - (sendCallNs[i] as number) - (localQueueNs[i] as number) - (wakeUpNs[i] as number),
  );
  return {
    residenceSource: 'kernel',
    sendCallNs,
    localQueueNs,
    kernelRttNs,
    wakeUpNs,
    residenceNs: part(0.05),
    ...over,
  };
}

/** Every round-trip time times `factor`. */
export function scaled(recorded: Recording, factor: number): Recording {
  const blocks = recorded.blocks.map((each) =>
    resampled(each, { rttNs: rawOf(each).rttNs.map((ns) => Math.round(ns * factor)) }),
  );
  return { ...recorded, blocks };
}

export interface RecordingOptions extends Partial<Omit<Recording, 'plan' | 'engine'>> {
  readonly plan?: Partial<PlanRecord>;
  readonly engine?: Partial<EngineInfo>;
  /** Observations of every run; null for none. */
  readonly health?: HealthRecord | null;
}

/** A record of these blocks. The measurements of the plan are those of the blocks, as many runs as they name. */
export function recording(blocks: readonly BlockRecord[], options: RecordingOptions = {}): Recording {
  const { plan = {}, engine = {}, health = HEALTH, ...over } = options;
  const runs = Math.max(1, ...blocks.map(({ run }) => run));
  const rounds = Math.max(0, ...blocks.map(({ round }) => round));
  return {
    format: 'echolot-result',
    version: 3,
    tool: { name: 'echolot', version: '0.0.0', node: '26.0.0' },
    system: { platform: 'linux', release: '6.8.0', arch: 'x64', cpu: 'a processor', cpus: 4 },
    engine: { ...ENGINE, ...engine },
    plan: { ...PLAN, ...(blocks.length === 0 ? {} : { workloads: workloadsOf(blocks) }), ...plan },
    dialect: { requested: 'auto', spoken: 'size-first', attempts: [] },
    runs: Array.from({ length: runs }, (_, i) => runRecord(i, health)),
    blocks,
    stop: { reason: runs === 1 ? 'blocks' : 'merged', rounds, achievedPrecision: null },
    outcome: { status: 'complete', error: null },
    ...over,
  };
}

export interface CleanOptions extends RecordingOptions {
  /** Default one series: RTT of 100 bytes. */
  readonly workloads?: readonly Workload[];
  readonly runCount?: number;
  readonly rounds?: number;
  /** Of each block, warm-up not counted. */
  readonly probes?: number;
  readonly warmupProbes?: number;
  /** About what the round-trip times of the smallest size are, ns. */
  readonly levelNs?: number;
  /** Standard deviation of their logarithm. */
  readonly spread?: number;
  readonly seed?: number;
  /** For each block made. */
  readonly blockOver?: BlockOver;
}

/** A run on a path that never changes: independent, log-normal round-trip times. */
export function cleanRecording(options: CleanOptions = {}): Recording {
  const { workloads = PLAN.workloads, runCount = 1, rounds = 10, probes = 50 } = options;
  const { warmupProbes = 0, levelNs = 100 * US, spread = 0.05, seed = 1, blockOver = {} } = options;
  const random = seededRandom(seed);
  const blocks: BlockRecord[] = [];
  for (let run = 1; run <= runCount; run++) {
    for (let round = 1; round <= rounds; round++) {
      for (const { kind: measurement, payloadBytes } of workloads) {
        const level = levelNs + payloadBytes;
        const rttNs = steadyRtts(warmupProbes + probes, level, spread, random);
        blocks.push(block(rttNs, { measurement, payloadBytes, run, round, warmupProbes, ...blockOver }));
      }
    }
  }
  return recording(blocks, {
    ...options,
    plan: { blocks: rounds, probes: rounds * probes, warmupProbes, workloads, ...options.plan },
  });
}

/** Independent log-normal times around `levelNs`, whole ns. */
export function steadyRtts(n: number, levelNs: number, spread: number, random: Random): number[] {
  return Array.from({ length: n }, () => Math.round(levelNs * Math.exp(spread * gaussian(random))));
}

/** Box and Muller, "A Note on the Generation of Random Normal Deviates" (1958). */
export function gaussian(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function sendingTimes(rttNs: readonly number[], round: number): number[] {
  let atNs = round * ROUND_NS;
  return rttNs.map((ns) => {
    const sentAtNs = atNs;
    atNs += ns + US;
    return sentAtNs;
  });
}

function workloadsOf(blocks: readonly BlockRecord[]): Workload[] {
  return [...new Map(blocks.map(({ workload }) => [keyOf(workload), workload])).values()];
}

function runRecord(index: number, health: HealthRecord | null): RunRecord {
  const minute = String(index).padStart(2, '0');
  return { startedAt: `2026-01-01T00:${minute}:00.000Z`, durationNs: 4 * S, health };
}
