/**
 * Who may come in, and on which terms: asked with the address of each connection before anything is read from it.
 * All have the same terms: how many sessions at once, how much payload they may agree on together, and what one may ask.
 */
import type { PayloadBudget, SessionLimits } from '../core/limits.ts';
import type { Endpoint } from '../facts/connection.ts';
import type { ServerCounters } from './counters.ts';
import type { ServerLimits } from './events.ts';

/** Refusals that are still being said; beyond it a connection is dropped without a word. */
const MAX_REFUSALS_UNDER_WAY = 128;

/**
 * Ended sessions whose connections still linger, for two seconds at most: as many as there are sessions by default.
 * Beyond it an ended session keeps its place until its connection is closed, so that descriptors stay bounded.
 */
const MAX_LINGERING = 1_024;

/** What a session may ask of the server. */
export interface Terms {
  readonly limits: SessionLimits;
  readonly budget: PayloadBudget;
}

export type Admitted =
  | { readonly answer: 'yes'; readonly place: Place; readonly terms: Terms }
  /** There are as many `sessions` as may be; to be told so in the words of the protocol. */
  | { readonly answer: 'refuse'; readonly place: Place; readonly sessions: number }
  | { readonly answer: 'drop' };

/** What a connection from `remote` counts as, until it is closed. */
export class Place {
  readonly remote: Endpoint;
  private readonly counters: ServerCounters;
  private counted: 'sessions' | 'lingering' | 'refusals';

  constructor(remote: Endpoint, counters: ServerCounters, counted: 'sessions' | 'refusals') {
    this.remote = remote;
    this.counters = counters;
    this.counted = counted;
  }

  /** Its session has ended: the next one may come, unless too many connections linger. */
  retire(): void {
    if (!this.counters.tryAdd('lingering', 1, MAX_LINGERING)) return;
    this.counters.subtract(this.counted, 1);
    this.counted = 'lingering';
  }

  /** It is closed. */
  leave(): void {
    this.counters.subtract(this.counted, 1);
  }
}

export class Admission {
  private readonly counters: ServerCounters;
  private readonly maxSessions: number;
  private readonly terms: Terms;

  constructor(counters: ServerCounters, limits: ServerLimits) {
    this.counters = counters;
    this.maxSessions = limits.maxSessions;
    this.terms = { limits, budget: payloadBudget(counters, limits.maxTotalPayloadBytes) };
  }

  /** @param remote who asks */
  enter(remote: Endpoint): Admitted {
    const { counters, maxSessions, terms } = this;
    if (counters.tryAdd('sessions', 1, maxSessions)) {
      return { answer: 'yes', place: new Place(remote, counters, 'sessions'), terms };
    }
    if (counters.tryAdd('refusals', 1, MAX_REFUSALS_UNDER_WAY)) {
      return { answer: 'refuse', place: new Place(remote, counters, 'refusals'), sessions: maxSessions };
    }
    return { answer: 'drop' };
  }
}

export function payloadBudget(counters: ServerCounters, maxTotalBytes: number): PayloadBudget {
  return {
    reserve: (bytes) => counters.tryAdd('reservedBytes', bytes, maxTotalBytes),
    release: (bytes) => counters.subtract('reservedBytes', bytes),
  };
}
