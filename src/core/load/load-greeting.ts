/**
 * How a client opens a connection of a load: a setup that asks for the extension, the question, and what the server
 * makes of them. Bytes in, bytes and a verdict out. What follows the answer is the load's own.
 */

import { notServedFault } from '../client/client-faults.ts';
import { adviceOnForeign, foreignServer } from '../client/foreign-server.ts';
import { NO_TOKENS_ADVICE, refusedToken, withoutTokens } from '../client/token-faults.ts';
import { EcholotError } from '../errors.ts';
import { MAX_LOAD_LINE_BYTES } from '../limits.ts';
import type { TokenHolder } from '../token/token-holder.ts';
import { encodeShown, nonceIn, readAccepted } from '../token/token-messages.ts';
import { DIALECTS } from '../wire/dialects.ts';
import { encodeSetup } from '../wire/encode.ts';
import { EXTENSIONS, hasWord } from '../wire/extensions.ts';
import { asciiBytes, asciiText, contentEnd, LF, printable } from '../wire/grammar.ts';
import type { Setup } from '../wire/messages.ts';
import {
  encodeQuestion,
  LOAD_ERROR,
  type LoadAnswer,
  type LoadEnd,
  type LoadQuestion,
  type LoadTurn,
  readAnswer,
  readMessage,
  readTurn,
} from './load-messages.ts';

/** The least that a setup can ask for: nothing of it is used. */
const SETUP: Setup = {
  measurement: 'rtt',
  payloadBytes: 1,
  probes: 1,
  delay: { delayNs: 0, unit: 'seconds' },
  load: true,
};
const ECHO_ADVICE = 'load it with --echo, which works with any plain echo server';
const OTHER_ADVICE =
  'use echolot measure, which speaks with other servers, or --echo where this is a plain echo server';
const NO_BYTES = new Uint8Array(0);
/** Why a server sends away who waits for a turn. */
const WAIT_ENDS: Readonly<Record<LoadEnd, string>> = {
  time: 'nobody may wait for longer',
  done: 'it takes the client for gone',
  rules: 'it says that the client broke its rules',
  shutdown: 'it is closing',
};

/** The answer of a server, or that it has never heard of turns: it is to be asked again, in the older words. */
export type LoadVerdict = LoadAnswer | { readonly kind: 'no-turns' };

export class LoadGreeting {
  /** What the server grants; undefined before. */
  answer: LoadVerdict | undefined;
  /** What the server has said last to a client that waits for its turn. */
  turn: LoadTurn | undefined;
  failure: EcholotError | undefined;
  /** What came behind the answer, and belongs to the load. */
  rest: Uint8Array = NO_BYTES;
  private readonly question: LoadQuestion;
  private received: Uint8Array = NO_BYTES;
  private isAgreed = false;
  private isShowing = false;
  private readonly holder: TokenHolder | undefined;
  private readonly opening: Uint8Array;

  /** @param holder shows a token before the question; undefined for none */
  constructor(question: LoadQuestion, holder?: TokenHolder) {
    this.question = question;
    this.holder = holder;
    this.opening = encodeSetup(DIALECTS['size-first'], { ...SETUP, token: holder !== undefined });
  }

  get isOver(): boolean {
    return this.answer !== undefined || this.failure !== undefined;
  }

  begin(): Uint8Array {
    return this.opening;
  }

  /** @returns what is to be sent next; look at {@link isOver} then */
  handleBytes(chunk: Uint8Array): Uint8Array | undefined {
    this.received = joined(this.received, chunk);
    let next: Uint8Array | undefined;
    for (let line = this.takeLine(); line !== undefined && !this.isOver; line = this.takeLine()) {
      if (this.isShowing) next = this.takeVerdict(line);
      else if (this.isAgreed) this.takeAnswer(line);
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
    this.failure =
      this.turn === undefined
        ? this.refusal('the server closed the connection before it answered', asciiText(received))
        : new EcholotError('peer', 'the server closed the connection of a client that waited for its turn');
  }

  /** The server has said no more for as long as anybody waits. @returns what is to be told of it */
  handleSilence(waitedMs: number): EcholotError {
    const text = asciiText(this.received);
    if (this.turn !== undefined) {
      const what = `the server has said nothing for ${waitedMs} ms to a client that waits for its turn`;
      return new EcholotError('timeout', what, { advice: 'the path was cut, or the server stopped' });
    }
    if (text === '') {
      const what = `no answer within ${waitedMs} ms to the setup of a load`;
      return new EcholotError('timeout', what, { advice: `check the port, or ${OTHER_ADVICE}` });
    }
    // Some servers end their lines with nothing.
    if (!this.isAgreed) this.takeReady(text);
    else if (this.isShowing) this.takeVerdict(text);
    return this.failure ?? this.refusal('the server did not end its answer', text);
  }

  private takeReady(line: string): Uint8Array | undefined {
    if (line.startsWith('200 OK: Ready') && hasWord(line, EXTENSIONS.load.word)) {
      this.isAgreed = true;
      return this.holder === undefined ? encodeQuestion(this.question) : this.show(this.holder, line);
    }
    const what = line.startsWith('200')
      ? 'the server knows no load, or has been told not to take part'
      : 'the server refused a load: it is of another make, an older echolot, started with --no-load, or full';
    const isEcho = `${line}\n` === asciiText(this.begin());
    const advice = this.holder === undefined ? OTHER_ADVICE : `${OTHER_ADVICE}; ${NO_TOKENS_ADVICE}`;
    this.failure = isEcho
      ? this.refusal('this is a plain echo server, which knows no load', line, ECHO_ADVICE)
      : this.refusal(what, line, advice);
    return undefined;
  }

  private show(holder: TokenHolder, ready: string): Uint8Array | undefined {
    const nonce = nonceIn(ready);
    if (nonce === undefined) {
      this.failure = withoutTokens();
      return undefined;
    }
    this.isShowing = true;
    const setupLine = asciiText(this.opening, 0, contentEnd(this.opening));
    return encodeShown({ token: holder.token, signature: holder.prove(nonce, setupLine) });
  }

  private takeVerdict(line: string): Uint8Array | undefined {
    this.isShowing = false;
    if (readAccepted(line) !== undefined) return encodeQuestion(this.question);
    this.failure =
      refusedToken(asciiBytes(line)) ??
      this.refusal('the server answered what is no verdict on a token', line);
    return undefined;
  }

  private takeAnswer(line: string): void {
    const isForTurn = this.question.kind === 'turn';
    const turn = isForTurn ? readTurn(line) : undefined;
    if (turn !== undefined) {
      this.turn = turn;
      return;
    }
    const answer = readAnswer(line);
    const isRefused = `${line}\n` === LOAD_ERROR;
    if (answer !== undefined) this.answer = answer.kind === 'wait' ? { ...answer, ...this.told } : answer;
    else if (this.turn !== undefined) this.failure = this.sentAway(line);
    else if (isForTurn && isRefused) this.answer = { kind: 'no-turns' };
    else this.failure = this.faultOf(line, isRefused);
  }

  /** How many come before, where the server has said so. */
  private get told(): Partial<Pick<LoadTurn, 'before'>> {
    return this.turn === undefined ? {} : { before: this.turn.before };
  }

  /** While it waited for its turn. */
  private sentAway(line: string): EcholotError {
    const message = readMessage(line);
    if (message?.kind !== 'over') return this.refusal('the server said what is no word of a turn', line);
    return new EcholotError(
      'peer',
      `the server lets this client wait no longer: ${WAIT_ENDS[message.reason]}`,
    );
  }

  private faultOf(line: string, isRefused: boolean): EcholotError {
    return isRefused
      ? new EcholotError('limit', 'the server does not take this connection into its load')
      : this.refusal('the server answered what is no answer to a load', line);
  }

  private refusal(what: string, received: string, advice: string = OTHER_ADVICE): EcholotError {
    const bytes = Uint8Array.from(received, (letter) => letter.charCodeAt(0));
    const notServed = notServedFault(bytes);
    if (notServed !== undefined) return notServed;
    const foreign = foreignServer(bytes);
    return new EcholotError('peer', foreign === undefined ? what : `this is ${foreign}, no echolot server`, {
      advice: foreign === undefined ? advice : adviceOnForeign(foreign, 'check the port'),
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
