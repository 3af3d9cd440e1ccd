/**
 * Times of a record, with those that are missing: probes that were never answered count as longer than all others, so that
 * a percentile may be among them and have no value.
 */
import type { PacedHistogram } from '../../result/paced/paced-result.ts';
import { NanosecondHistogram } from '../../stats/histogram.ts';

export class Times {
  /** Answered. */
  readonly count: number;
  readonly missing: number;
  readonly min: number;
  readonly max: number;
  /** The middle of each bin, ascending, and how many lie in it and below. */
  private readonly middles: number[] = [];
  private readonly upTo: number[] = [];

  /** @param record of at least one time */
  constructor({ encoded, minNs, maxNs }: PacedHistogram, missing: number) {
    this.missing = missing;
    this.min = minNs ?? 0;
    this.max = maxNs ?? 0;
    let count = 0;
    for (const bin of NanosecondHistogram.decode(encoded).bins()) {
      count += bin.count;
      this.middles.push(bin.fromNs + (bin.toNs - 1 - bin.fromNs) / 2);
      this.upTo.push(count);
    }
    this.count = count;
  }

  /** How many there are, answered or not. */
  get all(): number {
    return this.count + this.missing;
  }

  /** The type 7 quantile of all, ns, within a thousandth; null where it is among the missing. */
  quantile(p: number): number | null {
    const place = (this.all - 1) * p;
    const rank = Math.floor(place);
    if (place > this.count - 1) return null;
    const low = this.atRank(rank);
    const high = this.atRank(Math.min(rank + 1, this.count - 1));
    return Math.min(this.max, Math.max(this.min, low + (high - low) * (place - rank)));
  }

  private atRank(rank: number): number {
    const { upTo } = this;
    let low = 0;
    let high = upTo.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((upTo[middle] as number) <= rank) low = middle + 1;
      else high = middle;
    }
    return this.middles[low] as number;
  }
}
