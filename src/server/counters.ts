/** What a server counts, in memory that several threads can share: a limit holds for all of them together. */

/** Where each number lies. */
const COUNTERS = { sessions: 0, refusals: 1, reservedBytes: 2, sessionNumbers: 3, lingering: 4 } as const;

export type CounterName = keyof typeof COUNTERS;

const BYTES = Object.keys(COUNTERS).length * BigInt64Array.BYTES_PER_ELEMENT;

export class ServerCounters {
  readonly memory: SharedArrayBuffer;
  private readonly values: BigInt64Array;

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(BYTES)) {
    this.memory = memory;
    this.values = new BigInt64Array(memory);
  }

  get(name: CounterName): number {
    return Number(Atomics.load(this.values, COUNTERS[name]));
  }

  /** Adds `amount` unless the sum would be over `max`. @returns whether it did */
  tryAdd(name: CounterName, amount: number, max: number): boolean {
    const index = COUNTERS[name];
    for (;;) {
      const before = Atomics.load(this.values, index);
      const after = before + BigInt(amount);
      if (after > max) return false;
      if (Atomics.compareExchange(this.values, index, before, after) === before) return true;
    }
  }

  subtract(name: CounterName, amount: number): void {
    Atomics.sub(this.values, COUNTERS[name], BigInt(amount));
  }

  /** The next number: 1 at first. */
  next(name: CounterName): number {
    return Number(Atomics.add(this.values, COUNTERS[name], 1n)) + 1;
  }
}
