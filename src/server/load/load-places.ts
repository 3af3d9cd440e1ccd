/**
 * The loads that a server carries at once, and who waits for them, in memory that its threads share: one place by
 * default, since two loads measure each other. Refuses to know what is said to whom.
 */
import { randomBytes } from 'node:crypto';
import { LOAD_KEY_DIGITS, type LoadTerms, type LoadTurn } from '../../core/load/load-messages.ts';
import type { LoadRole } from '../../core/load/load-rules.ts';
import type { ServerLimits } from '../limits.ts';
import { type LoadOwner, SHARED_LOAD_BYTES, SharedLoad } from './shared-load.ts';
import { type Ticket, TurnQueue } from './turn-queue.ts';

const WORD_BYTES = BigInt64Array.BYTES_PER_ELEMENT;
/** How large the rest is; written once. */
const SIZES = ['places', 'mostWaiting'] as const;
/** What has happened since the start. */
const TOTALS = [
  /** Clients that were told to ask again later. */
  'busy',
  /** Connections that wanted to join a load and could not. */
  'joinsRefused',
  /** Loads of clients that had waited for their turn. */
  'turnsGiven',
  /** Clients that left while they waited. */
  'turnsLeft',
  /** Clients that waited for as long as they wanted, or may. */
  'turnsExpired',
] as const;
export type TurnTotal = Exclude<(typeof TOTALS)[number], 'joinsRefused'>;
const WORDS = [...SIZES, ...TOTALS] as const;
const HEAD_BYTES = WORDS.length * WORD_BYTES;

/** Whoever finds a load that is just ending may ask again so soon; from one load to the next it takes no longer. */
export const ENDING_MS = 200;

/** What is granted to a connection. Whoever has one leaves the load in the end. */
export interface LoadGrant {
  readonly role: LoadRole;
  readonly load: SharedLoad;
  readonly key: string;
  readonly terms: LoadTerms;
}

type Sizes = Pick<ServerLimits, 'maxLoads' | 'maxLoadsWaiting'>;

export class LoadPlaces {
  readonly memory: SharedArrayBuffer;
  readonly queue: TurnQueue;
  private readonly words: BigInt64Array;
  private readonly places: readonly SharedLoad[];

  /** @param shared memory of other places, which these are then as well; or how many there are to be */
  constructor(shared: SharedArrayBuffer | Sizes) {
    const isFirst = !(shared instanceof SharedArrayBuffer);
    this.memory = isFirst ? memoryFor(shared) : shared;
    this.words = new BigInt64Array(this.memory, 0, WORDS.length);
    const count = this.word('places');
    this.places = Array.from(
      { length: count },
      (_, i) => new SharedLoad(this.memory, HEAD_BYTES + i * SHARED_LOAD_BYTES),
    );
    this.queue = new TurnQueue(this.memory, HEAD_BYTES + count * SHARED_LOAD_BYTES, this.word('mostWaiting'));
    if (isFirst) this.queue.begin();
  }

  /** Begins a load where there is a place, whoever waits. */
  begin(terms: LoadTerms, owner: LoadOwner, nowNs: bigint): LoadGrant | undefined {
    const key = randomBytes(LOAD_KEY_DIGITS / 2).toString('hex');
    const load = this.places.find((place) => place.open(key, terms, owner, nowNs));
    return load && { role: 'owner', load, key, terms };
  }

  /** @returns undefined for a key of no load, and when it has as many streams as may be */
  join(key: string, nowNs: bigint): LoadGrant | undefined {
    const load = this.places.find((place) => place.join(key));
    if (load !== undefined) return { role: 'stream', load, key, terms: load.termsAt(nowNs) };
    Atomics.add(this.words, WORDS.indexOf('joinsRefused'), 1n);
    return undefined;
  }

  /** Whether there are more places than waiting clients that come before. */
  isTurnOf(ticket: Ticket): boolean {
    const free = this.places.length - this.underWay;
    return free > 0 && this.queue.before(ticket).length < free;
  }

  /** @param ticket undefined for whoever would come last */
  turnOf(ticket: Ticket | undefined, nowNs: bigint): LoadTurn {
    const before = this.queue.before(ticket);
    const leftMs = this.places.map((place) =>
      place.isUnderWay && place.ending === undefined ? place.termsAt(nowNs).durationMs : 0,
    );
    return { kind: 'turn', afterMs: startsAfterMs(leftMs, before), before: before.length };
  }

  get underWay(): number {
    return this.places.filter(({ isUnderWay }) => isUnderWay).length;
  }

  /** So many more. */
  count(name: TurnTotal): void {
    Atomics.add(this.words, WORDS.indexOf(name), 1n);
  }

  /** Of all loads since the start. */
  total(name: (typeof TOTALS)[number] | 'begun' | 'receivedBytesInAll' | 'sentBytesInAll'): number {
    switch (name) {
      case 'begun':
      case 'receivedBytesInAll':
      case 'sentBytesInAll':
        return this.places.reduce((sum, place) => sum + place.total(name), 0);
      default:
        return this.word(name);
    }
  }

  private word(name: (typeof WORDS)[number]): number {
    return Number(Atomics.load(this.words, WORDS.indexOf(name)));
  }
}

/**
 * When the next load can begin, if all before it take as long as they may, ms. Pure.
 * @param leftMs of each place, 0 for one that is free or about to be @param beforeMs of the loads that come first
 */
export function startsAfterMs(leftMs: readonly number[], beforeMs: readonly number[]): number {
  const places = [...leftMs];
  for (const durationMs of beforeMs) {
    const soonest = Math.min(...places);
    places[places.indexOf(soonest)] = soonest + ENDING_MS + durationMs;
  }
  return Math.min(...places) + ENDING_MS;
}

function memoryFor({ maxLoads, maxLoadsWaiting }: Sizes): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(
    HEAD_BYTES + maxLoads * SHARED_LOAD_BYTES + TurnQueue.bytesFor(maxLoadsWaiting),
  );
  const words = new BigInt64Array(memory, 0, WORDS.length);
  words[WORDS.indexOf('places')] = BigInt(maxLoads);
  words[WORDS.indexOf('mostWaiting')] = BigInt(maxLoadsWaiting);
  return memory;
}
