/**
 * Brings the record of an older version up to the present one. What the older one did not record is null, fields
 * that nobody knows are kept, and everything computed is left to the analysis.
 */
import type { BlockRecord, PathRecord } from '../block-record.ts';
import type { ComparedSide, Comparison } from '../comparison.ts';
import type { PlanRecord } from '../plan-record.ts';
import type { Recording } from '../result.ts';
import type { FitRecord, SeriesRecord } from '../series-record.ts';
import type { Warning } from '../warnings.ts';
import { closedLoop, type Workload, withoutSize } from '../workload.ts';
import type { LayersV1, PathV1, ResultV1, SessionV1 } from './v1.ts';
import type {
  BlockV2,
  ComparisonV1,
  FitV2,
  MeasurementV2,
  PathV2,
  PlanV2,
  RecordingV2,
  SeriesV2,
  SideV1,
} from './v2.ts';

/** Version 1 ran one session for each size: one round of one block. */
export function fromVersion1(result: ResultV1): RecordingV2 {
  const { startedAt, durationNs, plan, sessions, warnings: _, ...rest } = result;
  const complete = result.outcome.status === 'complete';
  return {
    ...rest,
    version: 2,
    plan: { ...plan, blocks: 1, spreadNs: 0, precision: null, maxTimeNs: null, seed: 0 },
    runs: [{ startedAt, durationNs, health: null }],
    blocks: sessions.map(blockOfSession),
    stop: {
      reason: complete ? 'blocks' : 'ended-early',
      rounds: complete ? 1 : 0,
      achievedPrecision: null,
    },
  };
}

/** Version 2 knew a series by two facts, had its samples beside the block's others, and one figure that follows from them. */
export function fromVersion2({ plan, blocks, ...rest }: RecordingV2): Recording {
  return { ...rest, version: 3, plan: planOf(plan), blocks: blocks.map(blockOf) };
}

/** What version 2 computed, for a comparison with what the samples give. */
export function seriesFromVersion2(series: SeriesV2): SeriesRecord {
  // It stood with the connections then.
  return { ...withWorkload(series), windowBoundBitsPerSecond: null };
}

export function fitFromVersion2({ measurement, ...rest }: FitV2): FitRecord {
  return { workload: withoutSize(closedLoop(measurement, 0)), ...rest };
}

/** Nothing in a comparison is computed again: of what its doubts were found in, it has no samples. */
export function comparisonFromVersion1({ a, b, series, leftOut, ...rest }: ComparisonV1): Comparison {
  return {
    ...rest,
    version: 2,
    a: sideOf(a),
    b: sideOf(b),
    series: series.map(withWorkload),
    leftOut: leftOut.map(withWorkload),
  };
}

function sideOf({ plan, warnings, ...rest }: SideV1): ComparedSide {
  return { ...rest, plan: planOf(plan), warnings: warnings.map(warningOf) };
}

function warningOf({ series, ...warning }: SideV1['warnings'][number]): Warning {
  const { measurement, payloadBytes, ...rest } = warning;
  const own =
    measurement === undefined || payloadBytes === undefined ? series : { measurement, payloadBytes };
  const workload = own === undefined ? {} : { workload: own === null ? null : workloadOf(own) };
  // The schema of the old version has asked for what every warning has, and nothing reads more of one in a comparison.
  return { ...rest, ...workload } as unknown as Warning;
}

function planOf({ measurements, ...rest }: PlanV2): PlanRecord {
  return { ...rest, workloads: measurements.map(workloadOf) };
}

function blockOf({ warmupProbes, rttNs, sentAtNs, layers, path, ...rest }: BlockV2): BlockRecord {
  return {
    ...withWorkload(rest),
    path: path === null ? null : pathOf(path),
    samples: { form: 'raw', warmupProbes, rttNs, sentAtNs, layers },
  };
}

function pathOf({ windowBoundBitsPerSecond: _, ...path }: PathV2): PathRecord {
  return path;
}

function withWorkload<T extends MeasurementV2>({
  measurement,
  payloadBytes,
  ...rest
}: T): Omit<T, keyof MeasurementV2> & { workload: Workload } {
  return { workload: closedLoop(measurement, payloadBytes), ...rest };
}

function workloadOf({ measurement, payloadBytes }: MeasurementV2): Workload {
  return closedLoop(measurement, payloadBytes);
}

function blockOfSession({ statistics: _, layers, path, ...rest }: SessionV1): BlockV2 {
  return {
    run: 1,
    round: 1,
    kind: 'measured',
    ...rest,
    layers: layers === null ? null : withoutStatistics(layers),
    path: path === null ? null : withoutLimits(path),
    scheduling: null,
    garbageCollections: null,
    readsPerEcho: null,
  };
}

function withoutStatistics({ missing: _, statistics: __, ...lists }: LayersV1): BlockV2['layers'] {
  return lists;
}

function withoutLimits(path: PathV1): BlockV2['path'] {
  return { ...path, busyNs: null, receiveWindowLimitedNs: null, sendBufferLimitedNs: null };
}
