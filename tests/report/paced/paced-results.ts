/**
 * Runs of paced probes that never took place, whose probes are made by a rule and a seed: what was seen is of one piece,
 * and what it means is set beside it, so that a report reads the same whatever the analysis finds.
 */
import type { SocketRecord } from '../../../src/facts/socket.ts';
import type {
  PacedConnectionRecord,
  PacedHistogram,
  PacedPartRecord,
  PacedPlanRecord,
  PacedResult,
  PacedStepRecord,
} from '../../../src/result/paced/paced-result.ts';
import type {
  PacedDoubt,
  PacedEstimate,
  PacedStatistics,
  PacedStepStatistics,
  PacedTimes,
} from '../../../src/result/paced/paced-statistics.ts';
import { seededRandom } from '../../../src/stats/distributions/random.ts';
import { NanosecondHistogram } from '../../../src/stats/histogram.ts';
import { quantile, sorted } from '../../../src/stats/quantile/quantiles.ts';
import { SAMPLE_RESULT } from '../sample-result.ts';

export const US = 1_000;
export const MS = 1_000_000;
export const S = 1_000_000_000;

const PARTS = 10;
const WARMUP_NS = 500 * MS;
const STEP_NS = 10 * S;
/** Of the fixture, whatever the rate says: a fraction of what would have been sent. */
const PROBES = 5_000;

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

interface Probe {
  readonly connection: number;
  readonly dueAtNs: number;
  readonly sentAtNs: number;
  readonly serviceNs: number;
}

/** What is different about one step. */
export interface StepSetting {
  /** Null for a closed loop. */
  readonly askedPerSecond: number | null;
  /** How much the backlog has grown to the end of the step, ns of waiting of the last probe. */
  readonly growthNs?: number;
  readonly connections?: number;
}

function probesOf({ askedPerSecond, growthNs = 0, connections = 4 }: StepSetting, fromAtNs: number): Probe[] {
  const random = seededRandom(17);
  return Array.from({ length: PROBES }, (_, i) => {
    const dueAtNs = Math.round(fromAtNs + (i * STEP_NS) / PROBES);
    const isSlow = random() < 0.004;
    const serviceNs = Math.round((100 + 40 * random() ** 3 + (isSlow ? 1_000 * random() : 0)) * US);
    const late = askedPerSecond === null ? 0 : Math.round(2 * US * random() + (growthNs * i) / PROBES);
    return { connection: (i % connections) + 1, dueAtNs, sentAtNs: dueAtNs + late, serviceNs };
  });
}

function histogram(valuesNs: readonly number[]): PacedHistogram {
  const extremes =
    valuesNs.length === 0
      ? { minNs: null, maxNs: null }
      : { minNs: Math.min(...valuesNs), maxNs: Math.max(...valuesNs) };
  return { count: valuesNs.length, ...extremes, encoded: NanosecondHistogram.of(valuesNs).encode() };
}

function responseOf({ dueAtNs, sentAtNs, serviceNs }: Probe): number {
  return sentAtNs + serviceNs - dueAtNs;
}

export function step(setting: StepSetting, fromAtNs: number = WARMUP_NS): PacedStepRecord {
  const { askedPerSecond, connections = 4, growthNs = 0 } = setting;
  const probes = probesOf(setting, fromAtNs);
  const sent = growthNs === 0 ? PROBES : Math.round(0.9 * PROBES);
  const answered = probes.slice(0, sent);
  const late = answered.filter(({ dueAtNs, sentAtNs }) => sentAtNs - dueAtNs > 100 * US).length;
  return {
    askedPerSecond,
    fromAtNs,
    toAtNs: fromAtNs + STEP_NS,
    isComplete: true,
    counts: { due: PROBES, sent, answered: sent, lost: 0 },
    late: {
      lateness: histogram(answered.map(({ dueAtNs, sentAtNs }) => sentAtNs - dueAtNs)),
      byThread: 0,
      bySocket: 0,
      byAnswer: late,
    },
    response: histogram(answered.map(responseOf)),
    service: histogram(answered.map(({ serviceNs }) => serviceNs)),
    parts: Array.from({ length: PARTS }, (_, i) => partOf(answered, fromAtNs, i, PROBES - sent)),
    byConnection: Array.from({ length: connections }, (_, i) => {
      const own = answered.filter(({ connection }) => connection === i + 1);
      const p50 = quantile(sorted(own.map(({ serviceNs }) => serviceNs)), 0.5);
      return { sent: own.length, answered: own.length, serviceP50Ns: Math.round(p50) };
    }),
    layers: null,
    samples: {
      connection: answered.map(({ connection }) => connection),
      dueAtNs: answered.map(({ dueAtNs }) => dueAtNs),
      sentAtNs: answered.map(({ sentAtNs }) => sentAtNs),
      rttNs: answered.map(({ serviceNs }) => serviceNs),
    },
  };
}

function partOf(probes: readonly Probe[], fromAtNs: number, i: number, unsent: number): PacedPartRecord {
  const from = fromAtNs + (i * STEP_NS) / PARTS;
  const own = probes.filter(({ dueAtNs }) => dueAtNs >= from && dueAtNs < from + STEP_NS / PARTS);
  const quantiles = (values: readonly number[]): PacedPartRecord['response'] => {
    if (values.length === 0) return null;
    const [p50 = 0, p90 = 0, p99 = 0, max = 0] = [0.5, 0.9, 0.99, 1].map((p) =>
      Math.round(quantile(sorted(values), p)),
    );
    return { p50, p90, p99, max };
  };
  return {
    fromAtNs: from,
    due: PROBES / PARTS,
    sent: own.length,
    answered: own.length,
    backlog: Math.round((unsent * (i + 1)) / PARTS),
    response: quantiles(own.map(responseOf)),
    service: quantiles(own.map(({ serviceNs }) => serviceNs)),
  };
}

export function estimate(value: number, reach: number = 0.02 * value): PacedEstimate {
  return { value, interval: { low: value - reach, high: value + reach, method: 'block-t' }, refused: null };
}

export function refused(value: number | null): PacedEstimate {
  return { value, interval: null, refused: 'too-few-samples' };
}

export function times(p50: number, over: Partial<PacedTimes> = {}): PacedTimes {
  return {
    min: 0.9 * p50,
    max: 12 * p50,
    p50: estimate(p50),
    p90: estimate(1.2 * p50),
    p99: estimate(2 * p50),
    p99_9: refused(8 * p50),
    p99_99: refused(11 * p50),
    ...over,
  };
}

/** A rate that was kept. */
export function stepStatistics(over: Partial<PacedStepStatistics> = {}): PacedStepStatistics {
  const perSecond = over.askedPerSecond ?? 2_000;
  return {
    askedPerSecond: perSecond,
    duePerSecond: perSecond,
    sentPerSecond: perSecond,
    answeredPerSecond: estimate(perSecond, 0.001 * perSecond),
    backlog: 0,
    missing: 0,
    response: times(106 * US),
    service: times(105 * US),
    layers: null,
    lateShare: 0.0002,
    lateP50: 1 * US,
    lateP99: 2 * US,
    lateMax: 210 * US,
    isSaturated: false,
    ...over,
  };
}

/** One that was more than the server takes. */
export function saturatedStatistics(askedPerSecond: number): PacedStepStatistics {
  return stepStatistics({
    askedPerSecond,
    sentPerSecond: 0.9 * askedPerSecond,
    answeredPerSecond: estimate(0.9 * askedPerSecond),
    backlog: 400,
    missing: 400,
    response: times(460 * MS, { p99: refused(null), p99_9: refused(null), p99_99: refused(null) }),
    lateShare: 0.99,
    lateP50: 450 * MS,
    lateP99: 900 * MS,
    lateMax: 950 * MS,
    isSaturated: true,
  });
}

export function closedStatistics(over: Partial<PacedStepStatistics> = {}): PacedStepStatistics {
  return stepStatistics({
    askedPerSecond: null,
    duePerSecond: 152_314,
    sentPerSecond: 152_314,
    answeredPerSecond: estimate(152_314, 1_000),
    response: times(205 * US),
    service: times(205 * US),
    lateShare: 0,
    lateP50: 0,
    lateP99: 0,
    lateMax: 0,
    ...over,
  });
}

export function connection(number: number): PacedConnectionRecord {
  return {
    number,
    local: { address: '192.0.2.1', port: 40_000 + number, family: 4 },
    remote: { address: '192.0.2.7', port: 9_900, family: 4 },
    handshakeRttNs: 61_000,
    socket: { ...UNASKED, congestionControl: 'cubic' },
    lostAtNs: null,
    error: null,
  };
}

export function plan(over: Partial<PacedPlanRecord> = {}): PacedPlanRecord {
  return {
    host: 'host.example',
    port: 9_900,
    family: null,
    protocol: 'auto',
    payloadBytes: 100,
    serverDelayNs: 0,
    delayUnit: null,
    connections: 4,
    inFlight: 1_024,
    ratesPerSecond: [2_000],
    arrivals: 'uniform',
    seed: 17,
    stepNs: STEP_NS,
    warmupNs: WARMUP_NS,
    timeoutNs: 10 * S,
    maxKeptSamples: 200_000,
    engine: 'auto',
    socket: UNASKED,
    ...over,
  };
}

export function pacedResult(over: Partial<PacedResult> = {}): PacedResult {
  return {
    format: 'echolot-paced',
    version: 1,
    tool: SAMPLE_RESULT.tool,
    system: SAMPLE_RESULT.system,
    startedAt: '2026-01-01T00:00:00.000Z',
    durationNs: 10.6 * S,
    engine: {
      name: 'native',
      requested: 'auto',
      fallback: null,
      clock: { name: 'clock_gettime', resolutionNs: 1, readCostNs: 21 },
    },
    plan: plan(),
    server: { protocol: 'lp', readyText: '200 OK: Ready', inFlight: 1_024, messageBytes: 107 },
    addresses: null,
    connections: [1, 2, 3, 4].map(connection),
    steps: [step({ askedPerSecond: 2_000 })],
    health: null,
    continuedAtNs: [],
    outcome: { status: 'complete', error: null },
    statistics: statistics(),
    ...over,
  };
}

export function statistics(over: Partial<PacedStatistics> = {}): PacedStatistics {
  return { steps: [stepStatistics()], doubts: [], ...over };
}

/** Without a rate, at the limit. */
export function closedResult(over: Partial<PacedResult> = {}): PacedResult {
  return pacedResult({
    plan: plan({ ratesPerSecond: [], arrivals: null, inFlight: 8 }),
    server: { protocol: 'lp', readyText: '200 OK: Ready', inFlight: 8, messageBytes: 107 },
    steps: [step({ askedPerSecond: null })],
    statistics: statistics({ steps: [closedStatistics()] }),
    ...over,
  });
}

export const SWEPT: readonly number[] = [1_000, 10_000, 20_000, 40_000];

/** Rates up to one that is too high. */
export function sweepResult(over: Partial<PacedResult> = {}): PacedResult {
  const last = SWEPT.length - 1;
  return pacedResult({
    plan: plan({ ratesPerSecond: SWEPT, arrivals: 'poisson' }),
    durationNs: 42.3 * S,
    steps: SWEPT.map((askedPerSecond, i) =>
      step(
        { askedPerSecond, ...(i === last ? { growthNs: 900 * MS } : {}) },
        i * (STEP_NS + WARMUP_NS) + WARMUP_NS,
      ),
    ),
    statistics: statistics({
      steps: SWEPT.map((askedPerSecond, i) =>
        i === last
          ? saturatedStatistics(askedPerSecond)
          : stepStatistics({ askedPerSecond, response: times((100 + 10 ** i) * US) }),
      ),
      doubts: [{ kind: 'saturated', step: last + 1, backlog: 400 }],
    }),
    ...over,
  });
}

/** One of each kind. */
export const ALL_DOUBTS: readonly PacedDoubt[] = [
  { kind: 'generator-late', step: 1, lateShare: 0.03, p99Ns: 450 * US },
  { kind: 'rate-not-kept', step: 1, askedPerSecond: 2_000, sentPerSecond: 1_800 },
  { kind: 'saturated', step: 1, backlog: 2_000 },
  { kind: 'in-flight-limit', step: 1, inFlight: 16, share: 0.4 },
  { kind: 'no-pipelining', asked: 1_024 },
  { kind: 'uneven', step: 1, fewest: 20, most: 900 },
  { kind: 'connection-lost', connections: 2, probes: 31 },
  { kind: 'few-probes', step: 1, probes: 9 },
];

export function withDoubts(doubts: readonly PacedDoubt[], over: Partial<PacedResult> = {}): PacedResult {
  return pacedResult({ statistics: statistics({ doubts }), ...over });
}
