/**
 * What one session uses of the budgets of its client. It is added up here and settled in portions, so that a message costs no
 * more than two additions; what a turn of work takes in between is the most that a client can be ahead of its budget.
 */
import type { Refusal } from '../../core/wire/refusals.ts';
import type { Bucket, BudgetName, ClientAccount } from './client-budgets.ts';
import type { ClassTerms } from './terms.ts';

const NS_PER_S = 1_000_000_000;
const NS_PER_DAY: number = 86_400 * NS_PER_S;
const NS_PER_MINUTE: number = 60 * NS_PER_S;
/** Worth the settling. */
const PORTION_MESSAGES = 64;
const PORTION_BYTES: number = 64 * 1024;
const PORTION_NS = 20_000_000n;

/** Of the bytes of a day, the part that has to be there for a session to begin. */
const WORTH_A_SESSION = 1_000;

/** How each budget of a client refills; undefined where it has no bound. */
export type Buckets = Readonly<Record<BudgetName, Bucket | undefined>>;

export function bucketsOf(terms: ClassTerms): Buckets {
  return {
    sessions: bucket(terms.newSessionsPerMinute, NS_PER_MINUTE),
    messages: bucket(terms.messagesPerSecond, NS_PER_S),
    bytes: bucket(terms.bytesPerSecond, NS_PER_S),
    bytesOfDay: bucket(terms.bytesPerDay, NS_PER_DAY),
    loads: bucket(terms.loadsPerDay, NS_PER_DAY),
  };
}

function bucket(size: number, fillNs: number): Bucket | undefined {
  return size === 0 ? undefined : { size, fillNs };
}

export class Allowance {
  /** The client has used up its bytes of the day. */
  isUsedUp = false;
  private readonly account: ClientAccount;
  private readonly buckets: Buckets;
  private messages = 0;
  private bytes = 0;
  private settledNs = 0n;

  constructor(account: ClientAccount, buckets: Buckets) {
    this.account = account;
    this.buckets = buckets;
  }

  /**
   * So much more was used.
   * @returns the moment up to which nothing more is to be taken from this client; undefined for none
   */
  use(messages: number, bytes: number, nowNs: bigint): bigint | undefined {
    this.messages += messages;
    this.bytes += bytes;
    const isPortion = this.messages >= PORTION_MESSAGES || this.bytes >= PORTION_BYTES;
    return isPortion || nowNs - this.settledNs >= PORTION_NS ? this.settle(nowNs) : undefined;
  }

  /** What a load has carried, which has a rate of its own. @returns whether more may be used */
  useOfDay(bytes: number, nowNs: bigint): boolean {
    this.spend('bytesOfDay', bytes, nowNs);
    return !this.isUsedUp;
  }

  /** One more session. @returns what is lacking for it */
  takeSession(nowNs: bigint): Refusal | undefined {
    const { account, buckets } = this;
    const { bytesOfDay, sessions } = buckets;
    // Some of the bytes have to be there again, or the session would end as soon as it has begun.
    const dayNs =
      bytesOfDay && account.lacks('bytesOfDay', bytesOfDay.size / WORTH_A_SESSION, bytesOfDay, nowNs);
    if (dayNs !== undefined) return refusalOf('budget', bytesOfDay, dayNs);
    const sessionNs = sessions && account.tryTake('sessions', 1, sessions, nowNs);
    return sessionNs === undefined ? undefined : refusalOf('rate', sessions, sessionNs);
  }

  /** A load that was taken came to nothing. */
  returnLoad(nowNs: bigint): void {
    const { loads } = this.buckets;
    if (loads !== undefined) this.account.giveBack('loads', 1, loads, nowNs);
  }

  /** One more load. @returns why not */
  takeLoad(nowNs: bigint): Refusal | undefined {
    const { loads } = this.buckets;
    const inNs = loads && this.account.tryTake('loads', 1, loads, nowNs);
    return inNs === undefined ? undefined : refusalOf('loads', loads, inNs);
  }

  /** The session was none: somebody only looked whether the server is there. */
  returnSession(nowNs: bigint): void {
    const { sessions } = this.buckets;
    if (sessions !== undefined) this.account.giveBack('sessions', 1, sessions, nowNs);
  }

  /** The session has ended. */
  settle(nowNs: bigint): bigint | undefined {
    const { messages, bytes } = this;
    this.messages = 0;
    this.bytes = 0;
    this.settledNs = nowNs;
    this.spend('bytesOfDay', bytes, nowNs);
    const waits = [this.spend('messages', messages, nowNs), this.spend('bytes', bytes, nowNs)];
    const longestNs = waits.reduce<bigint>((longest, ns = 0n) => (ns > longest ? ns : longest), 0n);
    return longestNs > 0n ? nowNs + longestNs : undefined;
  }

  private spend(name: BudgetName, amount: number, nowNs: bigint): bigint | undefined {
    const each = this.buckets[name];
    if (each === undefined || amount === 0) return undefined;
    const owesNs = this.account.spend(name, amount, each, nowNs);
    if (name === 'bytesOfDay') this.isUsedUp = owesNs !== undefined;
    return owesNs;
  }
}

function refusalOf(reason: 'budget' | 'rate' | 'loads', bucket: Bucket | undefined, inNs: bigint): Refusal {
  return { reason, most: bucket?.size, againSeconds: Math.max(1, Math.ceil(Number(inNs) / NS_PER_S)) };
}
