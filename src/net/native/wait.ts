/**
 * How long to sleep before an echo is due, and how long to spin around that time. A program that sleeps in the
 * kernel wakes 15 to 40 us after the echo has come, and later still from a deep sleep; one that spins keeps a
 * whole core busy, and on a contended core it is punished for that. Sleeping until shortly before the echo,
 * then spinning, has the median of the one and the CPU share of the other.
 */
import type { WaitMode } from '../engine.ts';

/** What is expected next is the fastest of so many round trips: a sleep that is too long spoils a sample. */
const REMEMBERED = 32;
/** Shorter sleeps gain nothing: going to sleep and waking costs as much. */
const MIN_SLEEP_NS = 30_000;
/** An echo this much later than expected is not worth a core any more. */
const SPIN_AFTER_NS = 300_000;
/** A sleep from here on finds the processor in a deeper idle state, and takes longer to end. */
const DEEP_SLEEP_NS = 2_000_000;
const FIRST_MARGIN_NS = { light: 60_000, deep: 250_000 } as const;
const MIN_MARGIN_NS = 40_000;
const MAX_MARGIN_NS = 1_000_000;
/** The margin follows the worst oversleep seen, with a quarter to spare, and forgets it within some dozen sleeps. */
const HEADROOM = 1.25;
const FORGET = 0.95;

export class EchoWait {
  /** Ask the socket without sleeping until this long after the sending, ns. */
  spinUntilNs = 0;
  /** Sleep until this long after the sending before anything else, ns; 0 for not at all. */
  sleepUntilNs = 0;

  private readonly mode: WaitMode;
  private readonly recentNs = new Float64Array(REMEMBERED).fill(Number.POSITIVE_INFINITY);
  private recentAt = 0;
  private readonly marginNs = { ...FIRST_MARGIN_NS } as { light: number; deep: number };

  constructor(mode: WaitMode) {
    this.mode = mode;
    this.plan(0);
  }

  /** A round trip came to its end; sets both limits for the next one. */
  note(rttNs: number): void {
    if (this.mode !== 'adaptive') return;
    this.recentNs[this.recentAt] = rttNs;
    this.recentAt = (this.recentAt + 1) % REMEMBERED;
    let fastestNs = Number.POSITIVE_INFINITY;
    for (let i = 0; i < REMEMBERED; i++) {
      const ns = this.recentNs[i] as number;
      if (ns < fastestNs) fastestNs = ns;
    }
    this.plan(fastestNs);
  }

  /** Nothing was measured yet: what is known of the path, ns. */
  expect(rttNs: number): void {
    this.plan(rttNs);
  }

  /** A sleep of `askedNs` took `sleptNs`. */
  noteSleep(askedNs: number, sleptNs: number): void {
    const kind = askedNs < DEEP_SLEEP_NS ? 'light' : 'deep';
    const neededNs = (sleptNs - askedNs) * HEADROOM;
    const marginNs = Math.max(neededNs, this.marginNs[kind] * FORGET, MIN_MARGIN_NS);
    this.marginNs[kind] = Math.min(marginNs, MAX_MARGIN_NS);
  }

  private plan(expectedNs: number): void {
    if (this.mode === 'spin') this.spinUntilNs = Number.POSITIVE_INFINITY;
    if (this.mode !== 'adaptive') return;
    const marginNs = expectedNs < DEEP_SLEEP_NS ? this.marginNs.light : this.marginNs.deep;
    const sleepNs = expectedNs - marginNs;
    this.sleepUntilNs = sleepNs < MIN_SLEEP_NS ? 0 : sleepNs;
    this.spinUntilNs = expectedNs + SPIN_AFTER_NS;
  }
}
