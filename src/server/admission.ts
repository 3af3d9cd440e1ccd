/** Who may come in: how many connections at once, and how much payload all sessions together may agree on. */
import type { PayloadBudget } from '../core/limits.ts';

/** Refusals that are still being said; beyond it a connection is dropped without a word. */
const MAX_REFUSALS_UNDER_WAY = 128;

export type Admitted = 'yes' | 'refuse' | 'drop';

export class Admission {
  private readonly maxSessions: number;
  private sessions = 0;
  private refusals = 0;

  constructor(maxSessions: number) {
    this.maxSessions = maxSessions;
  }

  enter(): Admitted {
    if (this.sessions < this.maxSessions) {
      this.sessions++;
      return 'yes';
    }
    if (this.refusals >= MAX_REFUSALS_UNDER_WAY) return 'drop';
    this.refusals++;
    return 'refuse';
  }

  leave(admitted: 'yes' | 'refuse'): void {
    if (admitted === 'yes') this.sessions--;
    else this.refusals--;
  }
}

export function payloadBudget(maxTotalBytes: number): PayloadBudget {
  let reservedBytes = 0;
  return {
    reserve(bytes) {
      if (reservedBytes + bytes > maxTotalBytes) return false;
      reservedBytes += bytes;
      return true;
    },
    release(bytes) {
      reservedBytes -= bytes;
    },
  };
}
