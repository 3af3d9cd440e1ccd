/**
 * Tells whether the bytes that came back are the echo of the probe that was sent, in any of the forms that
 * servers use: the whole message, the message with ` (200 OK)`, the payload with or without LF, the
 * message with CR and LF at its end, or renumbered. The first echo of a session settles the form; from then on an echo is framed by its
 * known length and compared only when its last byte is there, so that comparing delays no reading.
 */
import { type ByteTools, PLAIN_TOOLS } from '../wire/byte-tools.ts';
import { type Dialect, ECHO_SUFFIX, type EchoForm } from '../wire/dialects.ts';
import type { ProbeWriter } from '../wire/encode.ts';
import { asciiBytes, asciiText, CR, contentEnd, isDigits, LF, MAX_DIGITS, SP } from '../wire/grammar.ts';

/** Forms that are known byte for byte; a server that ends its lines in CRLF has added the CR. */
type ExactForm = EchoForm | 'message-crlf';
/** An echo's form as met; a server that counts for itself renumbers. */
export type MetEchoForm = ExactForm | 'renumbered';

export type Match = 'incomplete' | 'echo' | 'wrong';

const SUFFIX = asciiBytes(ECHO_SUFFIX);

export class EchoMatcher {
  /** Undefined until the first echo. */
  form: MetEchoForm | undefined;
  /** The number in the first echo of a server that counts for itself; undefined where the number is ours, or none. */
  firstNumber: number | undefined;
  /** Bytes before this offset were already searched for the end of the echo under way. */
  private searched = 0;
  private readonly dialect: Dialect;
  private readonly script: Pick<ProbeWriter, 'payload'>;
  private readonly tools: ByteTools;

  /** @param script whose payload is that of all probes */
  constructor(dialect: Dialect, script: Pick<ProbeWriter, 'payload'>, tools: ByteTools = PLAIN_TOOLS) {
    this.tools = tools;
    this.dialect = dialect;
    this.script = script;
  }

  /** A new probe is under way. */
  begin(): void {
    this.searched = 0;
  }

  /** Exact length of the echo of `message` in the settled form; undefined where only an LF ends it. */
  expectedBytes(message: Uint8Array): number | undefined {
    switch (this.form) {
      case 'message':
        return message.length;
      case 'message-crlf':
        return message.length + 1;
      case 'message-suffixed':
        return message.length + SUFFIX.length;
      case 'payload-line':
        return this.payload.length + 1;
      case 'payload':
        return this.payload.length;
      default:
        return undefined;
    }
  }

  /** Longest echo of `message` that can be right, bytes. */
  maxBytes(message: Uint8Array): number {
    return message.length + SUFFIX.length + 16;
  }

  /** Judges the first `length` bytes of `received` against `message`; settles the form on success. */
  match(received: Uint8Array, length: number, message: Uint8Array): Match {
    const expected = this.expectedBytes(message);
    if (expected !== undefined) {
      if (length < expected) return 'incomplete';
      // The LF that a server sends after a bare payload when it likes may come with it, too.
      const whole = length === expected || (this.form === 'payload' && isLfAfter(received, expected, length));
      return whole && this.isForm(this.form as ExactForm, received, 0, message) ? 'echo' : 'wrong';
    }
    const at = received.subarray(this.searched, length).indexOf(LF);
    const lf = this.searched + at;
    this.searched = length;
    if (at < 0) return length > this.maxBytes(message) ? 'wrong' : 'incomplete';
    if (lf !== length - 1) return 'wrong';
    const form = this.formOf(received, length, message);
    if (form === undefined) return 'wrong';
    this.form ??= form;
    // A server that counts for itself is right by chance at times.
    const isByChance = this.form === 'renumbered' && (form === 'message' || form === 'message-crlf');
    return this.form === form || isByChance ? 'echo' : 'wrong';
  }

  /** Whether the echo of `message` in the settled form, of {@link expectedBytes}, lies in `received` at `offset`. */
  isEchoAt(received: Uint8Array, offset: number, message: Uint8Array): boolean {
    return this.isForm(this.form as ExactForm, received, offset, message);
  }

  /** Whether what came so far is a bare payload, the one form without an end of its own, and may be in that form. */
  isBare(received: Uint8Array, length: number): boolean {
    if (this.form !== undefined && this.form !== 'payload') return false;
    return length === this.payload.length && this.tools.equalBytes(received, 0, this.payload, length);
  }

  /** Nothing followed a bare payload: that is the form. */
  settleBare(): void {
    this.form ??= 'payload';
  }

  private get payload(): Uint8Array {
    return this.script.payload;
  }

  private formOf(received: Uint8Array, length: number, message: Uint8Array): MetEchoForm | undefined {
    const forms: readonly ExactForm[] = ['message', 'message-crlf', 'message-suffixed', 'payload-line'];
    const exact = forms.find(
      (form) => this.lengthOf(form, message) === length && this.isForm(form, received, 0, message),
    );
    if (exact !== undefined) return exact;
    const digits = this.digitsOf(received.subarray(0, length));
    if (digits === undefined) return undefined;
    this.firstNumber ??= this.otherNumber(digits, message);
    return 'renumbered';
  }

  /** Undefined where it is the number that was sent, only written in another way. */
  private otherNumber(digits: Uint8Array, message: Uint8Array): number | undefined {
    const number = parseNumber(digits);
    const sent = this.digitsOf(message);
    return sent !== undefined && parseNumber(sent) === number ? undefined : number;
  }

  private lengthOf(form: ExactForm, message: Uint8Array): number {
    if (form === 'message') return message.length;
    if (form === 'message-crlf') return message.length + 1;
    return form === 'message-suffixed' ? message.length + SUFFIX.length : this.payload.length + 1;
  }

  private isForm(form: ExactForm, received: Uint8Array, offset: number, message: Uint8Array): boolean {
    const { tools, payload } = this;
    /** Of the message all but its LF, and where that would be. */
    const content = message.length - 1;
    const end = offset + content;
    switch (form) {
      case 'message':
        return tools.equalBytes(received, offset, message, message.length);
      case 'message-crlf':
        return (
          tools.equalBytes(received, offset, message, content) &&
          received[end] === CR &&
          received[end + 1] === LF
        );
      case 'message-suffixed':
        return (
          tools.equalBytes(received, offset, message, content) &&
          tools.equalBytes(received, end, SUFFIX, SUFFIX.length) &&
          received[end + SUFFIX.length] === LF
        );
      case 'payload-line':
        return (
          tools.equalBytes(received, offset, payload, payload.length) &&
          received[offset + payload.length] === LF
        );
      case 'payload':
        return tools.equalBytes(received, offset, payload, payload.length);
    }
  }

  /** The digits in `m N PAYLOAD` or `m PAYLOAD N` with any number; undefined where it is something else. */
  private digitsOf(received: Uint8Array): Uint8Array | undefined {
    const end = contentEnd(received);
    const size = this.payload.length;
    if (received[0] !== 'm'.charCodeAt(0) || received[1] !== SP || end < size + 4) return undefined;
    if (this.dialect.probe.order === 'sequence-first') {
      const start = end - size;
      const fits =
        isDigits(received, 2, start - 1) &&
        received[start - 1] === SP &&
        this.tools.equalBytes(received, start, this.payload, size);
      return fits ? received.subarray(2, start - 1) : undefined;
    }
    const fits =
      received[2 + size] === SP &&
      isDigits(received, 3 + size, end) &&
      this.tools.equalBytes(received, 2, this.payload, size);
    return fits ? received.subarray(3 + size, end) : undefined;
  }
}

/** More digits than a sequence number can have are no number to tell of. */
function parseNumber(digits: Uint8Array): number | undefined {
  return digits.length > MAX_DIGITS ? undefined : Number(asciiText(digits));
}

function isLfAfter(received: Uint8Array, expected: number, length: number): boolean {
  return length === expected + 1 && received[expected] === LF;
}
