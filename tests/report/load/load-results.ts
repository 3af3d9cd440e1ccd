/**
 * Loads that never took place. What was seen and what it means (load-statistics.ts) are made side by side and not one of
 * the other, so that a report reads the same whatever the analysis finds: every figure can be checked with a pencil.
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
import { type Random, seededRandom } from '../../../src/stats/distributions/random.ts';
import { SAMPLE_RESULT } from '../sample-result.ts';
import { direction, down, estimate, RATE, STREAMS, statistics } from './load-statistics.ts';
import { MBIT, MS, S, US } from './units.ts';

const TALLY_NS = 50 * MS;
const PROBE_NS = 10 * MS;
/** Between two phases connections are opened. */
const GAP_NS = 100 * MS;
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
      ...{ untilStable: false, qoo: null },
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
    const phase = {
      ...{ name, fromAtNs, toAtNs: fromAtNs + ns, isComplete: true },
      ...{ streamsFoundAtNs: null, stableAtNs: null },
    };
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
