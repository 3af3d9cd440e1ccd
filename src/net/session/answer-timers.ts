/**
 * The two moments at which silence means something to a loop over events: the answer under way is late, or what has
 * come of it has no end but silence. One timer serves all probes of a session. Refuses to know what follows.
 */
import type { Timekeeper } from '../../clock/clock.ts';
import { Deadline } from '../../clock/deadline.ts';

/** Who is told. */
export interface TimerUser {
  /** Whether anything is awaited; nothing is late otherwise. */
  readonly isWaiting: boolean;
  /** The answer did not come within `timeoutNs`. */
  onLate(timeoutNs: bigint): void;
  onQuiet(nowNs: bigint): void;
}

export class AnswerTimers {
  /** How long the answer under way may take. */
  timeoutNs = 0n;
  private readonly timekeeper: Timekeeper;
  private readonly user: TimerUser;
  private readonly late: Deadline;
  private sentNs = 0n;
  private cancelQuiet: (() => void) | undefined;

  constructor(timekeeper: Timekeeper, user: TimerUser) {
    this.timekeeper = timekeeper;
    this.user = user;
    this.late = new Deadline(
      timekeeper,
      () => (user.isWaiting ? this.sentNs + this.timeoutNs : undefined),
      () => user.onLate(this.timeoutNs),
    );
  }

  /** A message was sent whose answer may take {@link timeoutNs}. */
  arm(sentNs: bigint): void {
    this.sentNs = sentNs;
    this.late.arm();
  }

  /** Silence until `deadlineNs` tells something. */
  watchQuiet(deadlineNs: bigint): void {
    this.cancelQuiet?.();
    this.cancelQuiet = this.timekeeper.wakeAt(deadlineNs, () => {
      this.cancelQuiet = undefined;
      this.user.onQuiet(this.timekeeper.nowNs());
    });
  }

  clear(): void {
    this.late.cancel();
    this.cancelQuiet?.();
    this.cancelQuiet = undefined;
  }
}
