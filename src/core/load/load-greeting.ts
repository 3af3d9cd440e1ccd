/**
 * How a client opens a connection of a load: a setup that asks for the extension, the question, and what the server
 * makes of them. Bytes in, bytes and a verdict out. What follows the answer is the load's own.
 */

import { foreignServer } from '../client/foreign-server.ts';
import { EcholotError } from '../errors.ts';
import { MAX_LOAD_LINE_BYTES } from '../limits.ts';
import { DIALECTS } from '../wire/dialects.ts';
import { encodeSetup } from '../wire/encode.ts';
import { EXTENSIONS, hasWord } from '../wire/extensions.ts';
import { asciiText, LF, printable } from '../wire/grammar.ts';
import type { Setup } from '../wire/messages.ts';
import {
  encodeQuestion,
  LOAD_ERROR,
  type LoadAnswer,
  type LoadQuestion,
  readAnswer,
} from './load-messages.ts';

/** The least that a setup can ask for: nothing of it is used. */
const SETUP: Setup = {
  measurement: 'rtt',
  payloadBytes: 1,
  probes: 1,
  delay: { delayNs: 0, unit: 'seconds' },
  load: true,
};
const ECHO_ADVICE = 'measure it with --echo, which works with any echo server';
const NO_BYTES = new Uint8Array(0);

export class LoadGreeting {
  /** What the server grants; undefined before. */
  answer: LoadAnswer | undefined;
  failure: EcholotError | undefined;
  /** What came behind the answer, and belongs to the load. */
  rest: Uint8Array = NO_BYTES;
  private readonly question: LoadQuestion;
  private received: Uint8Array = NO_BYTES;
  private isAgreed = false;

  constructor(question: LoadQuestion) {
    this.question = question;
  }

  get isOver(): boolean {
    return this.answer !== undefined || this.failure !== undefined;
  }

  begin(): Uint8Array {
    return encodeSetup(DIALECTS['size-first'], SETUP);
  }

  /** @returns what is to be sent next; look at {@link isOver} then */
  handleBytes(chunk: Uint8Array): Uint8Array | undefined {
    this.received = joined(this.received, chunk);
    let next: Uint8Array | undefined;
    for (let line = this.takeLine(); line !== undefined && !this.isOver; line = this.takeLine()) {
      if (this.isAgreed) this.takeAnswer(line);
      else next = this.takeReady(line);
      if (this.answer !== undefined) {
        this.rest = this.received;
        break;
      }
    }
    return this.isOver ? undefined : next;
  }

  /** The server sends no more. */
  handleEnd(): void {
    if (this.isOver) return;
    const { received } = this;
    this.failure = this.refusal('the server closed the connection before it answered', asciiText(received));
  }

  private takeReady(line: string): Uint8Array | undefined {
    if (line.startsWith('200 OK: Ready') && hasWord(line, EXTENSIONS.load.word)) {
      this.isAgreed = true;
      return encodeQuestion(this.question);
    }
    const what = line.startsWith('200')
      ? 'the server knows no load, or has been told not to take part'
      : 'the server refused a load: it keeps loads off (--no-load), is of another make or an older echolot, or is full';
    this.failure = this.refusal(what, line);
    return undefined;
  }

  private takeAnswer(line: string): void {
    this.answer = readAnswer(line);
    if (this.answer !== undefined) return;
    const isRefused = `${line}\n` === LOAD_ERROR;
    this.failure = isRefused
      ? new EcholotError('limit', 'the server does not take this connection into its load')
      : this.refusal('the server answered what is no answer to a load', line);
  }

  private refusal(what: string, received: string): EcholotError {
    const bytes = Uint8Array.from(received, (letter) => letter.charCodeAt(0));
    const foreign = foreignServer(bytes);
    return new EcholotError('peer', foreign === undefined ? what : `this is ${foreign}, no echolot server`, {
      advice: foreign === undefined ? ECHO_ADVICE : 'check the port',
      expected: `200 OK: Ready ${EXTENSIONS.load.word}`,
      received: printable(bytes),
    });
  }

  /** @returns a line without its LF (or CR LF); one that is too long is none, and tells of another protocol */
  private takeLine(): string | undefined {
    const { received } = this;
    const end = received.indexOf(LF);
    if (end < 0 || end >= MAX_LOAD_LINE_BYTES) {
      if (end >= 0 || received.length >= MAX_LOAD_LINE_BYTES) {
        this.failure = this.refusal(
          'the server answered in another protocol',
          asciiText(received, 0, MAX_LOAD_LINE_BYTES),
        );
      }
      return undefined;
    }
    this.received = received.slice(end + 1);
    return asciiText(received, 0, end).replace(/\r$/, '');
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
