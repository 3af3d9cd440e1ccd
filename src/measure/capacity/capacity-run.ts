/**
 * Searches for a capacity: one rate after the other, each a run of paced probes over connections of its own, so that none
 * meets what the one before it has left in a queue. A failure ends the search; what was known until then is in the result
 * that comes with it.
 */
import type { CapacityBounds } from '../../analysis/capacity/search.ts';
import type { AnyThreshold } from '../../analysis/load/conditions/load-threshold.ts';
import type { DialectName } from '../../core/wire/dialects.ts';
import type {
  CapacityPlanRecord,
  CapacityRecording,
  CapacityResult,
  CapacityStatistics,
  CapacityTryRecord,
} from '../../result/capacity/capacity-result.ts';
import type { PacedResult } from '../../result/paced/paced-result.ts';
import { Activity, type ActivityDeps, type Handle, type LostEvent } from '../activity.ts';
import { MAX_SEED } from '../exchange/plan.ts';
import { systemInfo, toolInfo } from '../machine/system.ts';
import { asEcholotError, CapacityError, outcomeOf, PacedError } from '../outcome.ts';
import type { PacedEvent } from '../paced/paced-events.ts';
import type { PacedOptions } from '../paced/paced-plan.ts';
import type { Paced } from '../paced/paced-run.ts';
import { type CapacityOptions, type CapacityPlan, planCapacity } from './capacity-plan.ts';

export type CapacityEvent =
  | LostEvent
  | { readonly kind: 'plan'; readonly plan: CapacityPlanRecord }
  /** A rate begins; tries are counted from 1. */
  | { readonly kind: 'try'; readonly number: number; readonly perSecond: number }
  /** What its probes tell meanwhile. */
  | { readonly kind: 'of-try'; readonly event: PacedEvent }
  | { readonly kind: 'try-end'; readonly number: number; readonly record: CapacityTryRecord };

/** `analysis/capacity`, once it is loaded. */
export interface CapacityMethod {
  readonly nextRate: (tries: readonly CapacityTryRecord[], bounds: CapacityBounds) => number | undefined;
  readonly judgeTry: (
    result: PacedResult,
    condition: AnyThreshold,
    atNs: number,
  ) => CapacityTryRecord | undefined;
  readonly analyseCapacity: (recording: CapacityRecording) => CapacityStatistics;
}

export interface CapacityDeps extends Pick<ActivityDeps, 'clock'> {
  /** Starts the probes of one rate. */
  readonly measurePaced: (options: PacedOptions) => Paced;
  readonly method: () => Promise<CapacityMethod>;
}

/**
 * A search under way. Its `result` rejects with a {@link CapacityError} when a rate failed or it was cancelled, whose own
 * `result` holds what was known.
 */
export type CapacityRun = Handle<CapacityEvent, CapacityResult>;

/** Starts a search. @throws EcholotError `usage` at once when the options cannot be. */
export function startCapacity(deps: CapacityDeps, options: CapacityOptions): CapacityRun {
  const plan = planCapacity(options);
  const activity = new Activity<CapacityEvent>(deps, options.signal);
  return activity.start(
    () => new CapacitySearch(deps, plan, activity).run(),
    async () => {},
  );
}

class CapacitySearch {
  private readonly deps: CapacityDeps;
  private readonly plan: CapacityPlan;
  private readonly activity: Activity<CapacityEvent>;
  private readonly tries: CapacityTryRecord[] = [];
  /** The newest that connected. */
  private last: PacedResult | undefined;
  private epochNs = 0n;

  constructor(deps: CapacityDeps, plan: CapacityPlan, activity: Activity<CapacityEvent>) {
    this.deps = deps;
    this.plan = plan;
    this.activity = activity;
  }

  /** @throws CapacityError */
  async run(): Promise<CapacityResult> {
    const { activity, deps, plan, tries } = this;
    const { clock } = activity;
    activity.tell({ kind: 'plan', plan: plan.record });
    const startedAt = new Date(clock.wallMs()).toISOString();
    this.epochNs = clock.nowNs();
    const method = await deps.method();
    let error: ReturnType<typeof asEcholotError> | undefined;
    try {
      for (;;) {
        const perSecond = method.nextRate(tries, plan.record);
        if (perSecond === undefined || this.nowNs() > plan.record.maxTimeNs) break;
        await this.runTry(perSecond, method);
      }
    } catch (thrown) {
      error = asEcholotError(thrown);
    }
    const recording: CapacityRecording = {
      format: 'echolot-capacity',
      version: 1,
      tool: toolInfo(),
      system: systemInfo(),
      startedAt,
      durationNs: this.nowNs(),
      engine: this.last?.engine ?? null,
      plan: plan.record,
      server: this.last?.server ?? null,
      addresses: this.last?.addresses ?? null,
      tries,
      outcome: outcomeOf(error),
    };
    const result = { ...recording, statistics: method.analyseCapacity(recording) };
    if (error !== undefined) throw new CapacityError(error, result);
    return result;
  }

  private async runTry(perSecond: number, method: CapacityMethod): Promise<void> {
    const { activity, deps, tries, plan } = this;
    const number = tries.length + 1;
    const atNs = this.nowNs();
    activity.tell({ kind: 'try', number, perSecond });
    const run = deps.measurePaced({
      ...this.optionsOf(number),
      ratesPerSecond: [perSecond],
      // All tries are to cost the same, and those at high rates have none.
      stamps: false,
      stepMs: plan.tryMs(perSecond),
    });
    for await (const event of run) activity.tell({ kind: 'of-try', event });
    const result = await run.result.catch((error: unknown) => {
      if (error instanceof PacedError && error.result.server !== null) this.last = error.result;
      throw error;
    });
    this.last = result;
    const record = method.judgeTry(result, plan.condition, atNs);
    if (record === undefined) return;
    tries.push(record);
    activity.tell({ kind: 'try-end', number, record });
  }

  /** The dialect is found once; random moments are others in each try. */
  private optionsOf(number: number): PacedOptions {
    const { options } = this.plan;
    const { activity, last } = this;
    const found = last?.server?.protocol as DialectName | 'plain' | undefined;
    return {
      ...options,
      ...(found === undefined ? {} : { protocol: found }),
      seed: (options.seed + number - 1) % (MAX_SEED + 1),
      signal: activity.signal,
    };
  }

  private nowNs(): number {
    return Number(this.activity.clock.nowNs() - this.epochNs);
  }
}
