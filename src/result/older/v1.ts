/**
 * The record of a run as version 1 had it: a session where there are blocks now, no rounds, and statistics within
 * each session. Only for reading; what is in its warnings does not matter, since they are found again.
 */
import type { Summary } from '../../stats/summary.ts';
import type { LayersRecord } from '../samples.ts';
import type { MissingStamps } from '../series-record.ts';
import type { BlockV2, PathV2, PlanV2, RecordingV2 } from './v2.ts';

export interface ResultV1 extends Omit<RecordingV2, 'version' | 'plan' | 'runs' | 'blocks' | 'stop'> {
  readonly version: 1;
  readonly startedAt: string;
  readonly durationNs: number;
  readonly plan: PlanV1;
  readonly sessions: readonly SessionV1[];
  readonly warnings: readonly unknown[];
}

export interface PlanV1
  extends Omit<
    PlanV2,
    'blocks' | 'probes' | 'warmupProbes' | 'spreadNs' | 'precision' | 'maxTimeNs' | 'seed'
  > {
  readonly probes: number;
  readonly warmupProbes: number;
}

export interface SessionV1
  extends Omit<
    BlockV2,
    'run' | 'round' | 'kind' | 'layers' | 'path' | 'scheduling' | 'garbageCollections' | 'readsPerEcho'
  > {
  readonly statistics: StatisticsV1 | null;
  readonly layers: LayersV1 | null;
  readonly path: PathV1 | null;
}

export interface StatisticsV1 {
  readonly rttNs: Summary;
  readonly goodputBitsPerSecond: Summary | null;
}

export interface LayersV1 extends Omit<LayersRecord, 'tcpWaitNs' | 'serverTcpWaitNs'> {
  readonly missing: MissingStamps;
  readonly statistics: LayerSummariesV1;
}

export interface LayerSummariesV1 {
  readonly sendCallNs: Summary | null;
  readonly localQueueNs: Summary | null;
  readonly kernelRttNs: Summary | null;
  readonly wakeUpNs: Summary | null;
  readonly residenceNs: Summary | null;
  readonly networkRttNs: Summary | null;
}

export interface PathV1
  extends Omit<
    PathV2,
    'busyNs' | 'receiveWindowLimitedNs' | 'sendBufferLimitedNs' | 'firstCongestionWindowSegments'
  > {}
