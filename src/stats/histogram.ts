/**
 * How often each time was met, to three significant digits, in a size that does not grow with the samples: the
 * HdrHistogram of Gil Tene, whose `AbstractHistogram.java` is the reference. Histograms of runs can be added up and read by
 * other programs, quantiles of them cannot. Counting is written here, as it is done for each of a million probes.
 */
import { floorLog2, INT_VALUES } from './floor-log2.ts';
import { decodeHistogram, eachCount, encodeCounts, encodeHistogram } from './histogram-codec.ts';
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

/** Times below have a bin each; of each power of two above, the upper half of so many are kept. */
const SUB_BUCKETS = 2_048;
const HALF_BITS = 10;
const HALF = 2 ** HALF_BITS;
/** Of each power of two above {@link SUB_BUCKETS}, and of all below. */
const LENGTH: number = (floorLog2(HIGHEST_NS) - HALF_BITS + 2) * HALF;
/** Counts are kept in pages: the times of a path lie close together, and a whole range takes 270 kB. */
const PAGE_BITS = 7;
const PAGE = 2 ** PAGE_BITS;
const PAGES: number = Math.ceil(LENGTH / PAGE);

export class NanosecondHistogram {
  /** By index divided by {@link PAGE}; a page without a count is not there. Not of 32 bits, which wrap around. */
  readonly #pages: (Float64Array | undefined)[] = new Array(PAGES).fill(undefined);
  #count = 0;

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
    const { lowest, highest, significantDigits, counts } = decodeHistogram(text, LENGTH);
    if (lowest !== LOWEST_NS || highest !== HIGHEST_NS || significantDigits !== SIGNIFICANT_DIGITS) {
      throw new RangeError('the histogram is not one of 1 ns to 1 h with three digits');
    }
    for (let i = 0; i < counts.length; i++) histogram.#add(i, counts[i] as number);
    return histogram;
  }

  /**
   * Of bytes of {@link toBytes}, in bounded time and memory; times of bins that were taken together are in their middle.
   * @throws RangeError when the bytes are damaged
   */
  static fromBytes(bytes: Uint8Array): NanosecondHistogram {
    const histogram = new NanosecondHistogram();
    const together = bytes[0];
    if (together === undefined || together === 0) throw new RangeError('the bytes are no histogram');
    const middle = together >> 1;
    eachCount(bytes.subarray(1), Math.ceil(LENGTH / together), (index, count) => {
      histogram.#add(Math.min(LENGTH - 1, index * together + middle), count);
    });
    return histogram;
  }

  /** Fractions are rounded; more than an hour is counted with the hour.
   * @throws RangeError for what is no time
   */
  record(ns: number): void {
    if (!(ns >= 0)) throw new RangeError(`a time is not below 0: ${ns}`);
    this.#add(indexOf(Math.min(HIGHEST_NS, Math.round(ns))), 1);
  }

  /** Adds all that the other one has. */
  merge(other: NanosecondHistogram): void {
    for (const [number, theirs] of other.#pages.entries()) {
      if (theirs === undefined) continue;
      const page = this.#page(number);
      for (let i = 0; i < PAGE; i++) page[i] = (page[i] as number) + (theirs[i] as number);
    }
    this.#count += other.#count;
  }

  get count(): number {
    return this.#count;
  }

  /** How many were as long as the histogram reaches, or longer: they are in the last bin, whatever their time. */
  get atTop(): number {
    return this.#countAt(indexOf(HIGHEST_NS));
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
    for (const [number, page] of this.#pages.entries()) {
      if (page === undefined) continue;
      for (let at = 0; at < PAGE; at++) {
        const count = page[at] as number;
        const i = number * PAGE + at;
        if (count > 0) yield { fromNs: lowestOf(i), toNs: lowestOf(i + 1), count };
      }
    }
  }

  /** Base64 text of HdrHistogram's compressed format, version 2, which the other ports read. */
  encode(): string {
    return encodeHistogram({
      lowest: LOWEST_NS,
      highest: HIGHEST_NS,
      significantDigits: SIGNIFICANT_DIGITS,
      ...this.#used(),
    });
  }

  /**
   * The counts of the same format without its header and not deflated: small where there are few, and quick. For a place that
   * knows what they are of and guards them against damage.
   * @param together so many neighbouring bins are counted as one, 1 to 255: their width is so many thousandths of the time
   */
  toBytes(together = 1): Uint8Array {
    const { firstIndex, counts } = this.#used();
    const numbers =
      together === 1
        ? encodeCounts(counts, firstIndex)
        : encodeCounts(takenTogether(counts, firstIndex, together));
    const bytes = new Uint8Array(1 + numbers.length);
    bytes[0] = together;
    bytes.set(numbers, 1);
    return bytes;
  }

  /** From the first page to the last count that is not 0, or one 0 of an empty histogram: with it the format ends. */
  #used(): { readonly firstIndex: number; readonly counts: Float64Array } {
    const first = Math.max(
      0,
      this.#pages.findIndex((page) => page !== undefined),
    );
    const pages = this.#pages.slice(first, this.#pages.findLastIndex((page) => page !== undefined) + 1);
    const counts = new Float64Array(Math.max(1, pages.length) * PAGE);
    for (const [i, page] of pages.entries()) counts.set(page ?? [], i * PAGE);
    const last = counts.findLastIndex((count) => count > 0);
    return { firstIndex: first * PAGE, counts: counts.subarray(0, Math.max(0, last) + 1) };
  }

  #countAt(index: number): number {
    return this.#pages[index >> PAGE_BITS]?.[index % PAGE] ?? 0;
  }

  #add(index: number, count: number): void {
    if (count === 0) return;
    const page = this.#page(index >> PAGE_BITS);
    const at = index % PAGE;
    page[at] = (page[at] as number) + count;
    this.#count += count;
  }

  #page(number: number): Float64Array {
    const page = this.#pages[number] ?? new Float64Array(PAGE);
    this.#pages[number] = page;
    return page;
  }
}

/** From index 0 on, so many neighbours added up. */
function takenTogether(counts: Float64Array, firstIndex: number, together: number): Float64Array {
  const sums = new Float64Array(Math.ceil((firstIndex + counts.length) / together));
  for (let i = 0; i < counts.length; i++) {
    const at = Math.floor((firstIndex + i) / together);
    sums[at] = (sums[at] as number) + (counts[i] as number);
  }
  return sums;
}

/** Where a time is counted, as `countsArrayIndex` of the reference has it. @param ns whole */
function indexOf(ns: number): number {
  if (ns < SUB_BUCKETS) return ns;
  const bucket = floorLog2(ns) - HALF_BITS;
  return bucket * HALF + (ns < INT_VALUES ? ns >>> bucket : Math.floor(ns / 2 ** bucket));
}

/** The shortest time that is counted there, as `valueFromIndex` of the reference has it, ns. */
function lowestOf(index: number): number {
  if (index < SUB_BUCKETS) return index;
  const bucket = (index >> HALF_BITS) - 1;
  return ((index % HALF) + HALF) * 2 ** bucket;
}

function middleOf(fromNs: number, toNs: number): number {
  return fromNs + (toNs - 1 - fromNs) / 2;
}
