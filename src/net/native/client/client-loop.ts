/**
 * The client's loop of the native engine: one session of core beside the system calls, in sequence, on the
 * thread that calls. It stamps a probe just before its send call and an echo just after the receive call that
 * brought its last byte. What takes time for another reason (kernel stamps, the record) is done after that.
 */
import type { EchoSession } from '../../../core/client/echo-session.ts';
import { EcholotError, type ErrorPhase } from '../../../core/errors.ts';
import type { ResidenceSource } from '../../../core/wire/residence.ts';
import type { TerminationOutcome } from '../../../facts/connection.ts';
import type { ServerBusyRecord } from '../../../facts/instrument.ts';
import type { BatchPlan, SampleBuffer, SessionPath, SessionPlan, TracedMessage } from '../../engine.ts';
import { networkError } from '../../errors/network-error.ts';
import { cancelled, inPhase } from '../../errors/session-error.ts';
import { canTerminate, lastWord, outcomeOfLastWord, Patience } from '../../session/farewell.ts';
import { EchoTally, writeSample } from '../../session/samples.ts';
import {
  echoTimeoutNs,
  listenNs,
  NS_PER_MS,
  openTimeoutNs,
  owesAnswer,
  sessionOf,
} from '../../session/session-terms.ts';
import { trace } from '../../session/trace.ts';
import { ThreadWatch } from '../../thread-watch.ts';
import { SystemError } from '../kernel/errno.ts';
import { TcpInfo } from '../kernel/tcp-info.ts';
import { type Channel, INTERRUPTED } from '../thread/channel.ts';
import { EchoWait } from '../thread/wait.ts';
import { BatchLayers } from './batch-layers.ts';

export interface LoopOptions {
  readonly epochNs: bigint;
  /** `host:port (address)`, for errors. */
  readonly subject: string;
  /** Whether to ask the server for its stamps. */
  readonly askStamps: boolean;
  readonly trace: ((message: TracedMessage) => void) | undefined;
}

export class ClientLoop {
  readonly session: EchoSession;
  private channel: Channel;
  private readonly plan: SessionPlan;
  private readonly options: LoopOptions;
  private readonly wait: EchoWait;
  private readonly control: EchoWait;
  private readonly tcpInfo = new TcpInfo();
  private firstCongestionWindowSegments: number | null = null;
  /** Undefined without stamps of the kernel. */
  private layers: BatchLayers | undefined;
  /** A view of what was received, kept while its length stays the same. */
  private chunk: Uint8Array;
  private failure: EcholotError | undefined;
  /** The last message went out in part: another one would be taken for the rest of it. */
  private isCutShort = false;
  /** Of this setup. */
  private readonly tally = new EchoTally();
  /** What this thread met in the batches. */
  readonly thread: ThreadWatch = new ThreadWatch();

  constructor(channel: Channel, plan: SessionPlan, options: LoopOptions) {
    this.channel = channel;
    channel.quickAck = plan.socket?.quickAck ?? false;
    this.plan = plan;
    this.options = options;
    this.session = sessionOf(plan, options.askStamps);
    this.wait = new EchoWait(plan.wait ?? 'adaptive');
    // What is no probe is not timed: it is awaited awake for a short while, then asleep.
    this.control = new EchoWait('adaptive');
    this.chunk = channel.received;
  }

  get path(): SessionPath | undefined {
    try {
      return this.tcpInfo.read(this.channel.socket).facts(this.firstCongestionWindowSegments);
    } catch (error) {
      if (error instanceof SystemError) return undefined;
      throw error;
    }
  }

  get readsPerEcho(): number | undefined {
    return this.tally.readsPerEcho;
  }

  /** Whose stamps the server's residence is made of; known once it was asked. */
  get residenceSource(): ResidenceSource | undefined {
    return this.layers?.residenceSource;
  }

  /** What the server has told of its work for others; undefined where it tells nothing. */
  get serverBusy(): ServerBusyRecord | undefined {
    return this.layers?.serverBusy;
  }

  /** Sets up. @throws EcholotError */
  open(handshakeRttNs: number | undefined): void {
    this.failing('setup', () => this.setUp(handshakeRttNs));
  }

  private setUp(handshakeRttNs: number | undefined): void {
    if (this.plan.stamps ?? true) this.layers = BatchLayers.over(this.channel, this.options.epochNs);
    if (this.plan.listensFirst) this.listen(handshakeRttNs ?? 0);
    this.wait.expect((handshakeRttNs ?? 0) + this.plan.setup.delay.delayNs);
    const opening = this.session.begin();
    if (opening !== undefined) this.exchange(opening, openTimeoutNs(this.plan));
    const shown = this.session.showToken();
    if (shown !== undefined) this.exchange(shown, openTimeoutNs(this.plan));
    this.firstCongestionWindowSegments = this.path?.congestionWindowSegments ?? null;
  }

  /** Runs probes into `samples` from its `count` on. @throws EcholotError, with `samples` as far as they came */
  runBatch(batch: BatchPlan, samples: SampleBuffer): void {
    if (this.failure !== undefined) throw this.failure;
    this.failing('measurement', () => this.measure(batch, samples));
  }

  private measure(batch: BatchPlan, samples: SampleBuffer): void {
    const at = samples.count;
    const probe = this.tally.echoes;
    this.thread.begin();
    try {
      const startNs = process.hrtime.bigint();
      this.layers?.begin();
      this.probe(batch, samples, startNs + BigInt(batch.budgetNs));
    } finally {
      this.thread.end();
    }
    const probes = { at, probe, count: samples.count - at };
    this.layers?.complete(samples, probes, this.session, (question) => {
      this.exchange(question, this.plan.timeoutNs);
    });
  }

  /** Terminates as the protocol asks; never throws. `redial` opens the connection that one dialect wants for it. */
  close(redial: (timeoutNs: number) => Channel): TerminationOutcome {
    const patience = this.patience();
    try {
      if (canTerminate(this.session, this.failure) && !this.isCutShort) this.settle(patience);
      else if (this.failure !== undefined) return this.breakOff(patience);
      return this.terminate(redial, patience);
    } catch {
      return this.session.wasRefused ? 'refused' : 'unanswered';
    } finally {
      this.channel.close();
    }
  }

  /** Lets go of a session that could not be opened. */
  leave(): void {
    this.breakOff(this.patience());
    this.channel.close();
  }

  private patience(): Patience {
    return new Patience(this.failure, process.hrtime.bigint());
  }

  private terminate(redial: (timeoutNs: number) => Channel, patience: Patience): TerminationOutcome {
    const { session } = this;
    if (session.state !== 'measurement') return this.breakOff(patience);
    const bye = session.terminate();
    if (bye === undefined) return 'none';
    if (session.byeConnection === 'new') {
      this.channel.close();
      this.channel = redial(patience.leftNs(process.hrtime.bigint()));
      this.layers = undefined;
    }
    this.exchange(bye, patience.leftNs(process.hrtime.bigint()));
    return 'answered';
  }

  /** A failed run. Nobody knows whether it is read, but a server that hangs otherwise may need it. */
  private breakOff(patience: Patience): TerminationOutcome {
    const word = lastWord(this.session);
    try {
      if (word === undefined) return 'none';
      this.channel.stage(word);
      const isSaid = this.channel.send(patience.leftNs(process.hrtime.bigint()), false, () => {});
      return isSaid ? outcomeOfLastWord(this.session, this.failure) : 'none';
    } catch {
      // The connection is gone: nothing can be said.
      return 'none';
    }
  }

  /** A cancelled run ends like any other, once what was under way is answered. */
  private settle(patience: Patience): void {
    if (!owesAnswer(this.session)) return;
    try {
      const nowNs = process.hrtime.bigint();
      this.awaitAnswer(nowNs, patience.leftNs(nowNs), this.control);
    } catch {
      // The state of the session tells what has become of it.
    }
  }

  /** Whatever ends the session is remembered, with the phase in which it happened. */
  private failing(phase: ErrorPhase, action: () => void): void {
    try {
      action();
    } catch (error) {
      const lost = error instanceof SystemError ? networkError(this.options.subject, error) : error;
      // What the server said before the connection broke is the better explanation.
      const failure = this.session.failure ?? lost;
      if (failure instanceof EcholotError) this.failure = inPhase(failure, phase);
      throw failure;
    }
  }

  private probe(batch: BatchPlan, samples: SampleBuffer, batchEndNs: bigint): void {
    const { session, channel, wait } = this;
    const stamps = this.layers?.stamps;
    const { epochNs } = this.options;
    const timeoutNs = echoTimeoutNs(this.plan, batch);
    this.absorb();
    channel.reads = 0;
    for (let left = batch.probes; left > 0; left--) {
      const message = session.probe();
      stamps?.begin(message.length);
      channel.stage(message);
      const sentNs = process.hrtime.bigint();
      this.write(timeoutNs, wait.spinUntilNs > 0);
      if (this.options.trace !== undefined) trace(this.options, 'sent', message, sentNs);
      this.awaitAnswer(sentNs, timeoutNs, wait);
      const rttNs = Number(session.arrivedNs - sentNs);
      const sentAtNs = Number(sentNs - epochNs);
      writeSample(samples, sentAtNs, rttNs);
      if (stamps !== undefined) {
        stamps.collect(channel.socket.fd);
        if (samples.layers !== undefined) {
          const takenNs = Number(channel.takenNs - epochNs);
          stamps.fill(samples.layers, samples.count, sentAtNs, takenNs, sentAtNs + rttNs);
        }
      }
      samples.count++;
      this.tally.add(channel.reads);
      channel.reads = 0;
      wait.note(rttNs);
      if (channel.isInterrupted) throw cancelled();
      if (session.arrivedNs >= batchEndNs) break;
    }
  }

  /** What came since the last batch belongs before the next probe. */
  private absorb(): void {
    const n = this.channel.tryReceive();
    if (n > 0) this.takeBytes(this.channel.take());
    else if (n === 0) this.session.handleEnd();
    if (this.session.failure !== undefined) throw this.session.failure;
  }

  /** Hears what the server says before it was asked anything. */
  private listen(roundTripNs: number): void {
    const startNs = process.hrtime.bigint();
    for (;;) {
      const n = this.channel.receive(0, startNs, listenNs(roundTripNs), this.control);
      if (n === INTERRUPTED) throw cancelled();
      if (n > 0) this.takeBytes(n);
      else if (n === 0) this.session.handleEnd();
      if (this.session.failure !== undefined) throw this.session.failure;
      if (n < 0) return;
    }
  }

  /** Sends a message that is no probe and waits for the server's word on it. */
  private exchange(message: Uint8Array, timeoutNs: number): void {
    this.layers?.stamps.begin(message.length);
    this.channel.stage(message);
    const sentNs = process.hrtime.bigint();
    this.write(timeoutNs, true);
    if (this.options.trace !== undefined) trace(this.options, 'sent', message, sentNs);
    this.awaitAnswer(sentNs, timeoutNs, this.control);
    this.layers?.stamps.collect(this.channel.socket.fd);
  }

  private write(timeoutNs: number, awake: boolean): void {
    if (this.channel.send(timeoutNs, awake, this.takeBytes)) return;
    this.isCutShort = true;
    if (this.channel.isInterrupted) throw cancelled();
    // What came meanwhile tells how far it got.
    const n = this.channel.take();
    if (n > 0) this.takeBytes(n);
    this.session.timeOut(timeoutNs / NS_PER_MS);
    if (this.session.failure !== undefined) throw this.session.failure;
  }

  /** Feeds the session until it has what it waits for. */
  private awaitAnswer(sentNs: bigint, timeoutNs: number, wait: EchoWait): void {
    const { session, channel } = this;
    while (session.failure === undefined && owesAnswer(session)) {
      const quietNs = session.deadlineNs();
      const n =
        quietNs === undefined
          ? channel.receive(session.missingBytes, sentNs, timeoutNs, wait)
          : channel.receive(0, sentNs, Math.min(Number(quietNs - sentNs), timeoutNs), this.control);
      if (n > 0) this.takeBytes(n);
      else if (n === 0) session.handleEnd();
      else if (n === INTERRUPTED) throw cancelled();
      else this.beLate(sentNs, timeoutNs);
    }
    if (session.failure !== undefined) throw session.failure;
  }

  /** Silence: the end of an answer that has no other, or of the patience with it. */
  private beLate(sentNs: bigint, timeoutNs: number): void {
    const nowNs = process.hrtime.bigint();
    if (nowNs >= sentNs + BigInt(Math.ceil(timeoutNs))) this.session.timeOut(timeoutNs / NS_PER_MS);
    else this.session.handleDeadline(nowNs);
  }

  private readonly takeBytes = (n: number): void => {
    const chunk = this.view(n);
    if (this.options.trace !== undefined) trace(this.options, 'received', chunk, this.channel.arrivedNs);
    this.session.handleBytes(chunk, this.channel.arrivedNs);
  };

  private view(n: number): Uint8Array {
    if (n !== this.chunk.length) this.chunk = this.channel.received.subarray(0, n);
    return this.chunk;
  }
}
