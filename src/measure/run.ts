/**
 * Runs a plan: rounds of blocks, with progress between them. A failure ends the run; what was measured until then
 * is in the result that comes with it.
 */
import type { Timekeeper } from '../clock/clock.ts';
import type { Engine } from '../net/engine.ts';
import type { Analysis, Recording, Result } from '../result/result.ts';
import { seededRandom } from '../stats/random.ts';
import { Arm } from './arm.ts';
import { conduct } from './conduct.ts';
import type { ProgressEvent } from './events.ts';
import type { HealthWatch } from './health.ts';
import { EventQueue, type Measurement } from './measurement.ts';
import { MeasureError } from './outcome.ts';
import { type MeasureOptions, type Plan, planMeasurement } from './plan.ts';
import { Rounds } from './rounds.ts';
import { Route } from './route.ts';
import { WidthWatch } from './stop-rule.ts';
import type { SuspensionWatch } from './suspension.ts';

export interface RunDeps {
  /** Computes what a recording says; loaded only when there is one, since that takes longer than the first probe. */
  readonly analyse: Analyse;
  readonly engine: Engine;
  readonly clock: Timekeeper;
  /** Why `engine` is not the native one although none was named; null or absent otherwise. */
  readonly fallback?: string | null;
  /** Hears when the process goes on after a stop, so that no sample contains one; absent in virtual time. */
  readonly watchSuspensions?: (clock: Timekeeper) => SuspensionWatch;
  /** Observes the client's process; absent in virtual time. */
  readonly watchHealth?: (clock: Timekeeper) => HealthWatch;
}

/** `analysis/analyse.ts`, at once or once it is loaded. */
export type Analyse = (recording: Recording) => Analysis | Promise<Analysis>;

export interface RunOptions extends MeasureOptions {
  /** Cancels the run. */
  readonly signal?: AbortSignal;
  /** Numeric address of the host, where it is known: the host is not looked up. */
  readonly address?: string;
  /** Tells every message on the wire; costs time between the probes. */
  readonly trace?: boolean;
}

/** Starts a run. @throws EcholotError `usage` at once when the options cannot be. */
export function startRun(deps: RunDeps, options: RunOptions): Measurement {
  const run = new Run(deps, planMeasurement(options), options);
  const result = run.run();
  // Whoever only iterates must not be killed by a rejection nobody awaited.
  result.catch(() => {});
  return {
    result,
    cancel: () => run.cancel(),
    [Symbol.asyncIterator]: () => run.events[Symbol.asyncIterator](),
  };
}

class Run {
  readonly events: EventQueue<ProgressEvent> = new EventQueue();
  private readonly analyse: Analyse;
  private readonly plan: Plan;
  private readonly clock: Timekeeper;
  private readonly suspensions: SuspensionWatch | undefined;
  private readonly health: HealthWatch | undefined;
  private readonly abort = new AbortController();
  private readonly arm: Arm;
  private readonly rounds: Rounds;

  constructor(deps: RunDeps, plan: Plan, { signal, address, trace = false }: RunOptions) {
    this.analyse = deps.analyse;
    this.plan = plan;
    this.clock = deps.clock;
    this.suspensions = deps.watchSuspensions?.(deps.clock);
    this.health = deps.watchHealth?.(deps.clock);
    const either = signal === undefined ? this.abort.signal : AbortSignal.any([signal, this.abort.signal]);
    this.arm = new Arm(plan, {
      engine: deps.engine,
      route: new Route(plan, address),
      clock: deps.clock,
      fallback: deps.fallback ?? null,
      suspensions: this.suspensions,
      signal: either,
      trace,
      tell: (event) => this.events.push(event),
    });
    const widths = new WidthWatch();
    this.rounds = new Rounds({
      arms: [this.arm],
      clock: deps.clock,
      random: seededRandom(plan.seed),
      signal: either,
      achievedPrecision: () => widths.widest(),
      afterBlock: () => {
        const block = this.arm.blocks.at(-1);
        if (block !== undefined) widths.note(block);
        this.health?.look();
      },
      afterSizeFailed: (payloadBytes) => widths.leaveOut(payloadBytes),
      afterRound: (round, achievedPrecision) => {
        this.events.push({ kind: 'round', round, achievedPrecision });
      },
    });
  }

  cancel(): void {
    this.abort.abort();
  }

  async run(): Promise<Result> {
    try {
      return await this.runToResult();
    } finally {
      this.suspensions?.stop();
      await this.arm.engine.close?.();
      this.events.close();
    }
  }

  private async runToResult(): Promise<Result> {
    this.events.push({ kind: 'plan', plan: this.plan });
    const { run, stop, outcome, failure } = await conduct([this.arm], this.rounds, this.clock, this.health);
    const recording = this.arm.recording(run, stop, outcome);
    const result: Result = { ...recording, ...(await this.analyse(recording)) };
    if (failure !== undefined) throw new MeasureError(failure, result);
    return result;
  }
}
