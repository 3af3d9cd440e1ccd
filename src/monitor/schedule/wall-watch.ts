/**
 * Whether the wall clock went on as the monotonic one did. Where it did not, it was set, or the machine slept: Linux stops the
 * monotonic clock meanwhile, and goes on counting the time since it was started.
 */
import type { Clock } from '../../clock/clock.ts';

/** A clock that is slewed is off by half a millisecond a second (adjtimex(2)); between two looks lie a few seconds at most. */
export const JUMP_MS = 500;
/** Readings that are no further apart are of one moment. */
const CLOSE_MS = 5;
const MOST_TRIES = 10;
const NS_PER_MS = 1e6;

export interface Jump {
  /** `suspended`: the machine slept; `clock`: somebody has set the clock. */
  readonly reason: 'suspended' | 'clock';
  /** What the wall clock would show without it. */
  readonly expectedMs: number;
  readonly nowMs: number;
}

export class WallWatch {
  private readonly clock: Clock;
  private readonly uptimeMs: () => number;
  private offsetMs: number;
  private sleptMs: number;

  /** @param uptimeMs since the machine was started, the time that it slept among it */
  constructor(clock: Clock, uptimeMs: () => number) {
    this.clock = clock;
    this.uptimeMs = uptimeMs;
    this.offsetMs = this.offset();
    this.sleptMs = this.slept();
  }

  /** @returns what happened since the last look; undefined for nothing */
  look(): Jump | undefined {
    const offsetMs = this.offset();
    const sleptMs = this.slept();
    const byMs = offsetMs - this.offsetMs;
    const sleepMs = sleptMs - this.sleptMs;
    this.offsetMs = offsetMs;
    this.sleptMs = sleptMs;
    if (Math.abs(byMs) < JUMP_MS) return undefined;
    const nowMs = this.clock.wallMs();
    const reason = Math.abs(byMs - sleepMs) < JUMP_MS ? 'suspended' : 'clock';
    return { reason, expectedMs: Math.round(nowMs - byMs), nowMs };
  }

  private offset(): number {
    return this.ahead(() => this.clock.wallMs());
  }

  private slept(): number {
    return this.ahead(this.uptimeMs);
  }

  /** By how much another clock is ahead of the monotonic one. A busy machine may stop this program between two readings: the closest pair counts. */
  private ahead(read: () => number): number {
    let aheadMs = 0;
    let leastMs = Number.POSITIVE_INFINITY;
    for (let tries = 0; tries < MOST_TRIES && leastMs > CLOSE_MS; tries++) {
      const fromMs = this.monotonicMs();
      const otherMs = read();
      const toMs = this.monotonicMs();
      if (toMs - fromMs >= leastMs) continue;
      leastMs = toMs - fromMs;
      aheadMs = otherMs - (fromMs + toMs) / 2;
    }
    return aheadMs;
  }

  private monotonicMs(): number {
    return Number(this.clock.nowNs()) / NS_PER_MS;
  }
}
