/**
 * How many probes of a pace were due by a moment. Counted anew from the pace itself, since those that were never sent are
 * in no sample.
 */
import { PaceCursor, type PaceSpec } from '../../clock/pace.ts';

export class DueCounter {
  private readonly cursor: PaceCursor;
  private readonly startNs: number;

  /** @param startNs of the pace, ns after the run's epoch */
  constructor(pace: PaceSpec, startNs: number) {
    this.cursor = new PaceCursor(pace);
    this.startNs = startNs;
  }

  /** Due before `atNs` in whole ns, as records have them; it never falls from one call to the next. */
  before(atNs: number): number {
    const { cursor, startNs } = this;
    while (Math.round(startNs + cursor.nextNs) < atNs) cursor.advance();
    return cursor.index;
  }
}
