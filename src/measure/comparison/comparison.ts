/**
 * Compares two targets, or two ways to measure one: rounds in which their blocks take turns, in random order, until
 * the ratio is known well enough.
 */

import type { ComparisonContext, LabelledRecording } from '../../analysis/compare.ts';
import { usage } from '../../core/errors.ts';
import type { Engine } from '../../net/engine.ts';
import { seededRandom } from '../../stats/distributions/random.ts';
import { Activity, type ActivityDeps, type Handle } from '../activity.ts';
import { checkNames, type OptionNames } from '../checks.ts';
import type { ProgressEvent } from '../events.ts';
import { Arm } from '../exchange/arm.ts';
import { conduct } from '../exchange/conduct.ts';
import { MEASURE_NAMES } from '../exchange/option-names.ts';
import {
  type MeasureOptions,
  maxSamples,
  type Plan,
  planMeasurement,
  plannedSamples,
  tooManySamples,
} from '../exchange/plan.ts';
import { Rounds } from '../exchange/rounds.ts';
import { toolInfo } from '../machine/system.ts';
import { CompareError, type ComparisonOutcome } from '../outcome.ts';
import { Route } from '../route.ts';
import { RatioWatch } from './ratio-watch.ts';

/** One byte more or less is no question to most; a single size takes the least time. */
const DEFAULT_SIZES: readonly number[] = [100];
export const DEFAULT_PRECISION = 0.02;
/** Pairs are near each other in time, and their ratios less alike than their times. */
const DEFAULT_SPREAD_MS = 1_000;

export interface CompareDeps extends ActivityDeps {
  /** Computes what two recordings say of each other; loaded only when there are some. */
  readonly compareRecordings: CompareRecordings;
  readonly a: ArmEngine;
  readonly b: ArmEngine;
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

const NAMES: OptionNames<CompareOptions> = { a: true, b: true, signal: true };
const SIDE_NAMES: OptionNames<CompareSide> = { label: true, options: true };

/**
 * A comparison under way. Its `result` rejects with a {@link CompareError} when the run failed or was cancelled, whose
 * own `result` holds what was compared, if anything. `cancel` ends it after what is under way.
 */
export type ComparisonRun = Handle<ProgressEvent, ComparisonOutcome>;

/** Starts a comparison. @throws EcholotError `usage` at once when the options cannot be. */
export function startComparison(deps: CompareDeps, options: CompareOptions): ComparisonRun {
  checkNames(options, NAMES);
  for (const side of [options.a, options.b]) {
    checkNames(side, SIDE_NAMES);
    checkNames(side.options, MEASURE_NAMES);
  }
  const plans = planComparison(options);
  const activity = new Activity<ProgressEvent>(deps, options.signal);
  const { clock, health, tell } = activity;
  const route = new Route(plans.a);
  const armOf = (plan: Plan, { engine, fallback }: ArmEngine, own: Route): Arm =>
    new Arm(plan, { engine, route: own, fallback, activity, trace: false });
  const a = armOf(plans.a, deps.a, route);
  // Two ways to measure one target go to one server, whatever its name stands for.
  const b = armOf(plans.b, deps.b, isSameTarget(plans.a, plans.b) ? route : new Route(plans.b));
  const ratios = new RatioWatch();
  const rounds = new Rounds({
    arms: [a, b],
    activity,
    random: seededRandom(plans.a.seed),
    achievedPrecision: () => ratios.widest(a.blocks, b.blocks),
    afterBlock: () => health?.look(),
    afterSizeFailed: (payloadBytes) => ratios.leaveOut(payloadBytes),
  });
  const work = async (): Promise<ComparisonOutcome> => {
    tell({ kind: 'plan', plan: plans.a });
    const { run, stop, outcome, failure } = await conduct([a, b], rounds, clock, health);
    const labelled = (arm: Arm, { label }: CompareSide): LabelledRecording => ({
      label,
      recording: arm.recording(run, stop, outcome),
    });
    const compare = async (): Promise<ComparisonOutcome> =>
      await deps.compareRecordings(labelled(a, options.a), labelled(b, options.b), {
        tool: toolInfo(),
        stop,
        outcome,
      });
    if (failure === undefined) return await compare();
    throw new CompareError(failure, stop.rounds > 0 ? await compare() : undefined);
  };
  return activity.start(work, async () => {
    for (const engine of new Set([a.engine, b.engine])) await engine.close?.();
  });
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
  const { workloads, blocks, probes, warmupProbes, spreadNs, precision, maxTimeNs, seed } = plan;
  return JSON.stringify([workloads, blocks, probes, warmupProbes, spreadNs, precision, maxTimeNs, seed]);
}

function isSameTarget(a: Plan, b: Plan): boolean {
  const what = ({ host, port, family, socket }: Plan) => [host, port, family, socket.bindAddress].join(' ');
  return what(a) === what(b);
}

function isStamped({ stamps, engine }: Plan): boolean {
  return stamps && engine !== 'node';
}
