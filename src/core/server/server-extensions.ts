/**
 * A server's part of the extensions of the protocol: what it keeps for those that a setup agreed on, and its answers
 * to the questions of a client. Refuses to know when a question may be asked, and how many at once. A further
 * extension is a row of {@link PARTS}.
 */

import type { LoadDesk } from '../load/load-desk.ts';
import { encodeAnswer, encodeTurn, LOAD_ERROR, readQuestion } from '../load/load-messages.ts';
import {
  askedOf,
  EXTENSIONS,
  type ExchangeName,
  type ExtensionAnswer,
  type ExtensionMeanwhile,
  type ExtensionName,
  type ExtensionQuestion,
  type ExtensionRefusal,
  rowOf,
  startsQuestion,
} from '../wire/extensions.ts';
import { asciiBytes, asciiText, contentEnd, printableEnds } from '../wire/grammar.ts';
import type { SetupReading } from '../wire/messages.ts';
import { encodeRefusal } from '../wire/refusals.ts';
import { ResidenceLog } from '../wire/residence.ts';
import type { Desks, Part, Refused, Waiting } from './extension-part.ts';
import { TokenPart } from './token-part.ts';

const NO_SUCH_LOAD = 'a load that is over, full, or never was';
const BUSY = 'another load is under way';

/** What is kept from a setup on of each extension that has an exchange. @param setupMessage in which it was asked for */
const PARTS = {
  stamps: () => new ResidenceLog(),
  load: ({ load }: Desks) => new LoadPart(load),
  token: ({ token }: Desks, setupMessage: Uint8Array) => new TokenPart(token, setupMessage),
} satisfies Readonly<Record<ExchangeName, (desks: Desks, setupMessage: Uint8Array) => Part>>;

type Parts = { readonly [name in ExchangeName]?: ReturnType<(typeof PARTS)[name]> };

/** A question has come: its answer, and what the two are among the messages of a session. */
export interface Answered {
  readonly question: ExtensionQuestion;
  readonly answer: ExtensionAnswer | ExtensionMeanwhile | ExtensionRefusal;
  readonly message: Uint8Array;
  /** Why the session ends with this answer; undefined for one that answers what was asked. */
  readonly end: Omit<Refused, 'words'> | undefined;
}

export class ServerExtensions {
  private names: readonly ExtensionName[] = [];
  /** Those of them by which a client may ask something. */
  private exchanges: readonly ExchangeName[] = [];
  private parts: Parts = {};
  /** What is to be asked before anything else. */
  private first: ExchangeName | undefined;
  private readonly desks: Desks;

  constructor(desks: Desks) {
    this.desks = desks;
  }

  /** A setup is taken, and what it asks for with it; one that asks for nothing leaves everything as it was. */
  agree({ dialect, setup }: SetupReading, message: Uint8Array): void {
    const names = askedOf(dialect.extensions, setup);
    if (names.length === 0) return;
    this.names = names;
    this.exchanges = names.filter(isExchange);
    this.first = this.exchanges.find((name) => EXTENSIONS[name].exchange.comesFirst);
    this.parts = Object.fromEntries(this.exchanges.map((name) => [name, PARTS[name](this.desks, message)]));
  }

  /** What a token is to be proved by; undefined unless one was agreed on. */
  get nonce(): string | undefined {
    return this.parts.token?.nonce;
  }

  /** What has to come before anything else, for the log; undefined once it has, and where nothing has to. */
  get owed(): string | undefined {
    return this.first === undefined ? undefined : `a ${this.first}`;
  }

  /** Where residences are noted; undefined unless they were agreed on. */
  get residences(): ResidenceLog | undefined {
    return this.parts.stamps;
  }

  /** Whether the client may ask anything beyond the protocol. */
  get haveExchanges(): boolean {
    return this.exchanges.length > 0;
  }

  /** Whether somebody notes something of each echo. */
  get notesEchoes(): boolean {
    return this.names.some((name) => rowOf(name).notesEchoes);
  }

  /** Whether what has come of a message may be, or become, a question. */
  startsQuestion(message: Uint8Array): boolean {
    return startsQuestion(message, this.exchanges);
  }

  /** @returns undefined for what is no question of an extension that was agreed on */
  answerTo(message: Uint8Array): Answered | undefined {
    for (const name of this.first === undefined ? this.exchanges : [this.first]) {
      const answer = this.parts[name]?.answerTo(message);
      if (answer === undefined) continue;
      this.first = undefined;
      const { question, answer: answerRow, refusal, meanwhile } = EXTENSIONS[name].exchange;
      if (answer instanceof Uint8Array)
        return { question: question.kind, answer: answerRow.kind, message: answer, end: undefined };
      if ('words' in answer)
        return { question: question.kind, answer: refusal.kind, message: answer.words, end: answer };
      if (meanwhile === undefined) continue;
      return { question: question.kind, answer: meanwhile.kind, message: answer.meanwhile, end: undefined };
    }
    return undefined;
  }
}

function isExchange(name: ExtensionName): name is ExchangeName {
  return name in PARTS;
}

class LoadPart implements Part {
  private readonly desk: LoadDesk | undefined;

  constructor(desk: LoadDesk | undefined) {
    this.desk = desk;
  }

  answerTo(message: Uint8Array): Uint8Array | Waiting | Refused | undefined {
    if (!startsQuestion(message, ['load'])) return undefined;
    const text = asciiText(message, 0, contentEnd(message));
    const question = readQuestion(text);
    const answer = question && this.desk?.answer(question);
    if (answer === undefined) {
      const detail =
        question === undefined ? `no question for a load: ${printableEnds(message)}` : NO_SUCH_LOAD;
      return { words: asciiBytes(LOAD_ERROR), reason: 'invalid-measurement', detail };
    }
    if (answer.kind === 'not-served') {
      const { refusal } = answer;
      const { reason } = refusal;
      return { words: encodeRefusal(refusal), reason: 'not-served', detail: reason, refusal: reason };
    }
    if (answer.kind === 'turn') return { meanwhile: encodeTurn(answer) };
    const words = encodeAnswer(answer);
    return answer.kind === 'granted' ? words : { words, reason: 'terminated', detail: BUSY };
  }
}
