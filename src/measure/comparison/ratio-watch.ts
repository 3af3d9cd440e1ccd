/**
 * How well the ratios of a comparison are known so far: kept up pair by pair, looked at after each round. By ranks,
 * since one block that the machine held up makes a mean of ratios as wide as a hundred good pairs make it narrow.
 */
import type { RawBlock } from '../../result/block-record.ts';
import { countedRttNs } from '../../result/samples.ts';
import { keyOf } from '../../result/workload.ts';
import { hodgesLehmannRatio } from '../../stats/compare/ratio.ts';
import { quantile, sorted } from '../../stats/quantile/quantiles.ts';

/** Of one series. */
interface Ratios {
  readonly payloadBytes: number;
  /** Logarithms, one for each pair. */
  readonly ratios: number[];
}

export class RatioWatch {
  private readonly logRatiosOfSeries = new Map<string, Ratios>();
  /** Medians of the round that is under way, by series, until the other side has one too. */
  private readonly waiting = new Map<string, number>();
  private seenA = 0;
  private seenB = 0;
  /** Sizes from here on are left out. */
  private endBytes = Number.POSITIVE_INFINITY;

  /** No more blocks of this size or a larger one will come, so nothing waits for their ratios. */
  leaveOut(fromBytes: number): void {
    this.endBytes = fromBytes;
    for (const [key, { payloadBytes }] of this.logRatiosOfSeries) {
      if (payloadBytes >= fromBytes) this.logRatiosOfSeries.delete(key);
    }
  }

  /**
   * The widest interval of a ratio of medians among all series, as half of its width in the logarithm, which is a
   * share of the ratio; null while a series has too few pairs for one.
   */
  widest(a: readonly RawBlock[], b: readonly RawBlock[]): number | null {
    for (; this.seenA < a.length; this.seenA++) this.note(a[this.seenA] as RawBlock, 1);
    for (; this.seenB < b.length; this.seenB++) this.note(b[this.seenB] as RawBlock, -1);
    let widest: number | null = null;
    for (const { ratios } of this.logRatiosOfSeries.values()) {
      // A clock so coarse that it saw no time pass has ratios without a number.
      if (!ratios.every(Number.isFinite)) return null;
      const { interval } = hodgesLehmannRatio(ratios);
      if (interval === null) return null;
      const width = Math.log(interval.high / interval.low) / 2;
      widest = Math.max(widest ?? 0, width);
    }
    return widest;
  }

  private note(block: RawBlock, sign: 1 | -1): void {
    const { workload, round, kind, samples } = block;
    const rttNs = countedRttNs(samples);
    if (kind !== 'measured' || rttNs.length === 0 || workload.payloadBytes >= this.endBytes) return;
    const series = keyOf(workload);
    const logMedian = sign * Math.log(quantile(sorted(rttNs), 0.5));
    const key = `${series} ${round}`;
    const other = this.waiting.get(key);
    if (other === undefined) {
      this.waiting.set(key, logMedian);
      return;
    }
    this.waiting.delete(key);
    const own = this.logRatiosOfSeries.get(series) ?? { payloadBytes: workload.payloadBytes, ratios: [] };
    own.ratios.push(other + logMedian);
    this.logRatiosOfSeries.set(series, own);
  }
}
