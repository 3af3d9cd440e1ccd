/**
 * Runs a plan: rounds of blocks, with progress between them. A failure ends the run; what was measured until then
 * is in the result that comes with it.
 */
import type { Engine } from '../../net/engine.ts';
import type { Analysis, Recording, Result } from '../../result/result.ts';
import { seededRandom } from '../../stats/distributions/random.ts';
import { Activity, type ActivityDeps, type Handle } from '../activity.ts';
import { checkNames, type OptionNames } from '../checks.ts';
import type { ProgressEvent } from '../events.ts';
import { MeasureError } from '../outcome.ts';
import { Route } from '../route.ts';
import { Arm } from './arm.ts';
import { conduct } from './conduct.ts';
import { MEASURE_NAMES } from './option-names.ts';
import { type MeasureOptions, planMeasurement } from './plan.ts';
import { Rounds } from './rounds.ts';
import { WidthWatch } from './stop-rule.ts';

export interface RunDeps extends ActivityDeps {
  /** Computes what a recording says; loaded only when there is one, since that takes longer than the first probe. */
  readonly analyse: Analyse;
  readonly engine: Engine;
  /** Why `engine` is not the native one although none was named; null or absent otherwise. */
  readonly fallback?: string | null;
}

/**
 * `analysis/analyse.ts`, at once or once it is loaded.
 * @param histograms whether they are to be kept in place of each probe: then the blocks are others
 */
export type Analyse = (recording: Recording, histograms: boolean) => Analysed | Promise<Analysed>;

type Analysed = Analysis & Partial<Pick<Recording, 'blocks'>>;

export interface RunOptions extends MeasureOptions {
  /** Cancels the run. */
  readonly signal?: AbortSignal;
  /** Numeric address of the host, where it is known: the host is not looked up. */
  readonly address?: string;
  /** Tells every message on the wire; costs time between the probes. */
  readonly trace?: boolean;
  /** Keeps histograms in place of each probe: a record that does not grow with the run. Default false. */
  readonly histograms?: boolean;
}

const NAMES: OptionNames<RunOptions> = {
  ...MEASURE_NAMES,
  signal: true,
  address: true,
  trace: true,
  histograms: true,
};

/**
 * A run under way. Its `result` is the finished run; it rejects with a {@link MeasureError} when the run failed or was
 * cancelled, whose own `result` holds what was measured. `cancel` ends it after what is under way. Events wait for
 * whoever iterates, up to a thousand of them.
 */
export type Measurement = Handle<ProgressEvent, Result>;

/** Starts a run. @throws EcholotError `usage` at once when the options cannot be. */
export function startRun(deps: RunDeps, options: RunOptions): Measurement {
  const { engine, clock, analyse, fallback = null } = deps;
  checkNames(options, NAMES);
  const plan = planMeasurement(options);
  const activity = new Activity<ProgressEvent>(deps, options.signal);
  const { tell, health } = activity;
  const route = new Route(plan, options.address);
  const arm = new Arm(plan, { engine, route, fallback, activity, trace: options.trace ?? false });
  const widths = new WidthWatch();
  const rounds = new Rounds({
    arms: [arm],
    activity,
    random: seededRandom(plan.seed),
    achievedPrecision: () => widths.widest(),
    afterBlock: () => {
      const block = arm.blocks.at(-1);
      if (block !== undefined) widths.note(block);
      health?.look();
    },
    afterSizeFailed: (payloadBytes) => widths.leaveOut(payloadBytes),
  });
  const work = async (): Promise<Result> => {
    tell({ kind: 'plan', plan });
    const { run, stop, outcome, failure } = await conduct([arm], rounds, clock, health);
    const recording = arm.recording(run, stop, outcome);
    const result: Result = { ...recording, ...(await analyse(recording, options.histograms ?? false)) };
    if (failure !== undefined) throw new MeasureError(failure, result);
    return result;
  };
  return activity.start(work, async () => await engine.close?.());
}
