/**
 * Compares two targets, or two settings, by paced probes: pairs of short runs, one of each side, in random order. All
 * have the same moments at which probes are due, so that these are no difference.
 */
import type { LabelledPaced, PacedComparisonContext } from '../../analysis/paced/compared/compare-paced.ts';
import type { PacedComparison } from '../../result/paced/paced-comparison.ts';
import type { PacedResult } from '../../result/paced/paced-result.ts';
import type { TurnsRecord } from '../../result/turns.ts';
import { Activity, type ActivityDeps, type Handle, type LostEvent } from '../activity.ts';
import { toolInfo } from '../machine/system.ts';
import { asEcholotError, ComparePacedError, outcomeOf, type PacedComparisonOutcome } from '../outcome.ts';
import type { PacedEvent } from '../paced/paced-events.ts';
import type { PacedOptions } from '../paced/paced-plan.ts';
import type { Paced } from '../paced/paced-run.ts';
import {
  type ComparePacedOptions,
  type PacedSideOptions,
  planPacedComparison,
} from './paced-comparison-plan.ts';
import { type RunsInTurns, runInTurns, type Side } from './turns.ts';

/** One run after the other: which one it is, and what it tells. */
export type PacedComparisonEvent =
  | LostEvent
  | { readonly kind: 'run'; readonly side: Side; readonly round: number; readonly rounds: number }
  | { readonly kind: 'of-run'; readonly event: PacedEvent };

/**
 * A comparison under way. Its `result` rejects with a {@link ComparePacedError} when a run failed or it was cancelled,
 * whose own `result` holds what was compared, if anything. `cancel` ends it at once.
 */
export type PacedComparisonRun = Handle<PacedComparisonEvent, PacedComparisonOutcome>;

export interface ComparePacedDeps extends Pick<ActivityDeps, 'clock'> {
  /** Starts one run. */
  readonly measure: (options: PacedOptions) => Paced;
  /** Of `analysis/paced`, once it is loaded. */
  readonly compare: (
    a: LabelledPaced,
    b: LabelledPaced,
    context: PacedComparisonContext,
  ) => PacedComparison | Promise<PacedComparison>;
}

/** Starts a comparison of paced probes. @throws EcholotError `usage` at once when the options cannot be. */
export function startPacedComparison(
  deps: ComparePacedDeps,
  options: ComparePacedOptions,
): PacedComparisonRun {
  const { sides, turns } = planPacedComparison(options);
  const activity = new Activity<PacedComparisonEvent>(deps, options.signal);
  return activity.start(
    () => new PacedTurns(deps, options, sides, turns, activity).run(),
    async () => {},
  );
}

class PacedTurns {
  private readonly deps: ComparePacedDeps;
  private readonly options: ComparePacedOptions;
  private readonly sides: PacedSideOptions;
  private readonly turns: TurnsRecord;
  private readonly activity: Activity<PacedComparisonEvent>;
  /** Of complete rounds. */
  private readonly runs: RunsInTurns<PacedResult> = { a: [], b: [] };

  constructor(
    deps: ComparePacedDeps,
    options: ComparePacedOptions,
    sides: PacedSideOptions,
    turns: TurnsRecord,
    activity: Activity<PacedComparisonEvent>,
  ) {
    this.deps = deps;
    this.options = options;
    this.sides = sides;
    this.turns = turns;
    this.activity = activity;
  }

  /** @throws ComparePacedError */
  async run(): Promise<PacedComparisonOutcome> {
    const { clock } = this.activity;
    try {
      await runInTurns(
        this.turns,
        () => clock.nowNs(),
        this.runs,
        (side, round) => this.runOne(side, round),
      );
    } catch (error) {
      const failure = asEcholotError(error);
      const result = this.runs.a.length > 0 ? await this.outcome(outcomeOf(failure)) : undefined;
      throw new ComparePacedError(failure, result);
    }
    return await this.outcome(outcomeOf(undefined));
  }

  private async runOne(side: Side, round: number): Promise<PacedResult> {
    const { activity, deps, sides, turns } = this;
    activity.tell({ kind: 'run', side, round, rounds: turns.rounds });
    const run = deps.measure({ ...sides[side], seed: turns.seed, signal: activity.signal });
    for await (const event of run) activity.tell({ kind: 'of-run', event });
    return await run.result;
  }

  private async outcome(outcome: PacedComparison['outcome']): Promise<PacedComparisonOutcome> {
    const { a, b } = this.runs;
    const { options, turns } = this;
    const comparison = await this.deps.compare(
      { label: options.a.label, runs: a },
      { label: options.b.label, runs: b },
      { tool: toolInfo(), turns, outcome },
    );
    return { comparison, a, b };
  }
}
