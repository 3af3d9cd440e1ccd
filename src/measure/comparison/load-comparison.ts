/**
 * Compares two targets, or two ways to load one: pairs of short loads, one of each side, in random order. Half of the
 * pairs, if that can be, begin with A: what the first load of a pair does to the second then passes for no difference.
 */
import type { LabelledLoads, LoadComparisonContext } from '../../analysis/load/compared/compare-loads.ts';
import { usage } from '../../core/errors.ts';
import type { LoadComparison, TurnsRecord } from '../../result/load-comparison.ts';
import type { LoadResult } from '../../result/load-result.ts';
import { type Random, seededRandom } from '../../stats/distributions/random.ts';
import { Activity, type ActivityDeps, type Handle, type LostEvent } from '../activity.ts';
import { checkDuration, checkInteger, checkNames, type OptionNames } from '../checks.ts';
import { freshSeed, MAX_SEED } from '../exchange/plan.ts';
import { shuffled } from '../exchange/schedule.ts';
import type { LoadEvent } from '../load/load-events.ts';
import { carriesData, defaultPhases, type LoadOptions, type LoadPlan, planLoad } from '../load/load-plan.ts';
import type { Load } from '../load/load-run.ts';
import { toolInfo } from '../machine/system.ts';
import { asEcholotError, CompareLoadsError, type LoadComparisonOutcome, outcomeOf } from '../outcome.ts';

const NS_PER_MS = 1_000_000;
/** The fewest of which ranks tell something at the level of four figures together; some two and a half minutes. */
export const DEFAULT_ROUNDS = 8;
export const MAX_ROUNDS = 1_000;
/** Each load is short: the interval rests on their number. */
export const COMPARED_DATA_MS = 4_000;
export const COMPARED_REST_MS = 1_000;

export interface LoadSide {
  /** What it is called in the report. */
  readonly label: string;
  /** Phases, probe interval and bytes have to be the same on both sides. Phases last 1 s, and 4 s where they carry data. */
  readonly options: LoadOptions;
}

export interface CompareLoadsOptions {
  readonly a: LoadSide;
  readonly b: LoadSide;
  /** Pairs of loads. Default 8. */
  readonly rounds?: number;
  /** No pair begins after this time, ms. Default none. */
  readonly maxTimeMs?: number;
  /** Of the order within the pairs. Default a random one, which is in the record. */
  readonly seed?: number;
  /** Cancels the run. */
  readonly signal?: AbortSignal;
}

/** One load after the other: which one it is, and what it tells. */
export type LoadComparisonEvent =
  | LostEvent
  | { readonly kind: 'load'; readonly side: Side; readonly round: number; readonly rounds: number }
  | { readonly kind: 'of-load'; readonly event: LoadEvent };

type Side = 'a' | 'b';

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

const NAMES: OptionNames<CompareLoadsOptions> = {
  ...{ a: true, b: true, rounds: true, maxTimeMs: true, seed: true, signal: true },
};
const SIDE_NAMES: OptionNames<LoadSide> = { label: true, options: true };

/** Starts a comparison of loads. @throws EcholotError `usage` at once when the options cannot be. */
export function startLoadComparison(deps: CompareLoadsDeps, options: CompareLoadsOptions): LoadComparisonRun {
  const { sides, turns } = planLoadComparison(options);
  const activity = new Activity<LoadComparisonEvent>(deps, options.signal);
  return activity.start(
    () => new LoadTurns(deps, options, sides, turns, activity).run(),
    async () => {},
  );
}

/** What is asked of each load of a side. */
type SideOptions = Readonly<Record<Side, LoadOptions>>;

/** @throws EcholotError `usage` */
export function planLoadComparison(options: CompareLoadsOptions): {
  readonly sides: SideOptions;
  readonly turns: TurnsRecord;
} {
  checkNames(options, NAMES);
  const { rounds = DEFAULT_ROUNDS, maxTimeMs, seed = freshSeed() } = options;
  for (const side of [options.a, options.b]) checkNames(side, SIDE_NAMES);
  const sides = { a: shortened(options.a.options), b: shortened(options.b.options) };
  if (common(planLoad(sides.a)) !== common(planLoad(sides.b))) {
    throw usage(
      'both sides of a comparison have the same phases, probe interval, bytes and kind of server',
      'let only the targets differ, or one option of how to load them',
    );
  }
  const maxNs = maxTimeMs === undefined ? null : checkDuration('time limit', maxTimeMs, 1) * NS_PER_MS;
  return {
    sides,
    turns: {
      rounds: checkInteger('number of rounds', rounds, 1, MAX_ROUNDS),
      maxTimeNs: maxNs === null ? null : Math.round(maxNs),
      seed: checkInteger('seed', seed, 0, MAX_SEED),
    },
  };
}

/** With the durations of a comparison where none are given. */
function shortened(options: LoadOptions): LoadOptions {
  const { echo = false, phases = defaultPhases(echo).filter(({ name }) => name !== 'recovery') } = options;
  return {
    ...options,
    phases: phases.map(({ name, durationMs }) => ({
      name,
      durationMs: durationMs ?? (carriesData(name) ? COMPARED_DATA_MS : COMPARED_REST_MS),
    })),
  };
}

/** What must not differ, as a text. */
function common({ phases, probeIntervalNs, bytes, protocol }: LoadPlan): string {
  return JSON.stringify([phases, probeIntervalNs, bytes, protocol]);
}

/** Which side comes first in each round: each in half of them, as far as that can be. */
function firstSides(rounds: number, random: Random): Side[] {
  const halves = Array.from({ length: rounds - (rounds % 2) }, (_, i): Side => (i % 2 === 0 ? 'a' : 'b'));
  const odd: Side[] = rounds % 2 === 0 ? [] : [random() < 0.5 ? 'a' : 'b'];
  return shuffled([...halves, ...odd], random);
}

class LoadTurns {
  private readonly deps: CompareLoadsDeps;
  private readonly options: CompareLoadsOptions;
  private readonly sides: SideOptions;
  private readonly turns: TurnsRecord;
  private readonly activity: Activity<LoadComparisonEvent>;
  /** Of complete rounds. */
  private readonly loads: Readonly<Record<Side, LoadResult[]>> = { a: [], b: [] };

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
    const { rounds, maxTimeNs, seed } = this.turns;
    const startNs = clock.nowNs();
    try {
      for (const [i, first] of firstSides(rounds, seededRandom(seed)).entries()) {
        if (i > 0 && maxTimeNs !== null && clock.nowNs() - startNs > BigInt(maxTimeNs)) break;
        await this.runPair(i + 1, first);
      }
    } catch (error) {
      const failure = asEcholotError(error);
      const result = this.loads.a.length > 0 ? await this.outcome(outcomeOf(failure)) : undefined;
      throw new CompareLoadsError(failure, result);
    }
    return await this.outcome(outcomeOf(undefined));
  }

  private async runPair(round: number, first: Side): Promise<void> {
    const order: readonly Side[] = first === 'a' ? ['a', 'b'] : ['b', 'a'];
    const pair: { [S in Side]?: LoadResult } = {};
    for (const side of order) pair[side] = await this.runLoad(side, round);
    if (pair.a === undefined || pair.b === undefined) return;
    this.loads.a.push(pair.a);
    this.loads.b.push(pair.b);
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
