/** Who may begin a load, join it, or wait for one, within the limits of the server. */
import type { Clock } from '../../clock/clock.ts';
import type { LoadDesk, LoadNotServed } from '../../core/load/load-desk.ts';
import type { LoadAnswer, LoadQuestion, LoadTerms, LoadTurn } from '../../core/load/load-messages.ts';
import { lowerRate } from '../../core/load/rate-bound.ts';
import type { Refusal } from '../../core/wire/refusals.ts';
import type { ServerLimits } from '../limits.ts';
import type { LoadGrant, LoadPlaces } from './load-places.ts';
import type { LoadOwner } from './shared-load.ts';
import { Turn } from './turn.ts';

const NS_PER_MS = 1_000_000n;

type LoadLimits = Pick<
  ServerLimits,
  'maxLoadMs' | 'maxLoadBitsPerSecond' | 'maxLoadStreams' | 'maxLoadWaitMs'
>;
type Asked = Exclude<LoadQuestion, { kind: 'join' }>;

/** What its client is granted, which may change when it shows a token. */
export interface LoadStanding {
  readonly limits: () => LoadLimits;
  /** Takes one more load of its budget. @returns why there is none */
  readonly take: (nowNs: bigint) => Refusal | undefined;
  /** It came to none. */
  readonly giveBack: (nowNs: bigint) => void;
}

export class ServerLoadDesk implements LoadDesk {
  /** Undefined before, and when it was refused. Whoever has one leaves the load in the end. */
  grant: LoadGrant | undefined;
  /** Of a client that waits for its turn. Whoever has one leaves the queue in the end. */
  turn: Turn | undefined;
  private readonly places: LoadPlaces;
  private readonly standing: LoadStanding;
  private readonly clock: Clock;
  private readonly client: LoadOwner;

  /** @param client whose connection it is */
  constructor(places: LoadPlaces, standing: LoadStanding, clock: Clock, client: LoadOwner) {
    this.places = places;
    this.standing = standing;
    this.clock = clock;
    this.client = client;
  }

  answer(question: LoadQuestion): LoadAnswer | LoadTurn | LoadNotServed | undefined {
    const nowNs = this.clock.nowNs();
    const { places, client } = this;
    if (question.kind === 'join') {
      this.grant = places.join(question.key, nowNs);
      return this.grant && answerOf(this.grant);
    }
    const refusal = this.standing.take(nowNs);
    if (refusal !== undefined) return { kind: 'not-served', refusal };
    const terms = this.termsFor(question);
    // Whoever has waited comes before one that asks now.
    if (places.queue.waiting === 0) this.grant = places.begin(terms, client, nowNs);
    return this.grant === undefined ? this.queueOf(question, terms, nowNs) : answerOf(this.grant);
  }

  /** As much of what is asked for as is allowed. */
  private termsFor(asked: Asked): LoadTerms {
    const { maxLoadMs, maxLoadBitsPerSecond, maxLoadStreams } = this.standing.limits();
    return {
      durationMs: Math.min(asked.durationMs, maxLoadMs),
      bitsPerSecond: lowerRate(asked.bitsPerSecond, maxLoadBitsPerSecond),
      streams: Math.min(asked.streams, maxLoadStreams),
    };
  }

  private queueOf(asked: Asked, terms: LoadTerms, nowNs: bigint): LoadAnswer | LoadTurn {
    const { places, client, standing } = this;
    const patienceMs =
      asked.kind === 'turn' ? Math.min(asked.patienceMs, standing.limits().maxLoadWaitMs) : 0;
    const ticket = patienceMs > 0 ? places.queue.enter(client.remote.address, terms.durationMs) : undefined;
    if (ticket !== undefined) {
      const endNs = nowNs + BigInt(patienceMs) * NS_PER_MS;
      this.turn = new Turn(places, ticket, terms, client, endNs);
      return this.turn.told(nowNs);
    }
    places.count('busy');
    standing.giveBack(nowNs);
    const { afterMs, before } = places.turnOf(undefined, nowNs);
    return { kind: 'wait', afterMs, ...(asked.kind === 'turn' ? { before } : {}) };
  }
}

export function answerOf({ key, terms }: LoadGrant): LoadAnswer {
  return { kind: 'granted', key, ...terms };
}
