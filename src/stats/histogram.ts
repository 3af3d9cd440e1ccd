/**
 * How often each time was met, to three significant digits, in a size that does not grow with the samples: the
 * HdrHistogram of Gil Tene. Histograms of runs can be added up and read by other programs, quantiles of them cannot.
 *
 * The library takes some 30 ms to load: import this file only where a histogram is wanted.
 */
import { constructorFromBucketSize } from 'hdr-histogram-js/dist/JsHistogramFactory.js';
import { decodeHistogram, encodeHistogram } from './histogram-codec.ts';
import type { SortedSamples } from './quantile/quantiles.ts';

/** An hour; no probe waits so long. */
export const HIGHEST_NS = 3_600_000_000_000;
const LOWEST_NS = 1;
const SIGNIFICANT_DIGITS = 3;

/** Times that are counted as one. */
export interface HistogramBin {
  readonly fromNs: number;
  /** Not itself in the bin. */
  readonly toNs: number;
  readonly count: number;
}

/** Counts are kept as 64-bit numbers: a library's default of 32 bits would wrap around. */
const Counts = constructorFromBucketSize(64);

export class NanosecondHistogram {
  readonly #histogram: InstanceType<typeof Counts> = new Counts(LOWEST_NS, HIGHEST_NS, SIGNIFICANT_DIGITS);

  static of(valuesNs: Iterable<number>): NanosecondHistogram {
    const histogram = new NanosecondHistogram();
    for (const ns of valuesNs) histogram.record(ns);
    return histogram;
  }

  /**
   * Of a text of {@link encode}, in bounded time and memory.
   * @throws RangeError when the text is damaged, or is of a histogram that is divided otherwise
   */
  static decode(text: string): NanosecondHistogram {
    const histogram = new NanosecondHistogram();
    const to = histogram.#histogram;
    const { lowest, highest, significantDigits, counts } = decodeHistogram(text, to.countsArrayLength);
    if (lowest !== LOWEST_NS || highest !== HIGHEST_NS || significantDigits !== SIGNIFICANT_DIGITS) {
      throw new RangeError('the histogram is not one of 1 ns to 1 h with three digits');
    }
    for (let i = 0; i < counts.length; i++) to.setCountAtIndex(i, counts[i] as number);
    to.establishInternalTackingValues();
    return histogram;
  }

  /** Fractions are rounded; more than an hour is counted with the hour.
   * @throws RangeError for what is no time
   */
  record(ns: number): void {
    if (!(ns >= 0)) throw new RangeError(`a time is not below 0: ${ns}`);
    this.#histogram.recordValue(Math.min(HIGHEST_NS, Math.round(ns)));
  }

  /** Adds all that the other one has. */
  merge(other: NanosecondHistogram): void {
    this.#histogram.add(other.#histogram);
  }

  get count(): number {
    return this.#histogram.totalCount;
  }

  /** How many were as long as the histogram reaches, or longer: they are in the last bin, whatever their time. */
  get atTop(): number {
    return this.#histogram.getCountAtIndex(this.#histogram.countsArrayIndex(HIGHEST_NS));
  }

  /**
   * The type 7 quantile, within 0.1 % of that of the samples: each counts as the middle of its bin.
   * @throws RangeError when there is no sample or `p` is out of range
   */
  quantile(p: number): number {
    if (this.count === 0) throw new RangeError('a quantile needs at least one sample');
    if (!(p >= 0 && p <= 1)) throw new RangeError(`a quantile is between 0 and 1, not ${p}`);
    const position = (this.count - 1) * p;
    const rank = Math.floor(position);
    let before = 0;
    let low: number | undefined;
    for (const { fromNs, toNs, count } of this.bins()) {
      before += count;
      const middle = middleOf(fromNs, toNs);
      if (low === undefined && before > rank) low = middle;
      if (low !== undefined && (before > rank + 1 || position === rank || before === this.count)) {
        return low + (middle - low) * (position - rank);
      }
    }
    throw new RangeError('the counts do not add up to their number');
  }

  /** As many times as there are samples, each the middle of its bin, ascending. */
  middles(): SortedSamples {
    const times = new Float64Array(this.count);
    let at = 0;
    for (const { fromNs, toNs, count } of this.bins()) {
      times.fill(middleOf(fromNs, toNs), at, at + count);
      at += count;
    }
    return times as SortedSamples;
  }

  /** All bins with a sample, ascending. Their width is 1 ns below 2,048 ns, and then a thousandth of the time or less. */
  *bins(): Generator<HistogramBin> {
    const histogram = this.#histogram;
    for (let i = 0; i < histogram.countsArrayLength; i++) {
      const count = histogram.getCountAtIndex(i);
      if (count > 0)
        yield { fromNs: histogram.valueFromIndex(i), toNs: histogram.valueFromIndex(i + 1), count };
    }
  }

  /** Base64 text of HdrHistogram's compressed format, version 2, which the other ports read. */
  encode(): string {
    const histogram = this.#histogram;
    // The format ends with the last count that is not 0, or with one 0 of an empty histogram.
    const used = histogram.countsArrayIndex(histogram.maxValue) + 1;
    return encodeHistogram({
      lowest: LOWEST_NS,
      highest: HIGHEST_NS,
      significantDigits: SIGNIFICANT_DIGITS,
      counts: Array.from({ length: used }, (_, i) => histogram.getCountAtIndex(i)),
    });
  }
}

function middleOf(fromNs: number, toNs: number): number {
  return fromNs + (toNs - 1 - fromNs) / 2;
}
