/** A block as its record has it: its samples, and what the engine found of its connection. */
import type { EcholotError } from '../core/errors.ts';
import type { SocketOptions, SocketRecord } from '../facts/socket.ts';
import type { EngineSession, SessionPath } from '../net/engine.ts';
import type { BlockRecord, PathRecord, RawBlock } from '../result/block-record.ts';
import type { PlanRecord } from '../result/plan-record.ts';
import type { LayersRecord } from '../result/samples.ts';
import type { Plan } from './exchange/plan.ts';
import type { Recorder, SampleLayers } from './exchange/recorder.ts';
import type { BlockSpec } from './exchange/schedule.ts';
import { errorRecord } from './outcome.ts';

export function blockRecord(
  { workload, round, kind, warmupProbes: plannedWarmupProbes }: BlockSpec,
  session: EngineSession,
  recorder: Recorder,
  termination: BlockRecord['termination'],
  failure: EcholotError | undefined,
): RawBlock {
  const { facts, path } = session;
  const { rttNs, sentAtNs, layers } = recorder.whole();
  const warmupProbes = recorder.soundAmong(plannedWarmupProbes);
  return {
    run: 1,
    round,
    kind,
    workload,
    messageBytes: session.messageBytes,
    local: facts.local,
    remote: facts.remote,
    connectNs: facts.connectNs,
    handshakeRttNs: facts.handshakeRttNs ?? null,
    readyText: session.readyText ?? null,
    echoForm: session.echoForm ?? null,
    firstEchoNumber: session.firstEchoNumber ?? null,
    termination,
    suspendedProbes: recorder.spoiledCount,
    samples: {
      form: 'raw',
      warmupProbes,
      rttNs,
      sentAtNs,
      layers: layersRecord(layers, session.residenceSource ?? null),
    },
    path: path === undefined ? null : pathRecord(path, facts.socket),
    socket: facts.socket === undefined ? null : socketRecord(facts.socket),
    ...(facts.tls === undefined ? {} : { tls: facts.tls }),
    clientCpuShare: session.cpuShare ?? null,
    scheduling: session.scheduling ?? null,
    garbageCollections: session.garbageCollections ?? null,
    readsPerEcho: session.readsPerEcho ?? null,
    serverBusy: session.serverBusy ?? null,
    error: failure === undefined ? null : errorRecord(failure),
  };
}

function layersRecord(
  layers: SampleLayers | null,
  residenceSource: LayersRecord['residenceSource'],
): LayersRecord | null {
  return layers === null ? null : { residenceSource, ...layers };
}

export function planRecord(plan: Plan): PlanRecord {
  // A record is for others: nothing of the token is in it.
  const { token: _, ...rest } = plan;
  return {
    ...rest,
    family: plan.family ?? null,
    delayUnit: plan.delayUnit ?? null,
    socket: plannedSocketRecord(plan.socket),
  };
}

export function plannedSocketRecord(socket: SocketOptions): SocketRecord {
  const { tls, ...options } = socket;
  const record = socketRecord({ noDelay: true, quickAck: false, multipath: false, ...options });
  return tls === undefined ? record : { ...record, tls: true };
}

function pathRecord(path: SessionPath, socket: SocketRecord | undefined): PathRecord {
  const { minRttNs, smoothedRttNs, retransmittedSegments } = path;
  const { congestionWindowSegments, firstCongestionWindowSegments } = path;
  const { sendMssBytes, pathMtuBytes, peerWindowBytes, ownWindowBytes } = path;
  const { busyNs, receiveWindowLimitedNs, sendBufferLimitedNs } = path;
  return {
    minRttNs,
    smoothedRttNs,
    retransmittedSegments,
    congestionWindowSegments,
    firstCongestionWindowSegments,
    congestionControl: socket?.congestionControl ?? null,
    sendMssBytes,
    pathMtuBytes,
    peerWindowBytes,
    ownWindowBytes,
    busyNs,
    receiveWindowLimitedNs,
    sendBufferLimitedNs,
  };
}

export function socketRecord(options: Omit<SocketOptions, 'tls'> | SocketRecord): SocketRecord {
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
