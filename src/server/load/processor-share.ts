/** How much of one processor the thread has used since it was asked last. */
import type { Clock } from '../../clock/clock.ts';

const NS_PER_US = 1_000;
const MILLION = 1_000_000;

/** Processor time of the calling thread, us. */
export type ProcessorTime = () => number;

export const threadTime: ProcessorTime = () => {
  const { user, system } = process.threadCpuUsage();
  return user + system;
};

export class ProcessorShare {
  private readonly clock: Clock;
  private readonly usedUs: ProcessorTime;
  private lastNs: bigint;
  private lastUs: number;

  constructor(clock: Clock, usedUs: ProcessorTime) {
    this.clock = clock;
    this.usedUs = usedUs;
    this.lastNs = clock.nowNs();
    this.lastUs = usedUs();
  }

  /** @returns millionths; 0 when no time has passed */
  take(): number {
    const nowNs = this.clock.nowNs();
    const us = this.usedUs();
    const passedNs = Number(nowNs - this.lastNs);
    if (passedNs <= 0) return 0;
    const used = Math.round(((us - this.lastUs) * NS_PER_US * MILLION) / passedNs);
    this.lastNs = nowNs;
    this.lastUs = us;
    return Math.max(0, used);
  }
}
