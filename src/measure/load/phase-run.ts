/**
 * One phase from its begin to its end: until its time is over, its bytes have come, or it is stable. Tells how it goes
 * meanwhile, ten times a second.
 */
import type { EcholotError } from '../../core/errors.ts';
import type { LoadPhaseRecord } from '../../result/load/load-result.ts';
import type { Activity } from '../activity.ts';
import type { DataPhase } from './data-phase.ts';
import type { LoadEvent } from './load-events.ts';
import type { LoadPace } from './load-pace.ts';
import type { LoadPlan, PlannedPhase } from './load-plan.ts';
import type { ProbesRecorder } from './probes-recorder.ts';
import { StabilityWatch } from './stability-watch.ts';

export interface PhaseRunDeps {
  readonly activity: Activity<LoadEvent>;
  readonly epochNs: bigint;
  readonly plan: Pick<LoadPlan, 'bytes' | 'untilStable'>;
  readonly pace: LoadPace;
  readonly probes: ProbesRecorder;
  /** Why the load cannot go on; undefined while it can. */
  readonly fault: () => EcholotError | undefined;
}

export class PhaseRun {
  private readonly deps: PhaseRunDeps;
  private readonly planned: PlannedPhase;
  private readonly data: DataPhase | undefined;
  private readonly spareNs: number;
  private fromAtNs = 0;
  private toAtNs = 0;
  private isComplete = false;
  private stableAtNs: number | undefined;

  /**
   * @param data undefined in a phase without
   * @param spareNs for how much longer than planned it may go on while the number of streams is searched for
   */
  constructor(deps: PhaseRunDeps, planned: PlannedPhase, data: DataPhase | undefined, spareNs: number) {
    this.deps = deps;
    this.planned = planned;
    this.data = data;
    this.spareNs = spareNs;
  }

  /** @throws EcholotError when it was broken off */
  async run(): Promise<void> {
    const { activity } = this.deps;
    const { name, durationNs } = this.planned;
    this.fromAtNs = Math.round(this.nowNs());
    activity.tell({ kind: 'phase', phase: name, atNs: this.fromAtNs, durationNs });
    this.data?.begin(this.fromAtNs);
    try {
      await this.goOn();
      this.isComplete = true;
    } finally {
      this.toAtNs = Math.round(this.nowNs());
    }
  }

  get record(): LoadPhaseRecord {
    const { fromAtNs, toAtNs, isComplete, data, stableAtNs } = this;
    const { name } = this.planned;
    const foundAtNs = data?.streamsFoundAtNs;
    return {
      ...{ name, fromAtNs, toAtNs, isComplete },
      streamsFoundAtNs: foundAtNs === undefined ? null : Math.round(foundAtNs),
      stableAtNs: stableAtNs === undefined ? null : Math.round(stableAtNs),
    };
  }

  /** How much of the spare time it took by now, ns. */
  spentNs(atNs: number = this.toAtNs): number {
    return Math.min(this.spareNs, this.data?.searchNs(atNs) ?? 0);
  }

  private async goOn(): Promise<void> {
    const { activity, pace, epochNs, fault, plan, probes } = this.deps;
    const { data, fromAtNs } = this;
    const { name } = this.planned;
    const { bytes = Number.POSITIVE_INFINITY } = plan;
    const watch =
      plan.untilStable && data !== undefined ? new StabilityWatch(name, data, probes, fromAtNs) : undefined;
    for (let nextNs = fromAtNs; ; ) {
      nextNs = Math.min(nextNs + pace.tickNs, this.endNs(nextNs));
      await activity.sleepUntil(epochNs + BigInt(Math.ceil(nextNs)));
      activity.health?.look();
      const atNs = this.nowNs();
      const error = fault() ?? data?.lost;
      if (error !== undefined) throw error;
      const isStable = watch?.look(atNs) === true;
      if (!isStable) data?.tick(atNs);
      const endNs = this.endNs(atNs);
      const leftNs = Math.max(0, endNs - atNs);
      const rttNs = probes.lastRttNs ?? null;
      activity.tell({ kind: 'progress', ...pace.note(name, atNs, data), leftNs, rttNs });
      if (isStable) this.stableAtNs = atNs;
      if (isStable || atNs >= endNs || (data !== undefined && data.leastBytes >= bytes)) return;
      // After a stop of this process, or a busy moment, those that were missed are left out.
      nextNs = Math.max(nextNs, atNs - pace.tickNs);
    }
  }

  private endNs(atNs: number): number {
    return this.fromAtNs + this.planned.durationNs + this.spentNs(atNs);
  }

  private nowNs(): number {
    const { activity, epochNs } = this.deps;
    return Number(activity.clock.nowNs() - epochNs);
  }
}
