/** What a server counts, in memory that several threads can share: a limit holds for all of them together. */
import { END_REASONS, type EndReason } from '../core/server/server-events.ts';
import { REFUSAL_REASONS, type RefusalReason } from '../core/wire/refusals.ts';
import { CLIENT_COUNTS_BYTES, ClientCounts } from './access/client-counts.ts';
import { SIGNATURE_BUDGET_BYTES, SignatureBudget } from './access/signature-budget.ts';

/** What there is now: these go up and down. */
const LEVELS = [
  'sessions',
  'refusals',
  'reservedBytes',
  'lingering',
  'introductions',
  /** Sessions of addresses that are used up, which are heard out for a token. */
  'onProbation',
  /** How short memory is. */
  'strain',
] as const;
/** What has happened since the start: these only grow. */
const TOTALS = [
  'sessionNumbers',
  /** Probes, markers of a load or bytes of plain echo, of sessions that have ended. */
  'echoed',
  /** Connections that were refused without a word, since too many were being told why. */
  'droppedUntold',
  /** Connections that came while the server closed. */
  'droppedClosing',
  /** Connections of proxies that left before they said whose they are. */
  'proxyChecks',
  /** Those that did not say it rightly. */
  'proxyWrong',
  /** Those that were dropped, since too many had not said it yet. */
  'proxyDropped',
  'exhausted',
  'eventsDropped',
  /** Connections whose client has shown a token that is good. */
  'tokensAccepted',
  /** Those who had to go since too many tokens were being checked. */
  'tokensBusy',
] as const;

/** Connections and setups that were told why they are not served, by the reason. */
type RefusedCounter = `refused ${RefusalReason}`;

/** How a session can end, as whoever counts them tells it apart. */
export type EndOutcome = EndReason | 'health-check';
export const END_OUTCOMES: readonly EndOutcome[] = [...END_REASONS, 'health-check'];

export type CounterName =
  | (typeof LEVELS)[number]
  | (typeof TOTALS)[number]
  | RefusedCounter
  | `ended ${EndOutcome}`;

const NAMES: readonly CounterName[] = [
  ...LEVELS,
  ...TOTALS,
  ...REFUSAL_REASONS.map((reason) => `refused ${reason}` as const),
  ...END_OUTCOMES.map((outcome) => `ended ${outcome}` as const),
];
/** Where each number lies. */
const PLACES = Object.fromEntries(NAMES.map((name, place) => [name, place])) as Record<CounterName, number>;
const COUNTER_BYTES = NAMES.length * BigInt64Array.BYTES_PER_ELEMENT;
const MEMORY_BYTES = COUNTER_BYTES + CLIENT_COUNTS_BYTES + SIGNATURE_BUDGET_BYTES;

export class ServerCounters {
  readonly memory: SharedArrayBuffer;
  /** Sessions of each client. */
  readonly clients: ClientCounts;
  /** Of the tokens that are shown. */
  readonly signatures: SignatureBudget;
  private readonly values: BigInt64Array;

  /** @param shared memory of other counters, which these are then as well */
  constructor(shared?: SharedArrayBuffer) {
    const memory = shared ?? new SharedArrayBuffer(MEMORY_BYTES);
    this.memory = memory;
    this.values = new BigInt64Array(memory, 0, NAMES.length);
    this.clients = new ClientCounts(memory, COUNTER_BYTES);
    this.signatures = new SignatureBudget(memory, COUNTER_BYTES + CLIENT_COUNTS_BYTES);
    if (shared === undefined) this.clients.begin();
  }

  get(name: CounterName): number {
    return Number(Atomics.load(this.values, PLACES[name]));
  }

  set(name: CounterName, value: number): void {
    Atomics.store(this.values, PLACES[name], BigInt(value));
  }

  /** Adds `amount` unless the sum would be over `max`. @returns whether it did */
  tryAdd(name: CounterName, amount: number, max: number): boolean {
    const index = PLACES[name];
    for (;;) {
      const before = Atomics.load(this.values, index);
      const after = before + BigInt(amount);
      if (after > max) return false;
      if (Atomics.compareExchange(this.values, index, before, after) === before) return true;
    }
  }

  add(name: CounterName, amount: number): void {
    Atomics.add(this.values, PLACES[name], BigInt(amount));
  }

  subtract(name: CounterName, amount: number): void {
    Atomics.sub(this.values, PLACES[name], BigInt(amount));
  }

  /** The next number: 1 at first. */
  next(name: CounterName): number {
    return Number(Atomics.add(this.values, PLACES[name], 1n)) + 1;
  }
}
