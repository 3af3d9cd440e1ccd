/** All that makes the figures of paced probes doubtful. Each kind is one question, and silent where its answer is no. */
import type { PacedRecording, PacedStepRecord } from '../../result/paced/paced-result.ts';
import {
  PACED_SHARES,
  type PacedDoubt,
  type PacedStepStatistics,
} from '../../result/paced/paced-statistics.ts';
import { leastOf, mostOf } from '../../stats/extremes.ts';
import { supportsQuantile } from '../../stats/quantile/quantiles.ts';

/** From this share of late sends on a p99 is that of this program. */
const LATE_SHARE = 0.01;
/** What moves the p99 of response times by less is no matter beside them. */
const LITTLE_OF_P99 = 0.02;
/** Fewer that were late for another reason move the p99 of all by little. */
const OTHERS_SHARE = 0.001;
/** The rest of a rate may be a probe at the edge. */
const KEPT_SHARE = 0.99;
/** Connections that take turns, or wait each for itself, are more alike. */
const UNEVEN_FACTOR = 2;
/** Fewer differ by chance. */
const UNEVEN_PROBES = 100;

interface Step {
  /** From 1. */
  readonly step: number;
  readonly record: PacedStepRecord;
  readonly statistics: PacedStepStatistics;
}

type StepFinder = (step: Step, recording: PacedRecording) => readonly PacedDoubt[];

/** What spoils most comes first. */
const OF_STEPS: readonly StepFinder[] = [
  generatorLate,
  inFlightLimit,
  rateNotKept,
  saturated,
  uneven,
  fewProbes,
];

/** Those of one kind in the order of the steps. */
export function pacedDoubts(
  recording: PacedRecording,
  statistics: readonly PacedStepStatistics[],
): PacedDoubt[] {
  const steps = statistics.map((one, i) => ({
    step: i + 1,
    record: recording.steps[i] as PacedStepRecord,
    statistics: one,
  }));
  return [
    ...suspended(recording),
    ...connectionLost(recording),
    ...noPipelining(recording),
    ...OF_STEPS.flatMap((find) => steps.flatMap((step) => find(step, recording))),
  ];
}

function suspended({ continuedAtNs }: PacedRecording): PacedDoubt[] {
  const times = continuedAtNs.length;
  return times === 0 ? [] : [{ kind: 'suspended', times }];
}

function connectionLost({ connections, steps }: PacedRecording): PacedDoubt[] {
  const lost = connections.filter(({ lostAtNs }) => lostAtNs !== null).length;
  const probes = steps.reduce((sum, { counts }) => sum + counts.lost, 0);
  return lost === 0 ? [] : [{ kind: 'connection-lost', connections: lost, probes }];
}

/** A rate that is never held up by it needs no pipeline. */
function noPipelining({ server, plan, steps }: PacedRecording): PacedDoubt[] {
  const { inFlight: asked, ratesPerSecond } = plan;
  if (server === null || asked === 1 || server.inFlight > 1) return [];
  const isFelt = ratesPerSecond.length === 0 || steps.some((step) => limitedShare(step) >= LATE_SHARE);
  return isFelt ? [{ kind: 'no-pipelining', asked }] : [];
}

/** Of the probes that were sent, those that waited for answers. */
function limitedShare({ late, counts }: PacedStepRecord): number {
  return counts.sent === 0 ? 0 : late.byAnswer / counts.sent;
}

function generatorLate({ step, record: { late, counts }, statistics }: Step): PacedDoubt[] {
  const lateShare = counts.sent === 0 ? 0 : late.byThread / counts.sent;
  const { lateP99, response } = statistics;
  const littleNs = LITTLE_OF_P99 * (response?.p99.value ?? 0);
  if (lateShare < LATE_SHARE || (lateP99 !== null && lateP99 < littleNs)) return [];
  const isOwn = late.bySocket + late.byAnswer < OTHERS_SHARE * counts.sent;
  const p99Ns = isOwn ? Math.round(lateP99 ?? 0) : null;
  return [{ kind: 'generator-late', step, lateShare, p99Ns }];
}

function inFlightLimit({ step, record }: Step, { server }: PacedRecording): PacedDoubt[] {
  const share = limitedShare(record);
  if (server === null || share < LATE_SHARE) return [];
  return [{ kind: 'in-flight-limit', step, inFlight: server.inFlight, share }];
}

function rateNotKept({ step, statistics }: Step): PacedDoubt[] {
  const { askedPerSecond, duePerSecond, sentPerSecond } = statistics;
  if (askedPerSecond === null || sentPerSecond >= KEPT_SHARE * duePerSecond) return [];
  return [{ kind: 'rate-not-kept', step, askedPerSecond, sentPerSecond }];
}

function saturated({ step, statistics: { isSaturated, backlog } }: Step): PacedDoubt[] {
  return isSaturated ? [{ kind: 'saturated', step, backlog }] : [];
}

function uneven({ step, record: { byConnection } }: Step, { connections }: PacedRecording): PacedDoubt[] {
  const standing = byConnection.filter((_, i) => connections[i]?.lostAtNs === null);
  const answered = standing.map((share) => share.answered);
  if (answered.length < 2) return [];
  const fewest = leastOf(answered);
  const most = mostOf(answered);
  if (most < UNEVEN_PROBES || most <= UNEVEN_FACTOR * fewest) return [];
  return [{ kind: 'uneven', step, fewest, most }];
}

/** Of too few for a median; a percentile further out that has too few is left out of the report, which is no doubt. */
function fewProbes({ step, record: { counts } }: Step): PacedDoubt[] {
  return supportsQuantile(counts.due, PACED_SHARES.p50)
    ? []
    : [{ kind: 'few-probes', step, probes: counts.due }];
}
