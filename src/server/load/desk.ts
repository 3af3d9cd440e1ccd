/** Who may begin a load, and join it: one load at a time, within the limits of the server. */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../clock/clock.ts';
import type { LoadDesk } from '../../core/load/load-desk.ts';
import {
  LOAD_KEY_DIGITS,
  type LoadAnswer,
  type LoadQuestion,
  type LoadTerms,
} from '../../core/load/load-messages.ts';
import type { LoadRole } from '../../core/load/load-rules.ts';
import { lowerRate } from '../../core/load/rate-bound.ts';
import type { LoadOwner, SharedLoad } from './shared-load.ts';

/** Whoever finds a load that is just ending may ask again so soon. */
const ENDING_MS = 200;

/** What is granted to the connection of this desk. */
export interface LoadGrant {
  readonly role: LoadRole;
  readonly terms: LoadTerms;
}

export class ServerLoadDesk implements LoadDesk {
  /** Undefined before, and when it was refused. Whoever has one leaves the load in the end. */
  grant: LoadGrant | undefined;
  private readonly load: SharedLoad;
  private readonly limits: LoadTerms;
  private readonly clock: Clock;
  private readonly client: LoadOwner;

  /** @param client whose connection it is */
  constructor(load: SharedLoad, limits: LoadTerms, clock: Clock, client: LoadOwner) {
    this.load = load;
    this.limits = limits;
    this.clock = clock;
    this.client = client;
  }

  answer(question: LoadQuestion): LoadAnswer | undefined {
    const nowNs = this.clock.nowNs();
    return question.kind === 'join' ? this.join(question.key, nowNs) : this.begin(question, nowNs);
  }

  private begin(asked: LoadTerms, nowNs: bigint): LoadAnswer {
    const { load, limits, client } = this;
    const key = randomBytes(LOAD_KEY_DIGITS / 2).toString('hex');
    const terms: LoadTerms = {
      durationMs: Math.min(asked.durationMs, limits.durationMs),
      bitsPerSecond: lowerRate(asked.bitsPerSecond, limits.bitsPerSecond),
      streams: Math.min(asked.streams, limits.streams),
    };
    if (!load.open(key, terms, client, nowNs)) {
      const isEnding = load.ending !== undefined;
      return { kind: 'wait', afterMs: isEnding ? ENDING_MS : load.termsAt(nowNs).durationMs + ENDING_MS };
    }
    this.grant = { role: 'owner', terms };
    return { kind: 'granted', key, ...terms };
  }

  private join(key: string, nowNs: bigint): LoadAnswer | undefined {
    if (!this.load.join(key)) return undefined;
    const terms = this.load.termsAt(nowNs);
    this.grant = { role: 'stream', terms };
    return { kind: 'granted', key, ...terms };
  }
}
