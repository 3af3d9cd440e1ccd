/**
 * A server's reading of what comes from its client: cuts messages out of the bytes, and tells what each of them is, or
 * whose rules it breaks. Refuses to know the state of the session, time, and what is answered.
 */
import { MAX_SETUP_BYTES, MAX_TOKEN_LINE_BYTES } from '../limits.ts';
import type { ByteTools, FindEnd } from '../wire/byte-tools.ts';
import { findSetupEnd, isTermination, refusingDialect, takesLiteralEnd } from '../wire/decode.ts';
import type { Dialect } from '../wire/dialects.ts';
import { Framer, TOO_LONG } from '../wire/framer.ts';
import { printableEnds } from '../wire/grammar.ts';
import type { SetupReading } from '../wire/messages.ts';
import type { Agreement, Breach } from './agreement.ts';
import type { Answered, ServerExtensions } from './server-extensions.ts';

/**
 * What a message is. It lies in {@link MessageReader.message}; what is known of a probe, a question or a fault lies
 * beside it.
 */
export type Heard = 'incomplete' | 'setup' | 'probe' | 'question' | 'termination' | 'fault';

/** A message that breaks the rules: whose, and how, for the log. */
export interface Broken {
  readonly what: Breach;
  readonly detail: string;
}

/** Type of the record with which a client of TLS begins (RFC 8446, 5.1); no message of any dialect begins with it. */
const TLS_HANDSHAKE = 0x16;

export class MessageReader {
  message: Uint8Array = new Uint8Array(0);
  /** Under which reading the last probe is one. */
  probe: SetupReading | undefined;
  /** The last question, answered. */
  answered: Answered | undefined;
  /** The last message that broke the rules. */
  fault: Broken = { what: 'setup', detail: '' };
  private readonly dialects: readonly Dialect[];
  private readonly agreement: Agreement;
  private readonly extensions: ServerExtensions;
  private readonly framer = new Framer();
  private readonly findLineEnd: FindEnd;
  /** The first byte that came tells in whose words an unknown peer is refused. */
  private firstByte: number | undefined;
  /** That of a goodbye before any setup. */
  private farewell: Dialect | undefined;

  /** @param dialects those that a setup may be in */
  constructor(
    dialects: readonly Dialect[],
    { findLineEnd }: ByteTools,
    agreement: Agreement,
    extensions: ServerExtensions,
  ) {
    this.dialects = dialects;
    this.findLineEnd = findLineEnd;
    this.agreement = agreement;
    this.extensions = extensions;
  }

  push(chunk: Uint8Array): void {
    this.firstByte ??= chunk[0];
    this.framer.push(chunk);
  }

  /** The chunk that came last is about to be reused: what is left of it is copied. */
  retain(): void {
    this.framer.retain();
  }

  /** Nobody looks at a message any more that was handed out. */
  reuse(): void {
    this.framer.reuse();
  }

  clear(): void {
    this.framer.clear();
  }

  /** In which dialects the next setup may be. */
  get setupDialects(): readonly Dialect[] {
    const { dialect } = this.agreement;
    return dialect === undefined ? this.dialects : [dialect];
  }

  /** In whose words the client is answered, whatever it said. */
  get dialect(): Dialect {
    const known = this.agreement.dialect ?? this.farewell;
    return known ?? refusingDialect(this.dialects, this.firstByte);
  }

  /** The first message of the connection: a setup, or the termination of a dialect that reconnects for it. */
  readFirst(): Heard {
    if (this.firstByte === TLS_HANDSHAKE) return this.break('setup', 'a client spoke TLS to the plain port');
    const findEnd = takesLiteralEnd(this.dialects) ? findSetupEnd : this.findLineEnd;
    const message = this.framer.next(MAX_SETUP_BYTES, findEnd);
    if (message === undefined) return 'incomplete';
    if (message === TOO_LONG) return this.breakLong('setup', 'setup message', MAX_SETUP_BYTES);
    this.message = message;
    this.farewell = this.dialects.find((d) => d.bye.connection === 'new' && isTermination(message, d));
    return this.farewell === undefined ? 'setup' : 'termination';
  }

  /** A message after a setup: a probe, a question, a termination or, in one dialect, the next setup. */
  readNext(): Heard {
    const { agreement } = this;
    const { owed } = this.extensions;
    // There is no memory for probes before.
    const maxBytes = owed === undefined ? agreement.messageBound : MAX_TOKEN_LINE_BYTES;
    const message = this.framer.next(maxBytes, this.findLineEnd);
    if (message === undefined) return 'incomplete';
    if (message === TOO_LONG) return this.breakLong(this.faultOf(this.framer.peek()), 'end', maxBytes);
    this.message = message;
    this.probe = owed === undefined ? agreement.matchProbe(message) : undefined;
    if (this.probe !== undefined) return 'probe';
    this.answered = this.extensions.answerTo(message);
    if (this.answered !== undefined) return 'question';
    if (isTermination(message, this.dialect)) return 'termination';
    if (agreement.allowsSetup(message[0])) return 'setup';
    const detail = `instead of ${owed ?? agreement.awaited}: ${printableEnds(message)}`;
    return this.break(this.faultOf(message), detail);
  }

  /** What has come and is no message yet. */
  get rest(): Uint8Array {
    return this.framer.peek();
  }

  /** Whether anything has come that is no message yet. */
  get hasRest(): boolean {
    return this.framer.length > 0;
  }

  /** Whether what comes next is a question, or may become one. */
  get awaitsQuestion(): boolean {
    if (!this.extensions.haveExchanges || this.framer.length === 0) return false;
    return this.extensions.startsQuestion(this.framer.peek());
  }

  /** What has come of a message that is not whole, for the log; undefined when there is nothing. */
  get unfinished(): string | undefined {
    const { length } = this.framer;
    return length === 0 ? undefined : `unfinished message: ${this.unread(length)}`;
  }

  /** Whose rules the unread bytes break. */
  get unreadFault(): Breach {
    return this.faultOf(this.framer.peek());
  }

  private faultOf(message: Uint8Array): Breach {
    return this.agreement.faultOf(message, this.extensions.startsQuestion(message));
  }

  /** No more of it than belongs to the message, so that the log does not depend on how it was cut. */
  private unread(maxBytes: number): string {
    return printableEnds(this.framer.peek().subarray(0, maxBytes));
  }

  private breakLong(what: Breach, missing: string, maxBytes: number): 'fault' {
    return this.break(what, `no ${missing} within ${maxBytes} bytes: ${this.unread(maxBytes)}`);
  }

  private break(what: Breach, detail: string): 'fault' {
    this.fault = { what, detail };
    return 'fault';
  }
}
