/**
 * One result made by hand for all reports: a run that failed in its fourth session. Its times are such that
 * every figure of a report can be checked with a pencil.
 */
import type { Result, SessionRecord, SocketRecord } from '../../src/result/result.ts';

const ENDS = {
  local: { address: '192.0.2.1', port: 40_000, family: 4 },
  remote: { address: '192.0.2.2', port: 9_900, family: 4 },
} as const;

const OPENED = {
  ...ENDS,
  readyText: '200 OK: Ready',
  echoForm: 'message',
  termination: 'answered',
  warmupProbes: 1,
  handshakeRttNs: null,
  suspendedProbes: 0,
  layers: null,
  path: null,
  socket: null,
  clientCpuShare: null,
} as const;

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
const ONE_BYTE: SessionRecord = {
  ...OPENED,
  measurement: 'rtt',
  payloadBytes: 1,
  messageBytes: 6,
  connectNs: 310_000,
  rttNs: [250_000, 30_000, 20_000, 25_000, 22_000, 23_000],
  sentAtNs: [1_000_000, 1_300_000, 1_400_000, 1_500_000, 1_600_000, 1_700_000],
  statistics: {
    rttNs: {
      n: 5,
      mean: 24_000,
      median: 23_000,
      p1: 20_080,
      p99: 29_800,
      min: 20_000,
      max: 30_000,
      standardDeviation: 3_807.886552931954,
    },
    goodputBitsPerSecond: {
      n: 5,
      mean: 339_625.82345191046,
      median: 347_826.0869565217,
      p1: 268_800,
      p99: 398_545.45454545453,
      min: 266_666.6666666667,
      max: 400_000,
      standardDeviation: 49_992.50708939672,
    },
  },
};

/** A single measured probe: it has no standard deviation. */
const ONE_SAMPLE: SessionRecord = {
  ...OPENED,
  measurement: 'rtt',
  payloadBytes: 1_000,
  messageBytes: 1_005,
  connectNs: 290_000,
  rttNs: [2_000_000, 1_234_567],
  sentAtNs: [5_000_000, 7_100_000],
  statistics: {
    rttNs: {
      n: 1,
      mean: 1_234_567,
      median: 1_234_567,
      p1: 1_234_567,
      p99: 1_234_567,
      min: 1_234_567,
      max: 1_234_567,
      standardDeviation: null,
    },
    goodputBitsPerSecond: {
      n: 1,
      mean: 6_480_004.730403453,
      median: 6_480_004.730403453,
      p1: 6_480_004.730403453,
      p99: 6_480_004.730403453,
      min: 6_480_004.730403453,
      max: 6_480_004.730403453,
      standardDeviation: null,
    },
  },
};

const ONE_KIB: SessionRecord = {
  ...OPENED,
  measurement: 'throughput',
  payloadBytes: 1_024,
  messageBytes: 1_029,
  connectNs: 300_000,
  rttNs: [512_000, 64_000, 32_000, 40_000, 50_000, 128_000],
  sentAtNs: [9_000_000, 9_600_000, 9_700_000, 9_800_000, 9_900_000, 10_000_000],
  statistics: {
    rttNs: {
      n: 5,
      mean: 62_800,
      median: 50_000,
      p1: 32_320,
      p99: 125_440,
      min: 32_000,
      max: 128_000,
      standardDeviation: 38_356.225048875705,
    },
    goodputBitsPerSecond: {
      n: 5,
      mean: 163_328_000,
      median: 163_840_000,
      p1: 66_560_000,
      p99: 253_952_000,
      min: 64_000_000,
      max: 256_000_000,
      standardDeviation: 73_181_978.10936788,
    },
  },
};

/** The server fell silent before the first echo. */
const NOTHING_MEASURED: SessionRecord = {
  ...OPENED,
  measurement: 'throughput',
  payloadBytes: 32_768,
  messageBytes: 32_773,
  connectNs: 12_000_000,
  echoForm: null,
  termination: 'unanswered',
  warmupProbes: 0,
  rttNs: [],
  sentAtNs: [],
  statistics: null,
};

export const SAMPLE_RESULT: Result = {
  format: 'echolot-result',
  version: 1,
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
  startedAt: '2026-01-02T03:04:05.678Z',
  durationNs: 500_000_000,
  plan: {
    host: 'echo.example',
    port: 9_900,
    family: null,
    protocol: 'auto',
    measurements: [
      { measurement: 'rtt', payloadBytes: 1 },
      { measurement: 'rtt', payloadBytes: 1_000 },
      { measurement: 'throughput', payloadBytes: 1_024 },
      { measurement: 'throughput', payloadBytes: 32_768 },
    ],
    probes: 5,
    warmupProbes: 1,
    serverDelayNs: 0,
    timeoutNs: 200_000_000,
    engine: 'node',
    wait: 'adaptive',
    stamps: true,
    socket: UNASKED,
  },
  dialect: { requested: 'auto', spoken: 'size-first', attempts: [] },
  sessions: [ONE_BYTE, ONE_SAMPLE, ONE_KIB, NOTHING_MEASURED],
  warnings: [
    {
      code: 'few-probes',
      message: '5 probes for each size; the assignment asks for at least 10',
      advice: 'use --probes 10 or more',
      probes: 5,
    },
    {
      code: 'thin-tail',
      message: 'the 1st and 99th percentiles of 5 samples are little more than their extremes',
      advice: 'use --probes 500 or more',
      probes: 5,
      neededProbes: 500,
    },
  ],
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

/** The sample result with other sessions. */
export function withSessions(...sessions: readonly SessionRecord[]): Result {
  return { ...SAMPLE_RESULT, sessions };
}

/** A session of `n` probes of 20.00, 20.01, 20.02 ... us, whose figures are those of an arithmetic series. */
export function seriesSession(n: number): SessionRecord {
  const rttNs = Array.from({ length: n }, (_, i) => 20_000 + 10 * i);
  const mean = 20_000 + 5 * (n - 1);
  const summary = {
    n,
    mean,
    median: mean,
    p1: 20_000 + 0.1 * (n - 1),
    p99: 20_000 + 9.9 * (n - 1),
    min: 20_000,
    max: 20_000 + 10 * (n - 1),
    standardDeviation: 10 * Math.sqrt((n * (n + 1)) / 12),
  };
  return {
    ...ONE_BYTE,
    warmupProbes: 0,
    rttNs,
    sentAtNs: rttNs.map((_, i) => 100_000 * i),
    statistics: { rttNs: summary, goodputBitsPerSecond: { ...summary, mean: 1, median: 1 } },
  };
}

/** A session whose medians alone matter. */
export function medianSession(
  measurement: SessionRecord['measurement'],
  payloadBytes: number,
  median: number,
): SessionRecord {
  const summary = { n: 500, mean: 1, median, p1: 1, p99: 1, min: 1, max: 1, standardDeviation: 1 };
  return {
    ...ONE_BYTE,
    measurement,
    payloadBytes,
    statistics: { rttNs: summary, goodputBitsPerSecond: summary },
  };
}
