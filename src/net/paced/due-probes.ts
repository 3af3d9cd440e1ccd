/**
 * Which probe of a stretch is to be sent next, and how many were due. What is due and not sent is the distance between two
 * places of one pace: however far the sending falls behind, it takes no memory.
 */
import { PaceCursor } from '../../clock/pace.ts';
import type { Stretch } from './paced.ts';

export interface DueProbes {
  /** When the next is due, as of now; infinite where none is any more. */
  nextNs(nowNs: number): number;
  /** The next was sent. */
  advance(): void;
  /** How many were due by then; it never falls. */
  countUntil(atNs: number): number;
}

export function dueProbesOf(stretch: Stretch): DueProbes {
  return stretch.pace === undefined ? new UnpacedProbes(stretch) : new PacedProbes(stretch, stretch.pace);
}

class PacedProbes implements DueProbes {
  private readonly stretch: Stretch;
  private readonly sending: PaceCursor;
  private readonly counting: PaceCursor;

  constructor(stretch: Stretch, pace: NonNullable<Stretch['pace']>) {
    this.stretch = stretch;
    this.sending = new PaceCursor(pace);
    this.counting = new PaceCursor(pace);
  }

  nextNs(): number {
    const { startNs, durationNs } = this.stretch;
    return this.sending.nextNs < durationNs ? startNs + this.sending.nextNs : Number.POSITIVE_INFINITY;
  }

  advance(): void {
    this.sending.advance();
  }

  countUntil(atNs: number): number {
    const { counting, stretch } = this;
    const { startNs, durationNs } = stretch;
    while (counting.nextNs < durationNs && startNs + counting.nextNs <= atNs) counting.advance();
    return counting.index;
  }
}

/** Each is due when it can be sent. */
class UnpacedProbes implements DueProbes {
  private readonly stretch: Stretch;
  private sent = 0;

  constructor(stretch: Stretch) {
    this.stretch = stretch;
  }

  nextNs(nowNs: number): number {
    const { startNs, durationNs } = this.stretch;
    return nowNs < startNs + durationNs ? Math.max(startNs, nowNs) : Number.POSITIVE_INFINITY;
  }

  advance(): void {
    this.sent++;
  }

  countUntil(): number {
    return this.sent;
  }
}
