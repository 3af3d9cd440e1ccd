/**
 * The runs of one target, each at its slot. A run that is still under way at the next slot costs that slot, and nothing else;
 * no other target hears of it.
 */
import type { Timekeeper } from '../../clock/clock.ts';
import type { Target } from '../plan/target.ts';
import type { Counts, Interval, SkipReason } from '../records/interval.ts';
import type { RunFound } from '../runs/run.ts';
import type { Runner } from '../runs/runner.ts';
import { isWithin } from '../schedule/day-window.ts';
import { phaseMs, slotFrom } from '../schedule/slots.ts';

/** A timer further ahead is set anew meanwhile: the wall clock is slewed. */
const MOST_SLEEP_MS = 60_000;
const NS_PER_MS = 1e6;

export interface LoopDeps {
  readonly timekeeper: Timekeeper;
  readonly seed: number;
  readonly run: Runner;
  /** What a run waits for before it begins; at once where there is nothing. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  /** Why what was measured between two moments is none of this path; undefined for nothing. */
  readonly spoiltBy: (fromNs: bigint, toNs: bigint) => Promise<SkipReason | undefined>;
  /** Told after each run that came to its end, and for a start that was left out for another reason than a run under way. */
  readonly onInterval: (interval: Interval, found: RunFound | undefined) => void;
  /** A fault of this program, which costs one run and no more. */
  readonly onFault: (error: unknown) => void;
}

export class TargetLoop {
  readonly target: Target;
  private readonly deps: LoopDeps;
  private readonly phase: number;
  private readonly abort = new AbortController();
  private running: Promise<void> | undefined;
  /** Starts that were left out since the last interval was told. */
  private skipped: Counts<SkipReason> = {};
  private cancelWake = (): void => {};
  private nextMs: number;

  constructor(target: Target, deps: LoopDeps) {
    this.target = target;
    this.deps = deps;
    this.phase = phaseMs(target.name, target.intervalMs, deps.seed);
    this.nextMs = slotFrom(deps.timekeeper.wallMs(), target.intervalMs, this.phase);
    this.sleep();
  }

  /** The wall clock shows another time now. */
  reset(): void {
    this.nextMs = slotFrom(this.deps.timekeeper.wallMs(), this.target.intervalMs, this.phase);
    this.sleep();
  }

  /** Gives up what is under way; nothing is told any more. */
  async stop(): Promise<void> {
    this.cancelWake();
    this.abort.abort();
    await this.running;
  }

  private sleep(): void {
    this.cancelWake();
    const { timekeeper } = this.deps;
    const waitMs = Math.min(MOST_SLEEP_MS, Math.max(0, this.nextMs - timekeeper.wallMs()));
    const deadlineNs = timekeeper.nowNs() + BigInt(Math.ceil(waitMs * NS_PER_MS));
    this.cancelWake = timekeeper.wakeAt(deadlineNs, () => this.wake());
  }

  private wake(): void {
    const { target, deps, phase } = this;
    const nowMs = deps.timekeeper.wallMs();
    if (nowMs >= this.nextMs) {
      const slotMs = slotFrom(nowMs + 1, target.intervalMs, phase) - target.intervalMs;
      // Those before it went by while this program did not run; whoever watches the clocks tells of that.
      this.begin(slotMs);
      this.nextMs = slotMs + target.intervalMs;
    }
    this.sleep();
  }

  private begin(slotMs: number): void {
    const { target } = this;
    if (target.kind === 'load' && target.during !== undefined && !isWithin(target.during, slotMs)) return;
    if (this.running !== undefined) {
      this.skip('busy');
      return;
    }
    this.running = this.deps
      .inTurn(() => this.run(slotMs))
      .catch((error: unknown) => {
        // One that was given up says nothing.
        if (!this.abort.signal.aborted) this.deps.onFault(error);
      })
      .finally(() => {
        this.running = undefined;
      });
  }

  private async run(slotMs: number): Promise<void> {
    const { timekeeper, run, spoiltBy, onInterval } = this.deps;
    const { signal } = this.abort;
    const fromNs = timekeeper.nowNs();
    const found = await run(signal);
    const reason = await spoiltBy(fromNs, timekeeper.nowNs());
    if (signal.aborted) return;
    if (reason !== undefined) this.skip(reason);
    const { skipped } = this;
    this.skipped = {};
    const times = { fromMs: slotMs, toMs: slotMs + this.target.intervalMs, skipped };
    if (reason === undefined) onInterval({ ...found.interval, ...times }, found);
    else onInterval({ ...NOT_MEASURED, ...times }, undefined);
  }

  private skip(reason: SkipReason): void {
    this.skipped = { ...this.skipped, [reason]: (this.skipped[reason] ?? 0) + 1 };
  }
}

const NOT_MEASURED = {
  runs: 0,
  answeredRuns: 0,
  unsentRuns: 0,
  probes: 0,
  answered: 0,
  failures: {},
  doubts: {},
  layers: {},
} as const;
