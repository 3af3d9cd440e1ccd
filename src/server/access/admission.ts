/**
 * Who may come in, and on which terms: asked with the address of each connection before anything is read from it. The terms are
 * those of the client's class where there is a policy, and the limits of the server for all where there is none.
 */
import type { PayloadBudget, SessionLimits } from '../../core/limits.ts';
import type { Setup } from '../../core/wire/messages.ts';
import type { Refusal, RefusalReason } from '../../core/wire/refusals.ts';
import type { Endpoint } from '../../facts/connection.ts';
import type { ServerCounters } from '../counters.ts';
import type { ServerLimits } from '../limits.ts';
import { STRAIN } from '../memory/watch.ts';
import { Allowance, type Buckets, bucketsOf } from './allowance.ts';
import type { ClientBudgets } from './client-budgets.ts';
import { clientOf } from './client-of.ts';
import { Place } from './place.ts';
import type { ClientClass, Policy } from './policy.ts';
import { type ClassTerms, termsOfLimits } from './terms.ts';
import type { Principal } from './tokens.ts';

/** Refusals that are still being said; beyond it a connection is dropped without a word. */
const MAX_REFUSALS_UNDER_WAY = 128;

/** Refusals of an address that a token makes up for. */
const SAVED_BY_TOKENS: readonly RefusalReason[] = ['share', 'rate', 'budget'];
/** Sessions that have not shown their token yet: of all, and of one client on a thread. */
const MAX_ON_PROBATION = 64;
const MAX_ON_PROBATION_OF_A_CLIENT = 8;
/** Setup and token take two round trips, and losses may cost a second each. */
const PROBATION_NS = 5_000_000_000;

/** What a session may ask of the server. */
export interface Terms {
  readonly limits: ServerLimits;
  readonly budget: PayloadBudget;
  /** Undefined where its client has no budgets. */
  readonly allowance: Allowance | undefined;
  /** What a setup with a token may ask for until it is shown whose it is: the most that any class grants. */
  readonly tokenLimits: SessionLimits | undefined;
  /** Why nobody is served who does not announce a token, until one is shown; undefined for most. */
  readonly unlessToken: Refusal | undefined;
  /** Whose address is used up, so that only a token is heard; undefined for most. */
  readonly onProbationFor: string | undefined;
  /** Why a setup without a token is not served; undefined where all are. */
  readonly owesToken: ((setup: Setup) => Refusal | undefined) | undefined;
}

interface ClassGrant {
  readonly buckets: Buckets;
  readonly terms: Pick<Terms, 'limits' | 'budget' | 'tokenLimits'>;
}

/** How there may be room where there is none: each tells whether there may be now. */
export interface RoomMaking {
  /** For a session, in a full server. */
  readonly amongAll: () => boolean;
  /** For one on probation, among those of this client, or of all. */
  readonly onProbation: (client: string | undefined) => boolean;
}

const UNCONDITIONAL = { unlessToken: undefined, onProbationFor: undefined, owesToken: undefined } as const;

const NO_ROOM: RoomMaking = { amongAll: () => false, onProbation: () => false };

export type Admitted =
  | { readonly answer: 'yes'; readonly place: Place; readonly terms: Terms }
  /** To be told why. */
  | { readonly answer: 'refuse'; readonly place: Place; readonly refusal: Refusal }
  | { readonly answer: 'drop' };

interface AdmissionRules {
  readonly policy?: Policy | undefined;
  /** Of all clients, where there is a policy. */
  readonly budgets?: ClientBudgets | undefined;
  readonly knowsTokens?: boolean;
}

export class Admission {
  private readonly counters: ServerCounters;
  private readonly limits: ServerLimits;
  private readonly budget: PayloadBudget;
  private readonly usual: ClientClass;
  /** Undefined where all have the same terms. */
  private policy: Policy | undefined;
  private readonly budgets: ClientBudgets | undefined;
  /** Whether a token may save whoever would be refused. */
  private readonly knowsTokens: boolean;
  private readonly termsOf = new WeakMap<ClientClass, ClassGrant>();
  /** How many of each client are heard out for a token. */
  private readonly probation = new Map<string, number>();

  /** @param rules none where all have the same terms */
  constructor(
    counters: ServerCounters,
    limits: ServerLimits,
    { policy, budgets, knowsTokens = false }: AdmissionRules = {},
  ) {
    this.knowsTokens = knowsTokens;
    this.counters = counters;
    this.limits = limits;
    this.budget = payloadBudget(counters, limits.maxTotalPayloadBytes);
    this.usual = { name: 'anyone', terms: termsOfLimits(limits) };
    this.policy = policy;
    this.budgets = budgets;
  }

  /** Those of whoever comes now; undefined where all have the same terms. */
  get classes(): readonly ClientClass[] | undefined {
    return this.policy?.classes;
  }

  /** Holds for whoever comes from now on. */
  set rules(policy: Policy) {
    this.policy = policy;
  }

  /** @param remote who asks */
  enter(remote: Endpoint, nowNs: bigint, room: RoomMaking = NO_ROOM): Admitted {
    const { policy, counters } = this;
    if (policy?.isServed(remote.address) === false)
      return this.refusal(remote, undefined, { reason: 'denied' });
    const clientClass = policy?.classOf(remote.address) ?? this.usual;
    const grant = this.grantOf(clientClass);
    const { address } = remote;
    const client = policy === undefined ? clientOf(address) : policy.clientOf(address, clientClass);
    const account = client === undefined ? undefined : this.budgets?.accountOf(client);
    const allowance = account && new Allowance(account, grant.buckets);
    const refusal = this.take(client, clientClass.terms, allowance, nowNs, room);
    if (refusal !== undefined) {
      const probation = this.onProbation(remote, client, grant, refusal, room);
      return probation ?? this.refusal(remote, clientClass, refusal);
    }
    const clients = client === undefined ? [] : [client];
    const place = new Place(remote, counters, {
      counted: 'sessions',
      clients,
      class: this.nameOf(clientClass),
    });
    const owesToken = client === undefined ? undefined : policy?.owesToken;
    return { answer: 'yes', place, terms: { ...grant.terms, ...UNCONDITIONAL, allowance, owesToken } };
  }

  /**
   * The holder of a token has been found: many people may sit behind one address.
   * @returns other terms, or why there are none; undefined where all have the same
   */
  become(
    place: Place,
    { class: name, id, budgetBytesPerDay }: Principal,
    nowNs: bigint,
  ): { readonly terms: Terms } | { readonly refusal: Refusal } | undefined {
    const { policy, budgets, counters } = this;
    if (policy === undefined || budgets === undefined) return undefined;
    const clientClass = policy.classes.find((each) => each.name === name) ?? policy.named('token');
    const grant = this.grantOf(clientClass);
    const own = budgetBytesPerDay === undefined ? {} : { bytesPerDay: budgetBytesPerDay };
    const buckets = bucketsOf({ ...clientClass.terms, ...own });
    const client = `token ${id}`;
    const { maxClientSessions } = clientClass.terms;
    if (!counters.clients.tryEnter(client, maxClientSessions)) {
      return { refusal: { reason: 'share', most: maxClientSessions } };
    }
    const allowance = new Allowance(budgets.accountOf(client), buckets);
    const refusal = allowance.takeSession(nowNs);
    if (refusal !== undefined) {
      counters.clients.leave(client);
      return { refusal };
    }
    place.moveTo(client, clientClass.name);
    return { terms: { ...grant.terms, ...UNCONDITIONAL, allowance } };
  }

  /** Whoever has used up what an address is granted may still have a token; until it is shown, that is all that is heard. */
  private onProbation(
    remote: Endpoint,
    client: string | undefined,
    { terms }: ClassGrant,
    refusal: Refusal,
    { onProbation }: RoomMaking,
  ): Admitted | undefined {
    if (!this.knowsTokens || client === undefined || !SAVED_BY_TOKENS.includes(refusal.reason))
      return undefined;
    const { counters, limits, probation } = this;
    const hasOwnRoom = (): boolean => (probation.get(client) ?? 0) < MAX_ON_PROBATION_OF_A_CLIENT;
    const tryAdd = (): boolean => counters.tryAdd('onProbation', 1, MAX_ON_PROBATION);
    if (!hasOwnRoom() && !(onProbation(client) && hasOwnRoom())) return undefined;
    if (!tryAdd() && !(onProbation(undefined) && tryAdd())) return undefined;
    if (!counters.tryAdd('sessions', 1, limits.maxSessions)) {
      counters.subtract('onProbation', 1);
      return undefined;
    }
    probation.set(client, (probation.get(client) ?? 0) + 1);
    const place = new Place(remote, counters, {
      counted: 'sessions',
      clients: [],
      class: undefined,
      release: () => {
        counters.subtract('onProbation', 1);
        const left = (probation.get(client) ?? 1) - 1;
        if (left > 0) probation.set(client, left);
        else probation.delete(client);
      },
    });
    const maxSessionNs = Math.min(terms.limits.maxSessionNs, PROBATION_NS);
    return {
      answer: 'yes',
      place,
      terms: {
        ...terms,
        limits: { ...terms.limits, maxSessionNs },
        allowance: undefined,
        unlessToken: refusal,
        onProbationFor: client,
        owesToken: undefined,
      },
    };
  }

  /** What the client has used is looked at first: whoever is refused for it takes no place from anybody. */
  private take(
    client: string | undefined,
    { maxClientSessions }: ClassTerms,
    allowance: Allowance | undefined,
    nowNs: bigint,
    { amongAll }: RoomMaking,
  ): Refusal | undefined {
    const { counters } = this;
    if (!counters.clients.tryEnter(client, maxClientSessions)) {
      return { reason: 'share', most: maxClientSessions };
    }
    const lacking = allowance?.takeSession(nowNs);
    if (lacking === undefined) {
      const { maxSessions } = this.limits;
      if (!this.isStrained && counters.tryAdd('sessions', 1, maxSessions)) return undefined;
      // Where memory is short, one comes for one who goes.
      if (amongAll() && counters.tryAdd('sessions', 1, maxSessions)) return undefined;
      allowance?.returnSession(nowNs);
    }
    counters.clients.leave(client);
    if (lacking !== undefined) return lacking;
    return this.isStrained ? { reason: 'strained' } : { reason: 'full', most: this.limits.maxSessions };
  }

  private get isStrained(): boolean {
    return this.counters.get('strain') === STRAIN.refuse;
  }

  private grantOf(clientClass: ClientClass): ClassGrant {
    const known = this.termsOf.get(clientClass);
    if (known !== undefined) return known;
    const { terms } = clientClass;
    const { maxPayloadBytes, maxProbes, maxDelayNs, maxSessionNs } = terms;
    const { maxLoadMs, maxLoadBitsPerSecond, maxLoadStreams } = terms;
    const grant: ClassGrant = {
      buckets: bucketsOf(terms),
      terms: {
        limits: {
          ...this.limits,
          ...{ maxPayloadBytes, maxProbes, maxDelayNs, maxSessionNs },
          ...{ maxLoadMs, maxLoadBitsPerSecond, maxLoadStreams },
        },
        budget: this.budget,
        tokenLimits: this.knowsTokens ? this.mostOfAll() : undefined,
      },
    };
    this.termsOf.set(clientClass, grant);
    return grant;
  }

  private mostOfAll(): SessionLimits {
    const all = this.policy?.classes.map(({ terms }) => terms) ?? [this.usual.terms];
    const most = (name: 'maxPayloadBytes' | 'maxProbes' | 'maxDelayNs'): number =>
      Math.max(...all.map((terms) => terms[name]));
    return {
      ...this.limits,
      maxPayloadBytes: most('maxPayloadBytes'),
      maxProbes: most('maxProbes'),
      maxDelayNs: most('maxDelayNs'),
    };
  }

  private refusal(remote: Endpoint, clientClass: ClientClass | undefined, refusal: Refusal): Admitted {
    const { counters } = this;
    if (!counters.tryAdd('refusals', 1, MAX_REFUSALS_UNDER_WAY)) {
      counters.add('droppedUntold', 1);
      return { answer: 'drop' };
    }
    counters.add(`refused ${refusal.reason}`, 1);
    const name = clientClass && this.nameOf(clientClass);
    const place = new Place(remote, counters, { counted: 'refusals', clients: [], class: name });
    return { answer: 'refuse', place, refusal };
  }

  /** Undefined where there are no classes. */
  private nameOf({ name }: ClientClass): string | undefined {
    return this.policy === undefined ? undefined : name;
  }

  /** The server closes, and lets nobody in any more. */
  turnAway(): Admitted {
    this.counters.add('droppedClosing', 1);
    return { answer: 'drop' };
  }
}

export function payloadBudget(counters: ServerCounters, maxTotalBytes: number): PayloadBudget {
  return {
    reserve: (bytes) => counters.tryAdd('reservedBytes', bytes, maxTotalBytes),
    release: (bytes) => counters.subtract('reservedBytes', bytes),
  };
}
