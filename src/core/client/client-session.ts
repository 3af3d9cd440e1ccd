/**
 * The client's side of one connection, without the connection: commands, bytes and time in; messages to
 * write, outcomes and the next deadline out.
 *
 * Calling order: {@link begin}, write what it returns, feed bytes until {@link state} is `measurement`; then
 * {@link probe}, write, feed until it is `measurement` again, and so on; at the end {@link terminate}. Between
 * two probes, and after the last, {@link askResidence} goes the same way where {@link hasStamps} says so. After
 * each feed look at {@link failure}. {@link arrivedNs} is the arrival of the last byte that mattered, never the
 * time at which it was understood.
 */

import { EcholotError } from '../errors.ts';
import { type MessageKind, type SessionState, stateAfter } from '../transitions.ts';
import type { ByteTools } from '../wire/byte-tools.ts';
import type { Dialect } from '../wire/dialects.ts';
import { delayText, encodeSetup, ProbeWriter } from '../wire/encode.ts';
import { type Asked, EXTENSIONS, hasWord } from '../wire/extensions.ts';
import { asciiBytes, asciiText, contentEnd, type DelayUnit, LF } from '../wire/grammar.ts';
import type { Setup } from '../wire/messages.ts';
import { MAX_STATUS_BYTES, mayBecomeStatus, quietNs, verdictOf } from '../wire/status.ts';
import {
  closedIn,
  fullFault,
  type Moment,
  owedFor,
  peerFault,
  refusedIn,
  timeoutFault,
} from './client-faults.ts';
import { EchoMatcher, type MetEchoForm } from './echo-matcher.ts';
import type { EchoSession } from './echo-session.ts';
import { ResidenceReader, type Residences } from './residence-reader.ts';

const RECEIVE_BYTES = 1024;

/** With the extensions to ask for; those that the dialect does not have are ignored. */
export interface ClientOptions extends Asked {
  /** The unit in which the server reads the delay; default that of the dialect. */
  readonly delayUnit?: DelayUnit | undefined;
  readonly tools?: ByteTools;
}

export class ClientSession implements EchoSession {
  readonly dialect: Dialect;
  state: SessionState = 'setup';
  failure: EcholotError | undefined;
  arrivedNs = 0n;
  wasRefused = false;
  /** The server's answers as they came, line ends cut off; undefined until then. */
  readyText: string | undefined;
  closingText: string | undefined;
  hasStamps = false;
  /** Whether the server can tell how long its TCP kept each echo, too. */
  private tellsWaits = false;

  private readonly setup: Setup;
  private readonly delayUnit: DelayUnit;
  private readonly writer: ProbeWriter;
  private readonly matcher: EchoMatcher;
  private readonly reader = new ResidenceReader();
  private message: Uint8Array = new Uint8Array(0);
  private received = new Uint8Array(RECEIVE_BYTES);
  private receivedBytes = 0;
  private sequence: number;
  /** Length of the echo under way, or -1 where it is not known or something else is coming. */
  private expectedBytes = -1;
  private quietDeadlineNs: bigint | undefined;
  /** A status came without LF: one late LF is dropped. */
  private lateLf = false;

  constructor(dialect: Dialect, setup: Setup, { stamps = false, delayUnit, tools }: ClientOptions = {}) {
    this.dialect = dialect;
    this.delayUnit = delayUnit ?? dialect.setup.delayUnit;
    this.setup = { ...setup, stamps: stamps && dialect.extensions.includes('stamps') };
    this.writer = new ProbeWriter(dialect, setup.payloadBytes);
    this.matcher = new EchoMatcher(dialect, this.writer.payload, tools);
    this.sequence = dialect.probe.firstSequence;
  }

  get missingBytes(): number {
    return this.expectedBytes < 0 ? 0 : this.expectedBytes - this.receivedBytes;
  }

  /** Bytes of the next probe message. */
  get messageBytes(): number {
    return this.message.length;
  }

  get residence(): Residences | undefined {
    return this.reader.residences;
  }

  get echoForm(): MetEchoForm | undefined {
    return this.matcher.form;
  }

  get firstEchoNumber(): number | undefined {
    return this.matcher.firstNumber;
  }

  /** The setup message. In a dialect with several setups a connection it may be called again after the last probe. */
  begin(): Uint8Array {
    this.move('setup');
    this.sequence = this.dialect.probe.firstSequence;
    return this.opening;
  }

  /** The next probe, valid until the next call. */
  probe(): Uint8Array {
    this.move('probe');
    this.message = this.writer.write(this.sequence);
    this.sequence++;
    this.receivedBytes = 0;
    this.matcher.begin();
    this.expectedBytes = this.matcher.expectedBytes(this.message) ?? -1;
    return this.message;
  }

  askResidence(first: number, count: number): Uint8Array {
    if (!this.hasStamps) throw new EcholotError('internal', 'this server tells no residences');
    this.move('residence-question');
    this.receivedBytes = 0;
    return this.reader.ask(first, count, this.tellsWaits);
  }

  /** The termination message. Where the dialect says it on a new connection, the caller dials that. */
  terminate(): Uint8Array {
    this.move('termination');
    this.receivedBytes = 0;
    return this.farewell;
  }

  get farewell(): Uint8Array {
    return asciiBytes(this.dialect.bye.message);
  }

  get byeConnection(): 'same' | 'new' {
    return this.dialect.bye.connection;
  }

  handleBytes(chunk: Uint8Array, nowNs: bigint): void {
    let bytes = chunk;
    if (this.lateLf && bytes.length > 0) {
      this.lateLf = false;
      if (bytes[0] === LF) bytes = bytes.subarray(1);
    }
    if (bytes.length === 0 || this.state === 'closed') return;
    if (this.state === 'measurement' || this.state === 'setup') {
      this.handleUnasked(bytes);
      return;
    }
    this.arrivedNs = nowNs;
    if (this.isWholeEcho(bytes)) {
      this.acceptEcho();
      return;
    }
    this.keep(bytes);
    // An echo of known length, not all there yet, that did not start as something else.
    if (this.receivedBytes < this.expectedBytes && this.received[0] === this.expectedFirstByte()) return;
    if (this.state === 'echo') this.judgeEcho(nowNs);
    else if (this.state === 'residence-answer') this.judgeResidence(bytes.length, nowNs);
    else this.judgeStatus(nowNs);
  }

  /** The peer sends no more. */
  handleEnd(): void {
    if (this.state === 'closed') return;
    const received = this.unread();
    if (this.state === 'echo' && this.matcher.isBare(this.received, this.receivedBytes)) {
      // The last sample is whole; whoever sends another probe will find the connection gone.
      this.matcher.settleBare();
      this.acceptEcho();
      return;
    }
    if (this.isStatus(received)) this.takeStatus(received);
    if (this.isOver) return;
    this.fail(`closed the connection ${closedIn(this.moment)}`, this.unread());
  }

  handleDeadline(nowNs: bigint): void {
    if (this.quietDeadlineNs === undefined || nowNs < this.quietDeadlineNs) return;
    this.quietDeadlineNs = undefined;
    if (this.state === 'echo' && this.matcher.isBare(this.received, this.receivedBytes)) {
      this.matcher.settleBare();
      this.acceptEcho();
    } else if (verdictOf(this.unread()) !== 'not-a-status') {
      this.lateLf = true;
      this.takeStatus(this.unread());
    } else if (this.state === 'echo') {
      this.fail(`sent something else than the echo of probe ${this.sequence - 1}`, this.unread());
    } else {
      this.fail(`answered ${owedFor(this.moment)} with something that is no status`, this.unread());
    }
  }

  deadlineNs(): bigint | undefined {
    return this.quietDeadlineNs;
  }

  /** Nothing came in time; the caller keeps the time. A status without an end is taken for what it is. */
  timeOut(waitedMs: number): void {
    const received = this.unread();
    if (this.isOver) return;
    if (this.state !== 'echo' && this.isStatus(received)) {
      this.takeStatus(received);
      return;
    }
    this.failure ??= timeoutFault(waitedMs, received, this.moment);
    this.state = 'closed';
  }

  /** The fast path: an echo of known length that comes in one piece is compared where it lies. */
  private isWholeEcho(bytes: Uint8Array): boolean {
    return (
      bytes.length === this.expectedBytes &&
      this.receivedBytes === 0 &&
      this.matcher.match(bytes, bytes.length, this.message) === 'echo'
    );
  }

  private keep(bytes: Uint8Array): void {
    const needed = this.receivedBytes + bytes.length;
    const answerBytes =
      this.state === 'residence-answer' ? this.reader.maxBytes : this.matcher.maxBytes(this.message);
    const bound = Math.max(MAX_STATUS_BYTES, answerBytes);
    if (needed > this.received.length) {
      const grown = new Uint8Array(Math.max(needed, Math.min(2 * needed, bound)));
      grown.set(this.received.subarray(0, this.receivedBytes));
      this.received = grown;
    }
    this.received.set(bytes, this.receivedBytes);
    this.receivedBytes = needed;
  }

  private judgeEcho(nowNs: bigint): void {
    const match = this.matcher.match(this.received, this.receivedBytes, this.message);
    if (match === 'echo') {
      this.acceptEcho();
      return;
    }
    const received = this.unread();
    if (verdictOf(received) === 'stop' || mayBecomeStatus(received)) {
      this.judgeStatus(nowNs);
    } else if (match === 'wrong') {
      this.fail(`sent something else than the echo of probe ${this.sequence - 1}`, received);
    } else if (this.expectedBytes < 0) {
      // Perhaps a bare payload; perhaps more is coming. Only silence tells.
      const bare = this.matcher.isBare(this.received, this.receivedBytes);
      this.quietDeadlineNs = bare ? nowNs + BARE_ECHO_QUIET_NS : undefined;
    } else {
      this.fail(`sent something else than the echo of probe ${this.sequence - 1}`, received);
    }
  }

  private acceptEcho(): void {
    this.quietDeadlineNs = undefined;
    this.receivedBytes = 0;
    this.expectedBytes = -1;
    // Some servers send the LF of a bare payload late, each time.
    this.lateLf = this.matcher.form === 'payload';
    this.move('echo');
  }

  private judgeResidence(newBytes: number, nowNs: bigint): void {
    const received = this.unread();
    if (received[0] === REFUSAL_START) {
      this.judgeStatus(nowNs);
      return;
    }
    const verdict = this.reader.read(received, newBytes);
    if (verdict === 'incomplete') return;
    if (verdict === 'wrong') {
      this.fail(`answered ${owedFor(this.moment)} with something else`, received);
      return;
    }
    this.receivedBytes = 0;
    this.move('residence-answer');
  }

  /** Whether what has come is a status as it stands. Residences begin as one, and need their end. */
  private isStatus(received: Uint8Array): boolean {
    const verdict = verdictOf(received);
    return verdict === 'stop' || (verdict === 'go-on' && this.state !== 'residence-answer');
  }

  private judgeStatus(nowNs: bigint): void {
    const received = this.unread();
    const lf = received.indexOf(LF);
    if (lf >= 0) this.takeStatus(received.subarray(0, lf + 1));
    else if (received.length > MAX_STATUS_BYTES)
      this.fail(`sent no status in answer to ${owedFor(this.moment)}`, received);
    else {
      const quiet = quietNs(received);
      this.quietDeadlineNs = quiet === undefined ? undefined : nowNs + quiet;
    }
  }

  private takeStatus(line: Uint8Array): void {
    this.quietDeadlineNs = undefined;
    const text = asciiText(line, 0, contentEnd(line));
    const verdict = verdictOf(line);
    this.wasRefused = verdict === 'stop';
    const rest = this.receivedBytes - line.length;
    if (verdict === 'not-a-status') {
      this.fail(`answered ${owedFor(this.moment)} with something that is no status`, line);
    } else if (this.state === 'echo') {
      const probe = `probe ${this.sequence - 1}`;
      this.fail(verdict === 'stop' ? `refused ${probe}` : `answered ${probe} with a status`, line);
    } else if (verdict === 'stop') {
      this.fail(`refused ${refusedIn(this.moment)}`, line);
    } else if (this.state === 'setup-answer') {
      if (rest > 0) {
        this.fail('sent more than a status after the setup', this.unread());
        return;
      }
      this.readyText = text;
      const { word, abilities } = EXTENSIONS.stamps;
      this.hasStamps = this.setup.stamps === true && hasWord(text, word);
      this.tellsWaits = this.hasStamps && hasWord(text, abilities.waits);
      this.receivedBytes = 0;
      this.move('ready');
    } else {
      this.closingText = text;
      this.move('closing');
    }
  }

  /** Bytes nobody asked for: a late or doubled answer, or a refusal between two probes. */
  private handleUnasked(bytes: Uint8Array): void {
    if (this.state === 'setup') {
      this.keep(bytes);
      this.judgeGreeting(this.unread());
      return;
    }
    this.receivedBytes = 0;
    this.keep(bytes);
    const refused = verdictOf(bytes) === 'stop';
    this.fail(refused ? 'ended the session' : `sent ${bytes.length} bytes that nobody asked for`, bytes);
  }

  /** What a server says before it was asked anything: that it has no place, and perhaps not in one piece. */
  private judgeGreeting(received: Uint8Array): void {
    if (verdictOf(received) === 'stop') {
      this.wasRefused = true;
      this.failure ??= fullFault(received);
      this.state = 'closed';
    } else if (received.length >= STATUS_CODE_BYTES || !mayBecomeStatus(received)) {
      this.fail(`sent ${received.length} bytes that nobody asked for`, received);
    }
  }

  private fail(what: string, received: Uint8Array): void {
    this.failure ??= peerFault(what, received, this.moment);
    this.state = 'closed';
  }

  private get moment(): Moment {
    const { state, dialect, opening, message, sequence, reader } = this;
    const { delayNs } = this.setup.delay;
    return {
      state,
      dialect,
      opening,
      message,
      payloadBytes: this.setup.payloadBytes,
      sequence: sequence - 1,
      delay: delayNs === 0 ? undefined : delayText(delayNs, this.delayUnit),
      asked: reader.count,
    };
  }

  private get opening(): Uint8Array {
    return encodeSetup(this.dialect, this.setup, this.delayUnit);
  }

  /** The session has ended, well or not; a method for what a call in between may have changed. */
  private get isOver(): boolean {
    return this.state === 'closed';
  }

  private expectedFirstByte(): number | undefined {
    return this.matcher.form === 'payload' || this.matcher.form === 'payload-line'
      ? this.writer.payload[0]
      : this.message[0];
  }

  private unread(): Uint8Array {
    return this.received.subarray(0, this.receivedBytes);
  }

  private move(message: MessageKind): void {
    this.state = stateAfter(this.state, message);
  }
}

/** `200` or `404`. */
const STATUS_CODE_BYTES = 3;

/** The `4` of 404: an answer with residences begins with 200. */
const REFUSAL_START = 0x34;

/** A bare payload has no end of its own: it is whole when nothing follows for 20 ms. */
const BARE_ECHO_QUIET_NS = 20_000_000n;
