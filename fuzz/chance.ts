/** Random choices that can be had again with the same seed. */
import { type Random, seededRandom } from '../src/stats/distributions/random.ts';

export class Chance {
  private readonly next: Random;

  constructor(seed: number) {
    this.next = seededRandom(seed);
  }

  /** A whole number from 0 to below `bound`. */
  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number {
    return from + this.below(to - from + 1);
  }

  /** True in `share` of all cases. */
  is(share: number): boolean {
    return this.next() < share;
  }

  /** @throws RangeError where there is nothing to choose from */
  pick<T>(all: ArrayLike<T>): T {
    if (all.length === 0) throw new RangeError('nothing to choose from');
    return all[this.below(all.length)] as T;
  }

  /** @param make called so many times */
  several<T>(count: number, make: (index: number) => T): T[] {
    return Array.from({ length: count }, (_, index) => make(index));
  }
}
