/**
 * Whether to poll for a moment after an event instead of going to sleep at once. Waking up takes 20 to 40 us, so
 * where the next event follows soon, polling saves most of a round trip. Where it does not, polling is only in
 * the way: of a client on the same processor, which cannot run meanwhile, or of whoever pays for the power. So
 * it is learnt from what polling has found.
 */

/** A little longer than waking up takes, ns. */
export const POLL_NS = 75_000n;
/** Polling that has found nothing so often in a row is given up. */
const MISSES = 16;
/** Then every so manieth event is followed by polling again, to see whether times have changed. */
const PROBE_EVERY = 32;

export class Polling {
  private untilNs = 0n;
  private isOpen = false;
  private misses = 0;
  private skipped = 0;

  /** Something has happened, so many things at once: a busy loop need not poll, its next event is there. */
  noteEvents(nowNs: bigint, events = 1): void {
    if (events > 1) {
      this.rest();
      return;
    }
    if (this.isOpen && nowNs < this.untilNs) this.misses = 0;
    else if (this.misses >= MISSES && ++this.skipped < PROBE_EVERY) {
      this.isOpen = false;
      return;
    }
    this.skipped = 0;
    this.isOpen = true;
    this.untilNs = nowNs + POLL_NS;
  }

  /** What has happened is no reason to look again at once. */
  rest(): void {
    this.isOpen = false;
  }

  /** Whether to look again without sleeping. */
  isWorthIt(nowNs: bigint): boolean {
    if (!this.isOpen) return false;
    if (nowNs < this.untilNs) return true;
    this.isOpen = false;
    this.misses++;
    return false;
  }
}
