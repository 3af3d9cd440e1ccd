/**
 * How well the ratios of a comparison are known so far: kept up pair by pair, looked at after each round. By ranks,
 * since one block that the machine held up makes a mean of ratios as wide as a hundred good pairs make it narrow.
 */
import type { BlockRecord } from '../../result/block-record.ts';
import { hodgesLehmannRatio } from '../../stats/compare/ratio.ts';
import { quantile, sorted } from '../../stats/quantile/quantiles.ts';

export class RatioWatch {
  private readonly logRatiosOfSeries = new Map<string, number[]>();
  /** Medians of the round that is under way, by series, until the other side has one too. */
  private readonly waiting = new Map<string, number>();
  private seenA = 0;
  private seenB = 0;
  /** Sizes from here on are left out. */
  private endBytes = Number.POSITIVE_INFINITY;

  /** No more blocks of this size or a larger one will come, so nothing waits for their ratios. */
  leaveOut(fromBytes: number): void {
    this.endBytes = fromBytes;
    for (const key of this.logRatiosOfSeries.keys()) {
      if (Number(key.split(' ')[1]) >= fromBytes) this.logRatiosOfSeries.delete(key);
    }
  }

  /**
   * The widest interval of a ratio of medians among all series, as half of its width in the logarithm, which is a
   * share of the ratio; null while a series has too few pairs for one.
   */
  widest(a: readonly BlockRecord[], b: readonly BlockRecord[]): number | null {
    for (; this.seenA < a.length; this.seenA++) this.note(a[this.seenA] as BlockRecord, 1);
    for (; this.seenB < b.length; this.seenB++) this.note(b[this.seenB] as BlockRecord, -1);
    let widest: number | null = null;
    for (const ratios of this.logRatiosOfSeries.values()) {
      // A clock so coarse that it saw no time pass has ratios without a number.
      if (!ratios.every(Number.isFinite)) return null;
      const { interval } = hodgesLehmannRatio(ratios);
      if (interval === null) return null;
      const width = Math.log(interval.high / interval.low) / 2;
      widest = Math.max(widest ?? 0, width);
    }
    return widest;
  }

  private note(block: BlockRecord, sign: 1 | -1): void {
    const { measurement, payloadBytes, round, kind, rttNs, warmupProbes } = block;
    if (kind !== 'measured' || rttNs.length <= warmupProbes || payloadBytes >= this.endBytes) return;
    const series = `${measurement} ${payloadBytes}`;
    const logMedian = sign * Math.log(quantile(sorted(rttNs.slice(warmupProbes)), 0.5));
    const key = `${series} ${round}`;
    const other = this.waiting.get(key);
    if (other === undefined) {
      this.waiting.set(key, logMedian);
      return;
    }
    this.waiting.delete(key);
    const ratios = this.logRatiosOfSeries.get(series) ?? [];
    ratios.push(other + logMedian);
    this.logRatiosOfSeries.set(series, ratios);
  }
}
