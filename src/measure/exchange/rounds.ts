/**
 * Runs rounds of blocks until a rule says that it is enough: one block of every size in every arm, sizes and
 * arms in random order, the blocks of one size one after the other so that they see the same moment.
 */
import { EcholotError } from '../../core/errors.ts';
import type { StopRecord } from '../../result/result.ts';
import type { Workload } from '../../result/workload.ts';
import type { Random } from '../../stats/distributions/random.ts';
import type { Activity } from '../activity.ts';
import type { ProgressEvent } from '../events.ts';
import type { Arm } from './arm.ts';
import { type Fit, fitBudget, pathCost } from './budget.ts';
import { leastBlockProbes } from './least-probes.ts';
import type { Plan } from './plan.ts';
import {
  type BlockSpec,
  blocksOfRound,
  hasWarmUpBlock,
  type Pace,
  roundStartNs,
  shuffled,
  warmUpBlocks,
} from './schedule.ts';
import { SizeFailure } from './size-failure.ts';
import { StopRule } from './stop-rule.ts';

export interface RoundsDeps {
  /** At least one; all have the same sizes, blocks and probes. */
  readonly arms: readonly Arm[];
  readonly activity: Activity<ProgressEvent>;
  readonly random: Random;
  /** How wide the widest interval is that a precision is asked of; null where there is none yet. */
  readonly achievedPrecision: () => number | null;
  readonly afterBlock: () => void;
  /** No more blocks of this size, or a larger one, are run. */
  readonly afterSizeFailed: (payloadBytes: number) => void;
}

export class Rounds {
  /** Completed ones. */
  private completed = 0;
  private achieved: number | null = null;
  /** Of the smallest size that failed; it and all larger ones are left out from then on. */
  private failed: { readonly arm: Arm; readonly failure: SizeFailure } | undefined;
  /** Undefined until the path is known, and where a precision decides. */
  private fit: Fit | undefined;
  private readonly deps: RoundsDeps;
  private readonly lead: Arm;

  constructor(deps: RoundsDeps) {
    this.deps = deps;
    this.lead = deps.arms[0] as Arm;
  }

  /**
   * Goes on without a size that fails, and those above it, as long as there are smaller ones.
   * @throws EcholotError of the first block that failed otherwise, or of a size, when all is done
   */
  async run(): Promise<StopRecord> {
    const stop = await this.runRounds();
    if (this.failed !== undefined) throw this.failed.arm.atTheEnd(this.failed.failure);
    return stop;
  }

  private async runRounds(): Promise<StopRecord> {
    const { plan } = this.lead;
    const { activity, random, arms } = this.deps;
    const { clock, tell } = activity;
    if (hasWarmUpBlock(plan)) {
      for (const spec of warmUpBlocks(plan)) {
        for (const arm of arms) await this.runBlock(arm, spec);
      }
    }
    const pace = this.commonPace();
    this.fitBudget(pace);
    const rule = new StopRule(plan, this.fit?.rounds);
    const startNs = clock.nowNs();
    let dueNs = roundStartNs(this.paced(), 1, random);
    for (let round = 1; ; round++) {
      await activity.sleepUntil(startNs + BigInt(dueNs));
      for (const spec of blocksOfRound(plan, pace, round, random)) {
        for (const arm of shuffled(arms, random)) await this.runBlock(arm, spec);
      }
      this.completed = round;
      this.achieved = plan.precision === null ? null : this.deps.achievedPrecision();
      tell({ kind: 'round', round, achievedPrecision: this.achieved });
      dueNs = roundStartNs(this.paced(), round + 1, random);
      const reason = rule.reason({
        round,
        elapsedNs: Number(clock.nowNs() - startNs),
        nextDueNs: dueNs,
        samples: arms.reduce((sum, { sampleCount }) => sum + sampleCount, 0),
        achievedPrecision: this.achieved,
      });
      if (reason !== undefined) return this.stopRecord(reason);
    }
  }

  stopRecord(reason: StopRecord['reason']): StopRecord {
    const { completed: rounds, achieved: achievedPrecision, fit } = this;
    const isCut = fit !== undefined && fit.rounds < (this.lead.plan.blocks ?? 0);
    return { reason, rounds, achievedPrecision, ...(isCut ? { fittingRounds: fit.rounds } : {}) };
  }

  /** Once it is known what a probe costs. */
  private fitBudget(pace: Pace): void {
    const { arms, activity } = this.deps;
    const costs = arms.flatMap((arm) => pathCost(arm.blocks) ?? []);
    const [first] = costs;
    if (first === undefined || costs.length < arms.length) return;
    this.fit = fitBudget(this.lead.plan, pace, costs);
    if (this.fit === undefined) return;
    activity.tell({ kind: 'estimate', ...this.fit, rttNs: first.ends[0].rttNs });
  }

  /** The plan with as many blocks as fit into its budget. */
  private paced(): Plan {
    const { plan } = this.lead;
    return this.fit === undefined ? plan : { ...plan, blocks: this.fit.rounds };
  }

  private async runBlock(arm: Arm, spec: BlockSpec): Promise<void> {
    const { arms } = this.deps;
    const { workloads } = arm.plan;
    const { blocks } = this.paced();
    if (this.isLeftOut(spec.workload)) return;
    const before = hasWarmUpBlock(arm.plan) ? warmUpBlocks(arm.plan).length : 0;
    const of = blocks === null ? null : (before + blocks * workloads.length) * arms.length;
    const index = arms.reduce((sum, other) => sum + other.blocks.length, 0);
    try {
      await arm.runBlock(spec, index, of);
      this.deps.afterBlock();
    } catch (error) {
      this.goOnWithout(arm, error);
    }
  }

  private goOnWithout(arm: Arm, error: unknown): void {
    const { failed } = this;
    const { workloads } = arm.plan;
    if (!(error instanceof SizeFailure) || workloads.every((workload) => isAtLeast(workload, error))) {
      if (failed !== undefined && error instanceof EcholotError) {
        error.details = [...error.details, `before: ${failed.arm.atTheEnd(failed.failure).message}`];
      }
      throw error;
    }
    this.failed = { arm, failure: error };
    this.deps.afterSizeFailed(error.payloadBytes);
  }

  private isLeftOut(workload: Workload): boolean {
    return this.failed !== undefined && isAtLeast(workload, this.failed.failure);
  }

  /** Blocks that are compared have as many probes as the slower arm allows, and as each protocol needs. */
  private commonPace(): Pace {
    const { arms } = this.deps;
    const paces = arms.map((arm) => arm.pace());
    const least = Math.max(...arms.map(({ plan }) => leastBlockProbes(plan.protocol)));
    return {
      probes: Math.max(least, Math.min(...paces.map(({ probes }) => probes))),
      warmupProbes: Math.min(...paces.map(({ warmupProbes }) => warmupProbes)),
    };
  }
}

function isAtLeast({ payloadBytes }: Workload, failure: SizeFailure): boolean {
  return payloadBytes >= failure.payloadBytes;
}
