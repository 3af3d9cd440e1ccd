/**
 * Inputs as files that people can read: a line for each piece, with what cannot be seen escaped, and what must come of it.
 *
 *     # A whole session of size-first
 *     server: auto
 *     > s RTT 5 1 0\n
 *     > m hello 1\n
 *     leaving: end
 *     = closed-by-peer
 *     < 200 OK: Ready\nm hello 1\n
 *
 * A file for a client names the client, its dialect, its payload in bytes and the sizes of pieces; its answers are `<`, too.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DIALECT_NAMES } from '../src/core/wire/dialects.ts';
import { CLIENT_KINDS, type ClientInput } from './client-input.ts';
import { bytesOf, type FuzzInput, LEAVINGS, latin1, SERVER_KINDS } from './input.ts';

export const CORPUS_FOLDER: string = join(import.meta.dirname, 'corpus');

/** One file, with what it says must come of it where it does. */
export type CorpusEntry =
  | {
      readonly kind: 'server';
      readonly name: string;
      readonly input: FuzzInput;
      readonly reason?: string;
      readonly answer?: string;
    }
  | { readonly kind: 'client'; readonly name: string; readonly input: ClientInput; readonly end?: string };

const UNSEEN = /[^ -~]|\\/g;
const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' };
const ESCAPE = /\\(?:x([0-9a-f]{2})|(.))/g;

export function escaped(text: string): string {
  return text.replace(
    UNSEEN,
    (byte) => NAMED[byte] ?? `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}

export function unescaped(text: string): string {
  return text.replace(ESCAPE, (_, hex: string | undefined, letter: string | undefined) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    return { n: '\n', r: '\r', t: '\t' }[letter ?? ''] ?? letter ?? '';
  });
}

export function readCorpus(folder: string = CORPUS_FOLDER): CorpusEntry[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.txt'));
  return names.toSorted().map((name) => readEntry(name, readFileSync(join(folder, name), 'utf8')));
}

/** @throws Error naming the file and what is missing in it */
export function readEntry(name: string, file: string): CorpusEntry {
  const lines = file.split('\n');
  const marked = (mark: string): string[] =>
    lines.filter((line) => line.startsWith(mark)).map((line) => line.slice(mark.length));
  const one = <T extends string>(mark: string, known: readonly T[]): T => {
    const [word] = marked(mark);
    const found = known.find((each) => each === word);
    if (found === undefined) throw new Error(`${name}: "${mark}" is followed by none of ${known.join(', ')}`);
    return found;
  };
  const [end] = marked('= ');
  const answers = marked('< ').map(unescaped);
  if (marked('client: ').length > 0) {
    const input: ClientInput = {
      made: name,
      client: one('client: ', CLIENT_KINDS),
      dialect: one('dialect: ', DIALECT_NAMES),
      payloadBytes: Number(marked('payload: ')[0]),
      answers,
      sizes: marked('sizes: ').flatMap((sizes) => sizes.split(' ').map(Number)),
    };
    return { kind: 'client', name, input, ...(end === undefined ? {} : { end }) };
  }
  const input: FuzzInput = {
    made: name,
    server: one('server: ', SERVER_KINDS),
    pieces: marked('> ').map((piece) => bytesOf(unescaped(piece))),
    leaving: one('leaving: ', LEAVINGS),
  };
  return {
    kind: 'server',
    name,
    input,
    ...(end === undefined ? {} : { reason: end }),
    ...(answers.length === 0 ? {} : { answer: answers.join('') }),
  };
}

/** @param head what it is, a line each */
export function writeServerEntry(input: FuzzInput, head: readonly string[]): string {
  const pieces = input.pieces.map((piece) => `> ${escaped(latin1(piece))}`);
  return [...comments(head), `server: ${input.server}`, ...pieces, `leaving: ${input.leaving}`, ''].join(
    '\n',
  );
}

export function writeClientEntry(input: ClientInput, head: readonly string[]): string {
  const { client, dialect, payloadBytes, answers, sizes } = input;
  return [
    ...comments(head),
    `client: ${client}`,
    `dialect: ${dialect}`,
    `payload: ${payloadBytes}`,
    `sizes: ${sizes.join(' ')}`,
    ...answers.map((answer) => `< ${escaped(answer)}`),
    '',
  ].join('\n');
}

function comments(head: readonly string[]): string[] {
  return head.map((line) => `# ${line}`);
}
