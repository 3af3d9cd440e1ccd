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

import { MESSAGES_PER_TURN } from '../limits.ts';
import { type MessageKind, type SessionState, stateAfter } from '../transitions.ts';
import { type ByteTools, PLAIN_TOOLS } from '../wire/byte-tools.ts';
import { acceptedDialects } from '../wire/decode.ts';
import type { DialectName } from '../wire/dialects.ts';
import { encodeEcho, encodeReady } from '../wire/encode.ts';
import { EXTENSIONS } from '../wire/extensions.ts';
import { asciiBytes } from '../wire/grammar.ts';
import type { SetupReading } from '../wire/messages.ts';
import { encodeRefusal, type Refusal, type RefusalReason } from '../wire/refusals.ts';
import type { ResidenceLog } from '../wire/residence.ts';
import { OVER_BUDGET, type SetupTerms } from './admit-setup.ts';
import { Agreement, type Breach } from './agreement.ts';
import { type Heard, MessageReader } from './message-reader.ts';
import { Outbox } from './outbox.ts';
import { Postponed } from './postponed.ts';
import type { CutReason, EndReason, ServerSessionEvent } from './server-events.ts';
import { type Answered, ServerExtensions } from './server-extensions.ts';

export interface ServerSessionOptions extends SetupTerms {
  /** The one dialect to speak, or `auto` for all that can be recognised. */
  readonly dialect: DialectName | 'auto';
  readonly tools?: ByteTools;
}

export class ServerSession {
  private state: SessionState = 'setup';
  private readonly agreement: Agreement;
  private readonly extensions: ServerExtensions;
  private readonly reader: MessageReader;
  private readonly postponed: Postponed;
  private readonly outbox = new Outbox();
  private readonly events: ServerSessionEvent[] = [];
  /** When the last bytes came. */
  private arrivedNs = 0n;
  /** How many messages were taken in this turn. */
  private taken = 0;
  private takenInAll = 0;
  private peerEnded = false;
  private ended = false;

  constructor(options: ServerSessionOptions, nowNs: bigint) {
    const { dialect, tools = PLAIN_TOOLS, limits } = options;
    this.agreement = new Agreement(options);
    this.extensions = new ServerExtensions({ load: options.desk, token: options.tokenDesk });
    this.reader = new MessageReader(acceptedDialects(dialect), tools, this.agreement, this.extensions);
    this.postponed = new Postponed(nowNs, limits.firstMessageNs, limits.idleNs);
  }

  handleBytes(chunk: Uint8Array, nowNs: bigint): void {
    if (this.isClosed) return;
    this.arrivedNs = nowNs;
    this.taken = 0;
    this.reader.push(chunk);
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
    if (!this.isClosed && this.agreement.setups > 0) this.postponed.restart(nowNs);
  }

  /**
   * All that was handed out for sending may be overwritten. Whoever can tell saves a buffer for each message that
   * comes in pieces; whoever cannot leaves it out.
   */
  handleSent(): void {
    this.reader.reuse();
  }

  /**
   * The connection is gone, and with it what was still to be sent: its memory is free for others.
   * @param isBreach whether what came could not even be read, as on a port of TLS
   */
  handleLost(detail: string, isBreach = false): void {
    this.end(isBreach && this.agreement.setups === 0 ? 'invalid-setup' : 'connection-lost', detail);
    this.agreement.giveBack();
  }

  handleDeadline(nowNs: bigint): void {
    if (this.isClosed) return;
    this.taken = 0;
    let due = this.postponed.due(nowNs, this.outbox.isStuck);
    if (due === 'idle') {
      const reason = this.agreement.setups === 0 ? 'first-message-timeout' : 'idle-timeout';
      this.refuse(this.reader.unreadFault, this.reader.unfinished, reason);
    } else if (due === 'turn') this.goOn(nowNs);
    // Whoever wakes up late finds the moments of several echoes passed.
    for (
      ;
      due === 'echo' && this.taken < MESSAGES_PER_TURN;
      due = this.postponed.due(nowNs, this.outbox.isStuck)
    ) {
      this.goOn(nowNs);
    }
  }

  /** Its time is over, or the grace period of a server that closes. @param refusal what its client hears, where there is any */
  cut(reason: CutReason, refusal?: Refusal): void {
    if (refusal !== undefined && !this.isClosed) this.outbox.put(encodeRefusal(refusal));
    this.end(reason, undefined, refusal?.reason);
  }

  /** How many messages have come, whole. */
  get messages(): number {
    return this.takenInAll;
  }

  pollTransmit(): Uint8Array | undefined {
    return this.outbox.poll();
  }

  /**
   * Where the caller notes the residence of each echo, in their order, and whose stamps it took; undefined
   * unless the client asked for them.
   */
  get residences(): ResidenceLog | undefined {
    return this.extensions.residences;
  }

  /** Whether {@link pollTransmit} gave an echo last; kept only where there are {@link residences}. */
  get polledEcho(): boolean {
    return this.outbox.polledEcho;
  }

  pollEvent(): ServerSessionEvent | undefined {
    return this.events.shift();
  }

  /** Nothing of the protocol follows: the connection is to be closed, or has become that of a load, or of a wait for one. */
  get isClosed(): boolean {
    return this.state === 'closed' || this.hasLeft;
  }

  /** Something is being held back, an echo or messages that wait for a turn: further bytes would only fill memory. */
  get isHolding(): boolean {
    return this.postponed.isHolding;
  }

  deadlineNs(): bigint | undefined {
    return this.isClosed ? undefined : this.postponed.deadlineNs(this.outbox.isStuck);
  }

  /** The moment of what was held back has come. */
  private goOn(nowNs: bigint): void {
    const echo = this.postponed.release();
    if (echo !== undefined) this.sendEcho(echo, nowNs);
    this.advance(nowNs);
  }

  private advance(nowNs: bigint): void {
    const { reader } = this;
    while (!this.isClosed && !this.isHolding) {
      // A question has a turn of its own when all before it is out: its answer tells of the echoes before it, and can
      // be thousands of times as long as the question, so a chunk full of them must not be answered at once.
      const isQuestionEarly = !this.outbox.isClear && reader.awaitsQuestion;
      // Nor may one full of small probes keep all other connections waiting, and falsify what they measure.
      if (isQuestionEarly || (this.taken >= MESSAGES_PER_TURN && reader.hasRest))
        this.postponed.holdTurn(nowNs);
      else if (!this.take(this.state === 'setup' ? reader.readFirst() : reader.readNext(), nowNs)) break;
    }
    if (this.peerEnded && !this.isClosed && !this.isHolding) {
      const { unfinished } = reader;
      if (unfinished !== undefined) this.refuse(reader.unreadFault, unfinished, 'closed-by-peer');
      else this.end('closed-by-peer', undefined);
    }
    reader.retain();
  }

  /** @returns whether the next message may follow at once */
  private take(heard: Heard, nowNs: bigint): boolean {
    const { reader } = this;
    this.taken++;
    this.takenInAll++;
    switch (heard) {
      case 'probe':
        return this.takeProbe(reader.message, reader.probe as SetupReading, nowNs);
      case 'question':
        return this.takeQuestion(reader.answered as Answered, nowNs);
      case 'setup':
        return this.takeSetup(reader.message, nowNs);
      case 'termination':
        this.move('termination');
        this.close('closing', reader.dialect.status.closing, 'terminated', undefined);
        return false;
      case 'fault':
        this.refuse(reader.fault.what, reader.fault.detail);
        return false;
      case 'incomplete':
        return false;
    }
  }

  private takeSetup(message: Uint8Array, nowNs: bigint): boolean {
    this.move('setup');
    const verdict = this.agreement.begin(message, this.reader.setupDialects);
    if (verdict.first === undefined) {
      const { refusal, notServed } = verdict;
      if (notServed === undefined) this.refuse('setup', refusal);
      else this.turnAway(notServed, refusal);
      return false;
    }
    this.extensions.agree(verdict.first, message);
    if (this.extensions.notesEchoes) this.outbox.marksEchoes = true;
    this.postponed.restart(nowNs);
    this.move('ready');
    this.outbox.put(encodeReady(verdict.first, this.extensions.nonce));
    this.events.push({ kind: 'setup', readings: verdict.readings });
    return true;
  }

  private takeProbe(message: Uint8Array, reading: SetupReading, nowNs: bigint): boolean {
    if (this.agreement.hasJustSettled) this.events.push({ kind: 'dialect', reading });
    this.move('probe');
    const echo = encodeEcho(message, reading, this.agreement.sequence);
    const { delayNs } = reading.setup.delay;
    if (delayNs === 0) {
      this.sendEcho(echo, nowNs);
      return true;
    }
    this.postponed.holdEcho(echo, this.arrivedNs, BigInt(delayNs));
    return false;
  }

  private sendEcho(echo: Uint8Array, nowNs: bigint): void {
    this.move('echo');
    this.agreement.countEcho();
    this.postponed.restart(nowNs);
    this.outbox.put(echo, true);
  }

  private takeQuestion({ question, answer, message, end }: Answered, nowNs: bigint): boolean {
    this.move(question);
    // What a setup could mean is only held to once its token is good.
    if (end === undefined && !this.agreement.reserve()) {
      this.turnAway(OVER_BUDGET.refusal, OVER_BUDGET.detail, EXTENSIONS.token.exchange.refusal.kind);
      return false;
    }
    this.move(answer);
    this.postponed.restart(nowNs);
    this.outbox.put(message);
    if (end !== undefined) this.end(end.reason, end.detail, end.refusal);
    else if (this.hasLeft) this.leave();
    return !this.isClosed;
  }

  private get hasLeft(): boolean {
    return this.state === 'load' || this.state === 'load-turn';
  }

  /** To a load, or the wait for one, which have messages of their own. */
  private leave(): void {
    this.ended = true;
    this.agreement.giveBack();
    this.events.push({ kind: 'load', rest: this.reader.rest, peerEnded: this.peerEnded });
    this.reader.clear();
  }

  private refuse(what: Breach, detail: string | undefined, reason: EndReason = `invalid-${what}`): void {
    const { dialect } = this.reader;
    if (this.state === 'setup') this.move('setup');
    if (what === 'termination' && this.state === 'measurement') this.move('termination');
    this.close(`${what}-error`, dialect.status[`${what}Error`], reason, detail);
  }

  /** A setup that would be right elsewhere. */
  private turnAway(refusal: Refusal, detail: string, as: MessageKind = 'setup-error'): void {
    this.move(as);
    this.outbox.put(encodeRefusal(refusal));
    this.end('not-served', detail, refusal.reason);
  }

  private close(kind: MessageKind, text: string, reason: EndReason, detail: string | undefined): void {
    this.move(kind);
    this.outbox.put(asciiBytes(text));
    this.end(reason, detail);
  }

  private end(reason: EndReason, detail: string | undefined, refusal?: RefusalReason): void {
    if (this.ended) return;
    this.ended = true;
    this.state = 'closed';
    this.postponed.release();
    this.reader.clear();
    const probesEchoed = this.agreement.echoedInAll;
    this.events.push({ kind: 'end', reason, detail, refusal, probesEchoed });
  }

  private move(message: MessageKind): void {
    this.state = stateAfter(this.state, message);
  }
}
