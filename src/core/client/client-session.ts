/**
 * The client's side of one connection, without the connection: commands, bytes and time in; messages to
 * write, outcomes and the next deadline out.
 *
 * Calling order: {@link begin}, write what it returns, feed bytes until {@link state} is `measurement`; the same with
 * {@link showToken} where that returns anything; then
 * {@link probe}, write, feed until it is `measurement` again, and so on; at the end {@link terminate}. Between
 * two probes, and after the last, {@link askResidence} goes the same way where {@link hasStamps} says so. After
 * each feed look at {@link failure}. {@link arrivedNs} is the arrival of the last byte that mattered, never the
 * time at which it was understood.
 */

import { EcholotError } from '../errors.ts';
import type { TokenHolder } from '../token/token-holder.ts';
import { encodeShown, nonceIn } from '../token/token-messages.ts';
import { type MessageKind, type SessionState, stateAfter } from '../transitions.ts';
import type { ByteTools } from '../wire/byte-tools.ts';
import type { Dialect } from '../wire/dialects.ts';
import { type Asked, EXTENSIONS } from '../wire/extensions.ts';
import { asciiText, bytesText, contentEnd, type DelayUnit } from '../wire/grammar.ts';
import type { Setup } from '../wire/messages.ts';
import { verdictOf } from '../wire/status.ts';
import { AnswerReader, type Finding } from './answer-reader.ts';
import { ClientExtensions, type SessionExchange } from './client-extensions.ts';
import {
  closedIn,
  fullFault,
  type Moment,
  notServedFault,
  peerFault,
  timeoutFault,
  wrongIn,
} from './client-faults.ts';
import { ClientScript } from './client-script.ts';
import { EchoMatcher, type MetEchoForm } from './echo-matcher.ts';
import type { EchoSession } from './echo-session.ts';
import type { Residences } from './residence-reader.ts';
import { refusedToken, withoutTokens } from './token-faults.ts';

/** With the extensions to ask for; those that the dialect does not have are ignored. */
export interface ClientOptions extends Asked {
  /** The unit in which the server reads the delay; default that of the dialect. */
  readonly delayUnit?: DelayUnit | undefined;
  readonly tools?: ByteTools;
  /** Shows a token; without one none is asked for. */
  readonly holder?: TokenHolder | undefined;
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

  private readonly script: ClientScript;
  private readonly matcher: EchoMatcher;
  private readonly reader: AnswerReader;
  private readonly extensions: ClientExtensions;
  /** What a token is to be proved by; undefined where none is owed, or no more. */
  private nonce: string | undefined;
  private readonly holder: TokenHolder | undefined;
  /** Of which extension the last question was. */
  private asking: SessionExchange | undefined;

  constructor(dialect: Dialect, setup: Setup, { delayUnit, tools, holder, ...wanted }: ClientOptions = {}) {
    this.dialect = dialect;
    this.holder = holder;
    this.extensions = new ClientExtensions(dialect, { ...wanted, token: holder !== undefined });
    this.script = new ClientScript(dialect, { ...setup, ...this.extensions.asked }, delayUnit);
    this.matcher = new EchoMatcher(dialect, this.script, tools);
    this.reader = new AnswerReader(this.matcher, this.script);
  }

  get missingBytes(): number {
    return this.reader.missingBytes;
  }

  /** Bytes of the next probe message. */
  get messageBytes(): number {
    return this.script.message.length;
  }

  get hasStamps(): boolean {
    return this.extensions.has('stamps');
  }

  get hasPipeline(): boolean {
    return this.extensions.has('pipeline');
  }

  get residence(): Residences | undefined {
    return this.extensions.residences;
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
    return this.script.begin();
  }

  showToken(): Uint8Array | undefined {
    const { holder, nonce } = this;
    if (holder === undefined || nonce === undefined) return undefined;
    this.nonce = undefined;
    const { opening } = this.script;
    const signature = holder.prove(nonce, asciiText(opening, 0, contentEnd(opening)));
    this.ask('token');
    return encodeShown({ token: holder.token, signature });
  }

  /** The next probe, valid until the next call. */
  probe(): Uint8Array {
    this.move('probe');
    const message = this.script.probe();
    this.reader.awaitEcho(message);
    return message;
  }

  askResidence(first: number, count: number): Uint8Array {
    if (!this.hasStamps) throw new EcholotError('internal', 'this server tells no residences');
    this.ask('stamps');
    return this.extensions.askResidence(first, count);
  }

  /**
   * Takes the echo of the next probe, which the caller has sent itself, where it lies whole in `chunk` at `offset` and the
   * form of echoes is settled.
   * @returns its length; 0 for anything else, which {@link probe} and {@link handleBytes} are for
   */
  takeEcho(chunk: Uint8Array, offset: number): number {
    const bytes = this.reader.wholeEchoAt(chunk, offset, this.script.peek());
    if (bytes > 0) this.script.skip();
    return bytes;
  }

  /** The termination message. Where the dialect says it on a new connection, the caller dials that. */
  terminate(): Uint8Array {
    this.move('termination');
    this.reader.clear();
    return this.farewell;
  }

  get farewell(): Uint8Array {
    return this.script.farewell;
  }

  get byeConnection(): 'same' | 'new' {
    return this.dialect.bye.connection;
  }

  handleBytes(chunk: Uint8Array, nowNs: bigint): void {
    const bytes = this.reader.withoutLateLf(chunk);
    if (bytes.length === 0 || this.state === 'closed') return;
    if (this.state === 'measurement' || this.state === 'setup') {
      this.handleUnasked(bytes);
      return;
    }
    this.arrivedNs = nowNs;
    this.conclude(this.reader.read(bytes, nowNs));
  }

  /** The peer sends no more. */
  handleEnd(): void {
    if (this.state === 'closed') return;
    const finding = this.reader.readEnd();
    this.conclude(finding);
    // Where the last sample is whole, whoever sends another probe will find the connection gone.
    if (finding === 'echo' || this.isOver) return;
    this.fail(`closed the connection ${closedIn(this.moment)}`, this.reader.unread);
  }

  handleDeadline(nowNs: bigint): void {
    if (this.isOver) return;
    this.conclude(this.reader.readSilence(nowNs));
  }

  deadlineNs(): bigint | undefined {
    return this.reader.quietDeadlineNs;
  }

  /** Nothing came in time; the caller keeps the time. A status without an end is taken for what it is. */
  timeOut(waitedMs: number): void {
    if (this.isOver) return;
    const finding = this.reader.readTimeOut();
    this.conclude(finding);
    if (finding !== 'incomplete') return;
    this.failure ??= timeoutFault(waitedMs, this.reader.unread, this.moment);
    this.state = 'closed';
  }

  /** What follows from what has come. */
  private conclude(finding: Finding): void {
    switch (finding) {
      case 'incomplete':
        return;
      case 'echo':
        this.move('echo');
        return;
      case 'status':
        this.takeStatus(this.reader.line);
        return;
      case 'answer':
        if (this.asking !== undefined) this.move(EXTENSIONS[this.asking].exchange.answer.kind);
        return;
      default:
        this.fail(wrongIn(this.moment, finding, this.reader.unread), this.reader.unread);
    }
  }

  private takeStatus(line: Uint8Array): void {
    const verdict = verdictOf(line);
    this.wasRefused = verdict === 'stop';
    const isOnToken = this.state === EXTENSIONS.token.exchange.answer.kind;
    if (isOnToken && verdict === 'stop') this.failure ??= refusedToken(line);
    if (verdict === 'not-a-status') this.fail(wrongIn(this.moment, 'no-status', line), line);
    else if (verdict === 'stop') this.fail(wrongIn(this.moment, 'refused', line), line);
    else if (this.state === 'echo') this.fail(wrongIn(this.moment, 'stray-status', line), line);
    else if (this.state === 'setup-answer') this.takeReady(line);
    else {
      this.closingText = asciiText(line, 0, contentEnd(line));
      this.move('closing');
    }
  }

  private takeReady(line: Uint8Array): void {
    const { unread } = this.reader;
    if (unread.length > line.length) {
      this.fail('sent more than a status after the setup', unread);
      return;
    }
    this.readyText = asciiText(line, 0, contentEnd(line));
    this.extensions.agree(this.readyText);
    this.nonce = nonceIn(this.readyText);
    this.reader.clear();
    this.move('ready');
    if (this.holder === undefined || this.nonce !== undefined) return;
    this.failure ??= withoutTokens();
    this.state = 'closed';
  }

  /** The question of an extension, which the server has agreed to, is about to be sent. */
  private ask(name: SessionExchange): void {
    this.move(EXTENSIONS[name].exchange.question.kind);
    this.asking = name;
    this.reader.awaitAnswer(this.extensions.readerOf(name));
  }

  /** Bytes nobody asked for: a late or doubled answer, or a refusal between two probes. */
  private handleUnasked(bytes: Uint8Array): void {
    if (this.state !== 'setup') {
      this.fail(verdictOf(bytes) === 'stop' ? 'ended the session' : unasked(bytes), bytes);
      return;
    }
    const finding = this.reader.readGreeting(bytes);
    const { unread } = this.reader;
    if (finding === 'no-status') this.fail(unasked(unread), unread);
    if (finding !== 'status') return;
    // Before anything was asked it can only be that the server has no place.
    this.wasRefused = true;
    this.failure ??= notServedFault(unread) ?? fullFault(unread);
    this.state = 'closed';
  }

  private fail(what: string, received: Uint8Array): void {
    this.failure ??= notServedFault(received) ?? peerFault(what, received, this.moment);
    this.state = 'closed';
  }

  private get moment(): Moment {
    return this.script.momentIn(this.state, this.reader.extension);
  }

  /** The session has ended, well or not; a method for what a call in between may have changed. */
  private get isOver(): boolean {
    return this.state === 'closed';
  }

  private move(message: MessageKind): void {
    this.state = stateAfter(this.state, message);
  }
}

function unasked(bytes: Uint8Array): string {
  return `sent ${bytesText(bytes.length)} that nobody asked for`;
}
