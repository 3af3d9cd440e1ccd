/**
 * How much too late this machine wakes a sleeping thread, learnt from every sleep: whoever must not be late
 * ends its sleep earlier by that much and polls the rest. A processor that was idle for long sleeps deeper and
 * wakes later, so short and long sleeps are learnt apart.
 */

/** Sleeps from this long on are long, ns. */
const LONG_NS = 3_000_000;
/** What is assumed at first, ns: usual values of virtual machines. */
const FIRST_SHORT_NS = 60_000;
const FIRST_LONG_NS = 300_000;
/** Polling has a price: never more of it than this, ns. A thread that was not given a processor says nothing. */
const MOST_NS = 500_000;
const LEAST_NS = 5_000;
/** Up fast and down slowly: it settles where only a few sleeps in a hundred are longer. */
const UP = 1 / 4;
const DOWN = 1 / 128;

export class Oversleep {
  private shortNs = FIRST_SHORT_NS;
  private longNs = FIRST_LONG_NS;

  /** How much earlier to wake for something that is due in `waitNs`. */
  marginNs(waitNs: number): number {
    return waitNs >= LONG_NS ? this.longNs : this.shortNs;
  }

  /** A sleep that was asked to last `askedNs` was late by `lateNs`. */
  learn(askedNs: number, lateNs: number): void {
    if (askedNs >= LONG_NS) this.longNs = towards(this.longNs, lateNs);
    else this.shortNs = towards(this.shortNs, lateNs);
  }
}

function towards(marginNs: number, lateNs: number): number {
  const cut = Math.min(Math.max(lateNs, LEAST_NS), MOST_NS);
  return marginNs + (cut - marginNs) * (cut > marginNs ? UP : DOWN);
}
