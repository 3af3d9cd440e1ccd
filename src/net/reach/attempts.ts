/**
 * When to try which address of a target: one after the other, each with a short head start before the next, and the
 * next one at once when one has failed (RFC 8305, section 5). Only the plan: whoever follows it has the sockets and
 * the clock.
 */

/** RFC 8305, section 8: the recommended Connection Attempt Delay, ns. */
export const HEAD_START_NS = 250_000_000;
/** RFC 8305, section 8: the least Connection Attempt Delay there may be, ns. */
const MIN_HEAD_START_NS = 10_000_000;

export class Attempts {
  /** When to give up whatever has not answered. */
  readonly deadlineNs: bigint;
  private readonly count: number;
  private readonly headStartNs: bigint;
  private next = 0;
  private nextDueNs: bigint;
  private underWay = 0;

  /** @param timeoutNs for all addresses together */
  constructor(count: number, nowNs: bigint, timeoutNs: number) {
    this.count = count;
    this.deadlineNs = nowNs + BigInt(Math.ceil(timeoutNs));
    // Each is to be tried before the time is over.
    const headStartNs = Math.max(MIN_HEAD_START_NS, Math.min(HEAD_START_NS, timeoutNs / count));
    this.headStartNs = BigInt(Math.floor(headStartNs));
    this.nextDueNs = nowNs;
  }

  /** @returns the index of the address to try now; undefined where none is due */
  take(nowNs: bigint): number | undefined {
    if (this.next === this.count || nowNs < this.nextDueNs) return undefined;
    this.underWay++;
    this.nextDueNs = nowNs + this.headStartNs;
    return this.next++;
  }

  /** One of those that were taken has failed: the next one is due. */
  fail(nowNs: bigint): void {
    this.underWay--;
    this.nextDueNs = nowNs;
  }

  /** Whether all have failed. */
  get areOver(): boolean {
    return this.underWay === 0 && this.next === this.count;
  }

  /** When there is something to do if nothing happens before. */
  get wakeAtNs(): bigint {
    const isNext = this.next < this.count && this.nextDueNs < this.deadlineNs;
    return isNext ? this.nextDueNs : this.deadlineNs;
  }
}
