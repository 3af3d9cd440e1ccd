/** Holds an average rate, with some freedom for what comes in bursts. Time is an argument. */

const NS_PER_S = 1_000_000_000;

export class RateBound {
  private readonly burstNs: bigint;
  /** When all that was taken would have come at exactly the rate. */
  private dueNs = 0n;

  /** @param burstNs what is taken may be ahead of the rate by so much */
  constructor(burstNs: bigint) {
    this.burstNs = burstNs;
  }

  /**
   * So many more were taken.
   * @returns the moment from which on more may be taken; undefined for at once
   */
  take(amount: number, perSecond: number, nowNs: bigint): bigint | undefined {
    if (this.dueNs < nowNs) this.dueNs = nowNs;
    this.dueNs += BigInt(Math.ceil((amount * NS_PER_S) / perSecond));
    const fromNs = this.dueNs - this.burstNs;
    return fromNs > nowNs ? fromNs : undefined;
  }
}

/** Of two bounds, of which 0 is none. */
export function lowerRate(one: number, other: number): number {
  return one === 0 || other === 0 ? Math.max(one, other) : Math.min(one, other);
}
