/**
 * How far the kernel's stamps (CLOCK_REALTIME) are from the application's (CLOCK_MONOTONIC). Both run at the
 * same rate, since time daemons slew them together; only a step of the wall clock moves one against the other.
 */
import { CLOCK_REALTIME } from './constants.ts';
import { TIMESPEC } from './layouts.ts';
import type { Libc } from './libc.ts';

/** The tightest of so many readings counts. */
const READINGS = 8;

export class RealtimeOffset {
  /** Whole seconds of the wall clock that stamps are counted from, so that a double holds their ns. */
  baseSeconds = 0;
  /** Add it to `process.hrtime.bigint() - epochNs` to get ns of the wall clock since `baseSeconds`. */
  offsetNs = 0;

  private readonly libc: Libc;
  private readonly epochNs: bigint;
  private readonly words: Uint32Array;

  constructor(libc: Libc, epochNs: bigint) {
    this.libc = libc;
    this.epochNs = epochNs;
    this.words = new Uint32Array(TIMESPEC.bytes);
  }

  /** Reads both clocks. @returns by how much the offset has moved since the last time, ns */
  calibrate(): number {
    let tightestNs = Number.POSITIVE_INFINITY;
    let offsetNs = 0;
    const baseSeconds = this.baseSeconds === 0 ? this.read().seconds : this.baseSeconds;
    for (let i = 0; i < READINGS; i++) {
      const beforeNs = Number(process.hrtime.bigint() - this.epochNs);
      const { seconds, nanoseconds } = this.read();
      const afterNs = Number(process.hrtime.bigint() - this.epochNs);
      if (afterNs - beforeNs >= tightestNs) continue;
      tightestNs = afterNs - beforeNs;
      offsetNs = (seconds - baseSeconds) * 1e9 + nanoseconds - (beforeNs + afterNs) / 2;
    }
    const movedNs = this.baseSeconds === 0 ? 0 : offsetNs - this.offsetNs;
    this.baseSeconds = baseSeconds;
    this.offsetNs = offsetNs;
    return movedNs;
  }

  private read(): { seconds: number; nanoseconds: number } {
    this.libc.clock_gettime(CLOCK_REALTIME, this.words);
    return {
      seconds: (this.words[0] as number) + (this.words[1] as number) * 2 ** 32,
      nanoseconds: this.words[2] as number,
    };
  }
}
