/**
 * How much too late this machine wakes a sleeping thread, learnt from every sleep: whoever must not be late
 * ends its sleep earlier by that much and polls the rest. A processor that was idle for long sleeps deeper and
 * wakes later, so sleeps are learnt apart by their length.
 */

/** Sleeps up to so long are learnt together, ns; those that are longer still are the last kind. */
const KINDS_NS: readonly number[] = [3_000_000, 30_000_000];
/** What is assumed of each kind at first, ns: usual values of virtual machines. */
const FIRST_NS: readonly number[] = [60_000, 300_000, 300_000];
/** Polling has a price: never more of it than this, ns. A later thread was not asleep but had no processor. */
export const MOST_NS = 500_000;
const LEAST_NS = 5_000;
/** Up fast and down slowly: it settles where only a few sleeps in a hundred are longer. */
const UP = 1 / 8;
const DOWN = 1 / 128;

export class Oversleep {
  private readonly margins: number[] = [...FIRST_NS];
  private readonly leastNs: number;
  private readonly mostNs: number;

  /**
   * @param leastNs of polling before what is due, whatever was learnt, for whoever must hardly ever be late
   * @param mostNs 0 for whoever may as well be late
   */
  constructor({ leastNs = 0, mostNs = MOST_NS }: { leastNs?: number; mostNs?: number } = {}) {
    this.leastNs = leastNs;
    this.mostNs = mostNs;
  }

  /** How much earlier to wake for something that is due in `waitNs`. */
  marginNs(waitNs: number): number {
    return Math.min(Math.max(this.margins[kindOf(waitNs)] ?? 0, this.leastNs), this.mostNs);
  }

  /** A sleep that was asked to last `askedNs` was late by `lateNs`. */
  learn(askedNs: number, lateNs: number): void {
    if (lateNs > MOST_NS) return;
    const aimNs = Math.max(lateNs, LEAST_NS);
    const marginNs = this.margins[kindOf(askedNs)] ?? 0;
    this.margins[kindOf(askedNs)] = marginNs + (aimNs - marginNs) * (aimNs > marginNs ? UP : DOWN);
  }
}

function kindOf(sleepNs: number): number {
  const kind = KINDS_NS.findIndex((limitNs) => sleepNs < limitNs);
  return kind < 0 ? KINDS_NS.length : kind;
}
