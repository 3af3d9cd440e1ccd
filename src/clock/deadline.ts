/**
 * One timer for a deadline that moves with every message. Moving it later costs nothing: the timer wakes at
 * the old time, sees that it is early, and sleeps on.
 */
import type { Timekeeper } from './clock.ts';

export class Deadline {
  private readonly timekeeper: Timekeeper;
  private readonly current: () => bigint | undefined;
  private readonly reached: (nowNs: bigint) => void;
  private armedNs = 0n;
  private cancelTimer: (() => void) | undefined;

  /**
   * @param current the deadline as it stands; undefined for none
   * @param reached called when it has passed
   */
  constructor(timekeeper: Timekeeper, current: () => bigint | undefined, reached: (nowNs: bigint) => void) {
    this.timekeeper = timekeeper;
    this.current = current;
    this.reached = reached;
  }

  /** Call after the deadline may have moved. */
  arm(): void {
    const deadlineNs = this.current();
    if (deadlineNs === undefined) return;
    if (this.cancelTimer !== undefined) {
      if (this.armedNs <= deadlineNs) return;
      this.cancelTimer();
    }
    this.armedNs = deadlineNs;
    this.cancelTimer = this.timekeeper.wakeAt(deadlineNs, () => this.wake());
  }

  cancel(): void {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
  }

  private wake(): void {
    this.cancelTimer = undefined;
    const deadlineNs = this.current();
    const nowNs = this.timekeeper.nowNs();
    if (deadlineNs !== undefined && deadlineNs <= nowNs) this.reached(nowNs);
    this.arm();
  }
}
