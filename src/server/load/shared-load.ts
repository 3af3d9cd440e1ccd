/**
 * A place for one load at a time, in memory that threads share: connections of one load may come to any of them. It is
 * free again when the last of its connections has left. Refuses to know what they carry.
 */

import { LOAD_ENDS, type LoadEnd, type LoadTerms } from '../../core/load/load-messages.ts';
import type { Endpoint } from '../../facts/connection.ts';
import { advanceDue } from '../due.ts';

/** Where each number lies. The state is one word, so that it changes at once for all threads. */
const WORDS = {
  state: 0,
  deadlineNs: 1,
  bitsPerSecond: 2,
  streams: 3,
  startNs: 4,
  session: 5,
  streamsInAll: 6,
  senders: 7,
  receivedBytes: 8,
  sentBytes: 9,
  port: 10,
  family: 11,
  addressBytes: 12,
  receiveDueNs: 13,
  sendDueNs: 14,
  begun: 15,
  receivedBytesInAll: 16,
  sentBytesInAll: 17,
} as const;
const WORD_BYTES = BigInt64Array.BYTES_PER_ELEMENT;
const NUMBERS_BYTES = Object.keys(WORDS).length * WORD_BYTES;
/** Of text; the longest address is one of IPv6 with a zone. */
const KEY_BYTES = 32;
const ADDRESS_BYTES = 72;
export const SHARED_LOAD_BYTES: number = NUMBERS_BYTES + KEY_BYTES + ADDRESS_BYTES;

/** Why a load ends: as its client hears it, or its client has vanished and hears nothing. */
export type LoadEnding = LoadEnd | 'vanished';
const ENDINGS: readonly LoadEnding[] = [...LOAD_ENDS, 'vanished'];

/** The state's lowest digit: it is open, it is about to begin, or it ends for one of {@link ENDINGS}. */
const OPEN = 0n;
const BEGINNING = 1n;
const ENDING = 2n;
/** One connection, above the digit. */
const MEMBER = 16n;
/** Above those come numbers that never return, so that no load is mistaken for the next one. */
const GENERATION = 1n << 32n;

type Total = 'begun' | 'receivedBytesInAll' | 'sentBytesInAll';
type Counter = Exclude<
  keyof typeof WORDS,
  'state' | 'deadlineNs' | 'startNs' | 'receiveDueNs' | 'sendDueNs' | Total
>;
type Tally = 'senders' | 'receivedBytes' | 'sentBytes';

/** Who asked for a load. */
export interface LoadOwner {
  readonly session: number;
  readonly remote: Endpoint;
}

/** A load that is over. */
export interface LoadSummary extends LoadOwner {
  readonly reason: LoadEnding;
  /** Connections that joined it. */
  readonly streams: number;
  readonly receivedBytes: number;
  readonly sentBytes: number;
  readonly durationNs: number;
}

export class SharedLoad {
  readonly memory: SharedArrayBuffer;
  private readonly words: BigInt64Array;
  private readonly key: Uint8Array;
  private readonly address: Uint8Array;

  /** @param offset where in `memory` {@link SHARED_LOAD_BYTES} are its own */
  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(SHARED_LOAD_BYTES), offset = 0) {
    this.memory = memory;
    this.words = new BigInt64Array(memory, offset, NUMBERS_BYTES / WORD_BYTES);
    this.key = new Uint8Array(memory, offset + NUMBERS_BYTES, KEY_BYTES);
    this.address = new Uint8Array(memory, offset + NUMBERS_BYTES + KEY_BYTES, ADDRESS_BYTES);
  }

  /** Begins a load whose first member is its owner. @returns false while there is another one */
  open(key: string, terms: LoadTerms, owner: LoadOwner, nowNs: bigint): boolean {
    const before = this.state;
    if (membersOf(before) > 0) return false;
    const claimed = (before / GENERATION + 1n) * GENERATION + MEMBER + BEGINNING;
    if (!this.change(before, claimed)) return false;
    this.count('begun', 1);
    const { session, remote } = owner;
    this.set('deadlineNs', nowNs + BigInt(terms.durationMs) * 1_000_000n);
    this.set('startNs', nowNs);
    this.set('receiveDueNs', nowNs);
    this.set('sendDueNs', nowNs);
    this.set('bitsPerSecond', BigInt(terms.bitsPerSecond));
    this.set('streams', BigInt(terms.streams));
    this.set('session', BigInt(session));
    this.set('port', BigInt(remote.port));
    this.set('family', BigInt(remote.family));
    for (const name of ['streamsInAll', 'senders', 'receivedBytes', 'sentBytes'] as const) {
      this.set(name, 0n);
    }
    this.key.set(Buffer.from(key, 'latin1').subarray(0, KEY_BYTES));
    const address = Buffer.from(remote.address, 'latin1').subarray(0, ADDRESS_BYTES);
    this.address.set(address);
    this.set('addressBytes', BigInt(address.length));
    return this.change(claimed, claimed - BEGINNING);
  }

  /** @returns false for another key, and when there are as many streams as may be */
  join(key: string): boolean {
    for (;;) {
      const before = this.state;
      const members = membersOf(before);
      if (members === 0 || phaseOf(before) !== OPEN || members > this.get('streams') || !this.hasKey(key))
        return false;
      if (this.change(before, before + MEMBER)) break;
    }
    Atomics.add(this.words, WORDS.streamsInAll, 1n);
    return true;
  }

  /** All that belongs to it is to end. The first reason counts. */
  end(reason: LoadEnding): void {
    const ending = ENDING + BigInt(ENDINGS.indexOf(reason));
    for (;;) {
      const before = this.state;
      if (membersOf(before) === 0 || phaseOf(before) !== OPEN) return;
      if (this.change(before, before + ending)) return;
    }
  }

  /** A member has ended. @returns what there is to tell when it was the last */
  leave(nowNs: bigint): LoadSummary | undefined {
    // The last one to leave finds everything still there: the state changes after it was read.
    for (;;) {
      const before = this.state;
      const isLast = membersOf(before) === 1;
      const summary = isLast ? this.summary(nowNs) : undefined;
      const after = before - MEMBER - (isLast ? phaseOf(before) : 0n);
      if (this.change(before, after)) return summary;
    }
  }

  /** Why its members are to end; undefined while they may go on. */
  get ending(): LoadEnding | undefined {
    return ENDINGS[Number(phaseOf(this.state) - ENDING)];
  }

  get deadlineNs(): bigint {
    return Atomics.load(this.words, WORDS.deadlineNs);
  }

  /** As granted to its owner, with the time that is left. */
  termsAt(nowNs: bigint): LoadTerms {
    const leftMs = Math.max(1, Number((this.deadlineNs - nowNs) / 1_000_000n));
    return { durationMs: leftMs, bitsPerSecond: this.get('bitsPerSecond'), streams: this.get('streams') };
  }

  add(name: Tally, amount: number): void {
    Atomics.add(this.words, WORDS[name], BigInt(amount));
    if (name !== 'senders') this.count(`${name}InAll`, amount);
  }

  get isUnderWay(): boolean {
    return membersOf(this.state) > 0;
  }

  /** Of all loads since the start. */
  total(name: Total): number {
    return Number(Atomics.load(this.words, WORDS[name]));
  }

  /**
   * When all that its streams have received would have come at exactly the rate that holds for them together, after so
   * much more of it.
   * @param takesNs how long that may take at this rate
   */
  receive(takesNs: bigint, nowNs: bigint): bigint {
    return advanceDue(this.words, WORDS.receiveDueNs, takesNs, nowNs);
  }

  /**
   * Whether one of its streams may send, by what all of them have sent so far; where it may, that counts as sent.
   * @param takesNs how long it may take at the rate that holds for them together
   * @param burstNs they may be ahead of the rate by so much
   * @returns the moment to ask again; undefined when it may
   */
  send(takesNs: bigint, burstNs: bigint, nowNs: bigint): bigint | undefined {
    const latestNs = nowNs + burstNs + takesNs;
    const after = advanceDue(this.words, WORDS.sendDueNs, takesNs, nowNs, latestNs);
    return after > latestNs ? after - takesNs - burstNs : undefined;
  }

  get(name: Counter): number {
    return Number(Atomics.load(this.words, WORDS[name]));
  }

  private summary(nowNs: bigint): LoadSummary {
    const address = Buffer.from(this.address.slice(0, this.get('addressBytes'))).toString('latin1');
    return {
      session: this.get('session'),
      remote: { address, port: this.get('port'), family: this.get('family') === 6 ? 6 : 4 },
      reason: this.ending ?? 'done',
      streams: this.get('streamsInAll'),
      receivedBytes: this.get('receivedBytes'),
      sentBytes: this.get('sentBytes'),
      durationNs: Number(nowNs - Atomics.load(this.words, WORDS.startNs)),
    };
  }

  /** In a time that does not tell how much of it is right. */
  private hasKey(key: string): boolean {
    const given = Buffer.from(key, 'latin1');
    let difference = given.length ^ KEY_BYTES;
    for (let i = 0; i < KEY_BYTES; i++) difference |= (given[i] ?? 0) ^ (this.key[i] ?? 0);
    return difference === 0;
  }

  private get state(): bigint {
    return Atomics.load(this.words, WORDS.state);
  }

  private change(from: bigint, to: bigint): boolean {
    return Atomics.compareExchange(this.words, WORDS.state, from, to) === from;
  }

  private count(name: Total, amount: number): void {
    Atomics.add(this.words, WORDS[name], BigInt(amount));
  }

  private set(name: keyof typeof WORDS, value: bigint): void {
    Atomics.store(this.words, WORDS[name], value);
  }
}

function membersOf(state: bigint): number {
  return Number((state % GENERATION) / MEMBER);
}

function phaseOf(state: bigint): bigint {
  return state % MEMBER;
}
