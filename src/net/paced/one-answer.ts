/**
 * A message of a connection and the wait for its answer, one at a time, while no probe is under way: its opening, its questions, its
 * farewell. Refuses to read what comes.
 */
import type { EcholotError } from '../../core/errors.ts';
import type { SessionOptions } from '../engine.ts';
import { Pending } from '../pending.ts';
import type { AnswerTimers } from '../session/answer-timers.ts';
import type { ClientLink } from '../session/client-link.ts';
import { listenNs } from '../session/session-terms.ts';
import { trace } from '../session/trace.ts';
import type { PacedConnectionOptions } from './paced-terms.ts';

export interface OneAnswerOptions {
  readonly about: PacedConnectionOptions;
  readonly link: ClientLink;
  readonly timers: AnswerTimers;
  /** Why nothing can be awaited any more. */
  readonly failure: () => EcholotError | undefined;
  readonly onFailure: (error: EcholotError) => void;
}

export class OneAnswer {
  private readonly uses: OneAnswerOptions;
  private readonly options: SessionOptions;
  private readonly pending = new Pending();

  constructor(uses: OneAnswerOptions) {
    this.uses = uses;
    this.options = uses.about.options;
  }

  /** Whether one is awaited. */
  get isDue(): boolean {
    return this.pending.isOpen;
  }

  came(): void {
    this.pending.resolve();
  }

  fail(error: EcholotError): void {
    this.pending.reject(error);
  }

  /** Hears what the server says before it was asked anything. */
  async listen(connectNs: number): Promise<void> {
    const { timekeeper } = this.uses.about.network;
    const done = this.wait(this.options.signal);
    const endNs = timekeeper.nowNs() + BigInt(listenNs(connectNs));
    const cancelEnd = timekeeper.wakeAt(endNs, () => this.pending.resolve());
    await done.finally(cancelEnd);
  }

  /** Sends a message and waits for the server's word on it. */
  async to(message: Uint8Array, timeoutNs: number, signal: AbortSignal | undefined): Promise<void> {
    const { uses, options } = this;
    const done = this.wait(signal);
    if (!this.pending.isOpen) return done;
    const nowNs = uses.about.network.timekeeper.nowNs();
    this.expect(timeoutNs, nowNs);
    uses.link.write(new Uint8Array(message));
    if (options.trace !== undefined) trace(options, 'sent', message, nowNs);
    await done.finally(() => uses.timers.clear());
  }

  /** Waits for what is under way. */
  async settle(timeoutNs: number): Promise<void> {
    const done = this.wait(undefined);
    this.expect(timeoutNs, this.uses.about.network.timekeeper.nowNs());
    await done;
  }

  private expect(timeoutNs: number, nowNs: bigint): void {
    const { timers } = this.uses;
    // A timer of what came before may be pending for much later.
    timers.clear();
    timers.timeoutNs = BigInt(Math.ceil(timeoutNs));
    timers.arm(nowNs);
  }

  /** A promise of the next outcome; rejected at once when there is none to come. */
  private wait(signal: AbortSignal | undefined): Promise<void> {
    const failure = this.uses.failure();
    if (failure !== undefined) return Promise.reject(failure);
    return this.pending.wait(signal, this.uses.onFailure);
  }
}
