/**
 * How far the kernel's stamps (CLOCK_REALTIME) are from the application's (CLOCK_MONOTONIC). Both run at the
 * same rate, since time daemons slew them together; only a step of the wall clock moves one against the other.
 */
import { CLOCK_REALTIME, STA_UNSYNC } from './constants.ts';
import { SystemError } from './errno.ts';
import { TIMESPEC, TIMEX } from './layouts.ts';
import type { Libc } from './libc.ts';

/** The tightest of so many readings counts. */
const READINGS = 8;

/** The clock that the kernel stamps with. */
export class WallClock {
  /** Of the last {@link read}; NaN, both, when it failed. */
  seconds = 0;
  nanoseconds = 0;
  private readonly libc: Libc;
  private readonly words = new Uint32Array(TIMESPEC.bytes / 4);

  constructor(libc: Libc) {
    this.libc = libc;
  }

  read(): this {
    const isKnown = this.libc.clock_gettime(CLOCK_REALTIME, this.words) === 0;
    this.seconds = isKnown ? (this.words[0] as number) + (this.words[1] as number) * 2 ** 32 : Number.NaN;
    this.nanoseconds = isKnown ? (this.words[2] as number) : Number.NaN;
    return this;
  }
}

/**
 * Whether a time daemon keeps the wall clock (adjtimex(2)): to ask takes no right. @returns undefined where it is not told
 * @throws SystemError where a filter on system calls keeps it from being asked
 */
export function isSynchronised(libc: Libc): boolean | undefined {
  if (libc.adjtimex === undefined) return undefined;
  // All zero: nothing is to be changed.
  const state = new Int32Array(TIMEX.bytes / 4);
  if (libc.adjtimex(state) < 0) throw new SystemError('adjtimex', libc.errno());
  return ((state[TIMEX.status / 4] ?? 0) & STA_UNSYNC) === 0;
}

export class RealtimeOffset {
  /** Whole seconds of the wall clock that stamps are counted from, so that a double holds their ns. */
  baseSeconds = 0;
  /** Add it to `process.hrtime.bigint() - epochNs` to get ns of the wall clock since `baseSeconds`. */
  offsetNs = 0;

  private readonly wallClock: WallClock;
  private readonly epochNs: bigint;

  constructor(libc: Libc, epochNs: bigint) {
    this.wallClock = new WallClock(libc);
    this.epochNs = epochNs;
  }

  /** Reads both clocks. @returns by how much the offset has moved since the last time, ns */
  calibrate(): number {
    let tightestNs = Number.POSITIVE_INFINITY;
    let offsetNs = 0;
    const baseSeconds = this.baseSeconds === 0 ? this.wallClock.read().seconds : this.baseSeconds;
    for (let i = 0; i < READINGS; i++) {
      const beforeNs = Number(process.hrtime.bigint() - this.epochNs);
      const { seconds, nanoseconds } = this.wallClock.read();
      const afterNs = Number(process.hrtime.bigint() - this.epochNs);
      if (afterNs - beforeNs >= tightestNs) continue;
      tightestNs = afterNs - beforeNs;
      // Whole, so that layers on either side of it add up to the ns.
      offsetNs = (seconds - baseSeconds) * 1e9 + nanoseconds - Math.round((beforeNs + afterNs) / 2);
    }
    const movedNs = this.baseSeconds === 0 ? 0 : offsetNs - this.offsetNs;
    this.baseSeconds = baseSeconds;
    this.offsetNs = offsetNs;
    return movedNs;
  }
}
