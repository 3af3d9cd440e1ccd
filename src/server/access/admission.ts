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
import { Allowance, type Buckets, bucketsOf } from './allowance.ts';
import type { Bucket, ClientAccount, ClientBudgets } from './client-budgets.ts';
import { clientOf } from './client-of.ts';
import type { ClientClass, Policy } from './policy.ts';
import { type ClassTerms, termsOfLimits } from './terms.ts';
import type { Principal } from './tokens.ts';

/** Refusals that are still being said; beyond it a connection is dropped without a word. */
const MAX_REFUSALS_UNDER_WAY = 128;

/**
 * Ended sessions whose connections still linger, for two seconds at most: as many as there are sessions by default.
 * Beyond it an ended session keeps its place until its connection is closed, so that descriptors stay bounded.
 */
const MAX_LINGERING = 1_024;

/** Refusals of an address that a token makes up for. */
const SAVED_BY_TOKENS: readonly RefusalReason[] = ['share', 'rate', 'budget'];
/** Whose sessions those are that have not shown their token yet, and how many of them there may be. */
const PROBATION = 'on probation';
const MAX_ON_PROBATION = 64;
/** Of the bytes of a day, the part that has to be there for a session to begin. */
const WORTH_A_SESSION = 1_000;
const NS_PER_S = 1e9;

/** What a session may ask of the server. */
export interface Terms {
  readonly limits: ServerLimits;
  readonly budget: PayloadBudget;
  /** Undefined where its client has no budgets. */
  readonly allowance: Allowance | undefined;
  /** What a setup with a token may ask for until it is shown whose it is: the most that any class grants. */
  readonly tokenLimits: SessionLimits | undefined;
  /** Why a setup without a token is not served; undefined where all are. */
  readonly owesToken: ((setup: Setup) => Refusal | undefined) | undefined;
}

interface ClassGrant {
  readonly buckets: Buckets;
  readonly terms: Omit<Terms, 'allowance' | 'owesToken'>;
}

export type Admitted =
  | { readonly answer: 'yes'; readonly place: Place; readonly terms: Terms }
  /** To be told why. */
  | { readonly answer: 'refuse'; readonly place: Place; readonly refusal: Refusal }
  | { readonly answer: 'drop' };

interface Standing {
  readonly counted: 'sessions' | 'refusals';
  /** Whose session it is; undefined for this machine itself, and for what is none. */
  readonly client: string | undefined;
  /** Undefined where there are no classes. */
  readonly class: string | undefined;
}

/** What a connection from `remote` counts as, until it is closed. */
export class Place {
  readonly remote: Endpoint;
  private readonly counters: ServerCounters;
  private className: string | undefined;
  private client: string | undefined;
  private isLeft = false;
  private counted: 'sessions' | 'lingering' | 'refusals';

  constructor(remote: Endpoint, counters: ServerCounters, standing: Standing) {
    this.remote = remote;
    this.counters = counters;
    this.client = standing.client;
    this.className = standing.class;
    this.counted = standing.counted;
  }

  /** Of its client; undefined where there are none. */
  get class(): string | undefined {
    return this.className;
  }

  /** Its client has turned out to be somebody else, who is counted already. */
  moveTo(client: string, className: string): void {
    this.counters.clients.leave(this.client);
    this.client = client;
    this.className = className;
  }

  /** Its session has ended: the next one may come, unless too many connections linger. */
  retire(): void {
    if (!this.counters.tryAdd('lingering', 1, MAX_LINGERING)) return;
    this.giveBack();
    this.counted = 'lingering';
  }

  /** It is closed, or about to be; a second time changes nothing. */
  leave(): void {
    if (this.isLeft) return;
    this.isLeft = true;
    this.giveBack();
  }

  private giveBack(): void {
    const { counters, counted, client } = this;
    counters.subtract(counted, 1);
    if (counted === 'sessions') counters.clients.leave(client);
  }
}

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

  /** Holds for whoever comes from now on. */
  set rules(policy: Policy) {
    this.policy = policy;
  }

  /**
   * @param remote who asks
   * @param makeRoom called where the server is full: whether there may be room now
   */
  enter(remote: Endpoint, nowNs: bigint, makeRoom?: () => boolean): Admitted {
    const { policy, counters } = this;
    if (policy?.isServed(remote.address) === false)
      return this.refusal(remote, undefined, { reason: 'denied' });
    const clientClass = policy?.classOf(remote.address) ?? this.usual;
    const grant = this.grantOf(clientClass);
    const { address } = remote;
    const client = policy === undefined ? clientOf(address) : policy.clientOf(address, clientClass);
    const account = client === undefined ? undefined : this.budgets?.accountOf(client);
    const refusal =
      this.takeSession(client, clientClass.terms, makeRoom) ??
      this.takeBudgets(client, account, grant, nowNs);
    if (refusal !== undefined) {
      return this.onProbation(remote, grant, refusal) ?? this.refusal(remote, clientClass, refusal);
    }
    const place = new Place(remote, counters, {
      counted: 'sessions',
      client,
      class: this.nameOf(clientClass),
    });
    const allowance = account && new Allowance(account, grant.buckets);
    const owesToken = client === undefined ? undefined : policy?.owesToken;
    return { answer: 'yes', place, terms: { ...grant.terms, allowance, owesToken } };
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
    const account = budgets.accountOf(client);
    const refusal = lackOf(account, buckets, nowNs);
    if (refusal !== undefined) {
      counters.clients.leave(client);
      return { refusal };
    }
    place.moveTo(client, clientClass.name);
    return { terms: { ...grant.terms, allowance: new Allowance(account, buckets), owesToken: undefined } };
  }

  /** Whoever has used up what an address is granted may still have a token; until it is shown, that is all that is heard. */
  private onProbation(remote: Endpoint, { terms }: ClassGrant, refusal: Refusal): Admitted | undefined {
    if (!this.knowsTokens || !SAVED_BY_TOKENS.includes(refusal.reason)) return undefined;
    if (this.takeSession(PROBATION, { maxClientSessions: MAX_ON_PROBATION }) !== undefined) return undefined;
    const place = new Place(remote, this.counters, {
      counted: 'sessions',
      client: PROBATION,
      class: undefined,
    });
    return {
      answer: 'yes',
      place,
      terms: { ...terms, allowance: undefined, owesToken: () => refusal },
    };
  }

  /** Gives the session back where a budget does not suffice for it. */
  private takeBudgets(
    client: string | undefined,
    account: ClientAccount | undefined,
    { buckets }: ClassGrant,
    nowNs: bigint,
  ): Refusal | undefined {
    const refusal = account && lackOf(account, buckets, nowNs);
    if (refusal === undefined) return undefined;
    this.counters.subtract('sessions', 1);
    this.counters.clients.leave(client);
    return refusal;
  }

  private takeSession(
    client: string | undefined,
    { maxClientSessions }: Pick<ClassTerms, 'maxClientSessions'>,
    makeRoom: () => boolean = () => false,
  ): Refusal | undefined {
    const { counters } = this;
    if (!counters.clients.tryEnter(client, maxClientSessions)) {
      return { reason: 'share', most: maxClientSessions };
    }
    const { maxSessions } = this.limits;
    if (counters.tryAdd('sessions', 1, maxSessions)) return undefined;
    if (makeRoom() && counters.tryAdd('sessions', 1, maxSessions)) return undefined;
    counters.clients.leave(client);
    return { reason: 'full', most: this.limits.maxSessions };
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
    const place = new Place(remote, counters, { counted: 'refusals', client: undefined, class: name });
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

/** Takes a session of its rate where there is one. @returns what is lacking */
function lackOf(
  account: ClientAccount,
  { bytesOfDay, sessions }: Buckets,
  nowNs: bigint,
): Refusal | undefined {
  // Some of the bytes have to be there again, or the session would end as soon as it has begun.
  const dayNs =
    bytesOfDay && account.lacks('bytesOfDay', bytesOfDay.size / WORTH_A_SESSION, bytesOfDay, nowNs);
  if (dayNs !== undefined) return refusalOf('budget', bytesOfDay, dayNs);
  const sessionNs = sessions && account.tryTake('sessions', 1, sessions, nowNs);
  return sessionNs === undefined ? undefined : refusalOf('rate', sessions, sessionNs);
}

function refusalOf(reason: 'budget' | 'rate', bucket: Bucket | undefined, inNs: bigint): Refusal {
  return { reason, most: bucket?.size, againSeconds: Math.max(1, Math.ceil(Number(inNs) / NS_PER_S)) };
}

export function payloadBudget(counters: ServerCounters, maxTotalBytes: number): PayloadBudget {
  return {
    reserve: (bytes) => counters.tryAdd('reservedBytes', bytes, maxTotalBytes),
    release: (bytes) => counters.subtract('reservedBytes', bytes),
  };
}
