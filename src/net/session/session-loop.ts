/**
 * The client's loop: one session of core over one connection of a dialer, on the thread it is called on.
 * It stamps a probe just before its write and takes the stamp of an echo's last byte from the connection;
 * nothing is formatted or logged between the two.
 */

import type { MetEchoForm } from '../../core/client/echo-matcher.ts';
import type { EchoSession } from '../../core/client/echo-session.ts';
import { EcholotError } from '../../core/errors.ts';
import type { TerminationOutcome } from '../../facts/connection.ts';
import type { EngineName } from '../../facts/engine.ts';
import type { GarbageCollectionsRecord, SchedulingRecord } from '../../facts/instrument.ts';
import type { Dialed, DialerNetwork, DialOptions, Target, Waiter } from '../dialer.ts';
import type {
  BatchPlan,
  Engine,
  EngineSession,
  SampleBuffer,
  SessionFacts,
  SessionOptions,
  SessionPlan,
} from '../engine.ts';
import { inPhase } from '../errors/session-error.ts';
import { Pending } from '../pending.ts';
import type { ThreadWatch } from '../thread-watch.ts';
import { AnswerTimers, type TimerUser } from './answer-timers.ts';
import { ClientLink, type LinkUser } from './client-link.ts';
import { canTerminate, lastWord, outcomeOfLastWord, Patience } from './farewell.ts';
import { EchoTally, writeSample } from './samples.ts';
import { sessionFacts } from './session-facts.ts';
import { echoTimeoutNs, listenNs, NS_PER_MS, openTimeoutNs, owesAnswer, sessionOf } from './session-terms.ts';
import { trace } from './trace.ts';

/**
 * An engine over a dialer: its sessions run on the caller's thread, and its lanes are one and the same.
 * @param watchThread makes what watches that thread during the batches of a session; absent in virtual time
 */
export function createLoopEngine(
  name: EngineName,
  network: DialerNetwork,
  watchThread?: () => ThreadWatch,
): Engine {
  const engine: Engine = {
    name,
    openLane: () => engine,
    prepare: async () => undefined,
    async open(target, plan, options) {
      const session = new LoopSession(network, target, plan, options, watchThread?.());
      await session.open();
      return session;
    },
  };
  return engine;
}

class LoopSession implements EngineSession, LinkUser, TimerUser {
  private readonly network: DialerNetwork;
  private readonly plan: SessionPlan;
  private readonly options: SessionOptions;
  private readonly session: EchoSession;
  private readonly waiter: Waiter;
  private readonly thread: ThreadWatch | undefined;
  private readonly link: ClientLink;
  private sessionFacts: SessionFacts | undefined;
  private readonly pending = new Pending();
  private failure: EcholotError | undefined;

  private samples: SampleBuffer | undefined;
  private probesLeft = 0;
  private readonly tally = new EchoTally();
  /** Of the probe under way. */
  private reads = 0;
  private batchEndNs = 0n;
  private sentNs = 0n;
  /** Until an echo has come, all that is known of the path is the delay that was asked for. */
  private fastestNs = Number.POSITIVE_INFINITY;
  private readonly timers: AnswerTimers;

  constructor(
    network: DialerNetwork,
    target: Target,
    plan: SessionPlan,
    options: SessionOptions,
    thread: ThreadWatch | undefined,
  ) {
    this.network = network;
    this.link = new ClientLink(network, target, this);
    this.plan = plan;
    this.options = options;
    this.session = sessionOf(plan, false);
    this.waiter = network.waiter();
    this.thread = thread;
    this.timers = new AnswerTimers(network.timekeeper, this);
  }

  get facts(): SessionFacts {
    if (this.sessionFacts === undefined) throw new EcholotError('internal', 'the session is not open');
    return this.sessionFacts;
  }

  get echoForm(): MetEchoForm | undefined {
    return this.session.echoForm;
  }

  get firstEchoNumber(): number | undefined {
    return this.session.firstEchoNumber;
  }

  get readyText(): string | undefined {
    return this.session.readyText;
  }

  get messageBytes(): number {
    return this.session.messageBytes;
  }

  get scheduling(): SchedulingRecord | undefined {
    return this.thread?.scheduling;
  }

  get garbageCollections(): GarbageCollectionsRecord | undefined {
    return this.thread?.garbageCollections;
  }

  get readsPerEcho(): number | undefined {
    return this.tally.readsPerEcho;
  }

  async open(): Promise<void> {
    const { signal, onDialed } = this.options;
    const dialed = await this.dial({ timeoutNs: this.plan.timeoutNs, signal, onDialed });
    this.sessionFacts = sessionFacts(dialed);
    try {
      if (this.plan.listensFirst) await this.listen(dialed.connectNs);
      const opening = this.session.begin();
      if (opening === undefined) return;
      const timeoutNs = BigInt(openTimeoutNs(this.plan));
      await this.exchange(opening, timeoutNs, this.options.signal);
      const shown = this.session.showToken();
      if (shown !== undefined) await this.exchange(shown, timeoutNs, this.options.signal);
    } catch (error) {
      this.breakOff();
      this.timers.clear();
      this.link.closeSoon();
      throw inPhase(error, 'setup');
    }
  }

  runBatch(batch: BatchPlan, samples: SampleBuffer): Promise<void> {
    this.samples = samples;
    this.probesLeft = batch.probes;
    this.timers.clear();
    this.thread?.begin();
    this.timers.timeoutNs = BigInt(echoTimeoutNs(this.plan, batch));
    this.batchEndNs = this.network.timekeeper.nowNs() + BigInt(batch.budgetNs);
    const done = this.wait(this.options.signal);
    if (this.pending.isOpen) this.sendProbe();
    return done
      .catch((error: unknown) => {
        throw inPhase(error, 'measurement');
      })
      .finally(() => {
        this.samples = undefined;
        this.thread?.end();
      });
  }

  async close(): Promise<TerminationOutcome> {
    const { link, session } = this;
    const { timekeeper } = this.network;
    const patience = new Patience(this.failure, timekeeper.nowNs());
    try {
      if (canTerminate(session, this.failure)) await this.settle(patience);
      if (session.state !== 'measurement' || !link.isConnected) return this.breakOff();
      const bye = session.terminate();
      if (bye === undefined) return 'none';
      if (session.byeConnection === 'new') {
        link.close();
        const timeoutNs = Math.min(this.plan.timeoutNs, patience.leftNs(timekeeper.nowNs()));
        await this.dial({ timeoutNs, signal: undefined });
      }
      // A cancelled run says goodbye, too, and hears the answer.
      await this.exchange(bye, BigInt(patience.leftNs(timekeeper.nowNs())), undefined);
      return 'answered';
    } catch (error) {
      return session.wasRefused && error instanceof EcholotError ? 'refused' : 'unanswered';
    } finally {
      this.timers.clear();
      link.closeSoon();
    }
  }

  /** A cancelled run ends like any other, once what was under way is answered. */
  private async settle(patience: Patience): Promise<void> {
    const cancelled = this.failure;
    this.failure = undefined;
    if (!owesAnswer(this.session)) return;
    const done = this.wait(undefined);
    this.sentNs = this.network.timekeeper.nowNs();
    this.timers.timeoutNs = BigInt(patience.leftNs(this.sentNs));
    this.timers.arm(this.sentNs);
    this.waiter.start(0);
    this.advance();
    await done.catch(() => {
      this.failure = cancelled;
    });
    this.timers.clear();
  }

  /** A failed run. Nobody knows whether it is read, but a server that hangs otherwise may need it. */
  private breakOff(): TerminationOutcome {
    const word = lastWord(this.session);
    if (word === undefined || !this.link.isConnected) return 'none';
    this.link.write(word);
    return outcomeOfLastWord(this.session, this.failure);
  }

  onBytes(chunk: Uint8Array, nowNs: bigint): void {
    const { session } = this;
    this.reads++;
    if (this.options.trace !== undefined) trace(this.options, 'received', chunk, nowNs);
    session.handleBytes(chunk, nowNs);
    this.advance();
  }

  onEnd(): void {
    this.session.handleEnd();
    this.advance();
  }

  get isWaiting(): boolean {
    return this.pending.isOpen;
  }

  onLate(timeoutNs: bigint): void {
    this.session.timeOut(Number(timeoutNs) / NS_PER_MS);
    this.advance();
  }

  onQuiet(nowNs: bigint): void {
    this.session.handleDeadline(nowNs);
    this.advance();
  }

  onFailure(error: EcholotError): void {
    this.failure ??= error;
    this.timers.clear();
    this.pending.reject(error);
  }

  /** Looks at what the session made of the last thing that happened. */
  private advance(): void {
    const { session } = this;
    if (session.failure !== undefined) {
      this.onFailure(session.failure);
      return;
    }
    // Cancelled while this was being handled: nothing more is sent.
    if (!this.pending.isOpen) return;
    // Listening; what came is not whole yet.
    if (session.state === 'setup') return;
    if (owesAnswer(session)) {
      const quietNs = session.deadlineNs();
      if (quietNs !== undefined) this.timers.watchQuiet(quietNs);
      return;
    }
    if (this.samples === undefined) this.pending.resolve();
    else this.takeSample(this.samples);
  }

  private takeSample(samples: SampleBuffer): void {
    const { session } = this;
    const rttNs = Number(session.arrivedNs - this.sentNs);
    writeSample(samples, Number(this.sentNs - this.options.epochNs), rttNs);
    samples.count++;
    this.tally.add(this.reads);
    if (rttNs < this.fastestNs) this.fastestNs = rttNs;
    this.probesLeft--;
    if (this.probesLeft > 0 && session.arrivedNs < this.batchEndNs) this.sendProbe();
    else this.pending.resolve();
  }

  private sendProbe(): void {
    const message = this.session.probe();
    this.reads = 0;
    const { timekeeper } = this.network;
    this.waiter.start(Number.isFinite(this.fastestNs) ? this.fastestNs : this.plan.setup.delay.delayNs);
    const sentNs = timekeeper.nowNs();
    this.sentNs = sentNs;
    this.link.write(message);
    this.timers.arm(this.sentNs);
    if (this.options.trace !== undefined) trace(this.options, 'sent', message, sentNs);
  }

  /** Hears what the server says before it was asked anything. */
  private async listen(connectNs: number): Promise<void> {
    const { timekeeper } = this.network;
    const done = this.wait(this.options.signal);
    const endNs = timekeeper.nowNs() + BigInt(listenNs(connectNs));
    const cancelEnd = timekeeper.wakeAt(endNs, () => this.pending.resolve());
    await done.finally(cancelEnd);
  }

  /** Sends a message that is no probe and waits for the server's word on it. */
  private async exchange(
    message: Uint8Array,
    timeoutNs: bigint,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const done = this.wait(signal);
    if (!this.pending.isOpen) return done;
    // A timer of the probes may be pending for much later.
    this.timers.clear();
    this.timers.timeoutNs = timeoutNs;
    this.sentNs = this.network.timekeeper.nowNs();
    this.timers.arm(this.sentNs);
    this.waiter.start(0);
    this.link.write(message);
    if (this.options.trace !== undefined) trace(this.options, 'sent', message, this.sentNs);
    await done;
    this.timers.clear();
  }

  private async dial(options: DialOptions): Promise<Dialed> {
    this.waiter.start(0);
    try {
      return await this.link.dial({ ...options, socket: this.plan.socket ?? {} });
    } catch (error) {
      throw inPhase(error, 'connect');
    } finally {
      this.waiter.stop();
    }
  }

  /** A promise of the next outcome; rejected at once when the session, or the whole run, is already over. */
  private wait(signal: AbortSignal | undefined): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    return this.pending.wait(signal, (error) => this.onFailure(error)).finally(() => this.waiter.stop());
  }
}
