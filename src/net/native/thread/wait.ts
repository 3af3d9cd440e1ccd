/**
 * How long to sleep before an echo is due, and how long to spin around that time. A program that sleeps in the
 * kernel wakes 15 to 40 us after the echo has come, and later still from a deep sleep; one that spins keeps a
 * whole core busy, and on a contended core it is punished for that. Sleeping until shortly before the echo,
 * then spinning, has the median of the one and the CPU share of the other.
 */
import type { WaitMode } from '../../../facts/engine.ts';
import { Oversleep } from './oversleep.ts';

/** The next echo is expected after the fastest of so many: a sleep that is too long spoils its sample. */
export const REMEMBERED = 32;
/** Shorter sleeps gain nothing: going to sleep and waking costs as much. */
export const MIN_SLEEP_NS = 30_000;
/** An echo this much later than usual is not worth a core any more. */
export const SPIN_AFTER_NS = 300_000;
/**
 * To wake before an echo and not with it: a sleep that ends late lengthens the sample, and a longer sample the
 * next sleep, so without this the wait would believe in a path that is slower than it is.
 */
export const HEADROOM_NS = 20_000;
/** Weight of the last round trip in the usual one. */
const LEARN = 1 / 8;
/**
 * Where round trips usually take this much longer than the fastest, waking up is nothing beside what the path itself
 * adds: spinning for so long would keep a core busy to no end. A share of the round trip where that is more.
 */
export const MOST_SPREAD_NS = 2_000_000;
const MOST_SPREAD_SHARE = 1 / 32;

export class EchoWait {
  /** Sleep until this long after the sending before anything else, ns; 0 for not at all. */
  sleepUntilNs = 0;
  /** Ask the socket without sleeping until this long after the sending, ns; then sleep until it comes. */
  spinUntilNs = 0;

  private readonly mode: WaitMode;
  private readonly recentNs = new Float64Array(REMEMBERED).fill(Number.POSITIVE_INFINITY);
  private recentAt = 0;
  private usualNs = 0;
  private cutShort = false;
  private readonly oversleep = new Oversleep();

  constructor(mode: WaitMode) {
    this.mode = mode;
    this.plan(0);
  }

  /** Nothing was measured yet: what is known of the path, ns. */
  expect(rttNs: number): void {
    this.usualNs = rttNs;
    this.plan(rttNs);
  }

  /** A round trip came to its end; sets both limits for the next one. */
  note(rttNs: number): void {
    if (this.mode !== 'adaptive') return;
    this.recentNs[this.recentAt] = this.cutShort ? this.cameNs(rttNs) : rttNs;
    this.recentAt = (this.recentAt + 1) % REMEMBERED;
    this.cutShort = false;
    // One that took for ever says little of the next.
    this.usualNs += Math.min(rttNs - this.usualNs, mostSpreadNs(rttNs)) * LEARN;
    let fastestNs = Number.POSITIVE_INFINITY;
    for (let i = 0; i < REMEMBERED; i++) {
      const ns = this.recentNs[i] as number;
      if (ns < fastestNs) fastestNs = ns;
    }
    this.plan(fastestNs);
  }

  /** A sleep went to its end, and took `sleptNs` instead of `askedNs`. */
  noteSleep(askedNs: number, sleptNs: number): void {
    this.oversleep.learn(askedNs, sleptNs - askedNs);
  }

  /** The echo came into the sleep, which it should not. */
  noteCutShort(): void {
    this.cutShort = true;
  }

  /** An echo that came into a sleep was there before its round trip ended: by as much as waking up takes. */
  private cameNs(rttNs: number): number {
    const endNs = Math.min(rttNs, this.sleepUntilNs);
    return Math.max(0, endNs - this.oversleep.marginNs(endNs) - HEADROOM_NS);
  }

  private plan(fastestNs: number): void {
    if (this.mode === 'spin') this.spinUntilNs = Number.POSITIVE_INFINITY;
    if (this.mode !== 'adaptive') return;
    if (this.usualNs - fastestNs > mostSpreadNs(fastestNs)) {
      this.sleepUntilNs = 0;
      this.spinUntilNs = 0;
      return;
    }
    const sleepNs = fastestNs - this.oversleep.marginNs(fastestNs) - HEADROOM_NS;
    this.sleepUntilNs = sleepNs < MIN_SLEEP_NS ? 0 : sleepNs;
    this.spinUntilNs = Math.max(fastestNs, this.usualNs) + SPIN_AFTER_NS;
  }
}

function mostSpreadNs(rttNs: number): number {
  return Math.max(MOST_SPREAD_NS, rttNs * MOST_SPREAD_SHARE);
}
