/**
 * The extensions of the protocol, as data: how a client asks for one at the end of a setup, how a server agrees to
 * it in its answer, and the exchange, if any, that the two have beyond the protocol from then on. Encoders, decoders, the
 * states and both sessions read these rows. Refuses to know what the messages say: each side has its part of every
 * extension in a table of its own (`server/server-extensions.ts`, `client/client-extensions.ts`).
 */
import { MAX_LOAD_LINE_BYTES, MAX_QUESTION_BYTES, MAX_TOKEN_LINE_BYTES } from '../limits.ts';

export interface Extension {
  /** The field that asks for it behind the last of a setup; the same word agrees behind that of the answer. */
  readonly word: string;
  /** What a server can do within it, each said by a word of its own in the answer, and asked of no other. */
  readonly abilities: Readonly<Record<string, string>>;
  /** Undefined where all there is to say is that both sides agree. */
  readonly exchange: Exchange | undefined;
  /** Whether the server's caller notes something of each echo, and has to be told which message is one. */
  readonly notesEchoes: boolean;
}

/** A question of the client and its answer. */
export interface Exchange {
  /**
   * What a client may ask in the state `measurement`: one line that begins with this letter. It is answered in a
   * state of its own, which has the name of the answer.
   */
  readonly question: { readonly kind: string; readonly letter: string; readonly maxBytes: number };
  readonly answer: { readonly kind: string; readonly meaning: string; readonly next: 'measurement' | 'load' };
  /** What is said instead where the question cannot be answered so; the connection closes. */
  readonly refusal: { readonly kind: string };
  /** What is said before either, again and again, where the answer takes its time; in a state of that name. */
  readonly meanwhile: { readonly kind: string; readonly meaning: string } | undefined;
  /** Whether it is owed, once, before anything else but a termination. */
  readonly comesFirst: boolean;
}

/** Every extension by its name, which is its name among the options of a session, too. */
export const EXTENSIONS = {
  stamps: {
    word: '+stamps',
    abilities: { waits: '+waits', busy: '+busy' },
    exchange: {
      question: { kind: 'residence-question', letter: 'r', maxBytes: MAX_QUESTION_BYTES as number },
      answer: {
        kind: 'residence-answer',
        meaning: 'the server owes the residences that were asked for',
        next: 'measurement',
      },
      refusal: { kind: 'measurement-error' },
      meanwhile: undefined,
      comesFirst: false,
    },
    notesEchoes: true,
  },
  load: {
    word: '+load',
    abilities: {},
    exchange: {
      question: { kind: 'load-question', letter: 'l', maxBytes: MAX_LOAD_LINE_BYTES as number },
      answer: {
        kind: 'load-answer',
        meaning: 'the server owes its answer to the question for a load',
        next: 'load',
      },
      refusal: { kind: 'load-refusal' },
      meanwhile: {
        kind: 'load-turn',
        meaning: 'the client waits for its turn to load; the server owes word of it, and its answer',
      },
      comesFirst: false,
    },
    notesEchoes: false,
  },
  pipeline: {
    word: '+pipeline',
    abilities: {},
    exchange: undefined,
    notesEchoes: false,
  },
  token: {
    word: '+token',
    abilities: {},
    exchange: {
      question: { kind: 'token-question', letter: 'k', maxBytes: MAX_TOKEN_LINE_BYTES as number },
      answer: {
        kind: 'token-answer',
        meaning: 'the server owes its verdict on the token',
        next: 'measurement',
      },
      refusal: { kind: 'token-refusal' },
      meanwhile: undefined,
      comesFirst: true,
    },
    notesEchoes: false,
  },
} as const;

type Rows = typeof EXTENSIONS;
export type ExtensionName = keyof Rows;
/** Those with an exchange of their own. */
export type ExchangeName = {
  [name in ExtensionName]: Rows[name]['exchange'] extends Exchange ? name : never;
}[ExtensionName];
type ExchangeRow = Rows[ExchangeName]['exchange'];
export type ExtensionQuestion = ExchangeRow['question']['kind'];
export type ExtensionAnswer = ExchangeRow['answer']['kind'];
export type ExtensionRefusal = ExchangeRow['refusal']['kind'];
export type ExtensionMeanwhile = NonNullable<ExchangeRow['meanwhile']>['kind'];

/** Which extensions are asked for. */
export type Asked = Readonly<Partial<Record<ExtensionName, boolean>>>;

/** Every exchange, and the word of its extension. */
export const EXCHANGES: readonly (ExchangeRow & { readonly word: string })[] = Object.values(
  EXTENSIONS,
).flatMap(({ word, exchange }) => (exchange === undefined ? [] : [{ word, ...exchange }]));

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

/**
 * The answer to a setup with the words that agree to extensions, and tell what is possible within them.
 * @param nonce follows the word for tokens, which are proved by it; undefined where none is agreed on
 */
export function agreeingTo(names: readonly ExtensionName[], ready: string, nonce?: string): string {
  const words = names.flatMap((name) => {
    const { word, abilities } = rowOf(name);
    return [word, ...Object.values(abilities)];
  });
  if (nonce !== undefined) words.push(nonce);
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
  return names.some((name) => message[0] === rowOf(name).exchange?.question.letter.charCodeAt(0));
}

/** Longest a question of these may be, its line end (CR LF at most) included, bytes. */
export function maxQuestionBytes(names: readonly ExtensionName[]): number {
  return Math.max(0, ...names.map((name) => rowOf(name).exchange?.question.maxBytes ?? 0));
}
