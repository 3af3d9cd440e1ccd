/**
 * The server's side of one connection, without the connection: bytes and time in; bytes, events and the
 * next deadline out.
 *
 * Calling order: after every `handle*` call drain {@link pollTransmit} (write each array at once, or copy it
 * before the chunk it came from is reused) and {@link pollEvent}, then look at {@link isClosed} (end the
 * connection), {@link isHolding} (read no more until it is false) and {@link deadlineNs} (call
 * {@link handleDeadline} then). Call {@link handleQueued} when a write had to be queued, and
 * {@link handleDrained} when the queue is empty again. Nothing that comes from the peer throws.
 */

import { MAX_SETUP_BYTES } from '../limits.ts';
import { type MessageKind, type SessionState, stateAfter } from '../transitions.ts';
import { type ByteTools, PLAIN_TOOLS } from '../wire/byte-tools.ts';
import {
  acceptedDialects,
  findSetupEnd,
  isProbe,
  isTermination,
  maxMessageBytes,
  refusingDialect,
  startsProbe,
  startsTermination,
  takesLiteralEnd,
} from '../wire/decode.ts';
import type { Dialect, DialectName } from '../wire/dialects.ts';
import { encodeEcho, encodeReady } from '../wire/encode.ts';
import { startsQuestion } from '../wire/extensions.ts';
import { Framer, TOO_LONG } from '../wire/framer.ts';
import { asciiBytes, printableEnds } from '../wire/grammar.ts';
import type { SetupReading } from '../wire/messages.ts';
import { ResidenceLog } from '../wire/residence.ts';
import { admitSetup, type SetupTerms } from './admit-setup.ts';
import { Outbox } from './outbox.ts';
import type { EndReason, ServerSessionEvent } from './server-events.ts';

export interface ServerSessionOptions extends SetupTerms {
  /** The one dialect to speak, or `auto` for all that can be recognised. */
  readonly dialect: DialectName | 'auto';
  readonly tools?: ByteTools;
}

type Refusal = 'setup' | 'measurement' | 'termination';

export class ServerSession {
  /**
   * Where the caller notes the residence of each echo, in their order, and whose stamps it took; undefined
   * unless the client asked for them.
   */
  residences: ResidenceLog | undefined;
  private readonly options: ServerSessionOptions;
  private readonly dialects: readonly Dialect[];
  private readonly tools: ByteTools;
  private readonly framer = new Framer();
  private state: SessionState = 'setup';
  /** What the last setup can mean; one entry once the first probe has come. Empty before a setup. */
  private readings: readonly SetupReading[] = [];
  private sequence = 0;
  private echoedInSetup = 0;
  private echoedInAll = 0;
  private setups = 0;
  private reservedBytes = 0;
  /** The first byte that came tells in whose words an unknown peer is refused. */
  private firstByte: number | undefined;
  /** Longest the next message may be, bytes. */
  private messageBound = MAX_SETUP_BYTES;
  private heldEcho: Uint8Array | undefined;
  private heldUntilNs = 0n;
  /** Since when a question waits for its turn. */
  private turnNs: bigint | undefined;
  private readonly idleNs: bigint;
  private idleDeadlineNs: bigint;
  private peerEnded = false;
  private ended = false;
  private readonly outbox = new Outbox();
  private readonly events: ServerSessionEvent[] = [];

  constructor(options: ServerSessionOptions, nowNs: bigint) {
    this.options = options;
    this.tools = options.tools ?? PLAIN_TOOLS;
    this.dialects = acceptedDialects(options.dialect);
    this.idleDeadlineNs = nowNs + BigInt(options.limits.firstMessageNs);
    this.idleNs = BigInt(options.limits.idleNs);
  }

  handleBytes(chunk: Uint8Array, nowNs: bigint): void {
    if (this.isClosed) return;
    this.firstByte ??= chunk[0];
    this.framer.push(chunk);
    this.advance(nowNs);
  }

  /** The peer sends no more; what it sent is still answered. */
  handleEnd(nowNs: bigint): void {
    if (this.isClosed) return;
    this.peerEnded = true;
    this.advance(nowNs);
  }

  /** What was handed out for sending could not leave at once. */
  handleQueued(): void {
    this.outbox.isStuck = true;
  }

  /** All that was handed out for sending has left: only now the time for the next message begins. */
  handleDrained(nowNs: bigint): void {
    this.outbox.isStuck = false;
    if (!this.isClosed && this.setups > 0) this.idleDeadlineNs = nowNs + this.idleNs;
  }

  /**
   * All that was handed out for sending may be overwritten. Whoever can tell saves a buffer for each message that
   * comes in pieces; whoever cannot leaves it out.
   */
  handleSent(): void {
    this.framer.reuse();
  }

  /** The connection is gone, and with it what was still to be sent: its memory is free for others. */
  handleLost(detail: string): void {
    this.end('connection-lost', detail);
    this.giveBack();
  }

  handleDeadline(nowNs: bigint): void {
    if (this.isClosed) return;
    if (this.heldEcho !== undefined) {
      if (nowNs < this.heldUntilNs) return;
      const echo = this.heldEcho;
      this.heldEcho = undefined;
      this.sendEcho(echo, nowNs);
      this.advance(nowNs);
    } else if (this.turnNs !== undefined && !this.outbox.isStuck) {
      this.turnNs = undefined;
      this.advance(nowNs);
    } else if (nowNs >= this.idleDeadlineNs) {
      const reason = this.setups === 0 ? 'first-message-timeout' : 'idle-timeout';
      this.refuse(this.phase(), this.unfinished(), reason);
    }
  }

  /** The server is shutting down and the grace period is over. */
  shutDown(): void {
    this.end('shutdown', undefined);
  }

  pollTransmit(): Uint8Array | undefined {
    return this.outbox.poll();
  }

  /** Whether {@link pollTransmit} gave an echo last; kept only where there are {@link residences}. */
  get polledEcho(): boolean {
    return this.outbox.polledEcho;
  }

  pollEvent(): ServerSessionEvent | undefined {
    return this.events.shift();
  }

  get isClosed(): boolean {
    return this.state === 'closed';
  }

  /** An echo or a question is being held back: further bytes would only fill memory. */
  get isHolding(): boolean {
    return this.heldEcho !== undefined || this.turnNs !== undefined;
  }

  deadlineNs(): bigint | undefined {
    if (this.isClosed) return undefined;
    if (this.heldEcho !== undefined) return this.heldUntilNs;
    return this.outbox.isStuck ? this.idleDeadlineNs : (this.turnNs ?? this.idleDeadlineNs);
  }

  private advance(nowNs: bigint): void {
    while (!this.isClosed && !this.isHolding) {
      const took = this.state === 'setup' ? this.takeFirst(nowNs) : this.takeNext(nowNs);
      if (!took) break;
    }
    if (this.peerEnded && !this.isClosed && !this.isHolding) {
      if (this.framer.length > 0) this.refuse(this.phase(), this.unfinished(), 'closed-by-peer');
      else this.end('closed-by-peer', undefined);
    }
    this.framer.retain();
  }

  /** The first message of the connection: a setup, or the termination of a dialect that reconnects for it. */
  private takeFirst(nowNs: bigint): boolean {
    const findEnd = takesLiteralEnd(this.dialects) ? findSetupEnd : this.tools.findLineEnd;
    const message = this.framer.next(MAX_SETUP_BYTES, findEnd);
    if (message === undefined) return false;
    if (message === TOO_LONG) return this.refuseLong('setup', 'setup message', MAX_SETUP_BYTES);
    const farewell = this.dialects.find((d) => d.bye.connection === 'new' && isTermination(message, d));
    if (farewell !== undefined) {
      this.move('termination');
      this.close('closing', farewell.status.closing, 'terminated', undefined);
      return false;
    }
    return this.takeSetup(message, this.dialects, nowNs);
  }

  private takeSetup(message: Uint8Array, dialects: readonly Dialect[], nowNs: bigint): boolean {
    this.move('setup');
    this.giveBack();
    const verdict = admitSetup(message, dialects, this.options);
    if (verdict.first === undefined) {
      this.refuse('setup', verdict.refusal);
      return false;
    }
    const { first, readings } = verdict;
    this.reservedBytes = verdict.reservedBytes;
    this.settle(readings);
    this.sequence = first.dialect.probe.firstSequence;
    this.echoedInSetup = 0;
    this.setups++;
    if (first.setup.stamps) {
      this.residences = new ResidenceLog();
      this.outbox.marksEchoes = true;
    }
    this.idleDeadlineNs = nowNs + this.idleNs;
    this.move('ready');
    this.outbox.put(encodeReady(first));
    this.events.push({ kind: 'setup', readings });
    return true;
  }

  /** A message after a setup: a probe, a question, a termination or, in one dialect, the next setup. */
  private takeNext(nowNs: bigint): boolean {
    const reading = this.readings[0] as SetupReading;
    if (this.mustWait()) {
      this.turnNs = nowNs;
      return false;
    }
    const message = this.framer.next(this.messageBound, this.tools.findLineEnd);
    if (message === undefined) return false;
    if (message === TOO_LONG) return this.refuseLong(this.phase(), 'end', this.messageBound);
    const probe = this.matchProbe(message);
    if (probe !== undefined) return this.takeProbe(message, probe, nowNs);
    const residences = this.residences?.answerTo(message);
    if (residences !== undefined) return this.sendResidences(residences, nowNs);
    if (isTermination(message, reading.dialect)) {
      this.move('termination');
      this.close('closing', reading.dialect.status.closing, 'terminated', undefined);
      return false;
    }
    const { letter, perConnection } = reading.dialect.setup;
    if (this.isFinished && this.setups < perConnection && message[0] === letter.charCodeAt(0)) {
      return this.takeSetup(message, [reading.dialect], nowNs);
    }
    this.refuse(this.faultOf(message), `instead of ${this.awaited()}: ${printableEnds(message)}`);
    return false;
  }

  /** The reading under which `message` is the expected probe; the first probe settles the dialect. */
  private matchProbe(message: Uint8Array): SetupReading | undefined {
    if (this.readings.length === 1) {
      const reading = this.readings[0] as SetupReading;
      return !this.isFinished && isProbe(message, reading, this.sequence) ? reading : undefined;
    }
    const reading = this.readings.find((r) => isProbe(message, r, r.dialect.probe.firstSequence));
    if (reading !== undefined) {
      this.settle([reading]);
      this.options.budget.release(this.reservedBytes - reading.setup.payloadBytes);
      this.reservedBytes = reading.setup.payloadBytes;
      this.sequence = reading.dialect.probe.firstSequence;
      this.events.push({ kind: 'dialect', reading });
    }
    return reading;
  }

  private takeProbe(message: Uint8Array, reading: SetupReading, nowNs: bigint): boolean {
    this.move('probe');
    const echo = encodeEcho(message, reading, this.sequence);
    const { delayNs } = reading.setup.delay;
    if (delayNs === 0) {
      this.sendEcho(echo, nowNs);
      return true;
    }
    // A copy, not `slice`: a chunk may be a Node Buffer, whose `slice` is a view.
    this.heldEcho = new Uint8Array(echo);
    this.heldUntilNs = nowNs + BigInt(delayNs);
    return false;
  }

  private sendEcho(echo: Uint8Array, nowNs: bigint): void {
    this.move('echo');
    this.sequence++;
    this.echoedInSetup++;
    this.echoedInAll++;
    this.idleDeadlineNs = nowNs + this.idleNs;
    this.outbox.put(echo, true);
  }

  /**
   * A question gets a turn of its own, when all before it is out: its answer tells of the echoes before it, and
   * can be thousands of times as long as the question, so a chunk full of them must not be answered at once.
   */
  private mustWait(): boolean {
    if (this.residences === undefined || this.outbox.isClear) return false;
    return this.framer.length > 0 && startsQuestion(this.framer.peek(), ['stamps']);
  }

  private sendResidences(answer: Uint8Array, nowNs: bigint): boolean {
    this.move('residence-question');
    this.move('residence-answer');
    this.idleDeadlineNs = nowNs + this.idleNs;
    this.outbox.put(answer);
    return true;
  }

  private settle(readings: readonly SetupReading[]): void {
    this.readings = readings;
    this.messageBound = Math.max(...readings.map(maxMessageBytes));
  }

  /** Whose rules the unread bytes break. */
  private phase(): Refusal {
    return this.readings.length === 0 || this.state === 'setup' ? 'setup' : this.faultOf(this.framer.peek());
  }

  /** Whose rules a message after the setup breaks. After the last probe all that is left to say is goodbye. */
  private faultOf(message: Uint8Array): Refusal {
    const { dialect } = this.readings[0] as SetupReading;
    if (startsTermination(message, dialect)) return 'termination';
    const isQuestion = this.residences !== undefined && startsQuestion(message, ['stamps']);
    return this.isFinished && !isQuestion && !startsProbe(message) ? 'termination' : 'measurement';
  }

  private awaited(): string {
    return this.isFinished ? 'a termination, all probes being echoed' : `probe ${this.sequence}`;
  }

  /** All probes that the setup allows have been echoed. */
  private get isFinished(): boolean {
    return this.readings.length === 1 && this.echoedInSetup === this.readings[0]?.setup.probes;
  }

  /** No more of it than belongs to the message, so that the log does not depend on how it was cut. */
  private unread(maxBytes: number): string {
    return printableEnds(this.framer.peek().subarray(0, maxBytes));
  }

  private unfinished(): string | undefined {
    return this.framer.length === 0 ? undefined : `unfinished message: ${this.unread(this.framer.length)}`;
  }

  private refuseLong(what: Refusal, missing: string, maxBytes: number): false {
    this.refuse(what, `no ${missing} within ${maxBytes} bytes: ${this.unread(maxBytes)}`);
    return false;
  }

  private refuse(what: Refusal, detail: string | undefined, reason: EndReason = `invalid-${what}`): void {
    const dialect = this.readings[0]?.dialect ?? refusingDialect(this.dialects, this.firstByte);
    if (this.state === 'setup') this.move('setup');
    if (what === 'termination' && this.state === 'measurement') this.move('termination');
    this.close(`${what}-error`, dialect.status[`${what}Error`], reason, detail);
  }

  private close(kind: MessageKind, text: string, reason: EndReason, detail: string | undefined): void {
    this.move(kind);
    this.outbox.put(asciiBytes(text));
    this.end(reason, detail);
  }

  private end(reason: EndReason, detail: string | undefined): void {
    if (this.ended) return;
    this.ended = true;
    this.state = 'closed';
    this.heldEcho = undefined;
    this.turnNs = undefined;
    this.framer.clear();
    this.events.push({ kind: 'end', reason, detail, probesEchoed: this.echoedInAll });
  }

  private giveBack(): void {
    this.options.budget.release(this.reservedBytes);
    this.reservedBytes = 0;
  }

  private move(message: MessageKind): void {
    this.state = stateAfter(this.state, message);
  }
}
