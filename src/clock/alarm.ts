/**
 * Wakes the event loop at a moment between two milliseconds, which no timer of Node can: a thread of its own sleeps
 * until then, to the tenth of a millisecond that the system's sleeps are exact to, and notifies. It costs two wake-ups,
 * where polling for a millisecond costs a whole core. Refuses to be relied on: it may be late, or never come, so its
 * user has a timer of Node as well.
 */
import { Worker } from 'node:worker_threads';
import { parts } from '../parts/parts.ts';
import { TimerHeap } from './timer-heap.ts';

/** Handed to the thread. */
export interface AlarmMemory {
  /** One BigInt64: when to ring, on the clock of `process.hrtime.bigint`; 0 for never. */
  readonly ringNs: SharedArrayBuffer;
  /** Two Int32, which count: {@link SET} and {@link RUNG}. */
  readonly counts: SharedArrayBuffer;
}

/** How often the moment was set: the thread sleeps on this one. */
export const SET = 0;
/** How often it has rung: the event loop waits for this one. */
export const RUNG = 1;

export class Alarm {
  private readonly timers = new TimerHeap();
  private readonly ringNs: BigInt64Array;
  private readonly counts: Int32Array;
  private state: 'starting' | 'ready' | 'lost' = 'starting';

  constructor() {
    const memory: AlarmMemory = {
      ringNs: new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT),
      counts: new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT),
    };
    this.ringNs = new BigInt64Array(memory.ringNs);
    this.counts = new Int32Array(memory.counts);
    try {
      const worker = new Worker(parts.thread('alarm-worker'), { workerData: memory });
      worker.once('message', () => this.begin());
      for (const end of ['error', 'exit'] as const) worker.once(end, () => (this.state = 'lost'));
      worker.unref();
    } catch {
      this.state = 'lost';
    }
  }

  /** Whether {@link at} is of any use. */
  get isReady(): boolean {
    return this.state === 'ready';
  }

  /** Calls `callback` about then, and possibly a little before. @returns what cancels it */
  at(ns: bigint, callback: () => void): () => void {
    const cancel = this.timers.add(ns, callback);
    this.set();
    return cancel;
  }

  private begin(): void {
    if (this.state !== 'starting') return;
    this.state = 'ready';
    this.listen();
  }

  private set(): void {
    const nextNs = this.timers.nextNs ?? 0n;
    if (Atomics.load(this.ringNs, 0) === nextNs) return;
    Atomics.store(this.ringNs, 0, nextNs);
    Atomics.add(this.counts, SET, 1);
    Atomics.notify(this.counts, SET);
  }

  private listen(): void {
    const rung = Atomics.load(this.counts, RUNG);
    this.timers.run(process.hrtime.bigint());
    this.set();
    const { async, value } = Atomics.waitAsync(this.counts, RUNG, rung);
    if (async) value.then(() => this.listen());
    else setImmediate(() => this.listen());
  }
}
