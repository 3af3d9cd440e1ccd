/**
 * One result made by hand for all reports: a run that failed in its fourth block. Its times are such that every
 * figure of a report can be checked with a pencil; its checks and doubts do not come from its samples, so that a
 * report reads the same whatever is looked for.
 */
import { analyse } from '../../src/analysis/analyse.ts';
import type { SocketRecord } from '../../src/facts/socket.ts';
import type { BlockRecord } from '../../src/result/block-record.ts';
import type { CheckRecord } from '../../src/result/checks.ts';
import type { Recording, Result } from '../../src/result/result.ts';
import type { SampleStatistics, SeriesRecord } from '../../src/result/series-record.ts';
import type { Warning } from '../../src/result/warnings.ts';
import { closedLoop, type WorkloadKind } from '../../src/result/workload.ts';

const OPENED = {
  run: 1,
  round: 1,
  kind: 'measured',
  local: { address: '192.0.2.1', port: 40_000, family: 4 },
  remote: { address: '192.0.2.2', port: 9_900, family: 4 },
  readyText: '200 OK: Ready',
  echoForm: 'message',
  termination: 'answered',
  handshakeRttNs: null,
  suspendedProbes: 0,
  path: null,
  socket: null,
  clientCpuShare: null,
  scheduling: null,
  garbageCollections: null,
  readsPerEcho: 1,
} as const;

/** One probe of warm-up, and no stamp. */
const WARMED = { form: 'raw', warmupProbes: 1, layers: null } as const;

/** Nothing asked of the socket. */
const UNASKED: SocketRecord = {
  congestionControl: null,
  trafficClass: null,
  maxSegmentBytes: null,
  sendBufferBytes: null,
  receiveBufferBytes: null,
  noDelay: true,
  quickAck: false,
  multipath: false,
  bindAddress: null,
  device: null,
};

/** One warm-up probe of 250 us, then five around 23 us. */
const ONE_BYTE: BlockRecord = {
  ...OPENED,
  workload: closedLoop('rtt', 1),
  messageBytes: 6,
  connectNs: 310_000,
  samples: {
    ...WARMED,
    rttNs: [250_000, 30_000, 20_000, 25_000, 22_000, 23_000],
    sentAtNs: [1_000_000, 1_300_000, 1_400_000, 1_500_000, 1_600_000, 1_700_000],
  },
};

/** A single measured probe: it has no standard deviation. */
const ONE_SAMPLE: BlockRecord = {
  ...OPENED,
  workload: closedLoop('rtt', 1_000),
  messageBytes: 1_005,
  connectNs: 290_000,
  samples: { ...WARMED, rttNs: [2_000_000, 1_234_567], sentAtNs: [5_000_000, 7_100_000] },
};

const ONE_KIB: BlockRecord = {
  ...OPENED,
  workload: closedLoop('throughput', 1_024),
  messageBytes: 1_029,
  connectNs: 300_000,
  samples: {
    ...WARMED,
    rttNs: [512_000, 64_000, 32_000, 40_000, 50_000, 128_000],
    sentAtNs: [9_000_000, 9_600_000, 9_700_000, 9_800_000, 9_900_000, 10_000_000],
  },
};

/** The server fell silent before the first echo. */
const NOTHING_MEASURED: BlockRecord = {
  ...OPENED,
  workload: closedLoop('throughput', 32_768),
  messageBytes: 32_773,
  connectNs: 12_000_000,
  echoForm: null,
  readsPerEcho: null,
  termination: 'unanswered',
  samples: { ...WARMED, warmupProbes: 0, rttNs: [], sentAtNs: [] },
};

const SAMPLE_RECORDING: Recording = {
  format: 'echolot-result',
  version: 3,
  tool: { name: 'echolot', version: '1.2.3', node: '26.0.0' },
  system: { platform: 'linux', release: '6.1.0', arch: 'x64', cpu: null, cpus: 2 },
  engine: {
    name: 'node',
    requested: 'node',
    fallback: null,
    wait: 'adaptive',
    clock: { name: 'process.hrtime.bigint', resolutionNs: 40, readCostNs: 55 },
    selfTest: { probes: 2_000, minRttNs: 20_500, medianRttNs: 22_500 },
  },
  plan: {
    host: 'echo.example',
    port: 9_900,
    family: null,
    protocol: 'auto',
    workloads: [ONE_BYTE, ONE_SAMPLE, ONE_KIB, NOTHING_MEASURED].map(({ workload }) => workload),
    blocks: 1,
    probes: 5,
    warmupProbes: 1,
    spreadNs: 3_000_000_000,
    precision: null,
    maxTimeNs: null,
    seed: 1,
    serverDelayNs: 0,
    timeoutNs: 200_000_000,
    engine: 'node',
    wait: 'adaptive',
    stamps: true,
    socket: UNASKED,
  },
  dialect: { requested: 'auto', spoken: 'size-first', attempts: [] },
  runs: [{ startedAt: '2026-01-02T03:04:05.678Z', durationNs: 500_000_000, health: null }],
  blocks: [ONE_BYTE, ONE_SAMPLE, ONE_KIB, NOTHING_MEASURED],
  stop: { reason: 'ended-early', rounds: 0, achievedPrecision: null },
  outcome: {
    status: 'failed',
    error: {
      code: 'timeout',
      message: 'no answer within 200 ms to probe 1',
      advice: null,
      expected: 'm abc 1',
      received: null,
      phase: 'measurement',
    },
  },
};

const WARNINGS: readonly Warning[] = [
  {
    code: 'few-probes',
    check: 'samples',
    message: '5 probes a size are few: the assignment asks for at least 10',
    advice: 'use --probes 10 or more',
    probes: 5,
  },
];

const CHECKS: readonly CheckRecord[] = [
  { name: 'samples', question: 'are there enough samples?', finding: 'doubt', reason: null },
  { name: 'clock', question: 'is the clock fine enough?', finding: 'clear', reason: null },
  { name: 'wall-clock', question: 'was the wall clock set?', finding: 'clear', reason: null },
  { name: 'drift', question: 'is the path steady?', finding: 'unknown', reason: 'there is one block a size' },
  { name: 'window', question: 'was a window in the way?', finding: 'unknown', reason: 'no kernel told' },
  { name: 'stamps', question: 'are there stamps?', finding: 'unknown', reason: 'no kernel told' },
];

/** With figures from its samples, and checks and doubts by hand. */
export function analysed(recording: Recording): Result {
  return { ...recording, ...analyse(recording), checks: CHECKS, warnings: WARNINGS };
}

export const SAMPLE_RESULT: Result = analysed(SAMPLE_RECORDING);

/** The sample result with other blocks. */
export function withBlocks(...blocks: readonly BlockRecord[]): Result {
  return analysed({ ...SAMPLE_RECORDING, blocks });
}

/** The sample result with figures of which the median alone matters. */
export function withSeries(...series: readonly SeriesRecord[]): Result {
  return { ...SAMPLE_RESULT, series };
}

/** A block of `n` probes of 20.00, 20.01, 20.02 ... us, whose figures are those of an arithmetic series. */
export function arithmeticBlock(n: number): BlockRecord {
  const rttNs = Array.from({ length: n }, (_, i) => 20_000 + 10 * i);
  return {
    ...ONE_BYTE,
    samples: { ...WARMED, warmupProbes: 0, rttNs, sentAtNs: rttNs.map((_, i) => 100_000 * i) },
  };
}

/** A series whose medians alone matter. */
export function medianSeries(kind: WorkloadKind, payloadBytes: number, median: number): SeriesRecord {
  const statistics: SampleStatistics = {
    n: 500,
    mean: 1,
    median,
    p1: 1,
    p99: 1,
    min: 1,
    max: 1,
    standardDeviation: 1,
    estimates: [],
  };
  return {
    workload: closedLoop(kind, payloadBytes),
    blocks: 1,
    leftOutProbes: 0,
    statistics: { rttNs: statistics, goodputBitsPerSecond: statistics },
    layers: null,
    windowBoundBitsPerSecond: null,
    runScatter: null,
    rttHistogram: null,
  };
}
