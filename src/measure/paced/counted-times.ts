/** Times as the record has them: a histogram, and the two extremes that it does not tell exactly. */
import type { PacedHistogram, PacedQuantiles } from '../../result/paced/paced-result.ts';
import { NanosecondHistogram } from '../../stats/histogram.ts';

export class CountedTimes {
  private readonly histogram = new NanosecondHistogram();
  private minNs = Number.POSITIVE_INFINITY;
  private maxNs = 0;

  /** @param ns whole, and not below 0 */
  add(ns: number): void {
    this.histogram.record(ns);
    if (ns < this.minNs) this.minNs = ns;
    if (ns > this.maxNs) this.maxNs = ns;
  }

  get count(): number {
    return this.histogram.count;
  }

  /** Null of none. */
  get medianNs(): number | null {
    return this.count === 0 ? null : this.quantile(0.5);
  }

  get record(): PacedHistogram {
    const { histogram, count, minNs, maxNs } = this;
    const isEmpty = count === 0;
    return {
      count,
      minNs: isEmpty ? null : minNs,
      maxNs: isEmpty ? null : maxNs,
      encoded: histogram.encode(),
    };
  }

  /** Null of none. */
  get quantiles(): PacedQuantiles | null {
    if (this.count === 0) return null;
    const [p50, p90, p99] = [0.5, 0.9, 0.99].map((p) => this.quantile(p)) as [number, number, number];
    return { p50, p90, p99, max: this.maxNs };
  }

  /** In whole ns, and never beyond the extremes. */
  private quantile(p: number): number {
    return Math.min(this.maxNs, Math.max(this.minNs, Math.round(this.histogram.quantile(p))));
  }
}
