/**
 * Runs rounds of blocks until a rule says that it is enough: one block of every size in every arm, sizes and
 * arms in random order, the blocks of one size one after the other so that they see the same moment.
 */
import type { Timekeeper } from '../clock/clock.ts';
import { EcholotError } from '../core/errors.ts';
import type { PlannedMeasurement } from '../result/plan-record.ts';
import type { StopRecord } from '../result/result.ts';
import type { Random } from '../stats/random.ts';
import type { Arm } from './arm.ts';
import { leastBlockProbes } from './least-probes.ts';
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
  readonly clock: Timekeeper;
  readonly random: Random;
  readonly signal: AbortSignal;
  /** How wide the widest interval is that a precision is asked of; null where there is none yet. */
  readonly achievedPrecision: () => number | null;
  readonly afterBlock: () => void;
  /** No more blocks of this size, or a larger one, are run. */
  readonly afterSizeFailed: (payloadBytes: number) => void;
  readonly afterRound: (round: number, achievedPrecision: number | null) => void;
}

export class Rounds {
  /** Completed ones. */
  private completed = 0;
  private achieved: number | null = null;
  /** Of the smallest size that failed; it and all larger ones are left out from then on. */
  private failure: SizeFailure | undefined;
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
    if (this.failure !== undefined) throw this.failure;
    return stop;
  }

  private async runRounds(): Promise<StopRecord> {
    const { plan } = this.lead;
    const { clock, random, arms } = this.deps;
    if (hasWarmUpBlock(plan)) {
      for (const spec of warmUpBlocks(plan)) {
        for (const arm of arms) await this.runBlock(arm, spec);
      }
    }
    const pace = this.commonPace();
    const rule = new StopRule(plan);
    const startNs = clock.nowNs();
    let dueNs = roundStartNs(plan, 1, random);
    for (let round = 1; ; round++) {
      await this.sleepUntil(startNs + BigInt(dueNs));
      for (const spec of blocksOfRound(plan, pace, round, random)) {
        for (const arm of shuffled(arms, random)) await this.runBlock(arm, spec);
      }
      this.completed = round;
      this.achieved = plan.precision === null ? null : this.deps.achievedPrecision();
      this.deps.afterRound(round, this.achieved);
      dueNs = roundStartNs(plan, round + 1, random);
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
    return { reason, rounds: this.completed, achievedPrecision: this.achieved };
  }

  private async runBlock(arm: Arm, spec: BlockSpec): Promise<void> {
    const { arms } = this.deps;
    const { measurements, blocks } = arm.plan;
    if (this.isLeftOut(spec.planned)) return;
    const before = hasWarmUpBlock(arm.plan) ? warmUpBlocks(arm.plan).length : 0;
    const of = blocks === null ? null : (before + blocks * measurements.length) * arms.length;
    const index = arms.reduce((sum, other) => sum + other.blocks.length, 0);
    try {
      await arm.runBlock(spec, index, of);
      this.deps.afterBlock();
    } catch (error) {
      this.goOnWithout(arm, error);
    }
  }

  private goOnWithout({ plan: { measurements } }: Arm, error: unknown): void {
    if (!(error instanceof SizeFailure) || measurements.every((planned) => isAtLeast(planned, error))) {
      if (this.failure !== undefined && error instanceof EcholotError) {
        error.details = [...error.details, `before: ${this.failure.message}`];
      }
      throw error;
    }
    this.failure = error;
    this.deps.afterSizeFailed(error.payloadBytes);
  }

  private isLeftOut(planned: PlannedMeasurement): boolean {
    return this.failure !== undefined && isAtLeast(planned, this.failure);
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

  private async sleepUntil(deadlineNs: bigint): Promise<void> {
    const { clock, signal } = this.deps;
    if (clock.nowNs() >= deadlineNs) return;
    await new Promise<void>((resolve, reject) => {
      const refuse = (): void => {
        cancelWake();
        reject(new EcholotError('cancelled', 'the run was cancelled'));
      };
      const cancelWake = clock.wakeAt(deadlineNs, () => {
        signal.removeEventListener('abort', refuse);
        resolve();
      });
      if (signal.aborted) refuse();
      else signal.addEventListener('abort', refuse, { once: true });
    });
  }
}

function isAtLeast({ payloadBytes }: PlannedMeasurement, failure: SizeFailure): boolean {
  return payloadBytes >= failure.payloadBytes;
}
