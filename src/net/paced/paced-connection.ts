/**
 * One connection that carries paced probes: it is dialled and set up, keeps what is under way, takes each echo with the
 * stamp of its bytes, and sees to its own end. Refuses to know when a probe is due.
 */
import type { PipelinedSession } from '../../core/client/pipelined-session.ts';
import { EcholotError } from '../../core/errors.ts';
import type { SessionFacts, SessionOptions } from '../engine.ts';
import { inPhase } from '../errors/session-error.ts';
import { AnswerTimers, type TimerUser } from '../session/answer-timers.ts';
import { ClientLink, type LinkUser } from '../session/client-link.ts';
import type { Patience } from '../session/farewell.ts';
import { sessionFacts } from '../session/session-facts.ts';
import { NS_PER_MS, openTimeoutNs } from '../session/session-terms.ts';
import { trace } from '../session/trace.ts';
import { KeptProbes } from './kept-probes.ts';
import { OneAnswer } from './one-answer.ts';
import type { PacedResidences } from './paced.ts';
import { owesAnswer, type PacedConnectionOptions, pipelinedSessionOf } from './paced-terms.ts';
import type { PacedUser } from './paced-user.ts';
import { ProbeBatch } from './probe-batch.ts';
import { ProbeMarks } from './probe-marks.ts';
import { ProbeRing } from './probe-ring.ts';
import { STANDING, type Standing } from './turns.ts';

export class PacedConnection implements LinkUser, TimerUser {
  readonly index: number;
  readonly session: PipelinedSession;
  failure: EcholotError | undefined;
  private readonly about: PacedConnectionOptions;
  private readonly link: ClientLink;
  private readonly timers: AnswerTimers;
  private readonly answer: OneAnswer;
  /** What was added and is not sent. */
  readonly batch: ProbeBatch;
  private marks: ProbeMarks | undefined;
  private user: PacedUser<PacedConnection> | undefined;
  private knownFacts: SessionFacts | undefined;
  private knownRing: ProbeRing | undefined;
  /** Where the server is asked how long it kept them. */
  private readonly kept: KeptProbes | undefined;
  /** Of those that the setup allows. */
  private probesLeft: number;
  private isStuck = false;

  constructor(about: PacedConnectionOptions) {
    const { network, target, plan, asks } = about;
    this.about = about;
    this.index = about.index;
    this.session = pipelinedSessionOf(plan, asks);
    this.link = new ClientLink(network, target, this);
    this.timers = new AnswerTimers(network.timekeeper, this);
    this.answer = new OneAnswer({
      about,
      link: this.link,
      timers: this.timers,
      failure: () => this.failure,
      onFailure: (error) => this.onFailure(error),
    });
    this.batch = new ProbeBatch(() => this.session.probe());
    if (asks.stamps) this.kept = new KeptProbes(plan.setup.probes);
    this.probesLeft = plan.protocol === 'plain' ? Number.POSITIVE_INFINITY : plan.setup.probes;
  }

  /** @throws EcholotError before it is open, as does {@link ring} */
  get facts(): SessionFacts {
    if (this.knownFacts === undefined) throw notOpen();
    return this.knownFacts;
  }

  get ring(): ProbeRing {
    if (this.knownRing === undefined) throw notOpen();
    return this.knownRing;
  }

  /** Connects, sets up, and has one probe echoed. @throws EcholotError */
  async open(listensFirst: boolean): Promise<void> {
    const { plan, options, inFlight } = this.about;
    const { signal } = options;
    const connectNs = await this.dial(plan.timeoutNs, options);
    try {
      if (listensFirst) await this.answer.listen(connectNs);
      // A server that is full may have said so already.
      if (this.failure !== undefined) throw this.failure;
      const opening = this.session.begin();
      if (opening !== undefined) await this.answer.to(opening, openTimeoutNs(plan), signal);
      const shown = this.session.showToken();
      if (shown !== undefined) await this.answer.to(shown, openTimeoutNs(plan), signal);
    } catch (error) {
      throw this.giveUp(inPhase(error, 'setup'));
    }
    try {
      this.probesLeft--;
      await this.answer.to(this.session.probe(), this.echoTimeoutNs, signal);
    } catch (error) {
      throw this.giveUp(inPhase(error, 'measurement'));
    }
    this.timers.timeoutNs = BigInt(this.echoTimeoutNs);
    this.knownRing = new ProbeRing(Math.min(inFlight, this.session.inFlight));
  }

  /** All are open; whoever sends on it hears of it. */
  start(user: PacedUser<PacedConnection>): void {
    this.user = user;
    if (this.failure !== undefined) user.onLost(this, this.failure);
    else user.onStanding(this);
  }

  get standing(): Standing {
    if (this.failure !== undefined || this.probesLeft <= 0) return STANDING.gone;
    if (this.ring.count === this.ring.capacity) return STANDING.full;
    return this.isStuck ? STANDING.stuck : STANDING.ready;
  }

  /**
   * Makes a probe, which leaves with the next {@link send}; only while it stands ready.
   * @param dueNs NaN for one that is due when it is sent
   */
  add(dueNs: number, hindrance: number): void {
    this.batch.add();
    this.ring.push(dueNs, hindrance);
    this.probesLeft--;
    this.user?.onStanding(this);
  }

  /** Sends all that were added in one write, not before `dueNs`, where the network can hold them for so short a time. */
  send(dueNs: number): void {
    const { ring, link, about, batch } = this;
    const { network, options } = about;
    if (this.failure !== undefined) return;
    // What is not known to be out must not be overwritten by the next one.
    const bytes = link.tellsSent ? batch.take() : new Uint8Array(batch.take());
    const nowNs =
      Number.isNaN(dueNs) || network.holdUntil === undefined
        ? network.timekeeper.nowNs()
        : network.holdUntil(options.epochNs + BigInt(Math.ceil(dueNs)));
    const probes = ring.stamp(this.since(nowNs));
    if (probes === ring.count) this.timers.arm(nowNs);
    this.marks?.sending(probes, nowNs);
    const wasStuck = this.isStuck;
    this.isStuck = !link.write(bytes);
    if (options.trace !== undefined) trace(options, 'sent', bytes, nowNs);
    if (this.isStuck !== wasStuck) this.user?.onStanding(this);
  }

  /** What is under way is not waited for any longer; echoes that come late are no samples. */
  forgo(): void {
    const { ring } = this;
    ring.stamp(this.since(this.about.network.timekeeper.nowNs()));
    for (; ring.count > 0; ring.drop()) this.user?.onEcho(this, Number.NaN);
  }

  /**
   * Asks how long the server kept the last probes, while none is under way.
   * @returns undefined where it does not tell, or there is none
   * @throws EcholotError; then the connection is gone
   */
  async askResidences(timeoutNs: number): Promise<PacedResidences | undefined> {
    const { session, kept, about, timers } = this;
    if (kept === undefined || !session.hasStamps || session.state !== 'measurement') return undefined;
    const { first, count } = kept.takeUnasked();
    if (count === 0) return undefined;
    await this.answer.to(session.askResidence(first, count), timeoutNs, about.options.signal);
    timers.timeoutNs = BigInt(this.echoTimeoutNs);
    const { residence } = session;
    return residence && kept.beside(residence, first);
  }

  /** Terminates as the protocol asks where that can be done; never throws. */
  async close(patience: Patience): Promise<void> {
    const { session, link, about } = this;
    const { timekeeper } = about.network;
    this.user = undefined;
    const leftNs = (): number => patience.leftNs(timekeeper.nowNs());
    try {
      if (this.failure === undefined && owesAnswer(session)) await this.answer.settle(leftNs());
      if (this.failure !== undefined || session.state !== 'measurement') return;
      const bye = session.terminate();
      if (bye === undefined) return;
      if (session.byeConnection === 'new') {
        link.close();
        await this.dial(Math.min(about.plan.timeoutNs, leftNs()), { epochNs: 0n });
      }
      await this.answer.to(bye, leftNs(), undefined);
    } catch {
      this.breakOff();
    } finally {
      this.timers.clear();
      link.closeSoon();
    }
  }

  onBytes(chunk: Uint8Array, nowNs: bigint): void {
    const { session, about, timers } = this;
    if (about.options.trace !== undefined) trace(about.options, 'received', chunk, nowNs);
    session.handleBytes(chunk, nowNs);
    const echoes = this.takeEchoes(nowNs);
    if (echoes > 0) this.tellLayers(echoes, nowNs);
    // Each that follows has its own time from here: how many are before it is not its fault.
    if (echoes > 0 && session.underWay > 0) timers.arm(nowNs);
    this.advance();
  }

  onDrain(): void {
    this.isStuck = false;
    if (this.failure === undefined) this.user?.onStanding(this);
  }

  onEnd(): void {
    this.session.handleEnd();
    this.advance();
  }

  get isWaiting(): boolean {
    return this.failure === undefined && (this.answer.isDue || this.session.underWay > 0);
  }

  onLate(timeoutNs: bigint): void {
    this.session.timeOut(Number(timeoutNs) / NS_PER_MS);
    this.advance();
  }

  onQuiet(nowNs: bigint): void {
    this.session.handleDeadline(nowNs);
    this.takeEchoes(nowNs);
    this.advance();
  }

  onFailure(error: EcholotError): void {
    if (this.failure !== undefined) return;
    this.failure = error;
    this.timers.clear();
    this.answer.fail(error);
    const { user, knownRing } = this;
    if (user === undefined || knownRing === undefined) return;
    inPhase(error, 'measurement');
    this.forgo();
    this.breakOff();
    this.link.closeSoon();
    user.onLost(this, error);
  }

  /** @returns how many have come */
  private takeEchoes(nowNs: bigint): number {
    const { knownRing: ring, user, session } = this;
    const atNs = this.since(nowNs);
    let echoes = 0;
    for (; session.pollEcho(); echoes++) {
      // The first of all, and those that nobody waits for any more, are no samples.
      const isSample = ring !== undefined && ring.count > 0;
      const rttNs = isSample ? atNs - ring.oldestSentNs : Number.NaN;
      this.kept?.add(rttNs);
      if (!isSample) continue;
      user?.onEcho(this, rttNs);
      ring.drop();
    }
    return echoes;
  }

  private tellLayers(echoes: number, nowNs: bigint): void {
    const { marks, user } = this;
    // Of the first echo nobody is told.
    if (marks === undefined || user === undefined) return;
    const layers = marks.came(echoes, !this.session.isWithin, nowNs);
    if (layers === undefined) return;
    user.onLayers(this.since(marks.sentNs), layers);
    this.kept?.addKernelRtt(layers.kernelRttNs);
  }

  /** Looks at what the session made of the last thing that happened. */
  private advance(): void {
    const { session } = this;
    if (session.failure !== undefined) {
      this.onFailure(session.failure);
      return;
    }
    if (owesAnswer(session)) {
      const quietNs = session.deadlineNs();
      if (quietNs !== undefined) this.timers.watchQuiet(quietNs);
    } else if (this.answer.isDue && session.state !== 'setup') {
      // Otherwise it listens, and what came is not whole yet.
      this.answer.came();
    }
    this.user?.onStanding(this);
  }

  private async dial(
    timeoutNs: number,
    { signal, onDialed }: Pick<SessionOptions, 'epochNs' | 'signal' | 'onDialed'>,
  ): Promise<number> {
    const { plan } = this.about;
    const socketOptions = plan.socket ?? {};
    try {
      const dialed = await this.link.dial({ timeoutNs, signal, onDialed, socket: socketOptions });
      const { marks } = dialed.connection;
      if (plan.stamps && marks?.enable() === true) this.marks ??= new ProbeMarks(marks);
      this.knownFacts ??= sessionFacts(dialed);
      return dialed.connectNs;
    } catch (error) {
      throw inPhase(error, 'connect');
    }
  }

  private get echoTimeoutNs(): number {
    const { timeoutNs, setup } = this.about.plan;
    return timeoutNs + setup.delay.delayNs;
  }

  private since(nowNs: bigint): number {
    return Number(nowNs - this.about.options.epochNs);
  }

  /** An opening that failed. */
  private giveUp<E>(error: E): E {
    this.breakOff();
    this.timers.clear();
    this.link.closeSoon();
    return error;
  }

  /** Nobody knows whether it is read, but a server that hangs otherwise may need it. */
  private breakOff(): void {
    const { session, link } = this;
    const word = session.wasRefused ? undefined : session.farewell;
    if (word !== undefined && link.isConnected) link.write(word);
  }
}

function notOpen(): EcholotError {
  return new EcholotError('internal', 'the connection is not open');
}
