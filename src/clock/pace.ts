/**
 * When the probes of an open loop are due. Every moment is computed from the rate, the seed and a count, never read from
 * a wake-up: a program that is late moves none of them, and what it missed stays due (coordinated omission, G. Tene).
 */
import { type Random, seededRandom } from '../stats/distributions/random.ts';

/** At even distances, or at random ones with the same mean and no memory, as from many who know nothing of each other. */
export const ARRIVALS = ['uniform', 'poisson'] as const;
export type Arrivals = (typeof ARRIVALS)[number];

export interface PaceSpec {
  /** Above 0. */
  readonly perSecond: number;
  readonly arrivals: Arrivals;
  /** Of the random distances; the same seed gives the same moments. */
  readonly seed: number;
}

const NS_PER_S = 1_000_000_000;

/** A place among the moments of a pace, that goes on one by one. Of one pace there may be several, apart from each other. */
export class PaceCursor {
  /** How many moments lie before it. */
  index = 0;
  /** The moment it is at, ns after the start of the pace; never falls. */
  nextNs: number;
  private readonly spec: PaceSpec;
  private readonly random: Random | undefined;

  constructor(spec: PaceSpec) {
    this.spec = spec;
    this.random = spec.arrivals === 'poisson' ? seededRandom(spec.seed) : undefined;
    this.nextNs = this.random === undefined ? 0 : this.gapNs(this.random);
  }

  advance(): void {
    this.index++;
    // Of even distances each is computed anew: a sum of rounded ones would drift.
    if (this.random === undefined) this.nextNs = (this.index * NS_PER_S) / this.spec.perSecond;
    else this.nextNs += this.gapNs(this.random);
  }

  /** Of the exponential distribution with the mean 1/rate, by the inverse of its distribution function. */
  private gapNs(random: Random): number {
    return (-Math.log(1 - random()) * NS_PER_S) / this.spec.perSecond;
  }
}
