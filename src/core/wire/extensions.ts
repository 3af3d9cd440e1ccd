/**
 * The extensions of the protocol, as data: how a client asks for one at the end of a setup, how a server agrees to
 * it in its answer, and the exchange that the two have beyond the protocol from then on. Encoders, decoders, the
 * states and both sessions read these rows. Refuses to know what the messages say: each side has its part of every
 * extension in a table of its own (`server/server-extensions.ts`, `client/client-extensions.ts`).
 */
import { MAX_LOAD_LINE_BYTES, MAX_QUESTION_BYTES } from '../limits.ts';

export interface Extension {
  /** The field that asks for it behind the last of a setup; the same word agrees behind that of the answer. */
  readonly word: string;
  /** What a server can do within it, each said by a word of its own in the answer, and asked of no other. */
  readonly abilities: Readonly<Record<string, string>>;
  /**
   * What a client may ask in the state `measurement`: one line that begins with this letter. It is answered in a
   * state of its own, which has the name of the answer.
   */
  readonly question: { readonly kind: string; readonly letter: string; readonly maxBytes: number };
  readonly answer: { readonly kind: string; readonly meaning: string; readonly next: 'measurement' | 'load' };
  /** What is said instead where the question cannot be answered so; the connection closes. */
  readonly refusal: { readonly kind: string };
  /** Whether the server's caller notes something of each echo, and has to be told which message is one. */
  readonly notesEchoes: boolean;
}

/** Every extension by its name, which is its name among the options of a session, too. */
export const EXTENSIONS = {
  stamps: {
    word: '+stamps',
    abilities: { waits: '+waits' },
    question: { kind: 'residence-question', letter: 'r', maxBytes: MAX_QUESTION_BYTES as number },
    answer: {
      kind: 'residence-answer',
      meaning: 'the server owes the residences that were asked for',
      next: 'measurement',
    },
    refusal: { kind: 'measurement-error' },
    notesEchoes: true,
  },
  load: {
    word: '+load',
    abilities: {},
    question: { kind: 'load-question', letter: 'l', maxBytes: MAX_LOAD_LINE_BYTES as number },
    answer: {
      kind: 'load-answer',
      meaning: 'the server owes its answer to the question for a load',
      next: 'load',
    },
    refusal: { kind: 'load-refusal' },
    notesEchoes: false,
  },
} as const;

export type ExtensionName = keyof typeof EXTENSIONS;
export type ExtensionQuestion = (typeof EXTENSIONS)[ExtensionName]['question']['kind'];
export type ExtensionAnswer = (typeof EXTENSIONS)[ExtensionName]['answer']['kind'];
export type ExtensionRefusal = (typeof EXTENSIONS)[ExtensionName]['refusal']['kind'];

/** Which extensions are asked for. */
export type Asked = Readonly<Partial<Record<ExtensionName, boolean>>>;

/** A row as any of them, whichever it is. */
export function rowOf(name: ExtensionName): Extension {
  return EXTENSIONS[name];
}

/** Those of `known` that are asked for, in the order of `known`. */
export function askedOf(known: readonly ExtensionName[], asked: Asked): ExtensionName[] {
  return known.filter((name) => asked[name] === true);
}

/** Reads the fields behind the last of a setup. @returns undefined when one is not known, or comes twice */
export function readFields(fields: readonly string[], known: readonly ExtensionName[]): Asked | undefined {
  const names = known.filter((name) => fields.includes(rowOf(name).word));
  if (names.length !== fields.length) return undefined;
  return Object.fromEntries(names.map((name) => [name, true]));
}

/** The answer to a setup with the words that agree to extensions, and tell what is possible within them. */
export function agreeingTo(names: readonly ExtensionName[], ready: string): string {
  const words = names.flatMap((name) => {
    const { word, abilities } = rowOf(name);
    return [word, ...Object.values(abilities)];
  });
  const content = ready.trimEnd();
  return [content, ...words].join(' ') + ready.slice(content.length);
}

/** Whether a server's answer to a setup has a word of an extension. */
export function hasWord(readyText: string, word: string): boolean {
  return readyText.split(/\s+/).includes(word);
}

/** All that a server may agree to: every set of what it knows, the empty one included. */
export function combinations(known: readonly ExtensionName[]): readonly (readonly ExtensionName[])[] {
  return known.reduce<ExtensionName[][]>(
    (sets, name) => sets.concat(sets.map((set) => set.concat(name))),
    [[]],
  );
}

/** Whether a message starts as the questions of one of these do. */
export function startsQuestion(message: Uint8Array, names: readonly ExtensionName[]): boolean {
  return names.some((name) => message[0] === rowOf(name).question.letter.charCodeAt(0));
}

/** Longest a question of these may be, its line end (CR LF at most) included, bytes. */
export function maxQuestionBytes(names: readonly ExtensionName[]): number {
  return Math.max(0, ...names.map((name) => rowOf(name).question.maxBytes));
}
