/**
 * The median of many times, to a hundredth of it, in 10 KB: of each of a thousand connections a whole histogram would be
 * too much. Times are counted by their power of two, in 64 parts each.
 */
import { floorLog2 } from '../../stats/floor-log2.ts';

const PARTS = 64;
/** Up to 2^42 ns, more than an hour. */
const POWERS = 42;
/** Of the powers of two, exactly. */
const INVERSES: Float64Array = Float64Array.from({ length: POWERS }, (_, power) => 2 ** -power);

export class ShareMedian {
  private readonly counts = new Uint32Array(PARTS * POWERS);
  private total = 0;

  add(ns: number): void {
    // Below 64 ns a part is less than 1 ns wide, which does no harm.
    const power = Math.min(POWERS - 1, floorLog2(Math.max(1, ns)));
    const part = Math.min(PARTS - 1, Math.max(0, Math.floor((ns * (INVERSES[power] as number) - 1) * PARTS)));
    const at = power * PARTS + part;
    this.counts[at] = (this.counts[at] as number) + 1;
    this.total++;
  }

  /** The middle of the part that holds it; null of none. */
  get medianNs(): number | null {
    if (this.total === 0) return null;
    const rank = Math.floor((this.total - 1) / 2);
    let before = 0;
    for (let at = 0; at < this.counts.length; at++) {
      before += this.counts[at] as number;
      if (before <= rank) continue;
      const power = Math.floor(at / PARTS);
      return Math.round(2 ** power * (1 + ((at % PARTS) + 0.5) / PARTS));
    }
    return null;
  }
}
