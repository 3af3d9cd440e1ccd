/**
 * Quantiles of resampled samples, without resampling them: a bootstrap over a million samples asks a thousand times
 * for a quantile in which each block counts as often as it was drawn. The pooled samples are cut into cells, the
 * cell of a rank is found by how many samples of each block lie before it, and only cells that are met are ever
 * looked into. Exact: the same number as from sorting all the drawn samples.
 */
import { placeOf, type SortedSamples } from './quantiles.ts';

/** A cell holds as many samples as there are blocks: then walking through it costs as much as a step towards it. */
const MIN_CELL_SAMPLES = 64;

export class WeightedQuantile {
  readonly #blocks: readonly SortedSamples[];
  readonly #pooled: SortedSamples;
  readonly #cells: number;
  /** Where each cell starts in the pooled samples; one more, their number, ends the last. */
  readonly #starts: Uint32Array;
  /** For each cell that was asked for, how many samples of each block lie before it. */
  readonly #before: (Uint32Array | undefined)[];
  /** For each cell that was asked for, the block of each of its samples, ascending by sample. */
  readonly #owners: (Uint32Array | undefined)[];

  /** @param pooled all samples of all the blocks, and no others */
  constructor(blocks: readonly SortedSamples[], pooled: SortedSamples) {
    this.#blocks = blocks;
    this.#pooled = pooled;
    const cellSamples = Math.max(MIN_CELL_SAMPLES, blocks.length);
    this.#cells = Math.ceil(pooled.length / cellSamples);
    this.#starts = cellStarts(pooled, this.#cells, cellSamples);
    this.#before = new Array(this.#cells + 1);
    this.#owners = new Array(this.#cells);
  }

  /** How many samples there are, those of block i counted `weights[i]` times. */
  count(weights: Uint32Array): number {
    return this.#countBefore(this.#cells, weights);
  }

  /**
   * The type 7 quantile of the samples, those of block i counted `weights[i]` times.
   * @throws RangeError when nothing is left of them
   */
  at(p: number, weights: Uint32Array): number {
    const count = this.count(weights);
    if (count === 0) throw new RangeError('no sample of the blocks that were drawn is left');
    const position = (count - 1) * p;
    const rank = Math.floor(position);
    const cell = this.#cellWith(rank, p, weights);
    const within = rank - this.#countBefore(cell, weights);
    const low = this.#byRank(cell, within, weights) ?? this.#firstAfter(cell, weights);
    if (position === rank) return low;
    const high = this.#byRank(cell, within + 1, weights) ?? this.#firstAfter(cell, weights);
    return low + (high - low) * (position - rank);
  }

  /**
   * The last cell before which no more than `rank` samples lie. Looked for from the cell of the quantile without
   * weights outwards, by steps that double, until it lies between two cells, then by halves.
   */
  #cellWith(rank: number, p: number, weights: Uint32Array): number {
    let from = 0;
    let past = this.#cells;
    let guess = Math.floor(p * this.#cells);
    for (let step = 1; past - from > 1; step *= 2) {
      const between = from > 0 && past < this.#cells;
      const probe = between ? (from + past) >>> 1 : Math.max(from + 1, Math.min(past - 1, guess));
      if (this.#countBefore(probe, weights) <= rank) {
        from = probe;
        guess = probe + step;
      } else {
        past = probe;
        guess = probe - step;
      }
    }
    return from;
  }

  /** The sample before which `rank` others stand in its cell; undefined when the cell holds fewer. */
  #byRank(cell: number, rank: number, weights: Uint32Array): number | undefined {
    const owners = this.#ownersOf(cell);
    let count = 0;
    for (let i = 0; i < owners.length; i++) {
      count += weights[owners[i] as number] as number;
      if (count > rank) return this.#pooled[(this.#starts[cell] as number) + i];
    }
    return undefined;
  }

  #firstAfter(cell: number, weights: Uint32Array): number {
    for (let next = cell + 1; next < this.#cells; next++) {
      const first = this.#byRank(next, 0, weights);
      if (first !== undefined) return first;
    }
    throw new RangeError('there are not so many samples');
  }

  #countBefore(cell: number, weights: Uint32Array): number {
    const before = this.#beforeOf(cell);
    let count = 0;
    for (let i = 0; i < weights.length; i++) count += (weights[i] as number) * (before[i] as number);
    return count;
  }

  #beforeOf(cell: number): Uint32Array {
    const known = this.#before[cell];
    if (known !== undefined) return known;
    const first = this.#pooled[this.#starts[cell] as number] ?? Number.POSITIVE_INFINITY;
    const before = Uint32Array.from(this.#blocks, (block) => placeOf(first, block));
    this.#before[cell] = before;
    return before;
  }

  /** Equal samples may stand in any order: they have the same value. */
  #ownersOf(cell: number): Uint32Array {
    const known = this.#owners[cell];
    if (known !== undefined) return known;
    const start = this.#starts[cell] as number;
    const end = this.#starts[cell + 1] as number;
    const before = this.#beforeOf(cell);
    const beforeNext = this.#beforeOf(cell + 1);
    const owners = new Uint32Array(end - start);
    const taken = new Uint32Array(end - start);
    for (const [owner, block] of this.#blocks.entries()) {
      for (let i = before[owner] as number; i < (beforeNext[owner] as number); i++) {
        const first = placeOf(block[i] as number, this.#pooled, start, end) - start;
        owners[first + (taken[first] as number)] = owner;
        taken[first] = (taken[first] as number) + 1;
      }
    }
    this.#owners[cell] = owners;
    return owners;
  }
}

/** Equal samples stand in one cell: it starts at the first of them. A cell can be empty for that. */
function cellStarts(pooled: SortedSamples, cells: number, cellSamples: number): Uint32Array {
  const starts = new Uint32Array(cells + 1);
  for (let cell = 1; cell < cells; cell++) {
    const start = cell * cellSamples;
    starts[cell] = placeOf(pooled[start] as number, pooled, 0, start);
  }
  starts[cells] = pooled.length;
  return starts;
}
