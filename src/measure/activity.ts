/**
 * The skeleton of everything that runs for a while and tells of it: a run, a comparison, a series of handshakes. It
 * can be cancelled, by its handle or by a signal of the caller; it hears when this process was stopped, observes the
 * process's health, tells events, and sleeps in a way that a cancellation ends.
 */
import type { Timekeeper } from '../clock/clock.ts';
import { Pending } from '../net/pending.ts';
import { EventQueue } from './event-queue.ts';
import type { HealthWatch } from './machine/health.ts';
import type { SuspensionWatch } from './machine/suspension.ts';

export interface ActivityDeps {
  readonly clock: Timekeeper;
  /** Hears when the process goes on after a stop, so that no sample contains one; absent in virtual time. */
  readonly watchSuspensions?: (clock: Timekeeper) => SuspensionWatch;
  /** Observes the client's process; absent in virtual time. */
  readonly watchHealth?: (clock: Timekeeper) => HealthWatch;
}

/** Something under way: iterate over it for its events, await its result, cancel it. */
export interface Handle<E, R> extends AsyncIterable<E> {
  readonly result: Promise<R>;
  cancel(): void;
}

/** In the place of events that nobody has listened to in time. */
export interface LostEvent {
  readonly kind: 'lost';
  readonly events: number;
}

export class Activity<E> {
  readonly clock: Timekeeper;
  /** Aborts when it is cancelled, by whomever. */
  readonly signal: AbortSignal;
  readonly suspensions: SuspensionWatch | undefined;
  readonly health: HealthWatch | undefined;
  private readonly abort = new AbortController();
  private readonly events: EventQueue<E | LostEvent> = new EventQueue<E | LostEvent>((events) => ({
    kind: 'lost',
    events,
  }));

  constructor({ clock, watchSuspensions, watchHealth }: ActivityDeps, signal: AbortSignal | undefined) {
    this.clock = clock;
    this.signal = signal === undefined ? this.abort.signal : AbortSignal.any([signal, this.abort.signal]);
    this.signal.addEventListener('abort', () => this.events.waitNoMore(), { once: true });
    this.suspensions = watchSuspensions?.(clock);
    this.health = watchHealth?.(clock);
  }

  readonly tell = (event: E): void => this.events.push(event);

  /** Resolves when whoever listens has caught up; at once where nobody does. */
  readonly caughtUp = (): Promise<void> => this.events.room();

  /** @throws EcholotError `cancelled` */
  readonly sleepUntil = async (deadlineNs: bigint): Promise<void> => {
    if (this.clock.nowNs() >= deadlineNs && !this.signal.aborted) return;
    const pending = new Pending();
    const cancelWake = this.clock.wakeAt(deadlineNs, () => pending.resolve());
    try {
      await pending.wait(this.signal, (error) => pending.reject(error));
    } finally {
      cancelWake();
    }
  };

  /** Begins the work at once. @param close when it has ended, however it did */
  start<R>(work: () => Promise<R>, close: () => Promise<void>): Handle<E | LostEvent, R> {
    const result = this.run(work, close);
    // Whoever only iterates must not be killed by a rejection nobody awaited.
    result.catch(() => {});
    return {
      result,
      cancel: () => this.abort.abort(),
      [Symbol.asyncIterator]: () => this.events[Symbol.asyncIterator](),
    };
  }

  private async run<R>(work: () => Promise<R>, close: () => Promise<void>): Promise<R> {
    try {
      return await work();
    } finally {
      this.suspensions?.stop();
      await close();
      this.events.close();
    }
  }
}
