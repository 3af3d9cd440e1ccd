/**
 * The record of a comparison of paced probes, version 1, under the rules of `result.ts`: what is absent is null. It holds
 * what each run showed, so that all that is said of B against A can be made again from it. The JSON schema in `docs/spec/`
 * is generated from these types and their comments.
 */
import type { Envelope } from '../envelope.ts';
import type { AddressesRecord, Outcome, SystemInfo } from '../result.ts';
import type { ComparedInterval, ComparedVerdict, TurnsRecord } from '../turns.ts';
import type { PacedEngineInfo, PacedPlanRecord, PacedServerRecord } from './paced-result.ts';
import type { PacedDoubt } from './paced-statistics.ts';

/** Open loops, or closed ones at their limit, of two targets or settings, as written by `echolot compare --json`. */
export interface PacedComparison extends Envelope<'echolot-paced-comparison', 1> {
  /** Whether the runs of both took turns. If not, whatever changed between them is part of the difference. */
  readonly interleaved: boolean;
  /** How many pairs of runs were asked for, and in which order; null where the runs did not take turns. */
  readonly turns: TurnsRecord | null;
  /** What the other is compared with. */
  readonly a: ComparedPaced;
  /** What is compared. */
  readonly b: ComparedPaced;
  /** What B is said to be against A: at each rate that both were asked for, its times and what it answered. */
  readonly figures: readonly PacedComparedFigure[];
  /** How the comparison ended; a cancelled or failed one keeps the pairs that were complete until then. */
  readonly outcome: Outcome;
}

export interface ComparedPaced {
  /** What it is called: its file, its target, or the value of the option that differs. */
  readonly label: string;
  /** The files it was read from; null where it was measured for this comparison. */
  readonly files: readonly string[] | null;
  /** The machine on which the client of the first run was. */
  readonly system: SystemInfo;
  /** What carried the probes of the first run. */
  readonly engine: PacedEngineInfo;
  /** What was asked for in the first run. */
  readonly plan: PacedPlanRecord;
  /** What was found out about the server in the first run; null when no connection was set up. */
  readonly server: PacedServerRecord | null;
  /** How the name of its host became an address in its first run; null where it was given as one. */
  readonly addresses: AddressesRecord | null;
  /** Numeric addresses that its probes went to. */
  readonly remotes: readonly string[];
  /** Its runs in the order of time. */
  readonly runs: readonly PacedFigures[];
}

/** What one run showed. */
export interface PacedFigures {
  /** Which pair it is of, from 1; null where the runs did not take turns. */
  readonly round: number | null;
  /** When it started, ISO 8601 in UTC. */
  readonly startedAt: string;
  /** Each step that ran to its end. */
  readonly steps: readonly PacedStepFigures[];
  /** What makes its own figures doubtful, as far as it is of what is compared. */
  readonly doubts: readonly PacedDoubt[];
}

export interface PacedStepFigures {
  /** The rate asked for, probes a second; null for a closed loop. */
  readonly askedPerSecond: number | null;
  /** Probes that were due. */
  readonly due: number;
  /** Of those, lost or never sent: for a percentile of the response they count as longer than all others. */
  readonly missing: number;
  /** Echoes a second, the median of the parts of the step. */
  readonly answeredPerSecond: number | null;
  /** Median from due, ns; null where it is among the missing. */
  readonly responseP50: number | null;
  /** The 99th percentile from due, ns; null where it is among the missing. */
  readonly responseP99: number | null;
  /** Median from sent, ns; null where it is among the missing. */
  readonly serviceP50: number | null;
  /** Whether the queue grew to the end: its times are of this length of step only. */
  readonly isSaturated: boolean;
}

/** In the order in which they are told. Of a closed loop response and service are one, and compared once. */
export const PACED_COMPARED = ['response.p50', 'response.p99', 'service.p50', 'answered'] as const;
export type PacedComparedOf = (typeof PACED_COMPARED)[number];

export interface PacedComparedFigure {
  /** What is compared: times from due or from sent, or echoes a second. */
  readonly of: PacedComparedOf;
  /** At which rate, probes a second; null for a closed loop. */
  readonly askedPerSecond: number | null;
  /** Pairs of runs that have it on both sides; null where the runs did not take turns. */
  readonly pairs: number | null;
  /** A's, ns or echoes a second: of runs that took turns their median, of others their geometric mean; null where it is not known. */
  readonly a: number | null;
  /** B's, in the same way. */
  readonly b: number | null;
  /** B over A: of runs that took turns the middle of all runs of B against all of A (Hodges-Lehmann), else of the means; null where either is. */
  readonly value: number | null;
  /** Its interval; null where there is none. */
  readonly interval: ComparedInterval | null;
  /** Why there is no interval; null when there is one. */
  readonly refused: PacedComparisonRefusal | null;
  /**
   * `higher`, `lower`: what is said of B where the interval lies on one side of 1. `no-difference-shown`: it holds 1 and
   * reaches no further than 5 %. `too-uncertain`: it holds 1 and reaches further, or there is none.
   */
  readonly verdict: ComparedVerdict;
}

/**
 * `too-few-runs`: runs of one unchanged target differ, and too few do not show by how much. `too-few-probes`: a run has
 * too few for this percentile. `missing`: in a run it is among the probes that were never answered, longer than all others.
 */
export type PacedComparisonRefusal = 'too-few-runs' | 'too-few-probes' | 'missing';
