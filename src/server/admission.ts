/** Who may come in: how many connections at once, and how much payload all sessions together may agree on. */
import type { PayloadBudget } from '../core/limits.ts';
import type { ServerCounters } from './counters.ts';

/** Refusals that are still being said; beyond it a connection is dropped without a word. */
const MAX_REFUSALS_UNDER_WAY = 128;

export type Admitted = 'yes' | 'refuse' | 'drop';

export class Admission {
  private readonly counters: ServerCounters;
  private readonly maxSessions: number;

  constructor(counters: ServerCounters, maxSessions: number) {
    this.counters = counters;
    this.maxSessions = maxSessions;
  }

  enter(): Admitted {
    if (this.counters.tryAdd('sessions', 1, this.maxSessions)) return 'yes';
    return this.counters.tryAdd('refusals', 1, MAX_REFUSALS_UNDER_WAY) ? 'refuse' : 'drop';
  }

  leave(admitted: 'yes' | 'refuse'): void {
    this.counters.subtract(admitted === 'yes' ? 'sessions' : 'refusals', 1);
  }
}

export function payloadBudget(counters: ServerCounters, maxTotalBytes: number): PayloadBudget {
  return {
    reserve: (bytes) => counters.tryAdd('reservedBytes', bytes, maxTotalBytes),
    release: (bytes) => counters.subtract('reservedBytes', bytes),
  };
}
