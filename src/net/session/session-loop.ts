/**
 * The client's loop: one session of core over one connection of a dialer, on the thread it is called on.
 * It stamps a probe just before its write and takes the stamp of an echo's last byte from the connection;
 * nothing is formatted or logged between the two.
 */

import { Deadline } from '../../clock/deadline.ts';
import { ClientSession } from '../../core/client/client-session.ts';
import type { MetEchoForm } from '../../core/client/echo-matcher.ts';
import type { EchoSession } from '../../core/client/echo-session.ts';
import { PlainSession } from '../../core/client/plain-session.ts';
import { EcholotError, type ErrorPhase } from '../../core/errors.ts';
import { DIALECTS } from '../../core/wire/dialects.ts';
import type { Dialed, DialerNetwork, DialOptions, Target, Waiter } from '../dialer.ts';
import type {
  BatchPlan,
  Engine,
  EngineName,
  EngineSession,
  GarbageCollections,
  SampleBuffer,
  SchedulingFacts,
  SessionFacts,
  SessionOptions,
  SessionPlan,
  TerminationOutcome,
  TracedMessage,
} from '../engine.ts';
import { Pending } from '../pending.ts';
import type { ThreadWatch } from '../thread-watch.ts';
import { NODE_TOOLS } from './byte-tools.ts';
import { ClientLink, type LinkUser } from './client-link.ts';
import {
  CANCELLED_ANSWER_NS,
  canTerminate,
  lastWord,
  outcomeOfLastWord,
  TERMINATION_TIMEOUT_NS,
} from './farewell.ts';
import { listenNs } from './listening-first.ts';
import { tracedMessage } from './trace.ts';

const NS_PER_MS = 1_000_000;

/**
 * An engine over a dialer: its sessions run on the caller's thread.
 * @param watchThread makes what watches that thread during the batches of a session; absent in virtual time
 */
export function createLoopEngine(
  name: EngineName,
  network: DialerNetwork,
  watchThread?: () => ThreadWatch,
): Engine {
  return {
    name,
    prepare: async () => undefined,
    async open(target, plan, options) {
      const session = new LoopSession(network, target, plan, options, watchThread?.());
      await session.open();
      return session;
    },
  };
}

class LoopSession implements EngineSession, LinkUser {
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
  private echoes = 0;
  /** Of the probe under way, and of all echoes. */
  private reads = 0;
  private echoReads = 0;
  private batchEndNs = 0n;
  private sentNs = 0n;
  private fastestNs: number;
  /** How long the answer under way may take. */
  private timeoutNs = 0n;
  /** One timer for all probes of a session. */
  private readonly timeout: Deadline;
  private cancelQuiet: (() => void) | undefined;

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
    this.session =
      plan.protocol === 'plain'
        ? new PlainSession(plan.setup.payloadBytes, NODE_TOOLS)
        : new ClientSession(DIALECTS[plan.protocol], plan.setup, {
            delayUnit: plan.delayUnit,
            tools: NODE_TOOLS,
          });
    this.waiter = network.waiter();
    this.thread = thread;
    this.timeout = new Deadline(
      network.timekeeper,
      () => (!this.pending.isOpen ? undefined : this.sentNs + this.timeoutNs),
      () => {
        this.session.timeOut(Number(this.timeoutNs) / NS_PER_MS);
        this.advance();
      },
    );
    // Until an echo has come, all that is known of the path is the delay that was asked for.
    this.fastestNs = Number.POSITIVE_INFINITY;
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

  get scheduling(): SchedulingFacts | undefined {
    return this.thread?.scheduling;
  }

  get garbageCollections(): GarbageCollections | undefined {
    return this.thread?.garbageCollections;
  }

  get readsPerEcho(): number | undefined {
    return this.echoes === 0 ? undefined : this.echoReads / this.echoes;
  }

  async open(): Promise<void> {
    const { signal, onDialed } = this.options;
    const { connection, connectNs } = await this.dial({ timeoutNs: this.plan.timeoutNs, signal, onDialed });
    this.sessionFacts = { connectNs, local: connection.local, remote: connection.remote };
    try {
      if (this.plan.listensFirst) await this.listen(connectNs);
      const opening = this.session.begin();
      if (opening === undefined) return;
      await this.exchange(
        opening,
        BigInt(this.plan.openTimeoutNs ?? this.plan.timeoutNs),
        this.options.signal,
      );
    } catch (error) {
      this.breakOff();
      this.clearTimers();
      this.link.closeSoon();
      throw inPhase(error, 'setup');
    }
  }

  runBatch(batch: BatchPlan, samples: SampleBuffer): Promise<void> {
    this.samples = samples;
    this.probesLeft = batch.probes;
    this.clearTimers();
    this.thread?.begin();
    this.timeoutNs = BigInt((batch.timeoutNs ?? this.plan.timeoutNs) + this.plan.setup.delay.delayNs);
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
    try {
      if (canTerminate(session, this.failure)) await this.settle();
      if (session.state !== 'measurement' || !link.isConnected) return this.breakOff();
      const bye = session.terminate();
      if (bye === undefined) return 'none';
      if (session.byeConnection === 'new') {
        link.close();
        const timeoutNs = Math.min(this.plan.timeoutNs, TERMINATION_TIMEOUT_NS);
        await this.dial({ timeoutNs, signal: undefined });
      }
      // A cancelled run says goodbye, too, and hears the answer.
      await this.exchange(bye, BigInt(TERMINATION_TIMEOUT_NS), undefined);
      return 'answered';
    } catch (error) {
      return session.wasRefused && error instanceof EcholotError ? 'refused' : 'unanswered';
    } finally {
      this.clearTimers();
      link.closeSoon();
    }
  }

  /** A cancelled run ends like any other, once what was under way is answered. */
  private async settle(): Promise<void> {
    const cancelled = this.failure;
    this.failure = undefined;
    if (!isAwaited(this.session)) return;
    const done = this.wait(undefined);
    this.timeoutNs = BigInt(CANCELLED_ANSWER_NS);
    this.sentNs = this.network.timekeeper.nowNs();
    this.timeout.arm();
    this.waiter.start(0);
    this.advance();
    await done.catch(() => {
      this.failure = cancelled;
    });
    this.clearTimers();
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
    if (this.options.trace !== undefined) this.trace('received', chunk, nowNs);
    session.handleBytes(chunk, nowNs);
    this.advance();
  }

  onEnd(): void {
    this.session.handleEnd();
    this.advance();
  }

  onFailure(error: EcholotError): void {
    this.failure ??= error;
    this.clearTimers();
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
    if (isAwaited(session)) {
      const quietNs = session.deadlineNs();
      if (quietNs !== undefined) this.watchQuiet(quietNs);
      return;
    }
    if (this.samples === undefined) this.pending.resolve();
    else this.takeSample(this.samples);
  }

  private takeSample(samples: SampleBuffer): void {
    const { session } = this;
    const rttNs = Number(session.arrivedNs - this.sentNs);
    const at = samples.count;
    samples.rttNs[at] = rttNs;
    samples.sentNs[at] = Number(this.sentNs - this.options.epochNs);
    samples.count = at + 1;
    this.echoes++;
    this.echoReads += this.reads;
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
    this.timeout.arm();
    if (this.options.trace !== undefined) this.trace('sent', message, sentNs);
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
    this.clearTimers();
    this.timeoutNs = timeoutNs;
    this.sentNs = this.network.timekeeper.nowNs();
    this.timeout.arm();
    this.waiter.start(0);
    this.link.write(message);
    if (this.options.trace !== undefined) this.trace('sent', message, this.sentNs);
    await done;
    this.clearTimers();
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

  private watchQuiet(deadlineNs: bigint): void {
    this.cancelQuiet?.();
    this.cancelQuiet = this.network.timekeeper.wakeAt(deadlineNs, () => {
      this.cancelQuiet = undefined;
      this.session.handleDeadline(this.network.timekeeper.nowNs());
      this.advance();
    });
  }

  private clearTimers(): void {
    this.timeout.cancel();
    this.cancelQuiet?.();
    this.cancelQuiet = undefined;
  }

  private trace(direction: TracedMessage['direction'], bytes: Uint8Array, atNs: bigint): void {
    this.options.trace?.(tracedMessage(direction, bytes, Number(atNs - this.options.epochNs)));
  }
}

/** The server owes an answer. */
function isAwaited({ state }: EchoSession): boolean {
  return state === 'echo' || state === 'setup-answer' || state === 'termination-answer';
}

function inPhase(error: unknown, phase: ErrorPhase): unknown {
  if (error instanceof EcholotError) error.phase ??= phase;
  return error;
}
