/**
 * A server's part of the extensions of the protocol: what it keeps for those that a setup agreed on, and its answers
 * to the questions of a client. Refuses to know when a question may be asked, and how many at once. A further
 * extension is a row of {@link PARTS}.
 */
import {
  askedOf,
  EXTENSIONS,
  type ExtensionAnswer,
  type ExtensionName,
  type ExtensionQuestion,
  rowOf,
  startsQuestion,
} from '../wire/extensions.ts';
import type { SetupReading } from '../wire/messages.ts';
import { ResidenceLog } from '../wire/residence.ts';

interface Part {
  /** The answer to a message that is a question of the extension; undefined when it is none, or asks for too much. */
  answerTo(message: Uint8Array): Uint8Array | undefined;
}

/** What is kept of each extension from a setup on. */
const PARTS = {
  stamps: () => new ResidenceLog(),
  load: () => ({ answerTo: (): Uint8Array | undefined => undefined }),
} satisfies Readonly<Record<ExtensionName, () => Part>>;

type Parts = { readonly [name in ExtensionName]?: ReturnType<(typeof PARTS)[name]> };

/** A question has come: its answer, and what the two are among the messages of a session. */
export interface Answered {
  readonly question: ExtensionQuestion;
  readonly answer: ExtensionAnswer;
  readonly message: Uint8Array;
}

export class ServerExtensions {
  private names: readonly ExtensionName[] = [];
  private parts: Parts = {};

  /** A setup is taken, and what it asks for with it; one that asks for nothing leaves everything as it was. */
  agree({ dialect, setup }: SetupReading): void {
    const names = askedOf(dialect.extensions, setup);
    if (names.length === 0) return;
    this.names = names;
    this.parts = Object.fromEntries(names.map((name) => [name, PARTS[name]()]));
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
      const { question, answer: answerRow } = EXTENSIONS[name];
      if (answer !== undefined) return { question: question.kind, answer: answerRow.kind, message: answer };
    }
    return undefined;
  }
}
