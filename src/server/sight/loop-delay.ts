/**
 * How late the event loop comes to what is due: of the node engine that of echoes as well, of the native one, whose
 * threads have loops of their own, only that of the log and of these metrics. Measured ten times a second.
 */
import type { Buckets } from '../../text/open-metrics.ts';

/** A timer of Node is up to 2 ms late by its own making; above half a second clients notice. */
const BOUNDS_S = [0.002, 0.005, 0.01, 0.05, 0.1, 0.5, 2];
export const EVERY_MS = 100;
const MS_PER_S = 1_000;

export interface CoarseTimers {
  nowMs(): number;
  /** @returns a function that cancels it */
  after(ms: number, callback: () => void): () => void;
}

/** Those of Node; they keep no program from ending. */
export const nodeTimers: CoarseTimers = {
  nowMs: () => performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms).unref();
    return () => clearTimeout(timer);
  },
};

export class LoopDelay {
  private readonly timers: CoarseTimers;
  private readonly counts: number[] = Array.from({ length: BOUNDS_S.length + 1 }, () => 0);
  private sumS = 0;
  private cancel: () => void = () => {};

  constructor(timers: CoarseTimers = nodeTimers) {
    this.timers = timers;
    this.wait();
  }

  get buckets(): Buckets {
    return { bounds: BOUNDS_S, counts: this.counts, sum: this.sumS };
  }

  stop(): void {
    this.cancel();
  }

  private wait(): void {
    const dueMs = this.timers.nowMs() + EVERY_MS;
    this.cancel = this.timers.after(EVERY_MS, () => {
      this.note(Math.max(0, this.timers.nowMs() - dueMs) / MS_PER_S);
      this.wait();
    });
  }

  private note(delayS: number): void {
    const place = BOUNDS_S.findIndex((bound) => delayS <= bound);
    const bucket = place === -1 ? BOUNDS_S.length : place;
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    this.sumS += delayS;
  }
}
