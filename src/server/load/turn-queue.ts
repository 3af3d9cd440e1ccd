/**
 * Clients that wait for their turn to load, in memory that threads share: first come, first served, whichever thread
 * they came to. Refuses to know when a load ends; it knows who comes next.
 */
import { CLIENT_COUNTS_BYTES, ClientCounts } from '../access/client-counts.ts';
import { clientOf } from '../access/client-of.ts';

/** So that nobody fills the queue; programs of this machine cannot be told apart, and have no such limit. */
export const MAX_WAITING_OF_A_CLIENT = 2;

const WORD_BYTES = BigInt64Array.BYTES_PER_ELEMENT;
/** Where each number lies; behind them two words for each that waits: its ticket, and how long its load may take, ms. */
const WAITING = 0;
const TICKETS = 1;
const HEAD_WORDS = 2;
const ENTRY_WORDS = 2;
/** In place of a ticket: nobody's, and of somebody who has not said yet what he wants. */
const FREE = 0n;
const TAKEN = -1n;

/** A place in the queue. Tickets are numbers that never return: a lower one comes before. */
export interface Ticket {
  readonly number: bigint;
  /** Of its entry. */
  readonly word: number;
  readonly address: string;
}

export class TurnQueue {
  private readonly words: BigInt64Array;
  private readonly clients: ClientCounts;
  private readonly most: number;

  static bytesFor(most: number): number {
    return (HEAD_WORDS + most * ENTRY_WORDS) * WORD_BYTES + CLIENT_COUNTS_BYTES;
  }

  /** @param offset where in `memory` {@link bytesFor} are its own @param most that may wait at once */
  constructor(memory: SharedArrayBuffer, offset: number, most: number) {
    const words = HEAD_WORDS + most * ENTRY_WORDS;
    this.words = new BigInt64Array(memory, offset, words);
    this.clients = new ClientCounts(memory, offset + words * WORD_BYTES);
    this.most = most;
  }

  /** Once, before any thread waits. */
  begin(): void {
    this.clients.begin();
  }

  get waiting(): number {
    return Number(Atomics.load(this.words, WAITING));
  }

  /** At the end of the queue. @returns undefined when it is full, or has enough of this client */
  enter(address: string, durationMs: number): Ticket | undefined {
    const { words, clients } = this;
    if (!clients.tryEnter(clientOf(address), MAX_WAITING_OF_A_CLIENT)) return undefined;
    if (!this.reserve()) {
      clients.leave(clientOf(address));
      return undefined;
    }
    const word = this.take();
    Atomics.store(words, word + 1, BigInt(durationMs));
    const number = Atomics.add(words, TICKETS, 1n) + 1n;
    Atomics.store(words, word, number);
    return { number, word, address };
  }

  leave({ word, address }: Ticket): void {
    // In this order: whoever has reserved a place finds one.
    Atomics.store(this.words, word, FREE);
    Atomics.sub(this.words, WAITING, 1n);
    this.clients.leave(clientOf(address));
  }

  /**
   * @param ticket undefined for whoever would come last
   * @returns how long the loads may take that come before, in their order, ms
   */
  before(ticket: Ticket | undefined): number[] {
    const { words } = this;
    const found: { readonly number: bigint; readonly durationMs: number }[] = [];
    for (let word = HEAD_WORDS; word < words.length; word += ENTRY_WORDS) {
      const number = Atomics.load(words, word);
      if (number <= FREE || (ticket !== undefined && number >= ticket.number)) continue;
      found.push({ number, durationMs: Number(Atomics.load(words, word + 1)) });
    }
    found.sort((a, b) => (a.number < b.number ? -1 : 1));
    return found.map(({ durationMs }) => durationMs);
  }

  private reserve(): boolean {
    for (;;) {
      const waiting = Atomics.load(this.words, WAITING);
      if (waiting >= this.most) return false;
      if (Atomics.compareExchange(this.words, WAITING, waiting, waiting + 1n) === waiting) return true;
    }
  }

  /** There is an entry for everybody who has reserved one. */
  private take(): number {
    const { words } = this;
    for (let word = HEAD_WORDS; ; word += ENTRY_WORDS) {
      if (word >= words.length) word = HEAD_WORDS;
      if (Atomics.compareExchange(words, word, FREE, TAKEN) === FREE) return word;
    }
  }
}
