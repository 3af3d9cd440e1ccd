/** A session as its record has it: what the engine found, and what is computed from the samples. */
import type { EngineSession, PathFacts } from '../net/engine.ts';
import type { EffectiveSocketOptions, SocketOptions } from '../net/socket-options.ts';
import type {
  PathRecord,
  PlanRecord,
  SessionRecord,
  SessionStatistics,
  SocketRecord,
} from '../result/result.ts';
import { goodputBitsPerSecond } from '../stats/goodput.ts';
import { summarize } from '../stats/summary.ts';
import { layersRecord } from './layers.ts';
import type { Plan, PlannedSession } from './plan.ts';
import type { Recorder } from './recorder.ts';

export function sessionRecord(
  { measurement, payloadBytes }: PlannedSession,
  session: EngineSession,
  recorder: Recorder,
  plannedWarmupProbes: number,
  termination: SessionRecord['termination'],
): SessionRecord {
  const { facts, path } = session;
  const { rttNs, sentAtNs, layers } = recorder.whole();
  const warmupProbes = recorder.soundAmong(plannedWarmupProbes);
  const statistics = statisticsOf(rttNs.slice(warmupProbes), payloadBytes);
  return {
    measurement,
    payloadBytes,
    messageBytes: session.messageBytes,
    local: facts.local,
    remote: facts.remote,
    connectNs: facts.connectNs,
    handshakeRttNs: facts.handshakeRttNs ?? null,
    readyText: session.readyText ?? null,
    echoForm: session.echoForm ?? null,
    termination,
    warmupProbes,
    suspendedProbes: recorder.spoiledCount,
    rttNs,
    sentAtNs,
    statistics,
    layers: layersRecord(layers, session.residenceSource, warmupProbes),
    path: path === undefined ? null : pathRecord(path, facts.socket, statistics),
    socket: facts.socket === undefined ? null : socketRecord(facts.socket),
    clientCpuShare: session.cpuShare ?? null,
  };
}

export function planRecord(plan: Plan): PlanRecord {
  return { ...plan, family: plan.family ?? null, socket: plannedSocketRecord(plan.socket) };
}

export function plannedSocketRecord(socket: SocketOptions): SocketRecord {
  return socketRecord({ noDelay: true, quickAck: false, multipath: false, ...socket });
}

function statisticsOf(rttNs: readonly number[], payloadBytes: number): SessionStatistics | null {
  const rtt = summarize(rttNs);
  if (rtt === null) return null;
  const goodput = rttNs.map((ns) => goodputBitsPerSecond(payloadBytes, ns));
  return { rttNs: rtt, goodputBitsPerSecond: rtt.min > 0 ? summarize(goodput) : null };
}

function pathRecord(
  path: PathFacts,
  socket: EffectiveSocketOptions | undefined,
  statistics: SessionStatistics | null,
): PathRecord {
  const { minRttNs, smoothedRttNs, retransmittedSegments, congestionWindowSegments } = path;
  const { sendMssBytes, pathMtuBytes, peerWindowBytes, ownWindowBytes } = path;
  const rttNs = statistics?.rttNs.median ?? 0;
  return {
    minRttNs,
    smoothedRttNs,
    retransmittedSegments,
    congestionWindowSegments,
    congestionControl: socket?.congestionControl ?? null,
    sendMssBytes,
    pathMtuBytes,
    peerWindowBytes,
    ownWindowBytes,
    windowBoundBitsPerSecond:
      peerWindowBytes === null || rttNs === 0 ? null : goodputBitsPerSecond(peerWindowBytes, rttNs),
  };
}

export function socketRecord(options: SocketOptions | EffectiveSocketOptions): SocketRecord {
  return {
    congestionControl: options.congestionControl ?? null,
    trafficClass: options.trafficClass ?? null,
    maxSegmentBytes: options.maxSegmentBytes ?? null,
    sendBufferBytes: options.sendBufferBytes ?? null,
    receiveBufferBytes: options.receiveBufferBytes ?? null,
    noDelay: options.noDelay ?? null,
    quickAck: options.quickAck ?? null,
    multipath: options.multipath ?? null,
    bindAddress: options.bindAddress ?? null,
    device: options.device ?? null,
  };
}
