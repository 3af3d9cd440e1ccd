/**
 * A clock for tests and simulations: time stands still until it is told to go on, then jumps to the next
 * wake-up. An hour of protocol passes in a millisecond, and always the same way.
 */
import type { Timekeeper } from './clock.ts';

interface WakeUp {
  readonly deadlineNs: bigint;
  /** Wake-ups of one instant run in the order in which they were asked for. */
  readonly order: number;
  readonly callback: () => void;
}

export class VirtualClock implements Timekeeper {
  readonly name = 'virtual';
  private currentNs = 0n;
  private asked = 0;
  private readonly pending = new Set<WakeUp>();

  nowNs(): bigint {
    return this.currentNs;
  }

  wallMs(): number {
    return Number(this.currentNs / 1_000_000n);
  }

  wakeAt(deadlineNs: bigint, callback: () => void): () => void {
    const wakeUp: WakeUp = { deadlineNs, order: this.asked++, callback };
    this.pending.add(wakeUp);
    return () => this.pending.delete(wakeUp);
  }

  /** Jumps to the next wake-up and runs it. @returns false when there is none. */
  step(): boolean {
    let next: WakeUp | undefined;
    for (const wakeUp of this.pending) {
      if (next === undefined || isBefore(wakeUp, next)) next = wakeUp;
    }
    if (next === undefined) return false;
    this.pending.delete(next);
    if (next.deadlineNs > this.currentNs) this.currentNs = next.deadlineNs;
    next.callback();
    return true;
  }

  /**
   * Lets time pass until `promise` is settled.
   * @throws Error when nothing is left to happen and it still is not, or after `maxSteps` wake-ups.
   */
  async drive<T>(promise: Promise<T>, maxSteps = 1_000_000): Promise<T> {
    let settled = false;
    const settle = (): void => {
      settled = true;
    };
    promise.then(settle, settle);
    let idleLooks = 0;
    for (let steps = 0; !settled; steps++) {
      await quiesce();
      if (settled) break;
      if (steps >= maxSteps) throw new Error(`not settled after ${maxSteps} wake-ups`);
      if (this.step()) idleLooks = 0;
      else if (++idleLooks > MOST_IDLE_LOOKS)
        throw new Error('nothing is left to happen, and the promise is not settled');
    }
    return promise;
  }
}

function isBefore(a: WakeUp, b: WakeUp): boolean {
  return a.deadlineNs === b.deadlineNs ? a.order < b.order : a.deadlineNs < b.deadlineNs;
}

/** Chains of promises between two wake-ups are this long at most. */
const MICROTASK_TURNS = 50;
/** Where there is no other wake-up, a chain may be longer: so many times that. */
const MOST_IDLE_LOOKS = 100;

async function quiesce(): Promise<void> {
  for (let turn = 0; turn < MICROTASK_TURNS; turn++) await Promise.resolve();
}
