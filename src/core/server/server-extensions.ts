/**
 * A server's part of the extensions of the protocol: what it keeps for those that a setup agreed on, and its answers
 * to the questions of a client. Refuses to know when a question may be asked, and how many at once. A further
 * extension is a row of {@link PARTS}.
 */

import type { LoadDesk } from '../load/load-desk.ts';
import { encodeAnswer, LOAD_ERROR, readQuestion } from '../load/load-messages.ts';
import {
  askedOf,
  EXTENSIONS,
  type ExtensionAnswer,
  type ExtensionName,
  type ExtensionQuestion,
  type ExtensionRefusal,
  rowOf,
  startsQuestion,
} from '../wire/extensions.ts';
import { asciiBytes, asciiText, contentEnd, printableEnds } from '../wire/grammar.ts';
import type { SetupReading } from '../wire/messages.ts';
import { ResidenceLog } from '../wire/residence.ts';
import type { EndReason } from './server-events.ts';

/** A question that is answered with the end of the connection. */
interface Refused {
  readonly words: Uint8Array;
  readonly reason: EndReason;
  /** For the log. */
  readonly detail: string;
}

const NO_SUCH_LOAD = 'a load that is over, full, or never was';
const BUSY = 'another load is under way';

interface Part {
  /** The answer to a message that is a question of the extension; undefined when it is none, or asks for too much. */
  answerTo(message: Uint8Array): Uint8Array | Refused | undefined;
}

/** What is kept of each extension from a setup on. @param desk there is one where a load was agreed on */
const PARTS = {
  stamps: () => new ResidenceLog(),
  load: (desk: LoadDesk | undefined) => new LoadPart(desk),
} satisfies Readonly<Record<ExtensionName, (desk: LoadDesk | undefined) => Part>>;

type Parts = { readonly [name in ExtensionName]?: ReturnType<(typeof PARTS)[name]> };

/** A question has come: its answer, and what the two are among the messages of a session. */
export interface Answered {
  readonly question: ExtensionQuestion;
  readonly answer: ExtensionAnswer | ExtensionRefusal;
  readonly message: Uint8Array;
  /** Why the session ends with this answer; undefined for one that answers what was asked. */
  readonly end: Omit<Refused, 'words'> | undefined;
}

export class ServerExtensions {
  private names: readonly ExtensionName[] = [];
  private parts: Parts = {};
  private readonly desk: LoadDesk | undefined;

  constructor(desk: LoadDesk | undefined) {
    this.desk = desk;
  }

  /** A setup is taken, and what it asks for with it; one that asks for nothing leaves everything as it was. */
  agree({ dialect, setup }: SetupReading): void {
    const names = askedOf(dialect.extensions, setup);
    if (names.length === 0) return;
    this.names = names;
    this.parts = Object.fromEntries(names.map((name) => [name, PARTS[name](this.desk)]));
  }

  /** Where residences are noted; undefined unless they were agreed on. */
  get residences(): ResidenceLog | undefined {
    return this.parts.stamps;
  }

  get areAgreed(): boolean {
    return this.names.length > 0;
  }

  /** Whether somebody notes something of each echo. */
  get notesEchoes(): boolean {
    return this.names.some((name) => rowOf(name).notesEchoes);
  }

  /** Whether what has come of a message may be, or become, a question. */
  startsQuestion(message: Uint8Array): boolean {
    return startsQuestion(message, this.names);
  }

  /** @returns undefined for what is no question of an extension that was agreed on */
  answerTo(message: Uint8Array): Answered | undefined {
    for (const name of this.names) {
      const answer = this.parts[name]?.answerTo(message);
      if (answer === undefined) continue;
      const { question, answer: answerRow, refusal } = EXTENSIONS[name];
      return answer instanceof Uint8Array
        ? { question: question.kind, answer: answerRow.kind, message: answer, end: undefined }
        : { question: question.kind, answer: refusal.kind, message: answer.words, end: answer };
    }
    return undefined;
  }
}

class LoadPart implements Part {
  private readonly desk: LoadDesk | undefined;

  constructor(desk: LoadDesk | undefined) {
    this.desk = desk;
  }

  answerTo(message: Uint8Array): Uint8Array | Refused | undefined {
    if (!startsQuestion(message, ['load'])) return undefined;
    const text = asciiText(message, 0, contentEnd(message));
    const question = readQuestion(text);
    const answer = question && this.desk?.answer(question);
    if (answer === undefined) {
      const detail =
        question === undefined ? `no question for a load: ${printableEnds(message)}` : NO_SUCH_LOAD;
      return { words: asciiBytes(LOAD_ERROR), reason: 'invalid-measurement', detail };
    }
    const words = encodeAnswer(answer);
    return answer.kind === 'granted' ? words : { words, reason: 'terminated', detail: BUSY };
  }
}
