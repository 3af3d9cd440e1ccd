/**
 * Compares two targets, or two ways to measure one: rounds in which their blocks take turns, in random order, until
 * the ratio is known well enough.
 */
import type { ComparisonContext, LabelledRecording } from '../analysis/compare.ts';
import type { Timekeeper } from '../clock/clock.ts';
import type { Engine } from '../net/engine.ts';
import { seededRandom } from '../stats/random.ts';
import { Arm } from './arm.ts';
import { usage } from './checks.ts';
import { conduct } from './conduct.ts';
import type { ProgressEvent } from './events.ts';
import type { HealthWatch } from './health.ts';
import { EventQueue } from './measurement.ts';
import { CompareError, type ComparisonOutcome } from './outcome.ts';
import {
  type MeasureOptions,
  maxSamples,
  type Plan,
  planMeasurement,
  plannedSamples,
  tooManySamples,
} from './plan.ts';
import { RatioWatch } from './ratio-watch.ts';
import { Rounds } from './rounds.ts';
import { Route } from './route.ts';
import type { SuspensionWatch } from './suspension.ts';
import { toolInfo } from './system.ts';

/** One byte more or less is no question to most; a single size takes the least time. */
const DEFAULT_SIZES: readonly number[] = [100];
const DEFAULT_PRECISION = 0.02;
/** Pairs are near each other in time, and their ratios less alike than their times. */
const DEFAULT_SPREAD_MS = 1_000;

export interface CompareDeps {
  /** Computes what two recordings say of each other; loaded only when there are some. */
  readonly compareRecordings: CompareRecordings;
  readonly a: ArmEngine;
  readonly b: ArmEngine;
  readonly clock: Timekeeper;
  readonly watchSuspensions?: (clock: Timekeeper) => SuspensionWatch;
  readonly watchHealth?: (clock: Timekeeper) => HealthWatch;
}

/** Of `analysis/compare.ts`, at once or once it is loaded. */
export type CompareRecordings = (
  a: LabelledRecording,
  b: LabelledRecording,
  context: ComparisonContext,
) => ComparisonOutcome | Promise<ComparisonOutcome>;

export interface ArmEngine {
  /** Both arms may have the same one. */
  readonly engine: Engine;
  /** Why `engine` is not the native one although none was named; null otherwise. */
  readonly fallback: string | null;
}

export interface CompareSide {
  /** What it is called in the report. */
  readonly label: string;
  /** Sizes, probes, blocks, spread, precision, time limit, seed and warm-up have to be the same on both sides. */
  readonly options: MeasureOptions;
}

export interface CompareOptions {
  readonly a: CompareSide;
  readonly b: CompareSide;
  /** Cancels the run. */
  readonly signal?: AbortSignal;
}

export interface ComparisonRun extends AsyncIterable<ProgressEvent> {
  /** @throws CompareError when the run failed or was cancelled; its `result` holds what was compared, if anything. */
  readonly result: Promise<ComparisonOutcome>;
  /** Ends the run after what is under way; `result` then throws `cancelled`. */
  cancel(): void;
}

/** Starts a comparison. @throws EcholotError `usage` at once when the options cannot be. */
export function startComparison(deps: CompareDeps, options: CompareOptions): ComparisonRun {
  const run = new Run(deps, options);
  const result = run.run();
  result.catch(() => {});
  return {
    result,
    cancel: () => run.cancel(),
    [Symbol.asyncIterator]: () => run.events[Symbol.asyncIterator](),
  };
}

/** @throws EcholotError `usage` */
export function planComparison({ a, b }: CompareOptions): { readonly a: Plan; readonly b: Plan } {
  const planned = (options: MeasureOptions, otherSeed: number | undefined): Plan => {
    const { type = 'rtt', sizes, short = false, blocks, probes, seed = otherSeed } = options;
    const decided = blocks !== undefined || probes !== undefined;
    return planMeasurement({
      spreadMs: DEFAULT_SPREAD_MS,
      ...(decided ? {} : { precision: DEFAULT_PRECISION }),
      ...(sizes === undefined && !short ? { sizes: DEFAULT_SIZES } : {}),
      ...options,
      type,
      ...(seed === undefined ? {} : { seed }),
    });
  };
  const planA = planned(a.options, b.options.seed);
  const planB = planned(b.options, planA.seed);
  if (common(planA) !== common(planB)) {
    throw usage(
      'both sides of a comparison have the same sizes, probes, blocks, times and seed',
      'let only the targets differ, or one option of how to measure',
    );
  }
  if (planA.blocks === 1)
    throw usage('a single block is no comparison', 'ask for more blocks, or more probes');
  const stamped = isStamped(planA) || isStamped(planB);
  if (plannedSamples(planA) + plannedSamples(planB) > maxSamples(stamped)) throw tooManySamples(stamped);
  return { a: planA, b: planB };
}

/** What must not differ, as a text. */
function common(plan: Plan): string {
  const { measurements, blocks, probes, warmupProbes, spreadNs, precision, maxTimeNs, seed } = plan;
  return JSON.stringify([measurements, blocks, probes, warmupProbes, spreadNs, precision, maxTimeNs, seed]);
}

function isSameTarget(a: Plan, b: Plan): boolean {
  const what = ({ host, port, family, socket }: Plan) => [host, port, family, socket.bindAddress].join(' ');
  return what(a) === what(b);
}

function isStamped({ stamps, engine }: Plan): boolean {
  return stamps && engine !== 'node';
}

class Run {
  readonly events: EventQueue<ProgressEvent> = new EventQueue();
  private readonly abort = new AbortController();
  private readonly compareRecordings: CompareRecordings;
  private readonly clock: Timekeeper;
  private readonly suspensions: SuspensionWatch | undefined;
  private readonly health: HealthWatch | undefined;
  private readonly options: CompareOptions;
  private readonly a: Arm;
  private readonly b: Arm;
  private readonly rounds: Rounds;

  constructor(deps: CompareDeps, options: CompareOptions) {
    const plans = planComparison(options);
    const { signal } = options;
    this.options = options;
    this.compareRecordings = deps.compareRecordings;
    this.clock = deps.clock;
    this.suspensions = deps.watchSuspensions?.(deps.clock);
    this.health = deps.watchHealth?.(deps.clock);
    const either = signal === undefined ? this.abort.signal : AbortSignal.any([signal, this.abort.signal]);
    const arm = (plan: Plan, { engine, fallback }: ArmEngine, route: Route): Arm =>
      new Arm(plan, {
        engine,
        route,
        fallback,
        clock: deps.clock,
        suspensions: this.suspensions,
        signal: either,
        trace: false,
        tell: (event) => this.events.push(event),
      });
    const route = new Route(plans.a);
    this.a = arm(plans.a, deps.a, route);
    // Two ways to measure one target go to one server, whatever its name stands for.
    this.b = arm(plans.b, deps.b, isSameTarget(plans.a, plans.b) ? route : new Route(plans.b));
    const ratios = new RatioWatch();
    this.events.push({ kind: 'plan', plan: plans.a });
    this.rounds = new Rounds({
      arms: [this.a, this.b],
      clock: deps.clock,
      random: seededRandom(plans.a.seed),
      signal: either,
      achievedPrecision: () => ratios.widest(this.a.blocks, this.b.blocks),
      afterBlock: () => this.health?.look(),
      afterSizeFailed: (payloadBytes) => ratios.leaveOut(payloadBytes),
      afterRound: (round, achievedPrecision) => {
        this.events.push({ kind: 'round', round, achievedPrecision });
      },
    });
  }

  cancel(): void {
    this.abort.abort();
  }

  async run(): Promise<ComparisonOutcome> {
    try {
      return await this.runToResult();
    } finally {
      this.suspensions?.stop();
      for (const engine of new Set([this.a.engine, this.b.engine])) await engine.close?.();
      this.events.close();
    }
  }

  private async runToResult(): Promise<ComparisonOutcome> {
    const { run, stop, outcome, failure } = await conduct(
      [this.a, this.b],
      this.rounds,
      this.clock,
      this.health,
    );
    const labelled = (arm: Arm, { label }: CompareSide): LabelledRecording => ({
      label,
      recording: arm.recording(run, stop, outcome),
    });
    const compare = async (): Promise<ComparisonOutcome> =>
      await this.compareRecordings(labelled(this.a, this.options.a), labelled(this.b, this.options.b), {
        tool: toolInfo(),
        stop,
        outcome,
      });
    if (failure === undefined) return await compare();
    throw new CompareError(failure, stop.rounds > 0 ? await compare() : undefined);
  }
}
