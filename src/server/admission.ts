/** Who may come in: how many connections at once, and how much payload all sessions together may agree on. */
import type { PayloadBudget } from '../core/limits.ts';

const GIB = 1024 ** 3;

/** 1,024: what one process serves with room to spare; each idle session costs a few kilobytes. */
export const DEFAULT_MAX_SESSIONS = 1_024;
/** 1 GiB: 64 sessions of the largest message at once, or 32,768 of the assignment's largest. */
export const DEFAULT_MAX_TOTAL_PAYLOAD_BYTES: number = GIB;
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
