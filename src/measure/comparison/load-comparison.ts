/** Compares two targets, or two ways to load one: pairs of short loads, one of each side, in random order. */
import type { LabelledLoads, LoadComparisonContext } from '../../analysis/load/compared/compare-loads.ts';
import type { LoadComparison } from '../../result/load/load-comparison.ts';
import type { LoadResult } from '../../result/load/load-result.ts';
import type { TurnsRecord } from '../../result/turns.ts';
import { Activity, type ActivityDeps, type Handle, type LostEvent } from '../activity.ts';
import type { LoadEvent } from '../load/load-events.ts';
import type { LoadOptions } from '../load/load-plan.ts';
import type { Load } from '../load/load-run.ts';
import { toolInfo } from '../machine/system.ts';
import { asEcholotError, CompareLoadsError, type LoadComparisonOutcome, outcomeOf } from '../outcome.ts';
import { type CompareLoadsOptions, planLoadComparison, type SideOptions } from './load-comparison-plan.ts';
import { type RunsInTurns, runInTurns, type Side } from './turns.ts';

/** One load after the other: which one it is, and what it tells. */
export type LoadComparisonEvent =
  | LostEvent
  | { readonly kind: 'load'; readonly side: Side; readonly round: number; readonly rounds: number }
  | { readonly kind: 'of-load'; readonly event: LoadEvent };

/**
 * A comparison under way. Its `result` rejects with a {@link CompareLoadsError} when a load failed or it was cancelled,
 * whose own `result` holds what was compared, if anything. `cancel` ends it at once.
 */
export type LoadComparisonRun = Handle<LoadComparisonEvent, LoadComparisonOutcome>;

export interface CompareLoadsDeps extends Pick<ActivityDeps, 'clock'> {
  /** Starts one load. */
  readonly load: (options: LoadOptions) => Load;
  /** Of `analysis/load`, once it is loaded. */
  readonly compare: (
    a: LabelledLoads,
    b: LabelledLoads,
    context: LoadComparisonContext,
  ) => LoadComparison | Promise<LoadComparison>;
}

/** Starts a comparison of loads. @throws EcholotError `usage` at once when the options cannot be. */
export function startLoadComparison(deps: CompareLoadsDeps, options: CompareLoadsOptions): LoadComparisonRun {
  const { sides, turns } = planLoadComparison(options);
  const activity = new Activity<LoadComparisonEvent>(deps, options.signal);
  return activity.start(
    () => new LoadTurns(deps, options, sides, turns, activity).run(),
    async () => {},
  );
}

class LoadTurns {
  private readonly deps: CompareLoadsDeps;
  private readonly options: CompareLoadsOptions;
  private readonly sides: SideOptions;
  private readonly turns: TurnsRecord;
  private readonly activity: Activity<LoadComparisonEvent>;
  /** Of complete rounds. */
  private readonly loads: RunsInTurns<LoadResult> = { a: [], b: [] };

  constructor(
    deps: CompareLoadsDeps,
    options: CompareLoadsOptions,
    sides: SideOptions,
    turns: TurnsRecord,
    activity: Activity<LoadComparisonEvent>,
  ) {
    this.deps = deps;
    this.options = options;
    this.sides = sides;
    this.turns = turns;
    this.activity = activity;
  }

  /** @throws CompareLoadsError */
  async run(): Promise<LoadComparisonOutcome> {
    const { clock } = this.activity;
    try {
      await runInTurns(
        this.turns,
        () => clock.nowNs(),
        this.loads,
        (side, round) => this.runLoad(side, round),
      );
    } catch (error) {
      const failure = asEcholotError(error);
      const result = this.loads.a.length > 0 ? await this.outcome(outcomeOf(failure)) : undefined;
      throw new CompareLoadsError(failure, result);
    }
    return await this.outcome(outcomeOf(undefined));
  }

  private async runLoad(side: Side, round: number): Promise<LoadResult> {
    const { activity, deps, sides, turns } = this;
    activity.tell({ kind: 'load', side, round, rounds: turns.rounds });
    const load = deps.load({ ...sides[side], signal: activity.signal });
    for await (const event of load) activity.tell({ kind: 'of-load', event });
    return await load.result;
  }

  private async outcome(outcome: LoadComparison['outcome']): Promise<LoadComparisonOutcome> {
    const { a, b } = this.loads;
    const { options, turns } = this;
    const comparison = await this.deps.compare(
      { label: options.a.label, loads: a },
      { label: options.b.label, loads: b },
      { tool: toolInfo(), turns, outcome },
    );
    return { comparison, a, b };
  }
}
