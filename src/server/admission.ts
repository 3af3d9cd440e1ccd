/** Who may come in: how many connections at once, and how much payload all sessions together may agree on. */
import type { PayloadBudget } from '../core/limits.ts';
import type { ServerCounters } from './counters.ts';

/** Refusals that are still being said; beyond it a connection is dropped without a word. */
const MAX_REFUSALS_UNDER_WAY = 128;

/**
 * Ended sessions whose connections still linger, for two seconds at most: as many as there are sessions by default.
 * Beyond it an ended session keeps its place until its connection is closed, so that descriptors stay bounded.
 */
const MAX_LINGERING = 1_024;

export type Admitted = 'yes' | 'refuse' | 'drop';

/** What a connection counts as until it is closed. */
export type Place = 'sessions' | 'lingering' | 'refusals';

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

  /** A session has ended: its place is free for the next one. @returns what its connection counts as from now on */
  retire(): Place {
    if (!this.counters.tryAdd('lingering', 1, MAX_LINGERING)) return 'sessions';
    this.leave('sessions');
    return 'lingering';
  }

  leave(place: Place): void {
    this.counters.subtract(place, 1);
  }
}

export function payloadBudget(counters: ServerCounters, maxTotalBytes: number): PayloadBudget {
  return {
    reserve: (bytes) => counters.tryAdd('reservedBytes', bytes, maxTotalBytes),
    release: (bytes) => counters.subtract('reservedBytes', bytes),
  };
}
