/**
 * Loads that never took place. What was seen and what it means are made side by side and not one of the other, so that
 * a report reads the same whatever the analysis finds: every figure can be checked with a pencil.
 */
import type { SocketRecord } from '../../../src/facts/socket.ts';
import type {
  LoadDirection,
  LoadPhaseName,
  LoadPhaseRecord,
  LoadResult,
  ProbesRecord,
  StreamRecord,
  TalliesRecord,
} from '../../../src/result/load/load-result.ts';
import type {
  DirectionStatistics,
  LatencyStatistics,
  LoadDoubt,
  LoadEstimate,
  LoadedPhaseStatistics,
  LoadStatistics,
} from '../../../src/result/load/load-statistics.ts';
import { type Random, seededRandom } from '../../../src/stats/distributions/random.ts';
import { SAMPLE_RESULT } from '../sample-result.ts';

export const US = 1_000;
export const MS = 1_000_000;
export const S = 1_000_000_000;
export const MBIT = 1_000_000;

const TALLY_NS = 50 * MS;
const REPORT_NS = 100 * MS;
const PROBE_NS = 10 * MS;
/** Between two phases connections are opened. */
const GAP_NS = 100 * MS;
const STREAMS = 4;
/** Data begins slowly, and has its rate after this time. */
const RAMP_NS = 500 * MS;

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

const DURATIONS: readonly (readonly [LoadPhaseName, number])[] = [
  ['idle', 3 * S],
  ['down', 7 * S],
  ['up', 7 * S],
  ['recovery', 3 * S],
];

/** In each phase, ns: what a foreign probe takes, and where its increase is spent. */
const LATENCY: Readonly<
  Record<LoadPhaseName, { readonly rttNs: number; readonly queue: 'network' | 'own' }>
> = {
  idle: { rttNs: 2.13 * MS, queue: 'network' },
  down: { rttNs: 16.2 * MS, queue: 'network' },
  up: { rttNs: 5.31 * MS, queue: 'own' },
  both: { rttNs: 19.6 * MS, queue: 'network' },
  recovery: { rttNs: 2.15 * MS, queue: 'network' },
};
const RATE: Readonly<Record<LoadDirection, number>> = { down: 94.1 * MBIT, up: 47.8 * MBIT };

export function estimate(value: number, reach: number): LoadEstimate {
  return { value, interval: { low: value - reach, high: value + reach, method: 'block-t' }, refused: null };
}

export function refused(value: number): LoadEstimate {
  return { value, interval: null, refused: 'too-few-blocks' };
}

export function difference(value: number, reach: number): LoadEstimate {
  return {
    value,
    interval: { low: value - reach, high: value + reach, method: 'difference' },
    refused: null,
  };
}

export function latency(p50: number, p99: number, over: Partial<LatencyStatistics> = {}): LatencyStatistics {
  return {
    probes: 300,
    unanswered: 0,
    p50: estimate(p50, 0.01 * p50),
    p99: estimate(p99, 0.03 * p99),
    min: 0.9 * p50,
    max: 1.2 * p99,
    seconds: 3,
    ...over,
  };
}

export function direction(way: LoadDirection, over: Partial<DirectionStatistics> = {}): DirectionStatistics {
  const bitsPerSecond = RATE[way];
  return {
    direction: way,
    goodput: estimate(bitsPerSecond, 0.002 * bitsPerSecond),
    p10: 0.985 * bitsPerSecond,
    p90: 1.008 * bitsPerSecond,
    intervals: 65,
    intervalNs: REPORT_NS,
    receivedBytes: (bitsPerSecond / 8) * 6.5,
    streams: STREAMS,
    shares: [0.26, 0.25, 0.25, 0.24],
    fairness: 0.999,
    retransmittedShare: way === 'up' ? 0.0012 : null,
    limits:
      way === 'up'
        ? [
            { by: 'congestion-window', share: 0.93 },
            { by: 'send-buffer', share: 0.07 },
          ]
        : [{ by: 'unknown', share: 1 }],
    rfc6349: way === 'up' ? { transferTimeRatio: 1.02, efficiency: 0.9988, bufferDelay: 1.49 } : null,
    ...over,
  };
}

export function down(over: Partial<LoadedPhaseStatistics> = {}): LoadedPhaseStatistics {
  return {
    phase: 'down',
    settledAtNs: 3.6 * S,
    toAtNs: 10.1 * S,
    directions: [direction('down')],
    latency: latency(16.2 * MS, 18.9 * MS, { probes: 650, seconds: 6 }),
    ownLatency: latency(16.5 * MS, 19.3 * MS, { probes: 260, seconds: 6 }),
    increase: { p50: difference(14.07 * MS, 0.2 * MS), p99: difference(16 * MS, 0.8 * MS) },
    ownIncrease: { p50: difference(14.37 * MS, 0.2 * MS), p99: difference(16.4 * MS, 0.9 * MS) },
    queues: {
      ownMachine: 0.04 * MS,
      network: 13.7 * MS,
      server: 0.33 * MS,
      largest: 'network',
      largestShare: 0.97,
      direction: 'down',
    },
    pair: 'shared',
    responsiveness: { rpm: 3_670, foreignRpm: 3_703, ownRpm: 3_636, confidence: 'medium' },
    ...over,
  };
}

export function up(over: Partial<LoadedPhaseStatistics> = {}): LoadedPhaseStatistics {
  return {
    phase: 'up',
    settledAtNs: 10.7 * S,
    toAtNs: 17.2 * S,
    directions: [direction('up')],
    latency: latency(5.31 * MS, 7.4 * MS, { probes: 650, seconds: 6 }),
    ownLatency: latency(5.8 * MS, 8.1 * MS, { probes: 260, seconds: 6 }),
    increase: { p50: difference(3.18 * MS, 0.11 * MS), p99: difference(4.5 * MS, 0.4 * MS) },
    ownIncrease: { p50: difference(3.67 * MS, 0.15 * MS), p99: difference(5.2 * MS, 0.5 * MS) },
    queues: {
      ownMachine: 3.02 * MS,
      network: 0.15 * MS,
      server: 0.01 * MS,
      largest: 'own-machine',
      largestShare: 0.95,
      direction: 'up',
    },
    pair: 'shared',
    responsiveness: { rpm: 10_800, foreignRpm: 11_300, ownRpm: 10_340, confidence: 'high' },
    ...over,
  };
}

export function statistics(over: Partial<LoadStatistics> = {}): LoadStatistics {
  return {
    idle: latency(2.13 * MS, 2.9 * MS),
    recovery: latency(2.15 * MS, 2.95 * MS),
    loaded: [down(), up()],
    grade: { best: 'A', worst: 'A', phase: 'down' },
    noGrade: null,
    doubts: [],
    ...over,
  };
}

export function doubt(code: LoadDoubt['code'], phase: LoadDoubt['phase'], message: string): LoadDoubt {
  return { code, phase, value: 1, message, advice: 'measure again on a quiet machine' };
}

/** @param over of the record */
export function loadResult(over: Partial<LoadResult> = {}): LoadResult {
  const { tool, system } = SAMPLE_RESULT;
  const random = seededRandom(7);
  const phases = phasesOf(DURATIONS);
  const durationNs = (phases.at(-1)?.toAtNs ?? 0) + 20 * MS;
  return {
    ...{ format: 'echolot-load', version: 1, tool, system },
    startedAt: '2026-11-29T01:29:00.000Z',
    durationNs,
    engine: {
      ...{ name: 'native', requested: 'auto', fallback: null, hasTcp: true },
      clock: { name: 'process.hrtime.bigint', resolutionNs: 40, readCostNs: 45 },
    },
    plan: {
      ...{ host: 'load.example', port: 9_900, family: null, protocol: 'load' },
      phases: DURATIONS.map(([name, ns]) => ({ name, durationNs: ns })),
      ...{ streams: STREAMS, maxStreams: 16, bitsPerSecond: null, bytes: null },
      ...{ probeIntervalNs: PROBE_NS, timeoutNs: 10 * S, engine: 'auto', socket: UNASKED },
    },
    granted: { durationNs: 25 * S, bitsPerSecond: null, streams: 16 },
    addresses: null,
    phases,
    streams: phases.flatMap((phase) => streamsOf(phase, random)),
    foreignProbes: foreignProbes(phases, random),
    handshakeRttNs: 2_010 * US,
    processors: processorsOf(durationNs),
    health: null,
    continuedAtNs: [],
    outcome: { status: 'complete', error: null },
    statistics: statistics(),
    ...over,
  };
}

function phasesOf(durations: readonly (readonly [LoadPhaseName, number])[]): LoadPhaseRecord[] {
  let fromAtNs = 0;
  return durations.map(([name, ns]) => {
    const phase = { name, fromAtNs, toAtNs: fromAtNs + ns, isComplete: true };
    fromAtNs += ns + GAP_NS;
    return phase;
  });
}

function streamsOf({ name, fromAtNs, toAtNs }: LoadPhaseRecord, random: Random): StreamRecord[] {
  if (name !== 'down' && name !== 'up') return [];
  return Array.from({ length: STREAMS }, (_, i): StreamRecord => {
    const share = [0.26, 0.25, 0.25, 0.24][i] ?? 0;
    const tallies = talliesOf(name, share * RATE[name], fromAtNs, toAtNs, random);
    return {
      number: i + 1 + (name === 'up' ? STREAMS : 0),
      phase: name,
      direction: name,
      local: { address: '192.0.2.1', port: 40_000 + i, family: 4 },
      remote: { address: '192.0.2.2', port: 9_900, family: 4 },
      socket: { ...UNASKED, congestionControl: 'cubic' },
      fromAtNs,
      tallies,
      reports:
        name === 'up'
          ? reportsOf(tallies)
          : { atNs: [], receivedBytes: [], peerClockNs: [], peerCpuShare: [] },
      ownProbes: ownProbes(name, fromAtNs, toAtNs, random),
      peerSentBytes: name === 'down' ? (tallies.receivedBytes.at(-1) ?? 0) : null,
      error: null,
    };
  });
}

function talliesOf(
  way: LoadDirection,
  bitsPerSecond: number,
  fromAtNs: number,
  toAtNs: number,
  random: Random,
): TalliesRecord {
  const atNs: number[] = [];
  const bytes: number[] = [];
  let sum = 0;
  for (let at = fromAtNs; at <= toAtNs; at += TALLY_NS) {
    const ramp = Math.min(1, (at - fromAtNs) / RAMP_NS);
    if (at > fromAtNs)
      sum += Math.round((bitsPerSecond / 8) * (TALLY_NS / S) * ramp * (0.98 + 0.04 * random()));
    atNs.push(at);
    bytes.push(sum);
  }
  const none = atNs.map(() => 0);
  const nothing = atNs.map(() => null);
  return {
    atNs,
    sentBytes: way === 'up' ? bytes : none,
    receivedBytes: way === 'down' ? bytes : none,
    tcp: {
      congestionWindowSegments: atNs.map(() => 80),
      smoothedRttNs: atNs.map(() => LATENCY[way].rttNs),
      sentBytes: way === 'up' ? bytes : none,
      retransmittedBytes: way === 'up' ? bytes.map((all) => Math.round(0.0012 * all)) : none,
      unsentBytes: nothing,
      busyNs: atNs.map((at) => at - fromAtNs),
      receiveWindowLimitedNs: none,
      sendBufferLimitedNs: none,
    },
  };
}

/** Every second tally, as the server has it. */
function reportsOf({ atNs, sentBytes }: TalliesRecord): StreamRecord['reports'] {
  const every = atNs.flatMap((at, i) => (i % 2 === 0 ? [{ at, bytes: sentBytes[i] ?? 0 }] : []));
  return {
    atNs: every.map(({ at }) => at),
    receivedBytes: every.map(({ bytes }) => bytes),
    peerClockNs: every.map(({ at }) => at + S),
    peerCpuShare: every.map(() => 0.2),
  };
}

function ownProbes(way: LoadDirection, fromAtNs: number, toAtNs: number, random: Random): ProbesRecord {
  const dueAtNs: number[] = [];
  for (let at = fromAtNs; at < toAtNs; at += 10 * PROBE_NS) dueAtNs.push(at);
  const rttNs = dueAtNs.map((at) => rttAt(way, at - fromAtNs, random) + 0.4 * MS);
  return {
    dueAtNs,
    sentAtNs: dueAtNs.map((at) => at + 30 * US),
    rttNs: rttNs.map(Math.round),
    residenceNs: dueAtNs.map(() => 31 * US),
    peerWaitNs: dueAtNs.map(() => null),
    layers: null,
  };
}

/** The queue fills with the data. */
function rttAt(name: LoadPhaseName, sinceNs: number, random: Random): number {
  const idleNs = LATENCY.idle.rttNs;
  const ramp = Math.min(1, sinceNs / RAMP_NS);
  const tail = random() < 0.02 ? 1.25 : 1;
  return (idleNs + (LATENCY[name].rttNs - idleNs) * ramp) * (0.94 + 0.12 * random()) * tail;
}

function foreignProbes(phases: readonly LoadPhaseRecord[], random: Random): ProbesRecord {
  const probes = phases.flatMap(({ name, fromAtNs, toAtNs }) => {
    const own: { at: number; name: LoadPhaseName; rtt: number }[] = [];
    for (let at = fromAtNs; at < toAtNs; at += PROBE_NS) {
      own.push({ at, name, rtt: Math.round(rttAt(name, at - fromAtNs, random)) });
    }
    return own;
  });
  const queued = probes.map(({ name, rtt }) =>
    LATENCY[name].queue === 'own' ? Math.max(0, rtt - LATENCY.idle.rttNs) : 6 * US,
  );
  return {
    dueAtNs: probes.map(({ at }) => at),
    sentAtNs: probes.map(({ at }) => at + 20 * US),
    rttNs: probes.map(({ rtt }) => rtt),
    residenceNs: probes.map(() => 28 * US),
    peerWaitNs: probes.map(() => 4 * US),
    layers: {
      sendCallNs: probes.map(() => 3 * US),
      tcpWaitNs: probes.map(() => 0),
      localQueueNs: queued.map(Math.round),
      kernelRttNs: probes.map(({ rtt }, i) => Math.round(rtt - (queued[i] ?? 0) - 15 * US)),
      wakeUpNs: probes.map(() => 12 * US),
    },
  };
}

function processorsOf(durationNs: number): LoadResult['processors'] {
  const atNs = Array.from({ length: Math.floor(durationNs / S) }, (_, i) => (i + 1) * S);
  return { atNs, dataShare: atNs.map(() => 0.21), probeShare: atNs.map(() => 0.03) };
}

/** By an echo server: the same data goes both ways, and nothing is stamped. */
export function echoResult(): LoadResult {
  const of = loadResult();
  const [idle, loaded, , recovery] = of.phases;
  if (idle === undefined || loaded === undefined || recovery === undefined)
    throw new Error('a phase is missing');
  const both = { ...loaded, name: 'both' } as const;
  const last = { ...recovery, fromAtNs: both.toAtNs + GAP_NS, toAtNs: both.toAtNs + GAP_NS + 3 * S };
  const directions = (['down', 'up'] as const).map((way) =>
    direction(way, { goodput: estimate(94.1 * MBIT, 0.2 * MBIT), retransmittedShare: null, limits: [] }),
  );
  return {
    ...of,
    plan: {
      ...of.plan,
      protocol: 'echo',
      phases: [idle, both, last].map(({ name }) => ({ name, durationNs: 7 * S })),
    },
    granted: null,
    durationNs: last.toAtNs,
    engine: { ...of.engine, name: 'node', hasTcp: false },
    phases: [idle, both, last],
    streams: of.streams
      .filter(({ phase }) => phase === 'down')
      .map((stream) => ({ ...stream, phase: 'both', direction: 'both', socket: null, peerSentBytes: null })),
    foreignProbes: {
      ...of.foreignProbes,
      layers: null,
      peerWaitNs: of.foreignProbes.peerWaitNs.map(() => null),
    },
    statistics: statistics({
      loaded: [down({ phase: 'both', directions, queues: null, responsiveness: null })],
      grade: { best: 'A', worst: 'A', phase: 'both' },
    }),
  };
}
