/** Intervals as a monitor keeps them, made up for tests. */
import type {
  Counts,
  FailureReason,
  IntervalSummary,
  LayerSummary,
} from '../../src/monitor/records/interval.ts';

export const STEP_MS = 10_000;

export interface MadeUp {
  /** All percentiles of echoes, ns; absent of an interval without an answer. */
  readonly valueNs?: number;
  readonly runs?: number;
  readonly unsentRuns?: number;
  readonly lost?: number;
  readonly load?: IntervalSummary['load'];
}

/** The `place`-th of every ten seconds, of one run with 20 probes. */
export function intervalOf(place: number, made: MadeUp = {}): IntervalSummary {
  const { valueNs, runs = 1, unsentRuns = 0, lost = 0 } = made;
  const answered = valueNs === undefined ? 0 : 20 - lost;
  const failures: Counts<FailureReason> =
    runs === unsentRuns ? {} : { timeout: valueNs === undefined ? runs : lost };
  return {
    fromMs: place * STEP_MS,
    toMs: (place + 1) * STEP_MS,
    runs,
    answeredRuns: valueNs === undefined ? 0 : runs - unsentRuns,
    unsentRuns,
    probes: runs === 0 ? 0 : 20,
    answered,
    failures,
    skipped: runs === 0 ? { busy: 1 } : {},
    doubts: {},
    layers: valueNs === undefined ? {} : { application: summaryOf(valueNs, answered) },
    ...(made.load === undefined ? {} : { load: made.load }),
  };
}

/** Nothing was measured. */
export const GAP: MadeUp = { runs: 0 };
/** The target did not answer. */
export const DOWN: MadeUp = {};

function summaryOf(ns: number, count: number): LayerSummary {
  return {
    count,
    minNs: ns,
    p5Ns: ns,
    p25Ns: ns,
    p50Ns: ns,
    p75Ns: ns,
    p90Ns: ns,
    p99Ns: ns,
    maxNs: ns,
  };
}
