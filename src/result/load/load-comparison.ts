/**
 * The record of a comparison of loads, version 1, under the rules of `result.ts`: what is absent is null. It holds what
 * each load showed, so that all that is said of B against A can be made again from it. The JSON schema in `docs/spec/`
 * is generated from these types and their comments.
 */
import type { LoadDirection } from '../../facts/load.ts';
import type { Envelope } from '../envelope.ts';
import type { AddressesRecord, Outcome, SystemInfo } from '../result.ts';
import type { ComparedInterval, ComparedVerdict, TurnsRecord } from '../turns.ts';
import type { GrantRecord, LoadEngineInfo, LoadPhaseName, LoadPlanRecord } from './load-result.ts';
import type { LoadDoubt } from './load-statistics.ts';

/** Two targets or settings under load, as written by `echolot compare --load --json`. */
export interface LoadComparison extends Envelope<'echolot-load-comparison', 1> {
  /**
   * Whether the loads of both took turns in one run. If not, whatever changed between them is part of the difference.
   */
  readonly interleaved: boolean;
  /** How many pairs of loads were asked for, and in which order; null where the loads did not take turns. */
  readonly turns: TurnsRecord | null;
  /** What the other is compared with. */
  readonly a: ComparedLoads;
  /** What is compared. */
  readonly b: ComparedLoads;
  /** What B is said to be against A: of each phase that carried data its goodput, and its increase where there was an idle phase. */
  readonly figures: readonly ComparedFigure[];
  /** How the comparison ended; a cancelled or failed one keeps the pairs that were complete until then. */
  readonly outcome: Outcome;
}

export interface ComparedLoads {
  /** What it is called: its file, its target, or the value of the option that differs. */
  readonly label: string;
  /** The files it was read from; null where it was measured for this comparison. */
  readonly files: readonly string[] | null;
  /** The machine on which the client of the first load ran. */
  readonly system: SystemInfo;
  /** What carried the first load. */
  readonly engine: LoadEngineInfo;
  /** What was asked for. */
  readonly plan: LoadPlanRecord;
  /** What the server granted the first load; null of an echo server, and where nothing was granted. */
  readonly granted: GrantRecord | null;
  /** How the name of its host became an address in its first load; null where it was given as one. */
  readonly addresses: AddressesRecord | null;
  /** Numeric addresses that its data went to or came from. */
  readonly remotes: readonly string[];
  /** Its loads in the order of time. */
  readonly loads: readonly LoadFigures[];
}

/** What one load showed. */
export interface LoadFigures {
  /** Which pair it is of, from 1; null where the loads did not take turns. */
  readonly round: number | null;
  /** When it started, ISO 8601 in UTC. */
  readonly startedAt: string;
  /** Each phase that carried data, and ran to its end. */
  readonly phases: readonly PhaseFigures[];
  /** What makes its own figures doubtful, but for its length: an interval rests on all loads together. */
  readonly doubts: readonly LoadDoubt[];
}

export interface PhaseFigures {
  /** Which phase. */
  readonly phase: LoadPhaseName;
  /** Whether its load settled; if not, its figures are of its second half. */
  readonly hasSettled: boolean;
  /** Goodput towards the client, counted by the receiver; null in a phase without that direction. */
  readonly downBitsPerSecond: number | null;
  /** Goodput towards the server, counted by the receiver; null in a phase without that direction. */
  readonly upBitsPerSecond: number | null;
  /** Median round trip of the foreign probes less that in the idle phase, ns, which may be below zero; null without either. */
  readonly increase: number | null;
}

export interface ComparedFigure {
  /** `goodput`: B's over A's, of 1; `increase`: of the median round trip, B's less A's, ns. */
  readonly of: 'goodput' | 'increase';
  /** Which phase. */
  readonly phase: LoadPhaseName;
  /** Which way the data went; null of an increase, which is of the phase. */
  readonly direction: LoadDirection | null;
  /** Pairs of loads that have it on both sides; null where the loads did not take turns. */
  readonly pairs: number | null;
  /** A's, bit/s or ns: of loads that took turns their median, of others their mean, the geometric one of goodput. */
  readonly a: number;
  /** B's, in the same way. */
  readonly b: number;
  /** B over A, or B less A: of loads that took turns the middle of all loads of B against all of A (Hodges-Lehmann), else of the means. */
  readonly value: number;
  /** Its interval; null where there is none. */
  readonly interval: ComparedInterval | null;
  /** Why there is no interval: loads of one unchanged path differ, and too few do not show by how much; null when there is one. */
  readonly refused: 'too-few-loads' | null;
  /**
   * `higher`, `lower`: what is said of B where the interval lies on one side of no difference. `no-difference-shown`: it
   * holds it and reaches no further than 5 %, or than 1 ms of an increase. `too-uncertain`: it holds it and reaches
   * further, or there is none.
   */
  readonly verdict: ComparedVerdict;
}
