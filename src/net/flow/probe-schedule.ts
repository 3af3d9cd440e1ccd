/**
 * When probes are due: an open loop, whose moments are counted from its beginning and never from a wake-up, so that a
 * program that is late neither moves the later ones nor hides what it missed (coordinated omission).
 */
import type { Timekeeper } from '../../clock/clock.ts';
import { MAX_UNDER_WAY } from './probe-ledger.ts';

export class ProbeSchedule {
  private readonly timekeeper: Timekeeper;
  private readonly epochNs: bigint;
  /** Told each moment that has come, ns after the epoch; then once that these were all for now. */
  private readonly onDue: (dueNs: number) => void;
  private readonly onCome: () => void;
  private startNs = 0;
  private intervalNs = 0;
  private next = 0;
  private cancelWake: (() => void) | undefined;

  constructor(timekeeper: Timekeeper, epochNs: bigint, onDue: (dueNs: number) => void, onCome: () => void) {
    this.timekeeper = timekeeper;
    this.epochNs = epochNs;
    this.onDue = onDue;
    this.onCome = onCome;
  }

  /** Every `intervalNs` from `startNs` on, in the place of what was before. */
  start(startNs: number, intervalNs: number): void {
    this.stop();
    this.startNs = startNs;
    this.intervalNs = intervalNs;
    this.next = 0;
    this.sleep();
  }

  stop(): void {
    this.cancelWake?.();
    this.cancelWake = undefined;
  }

  private get nextNs(): number {
    return this.startNs + this.next * this.intervalNs;
  }

  private sleep(): void {
    const wakeNs = this.epochNs + BigInt(Math.ceil(this.nextNs));
    this.cancelWake = this.timekeeper.wakeAt(wakeNs, () => this.wake());
  }

  private wake(): void {
    const nowNs = Number(this.timekeeper.nowNs() - this.epochNs);
    // After hours of sleep only as many as can be under way.
    const missed = Math.floor((nowNs - this.nextNs) / this.intervalNs) - MAX_UNDER_WAY;
    if (missed > 0) this.next += missed;
    while (this.nextNs <= nowNs) {
      this.onDue(this.nextNs);
      this.next++;
    }
    this.sleep();
    this.onCome();
  }
}
