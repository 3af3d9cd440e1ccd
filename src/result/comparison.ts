/**
 * The record of a comparison, version 2, under the rules of `result.ts`: integer nanoseconds, and what is absent
 * is null. The JSON schema in `docs/spec/` is generated from these types and their comments.
 */
import type { Envelope } from './envelope.ts';
import type { PlanRecord } from './plan-record.ts';
import type { AddressesRecord, EngineInfo, Outcome, StopRecord, SystemInfo } from './result.ts';
import type { Warning } from './warnings.ts';
import type { Workload } from './workload.ts';

/** Two results side by side, as written by `echolot compare --json`. */
export interface Comparison extends Envelope<'echolot-comparison', 2> {
  /**
   * Whether the blocks of both took turns in one run. If not, whatever changed between the two runs is part of the
   * difference.
   */
  readonly interleaved: boolean;
  /** What the other is compared with. */
  readonly a: ComparedSide;
  /** What is compared. */
  readonly b: ComparedSide;
  /** One for each workload that can be compared, in the order of the plan of A. */
  readonly series: readonly ComparedSeries[];
  /** Workloads that could not be compared. */
  readonly leftOut: readonly LeftOutSeries[];
  /** What ended the run of both; null where they had a run each. */
  readonly stop: StopRecord | null;
  /** How the comparison ended. */
  readonly outcome: Outcome;
}

export interface ComparedSide {
  /** What it is called: its file, its target, or the value of the option that differs. */
  readonly label: string;
  /** When its first run started, ISO 8601 in UTC. */
  readonly startedAt: string;
  /** How many runs it was made of. */
  readonly runs: number;
  /** The files it was read from; null or absent where it was measured for this comparison. */
  readonly files?: readonly string[] | null;
  /** The machine on which the client ran. */
  readonly system: SystemInfo;
  /** What did the measuring. */
  readonly engine: EngineInfo;
  /** What was asked for. */
  readonly plan: PlanRecord;
  /** How the name of its host became an address in its first run; null where it was given as one. */
  readonly addresses?: AddressesRecord | null;
  /** Numeric addresses that its blocks went to. */
  readonly remotes?: readonly string[];
  /** Doubts about this side alone. */
  readonly warnings: readonly Warning[];
}

export interface LeftOutSeries {
  /** The side that alone has it, or that had a round-trip time of 0. */
  readonly side: 'a' | 'b';
  /** What it is known by. */
  readonly workload: Workload;
  /**
   * `no-counterpart`: the other side has no sample to set against it; `zero-rtt`: the clock was too coarse and saw an RTT of 0, of
   * which there is no ratio.
   */
  readonly reason: 'no-counterpart' | 'zero-rtt';
}

export interface ComparedSeries {
  /** What it is known by; `rtt` is compared by round-trip times, ns, `throughput` by goodput, bits per second. */
  readonly workload: Workload;
  /** Pairs of blocks that ran one after the other; null where the blocks did not take turns. */
  readonly pairs: number | null;
  /** B's median over A's. */
  readonly median: RatioRecord;
  /** B's slow tail over A's: p99 of the round-trip times, p1 of the goodput. */
  readonly tail: RatioRecord;
  /**
   * Standard deviation of the medians of each side's runs, as a share of their mean; null for a side of one run.
   * Absent where the blocks took turns.
   */
  readonly runScatter?: { readonly a: number | null; readonly b: number | null } | null;
}

export interface RatioRecord {
  /** Which quantile, 0 to 1. */
  readonly p: number;
  /** A's, ns or bits per second: of all its samples; of separate runs the geometric mean of theirs. */
  readonly a: number;
  /** B's, in the same way. */
  readonly b: number;
  /** B over A; for the median of blocks that took turns the middle of the ratios of the pairs (Hodges-Lehmann). */
  readonly ratio: number;
  /** 95 % interval of the ratio; null where there is none. */
  readonly interval: RatioInterval | null;
  /**
   * Why there is no interval; null when there is one. `too-few-runs`: runs of one unchanged target differ, and a side
   * of one run does not show by how much. `too-few-samples`: of each side, or of each of separate runs. `too-few-pairs`: also where too few pairs have samples so
   * far out. (`too-few-blocks` is no longer written.)
   */
  readonly refused: 'too-few-samples' | 'too-few-pairs' | 'too-few-blocks' | 'too-few-runs' | null;
  /**
   * `faster`, `slower`: what is said of B where the interval lies on one side of 1. `no-difference-shown`: it
   * holds 1 and reaches no further than 5 % from it. `too-noisy`: it holds 1 and reaches further, or there is none.
   */
  readonly verdict: RatioVerdict;
}

export type RatioVerdict = 'faster' | 'slower' | 'no-difference-shown' | 'too-noisy';

export interface RatioInterval {
  /** The share of such intervals that hold the true ratio. */
  readonly level: number;
  /** Lower end. */
  readonly low: number;
  /** Upper end. */
  readonly high: number;
  /**
   * How it was made. Of pairs: `signed-rank`, or `pair-t` for five or six, of their ratios; `sign-flip` of how many samples of
   * each lie beyond the common quantile. Of runs: `run-welch` of the logarithms of their quantiles. Earlier versions wrote `pair-bootstrap`, `welch-t` and
   * `two-intervals`.
   */
  readonly method: string;
  /** How many pairs, or runs of the side that has fewer, it stands on. */
  readonly units: number;
}
