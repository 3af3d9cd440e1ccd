/**
 * Round trips of the last probes of one connection, by the numbers that they have at the server: what its residences are compared with.
 * Refuses to keep more than a server does.
 */
import type { Residences } from '../../core/client/residence-reader.ts';
import { MAX_KEPT_RESIDENCES } from '../../core/limits.ts';
import type { PacedResidences } from './paced.ts';

/** The first probe of a connection settles the form of its echoes, and is no sample. */
const FIRST_SAMPLE = 1;

export class KeptProbes {
  /** Echoes that have come: the number of the next. */
  private count = 0;
  /** The first that was not asked for yet. */
  private unasked = FIRST_SAMPLE;
  /** Rings. */
  private readonly rttNs: Float64Array;
  private readonly kernelRttNs: Float64Array;

  /** @param probes of the setup */
  constructor(probes: number) {
    const kept = Math.min(probes, MAX_KEPT_RESIDENCES);
    this.rttNs = new Float64Array(kept);
    this.kernelRttNs = new Float64Array(kept);
  }

  /** The next echo has come. @param rttNs NaN for one that is no sample */
  add(rttNs: number): void {
    const at = this.count++ % this.rttNs.length;
    this.rttNs[at] = rttNs;
    this.kernelRttNs[at] = Number.NaN;
  }

  /** Between the kernel's stamps, of the one that was added last. */
  addKernelRtt(ns: number): void {
    this.kernelRttNs[(this.count - 1) % this.rttNs.length] = ns;
  }

  /** Which are kept and were not asked for, all of which are asked for now. */
  takeUnasked(): { readonly first: number; readonly count: number } {
    const { count, rttNs } = this;
    const first = Math.max(this.unasked, count - rttNs.length);
    this.unasked = Math.max(FIRST_SAMPLE, count);
    return { first, count: Math.max(0, count - first) };
  }

  /** What was told of those from the `first` on, beside what is kept of them. */
  beside({ source, residenceNs }: Residences, first: number): PacedResidences {
    const kept = (ring: Float64Array): Float64Array =>
      residenceNs.map((_, i) => ring[(first + i) % ring.length] as number);
    return {
      source,
      residenceNs: residenceNs.slice(),
      rttNs: kept(this.rttNs),
      kernelRttNs: kept(this.kernelRttNs),
    };
  }
}
