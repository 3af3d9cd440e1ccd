/**
 * What each client has used of its budgets, in memory of a fixed size that several threads can share. A budget is a token
 * bucket, kept as the moment at which it will be full again: one number, whatever its size and rate. Clients lie in sets of a few places by a keyed hash; where a set is
 * full, the one that was idle longest gives up its place, and has full budgets when it returns.
 */
import { createHmac, randomFillSync } from 'node:crypto';
import { advanceDue } from '../due.ts';

/** Clients that are remembered at most: enough that whoever fills them has as many addresses as that. */
export const MAX_REMEMBERED_CLIENTS = 65_536;
const PLACES_OF_A_SET = 8;
const SETS: number = MAX_REMEMBERED_CLIENTS / PLACES_OF_A_SET;
const KEY_BYTES = 16;

/** What there are budgets for. */
const BUDGETS = ['sessions', 'messages', 'bytes', 'bytesOfDay', 'loads'] as const;
export type BudgetName = (typeof BUDGETS)[number];
/** Of a place: who has it, when he was last seen, and his budgets. */
const WHO = 0;
const SEEN = 1;
const FIRST_BUDGET = 2;
const WORDS = 8;
/** Nobody owes more than so many fillings: what is beyond would not fit a word, and is as good as for ever. */
const MOST_OWED = 30n;

export const CLIENT_BUDGETS_BYTES: number =
  KEY_BYTES + MAX_REMEMBERED_CLIENTS * WORDS * BigInt64Array.BYTES_PER_ELEMENT;

/** How a budget refills. */
export interface Bucket {
  /** What it holds when it is full. */
  readonly size: number;
  /** In what time an empty one fills, ns. */
  readonly fillNs: number;
}

export class ClientBudgets {
  readonly memory: SharedArrayBuffer;
  private readonly key: Uint8Array;
  private readonly words: BigInt64Array;

  /** @param shared memory of other budgets, which these are then as well */
  constructor(shared?: SharedArrayBuffer) {
    this.memory = shared ?? new SharedArrayBuffer(CLIENT_BUDGETS_BYTES);
    this.key = new Uint8Array(this.memory, 0, KEY_BYTES);
    this.words = new BigInt64Array(this.memory, KEY_BYTES);
    if (shared === undefined) randomFillSync(this.key);
  }

  accountOf(client: string): ClientAccount {
    const hash = createHmac('sha256', new Uint8Array(this.key)).update(client).digest();
    // Never 0, which is nobody.
    return new ClientAccount(this.words, hash.readUInt32LE(0) % SETS, hash.readBigInt64LE(8) | 1n);
  }
}

export class ClientAccount {
  private readonly words: BigInt64Array;
  private readonly firstPlace: number;
  private readonly who: bigint;
  private place = -1;

  constructor(words: BigInt64Array, set: number, who: bigint) {
    this.words = words;
    this.firstPlace = set * PLACES_OF_A_SET * WORDS;
    this.who = who;
  }

  /**
   * Takes so much of a budget where that is there.
   * @returns how long until it will be there, ns; undefined when it was taken
   */
  tryTake(name: BudgetName, amount: number, bucket: Bucket, nowNs: bigint): bigint | undefined {
    return this.change(name, amount, bucket, nowNs, false);
  }

  /**
   * What was used already, there or not.
   * @returns how long until the debt is paid, ns; undefined when there is none
   */
  spend(name: BudgetName, amount: number, bucket: Bucket, nowNs: bigint): bigint | undefined {
    return this.change(name, amount, bucket, nowNs, true);
  }

  /** How long until so much of a budget is there, ns; undefined when it is. */
  lacks(name: BudgetName, amount: number, { size, fillNs }: Bucket, nowNs: bigint): bigint | undefined {
    const fullAt = Atomics.load(this.words, this.find(nowNs) + FIRST_BUDGET + BUDGETS.indexOf(name));
    const overNs = (fullAt > nowNs ? fullAt - nowNs : 0n) + takesNs(amount, size, fillNs) - BigInt(fillNs);
    return overNs > 0n ? overNs : undefined;
  }

  /** Takes back what {@link tryTake} took. */
  giveBack(name: BudgetName, amount: number, { size, fillNs }: Bucket, nowNs: bigint): void {
    const index = this.find(nowNs) + FIRST_BUDGET + BUDGETS.indexOf(name);
    Atomics.sub(this.words, index, takesNs(amount, size, fillNs));
  }

  private change(
    name: BudgetName,
    amount: number,
    { size, fillNs }: Bucket,
    nowNs: bigint,
    mayOwe: boolean,
  ): bigint | undefined {
    const { words } = this;
    const index = this.find(nowNs) + FIRST_BUDGET + BUDGETS.indexOf(name);
    const fullNs = nowNs + BigInt(fillNs);
    const latestNs = mayOwe ? nowNs + MOST_OWED * BigInt(fillNs) : fullNs;
    const after = advanceDue(words, index, takesNs(amount, size, fillNs), nowNs, latestNs);
    if (mayOwe && after > latestNs) Atomics.store(words, index, latestNs);
    return after > fullNs ? after - fullNs : undefined;
  }

  /**
   * Where its place is, now that it is seen. Two threads that take a place at once may both have it for a moment: one of them
   * finds that out here the next time, and what it has taken meanwhile is forgotten.
   */
  private find(nowNs: bigint): number {
    const { words, who } = this;
    if (this.place < 0 || Atomics.load(words, this.place + WHO) !== who) this.place = this.claim(nowNs);
    Atomics.store(words, this.place + SEEN, nowNs);
    return this.place;
  }

  private claim(nowNs: bigint): number {
    const { words, who, firstPlace } = this;
    let oldest = firstPlace;
    for (let i = 0; i < PLACES_OF_A_SET; i++) {
      const place = firstPlace + i * WORDS;
      if (Atomics.load(words, place + WHO) === who) return place;
      if (Atomics.load(words, place + SEEN) < Atomics.load(words, oldest + SEEN)) oldest = place;
    }
    Atomics.store(words, oldest + WHO, who);
    for (let i = 0; i < BUDGETS.length; i++) Atomics.store(words, oldest + FIRST_BUDGET + i, nowNs);
    return oldest;
  }
}

function takesNs(amount: number, size: number, fillNs: number): bigint {
  return BigInt(Math.ceil((amount / size) * fillNs));
}
