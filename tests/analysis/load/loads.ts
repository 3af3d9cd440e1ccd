/**
 * Loads that never took place, with a known truth: what each stream carried at every moment, where each round trip was
 * spent. A test names what it is about and leaves the rest to the defaults, which give no reason for a doubt.
 */
import type {
  LoadDirection,
  LoadPhaseName,
  LoadPhaseRecord,
  LoadRecording,
  ProbesRecord,
  ReportsRecord,
  StreamRecord,
  TalliesRecord,
  TcpTalliesRecord,
} from '../../../src/result/load/load-result.ts';
import { ENGINE, HEALTH, MS, S, SOCKET } from '../recordings.ts';

export { MS, S } from '../recordings.ts';

/** Where a round trip is spent, ns. */
export interface Parts {
  readonly own: number;
  readonly network: number;
  readonly server: number;
}

export interface SimulatedStream {
  readonly direction: LoadDirection | 'both';
  /** Of payload received, bit/s, so long after its begin. */
  readonly rate: (sinceNs: number) => number;
  /** After the begin of the phase, ns. */
  readonly opensAfterNs?: number;
  /** Of each of its own probes; none by default. */
  readonly ownRttNs?: (sinceNs: number) => number;
  readonly over?: Partial<StreamRecord>;
}

export interface SimulatedPhase {
  readonly name: LoadPhaseName;
  readonly durationNs?: number;
  /** Of each foreign probe. */
  readonly parts?: (sinceNs: number) => Parts;
  readonly streams?: readonly SimulatedStream[];
}

export const TALLY_NS: number = 50 * MS;
export const REPORT_NS: number = 100 * MS;
/** The server's clock has an origin of its own. */
const PEER_ORIGIN_NS: number = 7_000 * S;
const LOCAL = { address: '192.0.2.1', port: 40_000, family: 4 } as const;
const REMOTE = { address: '192.0.2.2', port: 9_900, family: 4 } as const;
const OWN_NS = 20_000;
const SERVER_NS = 30_000;

/** A round trip of this much in all, with the usual parts in both programs. */
export function roundTrip(ns: number): Parts {
  return { own: OWN_NS, network: ns - OWN_NS - SERVER_NS, server: SERVER_NS };
}

/** Slow start until `rampNs`, then even. */
export function ramped(rate: number, rampNs: number = S): (sinceNs: number) => number {
  return (sinceNs) => rate * Math.min(1, (sinceNs / rampNs) ** 2);
}

export function loadRecording(
  phases: readonly SimulatedPhase[],
  over: Partial<LoadRecording> = {},
  probeIntervalNs: number = 10 * MS,
): LoadRecording {
  const records: LoadPhaseRecord[] = [];
  const streams: StreamRecord[] = [];
  const foreign = new Probes();
  let atNs = 100 * MS;
  for (const { name, durationNs = 8 * S, parts = () => roundTrip(MS), streams: carried = [] } of phases) {
    const toAtNs = atNs + durationNs;
    records.push({
      ...{ name, fromAtNs: atNs, toAtNs, isComplete: true },
      ...{ streamsFoundAtNs: null, stableAtNs: null },
    });
    for (let ns = atNs; ns < toAtNs; ns += probeIntervalNs) foreign.add(ns, parts(ns - atNs));
    for (const stream of carried) {
      streams.push(streamRecord(streams.length + 1, name, stream, atNs, toAtNs, probeIntervalNs));
    }
    atNs = toAtNs;
  }
  const moments = Array.from({ length: Math.floor(atNs / TALLY_NS) }, (_, i) => (i + 1) * TALLY_NS);
  const { selfTest: _, wait: _wait, ...engine } = ENGINE;
  return {
    format: 'echolot-load',
    version: 1,
    tool: { name: 'echolot', version: '0.0.0', node: '26.0.0' },
    system: { platform: 'linux', release: '6.1.0', arch: 'x64', cpu: null, cpus: 2 },
    startedAt: '2026-01-02T03:04:05.000Z',
    durationNs: atNs,
    engine: { ...engine, hasTcp: true },
    plan: {
      ...{ host: 'host.example', port: 9_900, family: null, protocol: 'load' },
      phases: phases.map(({ name, durationNs = 8 * S }) => ({ name, durationNs })),
      ...{ streams: 1, maxStreams: 16, bitsPerSecond: null, bytes: null, probeIntervalNs },
      ...{ untilStable: false, qoo: null },
      ...{ timeoutNs: 10 * S, engine: 'auto', socket: SOCKET },
    },
    granted: { durationNs: 60 * S, bitsPerSecond: null, streams: 16 },
    addresses: null,
    phases: records,
    streams,
    foreignProbes: foreign.record(true),
    handshakeRttNs: MS,
    processors: { atNs: moments, dataShare: moments.map(() => 0.3), probeShare: moments.map(() => 0.05) },
    health: HEALTH,
    continuedAtNs: [],
    outcome: { status: 'complete', error: null },
    ...over,
  };
}

function streamRecord(
  number: number,
  phase: LoadPhaseName,
  { direction, rate, opensAfterNs = 0, ownRttNs, over = {} }: SimulatedStream,
  phaseNs: number,
  toAtNs: number,
  probeIntervalNs: number,
): StreamRecord {
  const fromAtNs = phaseNs + opensAfterNs;
  const carried = carriedBytes(rate, toAtNs - fromAtNs + REPORT_NS);
  const own = new Probes();
  if (ownRttNs !== undefined) {
    for (let ns = fromAtNs; ns < toAtNs; ns += probeIntervalNs)
      own.add(ns, roundTrip(ownRttNs(ns - phaseNs)));
  }
  // What is handed to the kernel is ahead of what arrives, and of the answers of probes within it.
  const ahead = ownRttNs === undefined ? { ns: 5 * MS, bytes: 100_000 } : { ns: MS, bytes: 0 };
  const tallies = talliesRecord(direction, fromAtNs, toAtNs, carried, ahead);
  return {
    ...{ number, phase, direction, local: { ...LOCAL, port: LOCAL.port + number }, remote: REMOTE },
    socket: SOCKET,
    fromAtNs,
    tallies,
    reports: direction === 'up' ? reportsRecord(fromAtNs, toAtNs, carried) : NO_REPORTS,
    ownProbes: own.record(false),
    peerSentBytes: direction === 'up' ? 0 : (tallies.receivedBytes.at(-1) ?? 0),
    error: null,
    ...over,
  };
}

export const NO_REPORTS: ReportsRecord = { atNs: [], receivedBytes: [], peerClockNs: [], peerCpuShare: [] };

/** The integral of the rate in steps of a millisecond, bytes, until so long after the begin. */
function carriedBytes(rate: (sinceNs: number) => number, ns: number): (sinceNs: number) => number {
  const steps = [0];
  for (let at = 0; at < ns; at += MS) {
    steps.push((steps.at(-1) as number) + (rate(at + MS / 2) * (MS / S)) / 8);
  }
  return (sinceNs) =>
    Math.round(steps[Math.min(steps.length - 1, Math.max(0, Math.round(sinceNs / MS)))] ?? 0);
}

function talliesRecord(
  direction: LoadDirection | 'both',
  fromNs: number,
  toNs: number,
  carried: (sinceNs: number) => number,
  ahead: { readonly ns: number; readonly bytes: number },
): TalliesRecord {
  const atNs = momentsOf(fromNs, toNs, TALLY_NS);
  const isSender = direction !== 'down';
  const isReceiver = direction !== 'up';
  const sentBytes = atNs.map((ns) => (isSender ? carried(ns - fromNs + ahead.ns) + ahead.bytes : 0));
  return {
    atNs,
    sentBytes,
    receivedBytes: atNs.map((ns) => (isReceiver ? carried(ns - fromNs) : 0)),
    tcp: tcpRecord(
      atNs.map((ns) => ns - fromNs),
      sentBytes,
      isSender,
    ),
  };
}

/** Busy all the time, with the congestion window in the way; nothing is sent again. */
function tcpRecord(
  sinceNs: readonly number[],
  sentBytes: readonly number[],
  isSender: boolean,
): TcpTalliesRecord {
  const all = (value: number): number[] => sinceNs.map(() => value);
  return {
    congestionWindowSegments: all(100),
    smoothedRttNs: all(MS),
    sentBytes,
    retransmittedBytes: all(0),
    unsentBytes: all(isSender ? 10_000 : 0),
    busyNs: isSender ? sinceNs : all(0),
    receiveWindowLimitedNs: all(0),
    sendBufferLimitedNs: all(0),
  };
}

function reportsRecord(fromNs: number, toNs: number, carried: (sinceNs: number) => number): ReportsRecord {
  const sent = momentsOf(fromNs, toNs, REPORT_NS);
  return {
    // Each comes a little later than the last but one.
    atNs: sent.map((ns, i) => ns + MS * (1 + (i % 3))),
    receivedBytes: sent.map((ns) => carried(ns - fromNs)),
    peerClockNs: sent.map((ns) => ns + PEER_ORIGIN_NS),
    peerCpuShare: sent.map(() => 0.2),
  };
}

/** At the end there is one more. */
function momentsOf(fromNs: number, toNs: number, everyNs: number): number[] {
  return Array.from({ length: Math.ceil((toNs - fromNs) / everyNs) }, (_, i) =>
    Math.min(toNs, fromNs + (i + 1) * everyNs),
  );
}

/** Collects probes with all their stamps. */
class Probes {
  private readonly dueAtNs: number[] = [];
  private readonly all: Parts[] = [];

  add(dueNs: number, parts: Parts): void {
    this.dueAtNs.push(dueNs);
    this.all.push(parts);
  }

  record(stamped: boolean): ProbesRecord {
    const { dueAtNs, all } = this;
    const list = (value: (parts: Parts) => number): number[] => all.map((parts) => Math.round(value(parts)));
    return {
      dueAtNs,
      sentAtNs: dueAtNs.map((ns) => ns + 1_000),
      rttNs: list(({ own, network, server }) => own + network + server),
      residenceNs: list(({ server }) => server),
      peerWaitNs: list(() => 0),
      layers: stamped
        ? {
            sendCallNs: list(() => 2_000),
            tcpWaitNs: list(() => 0),
            localQueueNs: list(({ own }) => own - 7_000),
            kernelRttNs: list(({ network, server }) => network + server),
            wakeUpNs: list(() => 5_000),
          }
        : null,
    };
  }
}
