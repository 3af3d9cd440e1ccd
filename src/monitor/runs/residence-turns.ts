/**
 * Which runs of a target ask for residences. A server that leaves the question unanswered keeps a run waiting, and perhaps the next one
 * from beginning, so that it is asked less and less often; not never, since an answer may have been lost on its way.
 */
import type { RunResidences } from '../../measure/standing/run-residences.ts';

/** Runs between two questions, at most. */
const MOST_LEFT_OUT = 63;

export class ResidenceTurns {
  /** After the last question. */
  private pause = 0;
  /** Of that pause, still to come. */
  private left = 0;

  /** Whether the run that begins now asks. */
  take(): boolean {
    if (this.left === 0) return true;
    this.left--;
    return false;
  }

  /**
   * What came of a run that asked.
   * @returns why there was no answer, where that is news
   */
  note({ residenceNs, residenceError }: RunResidences): string | undefined {
    if (residenceError === null) {
      if (residenceNs.length > 0) this.pause = 0;
      return undefined;
    }
    const isNews = this.pause === 0;
    this.pause = Math.min(MOST_LEFT_OUT, 2 * this.pause + 1);
    this.left = this.pause;
    return isNews ? residenceError.message : undefined;
  }
}
