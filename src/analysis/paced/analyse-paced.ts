/**
 * What paced probes mean, derived from their recording: response times from when each was due, service times from when it
 * was sent, what was asked and what was had, and what makes all that doubtful. Pure: the same recording gives the same
 * statistics, today and from its file.
 */
import type { PacedHistogram, PacedRecording, PacedStepRecord } from '../../result/paced/paced-result.ts';
import type {
  PacedLayerStatistics,
  PacedLayerTimes,
  PacedStatistics,
  PacedStepStatistics,
  PacedTimes,
} from '../../result/paced/paced-statistics.ts';
import { pacedDoubts } from './doubts.ts';
import { answeredPerSecond, timesOf } from './estimates.ts';
import { wholeParts } from './parts.ts';
import { isSaturated } from './saturation.ts';
import { Times } from './times.ts';

const NS_PER_S = 1_000_000_000;

export function analysePaced(recording: PacedRecording): PacedStatistics {
  const steps = recording.steps.map(stepStatistics);
  return { steps, doubts: pacedDoubts(recording, steps) };
}

function stepStatistics(step: PacedStepRecord): PacedStepStatistics {
  const { askedPerSecond, fromAtNs, toAtNs, counts, late, parts } = step;
  const seconds = (toAtNs - fromAtNs) / NS_PER_S;
  const sentWithin = parts.reduce((sum, part) => sum + part.sent, 0);
  const lateness = late.lateness.count === 0 ? null : new Times(late.lateness, 0);
  const lateSends = late.byThread + late.bySocket + late.byAnswer;
  return {
    askedPerSecond,
    duePerSecond: counts.due / seconds,
    sentPerSecond: sentWithin / seconds,
    answeredPerSecond: answeredPerSecond(step),
    backlog: parts.at(-1)?.backlog ?? 0,
    missing: missingOf(step, 'response'),
    response: timesOfKind(step, 'response'),
    service: timesOfKind(step, 'service'),
    layers: layersOf(step),
    lateShare: counts.sent === 0 ? 0 : lateSends / counts.sent,
    lateP50: lateness?.quantile(0.5) ?? null,
    lateP99: lateness?.quantile(0.99) ?? null,
    lateMax: late.lateness.maxNs,
    isSaturated: isSaturated(step),
  };
}

/** Whoever was never sent has no service time, and its response is longer than all others. */
export function missingOf({ counts }: PacedStepRecord, kind: 'response' | 'service'): number {
  return kind === 'response' ? counts.due - counts.answered : counts.lost;
}

function layersOf({ layers }: PacedStepRecord): PacedLayerStatistics | null {
  if (layers === null) return null;
  const of = (record: PacedHistogram): PacedLayerTimes => {
    const times = new Times(record, 0);
    return { count: record.count, p50: times.quantile(0.5) ?? 0, p99: times.quantile(0.99) ?? 0 };
  };
  const { sendCall, tcpWait, localQueue, kernelRtt, wakeUp } = layers;
  return {
    sendCall: of(sendCall),
    tcpWait: of(tcpWait),
    localQueue: of(localQueue),
    kernelRtt: of(kernelRtt),
    wakeUp: of(wakeUp),
  };
}

function timesOfKind(step: PacedStepRecord, kind: 'response' | 'service'): PacedTimes | null {
  const record: PacedHistogram = step[kind];
  if (record.count === 0) return null;
  return timesOf(new Times(record, missingOf(step, kind)), wholeParts(step), kind);
}
