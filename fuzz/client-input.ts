/** What is given to a client: answers to each of its messages, right ones in every form that is met, and changed ones. */
import { PlainScript } from '../src/core/client/plain-script.ts';
import {
  DIALECT_NAMES,
  DIALECTS,
  type Dialect,
  type DialectName,
  ECHO_SUFFIX,
} from '../src/core/wire/dialects.ts';
import { agreeingTo } from '../src/core/wire/extensions.ts';
import type { Chance } from './chance.ts';
import { noise } from './grammar.ts';
import { KEY_MARK, latin1 } from './input.ts';
import { MUTATION_NAMES, mutated } from './mutate.ts';

/** Which client it is, and how its probes go. */
export const CLIENT_KINDS: readonly ClientKind[] = ['one by one', 'pipelined', 'plain', 'load'];
export type ClientKind = 'one by one' | 'pipelined' | 'plain' | 'load';

export interface ClientInput {
  readonly made: string;
  readonly client: ClientKind;
  readonly dialect: DialectName;
  readonly payloadBytes: number;
  /** To the setup, to each probe, and to the termination; to a question of residences where one is asked. */
  readonly answers: readonly string[];
  /** Of the pieces in which they come, bytes, gone through again and again. */
  readonly sizes: readonly number[];
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const FORMS = ['message', 'message', 'crlf', 'suffix', 'line', 'bare', 'renumbered', 'wrong'] as const;
const LOAD_LINES = [
  `200 OK: Load ${KEY_MARK} 1000 0 4\n`,
  '200 OK: Wait 100\n',
  '404 ERROR: Invalid Load Message\n',
  'a 1 1000\n',
  'k 1 100 10\n',
  'r 100 100 100\n',
  'd 5\nabcde',
  'e 5\n',
  'x done\n',
  'x time\n',
];

/** The letters that every payload is made of. */
export function payloadOf(bytes: number): string {
  return LETTERS.repeat(Math.ceil(bytes / LETTERS.length)).slice(0, bytes);
}

export function clientInput(chance: Chance): ClientInput {
  const client = chance.pick(CLIENT_KINDS);
  const dialect = chance.pick(DIALECT_NAMES);
  const payloadBytes = chance.between(1, 30);
  const form = chance.pick(FORMS);
  const answers = rightAnswers(chance, client, DIALECTS[dialect], payloadBytes, form);
  let made = `${client}: ${form}`;
  if (chance.is(0.7)) {
    const at = chance.below(answers.length);
    const mutation = chance.pick(MUTATION_NAMES);
    answers[at] = mutated(answers[at] ?? '', mutation, chance, chance.pick(answers));
    made = `${client} ~ ${mutation}`;
  }
  if (chance.is(0.05)) answers[chance.below(answers.length)] = noise(chance, 60);
  const sizes = chance.is(0.4)
    ? [1_000_000]
    : chance.several(chance.between(1, 4), () => chance.between(1, 9));
  return { made, client, dialect, payloadBytes, answers, sizes };
}

/** What a client says to a plain echo server, which is what it must hear. */
export function plainMessages(bytes: number, count: number): string[] {
  const script = new PlainScript(bytes, true);
  return Array.from({ length: count }, () => latin1(script.probe()));
}

function rightAnswers(
  chance: Chance,
  client: ClientKind,
  dialect: Dialect,
  payloadBytes: number,
  form: (typeof FORMS)[number],
): string[] {
  const count = chance.between(1, 4);
  if (client === 'load') {
    const ready = agreeingTo(['load'], DIALECTS['size-first'].status.ready);
    return [ready, ...chance.several(count + 1, () => chance.pick(LOAD_LINES))];
  }
  if (client === 'plain') return plainMessages(payloadBytes, count + 1);
  const first = dialect.probe.firstSequence;
  const echoes = chance.several(count, (i) => echo(chance, dialect, payloadBytes, first + i, form));
  const speaker = chance.is(0.7) ? dialect : DIALECTS[chance.pick(DIALECT_NAMES)];
  const { ready, closing, ...errors } = speaker.status;
  const words = dialect.extensions.filter(() => chance.is(0.6));
  const source = chance.pick(['kernel', 'application', 'other']);
  const residences = chance.several(count, () =>
    chance.pick(['-', '100/-', '200/50', '100', '9'.repeat(17)]),
  );
  const busy = chance.is(0.8)
    ? ` +busy ${chance.pick(['-', '0', '40', '9'.repeat(15), '9'.repeat(17)])}`
    : '';
  const residence = `200 OK: Residence ${source} ${residences.join(' ')}${busy}\n`;
  const wrong = chance.pick(Object.values(errors));
  return [
    chance.is(0.9) ? agreeingTo(words, ready) : wrong,
    ...echoes,
    ...(words.includes('stamps') ? [residence] : []),
    chance.is(0.9) ? closing : wrong,
  ];
}

function echo(
  chance: Chance,
  { probe }: Dialect,
  payloadBytes: number,
  sequence: number,
  form: (typeof FORMS)[number],
): string {
  const payload = payloadOf(payloadBytes);
  const message = (number: number): string =>
    probe.order === 'sequence-first' ? `m ${number} ${payload}` : `m ${payload} ${number}`;
  switch (form) {
    case 'message':
      return `${message(sequence)}\n`;
    case 'crlf':
      return `${message(sequence)}\r\n`;
    case 'suffix':
      return `${message(sequence)}${ECHO_SUFFIX}\n`;
    case 'line':
      return `${payload}\n`;
    case 'bare':
      return payload;
    case 'renumbered':
      return `${message(sequence + 7)}\n`;
    case 'wrong':
      return chance.pick([
        `${message(sequence)} \n`,
        `m ${payload}x ${sequence}\n`,
        `${payload.slice(1)}\n`,
        '\n',
        '200 OK\n',
      ]);
  }
}
