/**
 * Conversations as the grammar has them, and some that nearly are: made from the tables of dialects and extensions, so that
 * a further row is covered on its own.
 */
import { DIALECT_NAMES, DIALECTS, type Dialect } from '../src/core/wire/dialects.ts';
import { EXTENSIONS, type Extension } from '../src/core/wire/extensions.ts';
import type { Chance } from './chance.ts';
import { KEY_MARK, type ServerKind } from './input.ts';

/** A conversation before it is cut into pieces: one text for each message, a character a byte. */
export type Conversation = readonly string[];

type Make = (chance: Chance, server: ServerKind) => Conversation;

const HUGE = [
  '0',
  '00',
  '01',
  '-1',
  '1e9',
  '65536',
  '65537',
  '999999999',
  '999999999999999',
  '9'.repeat(16),
  '9'.repeat(400),
];
const DELAYS = [
  '0',
  '0',
  '0',
  '0',
  '0.001',
  '0.002',
  '1',
  '0.003',
  '0.0000000001',
  '.5',
  '1.',
  '9'.repeat(10),
];
const BYTES = '\0\n\r\t \\nmstbhrld019+-.\xff\x80';
const ROWS: readonly Extension[] = Object.values(EXTENSIONS);

/** Of a server that does measure. */
const MEASURING: Readonly<Record<string, Make>> = {
  session: (chance, server) => session(chance, dialectFor(chance, server), {}),
  'with extensions': (chance) => {
    const words = ROWS.filter(() => chance.is(0.5)).map(({ word }) => word);
    return session(chance, DIALECTS['size-first'], { words, asks: true });
  },
  'wrong setup': (chance, server) => [wrongSetup(chance, dialectFor(chance, server)), ...tail(chance)],
  'wrong probe': (chance, server) => session(chance, dialectFor(chance, server), { wrong: true }),
  'early goodbye': (chance, server) => {
    const dialect = dialectFor(chance, server);
    return [...session(chance, dialect, {}).slice(0, chance.between(0, 3)), dialect.bye.message];
  },
  'several setups': (chance) => {
    const dialect = DIALECTS['zero-based'];
    const setups = chance.several(chance.between(2, 14), () => session(chance, dialect, { stays: true }));
    return [...setups.flat(), dialect.bye.message];
  },
  // More than a server takes in one turn.
  'many at once': (chance) => {
    const count = chance.between(60, 140);
    return [`s RTT 1 ${count} 0 +pipeline\n`, chance.several(count, (i) => `m x ${i + 1}\n`).join(''), 't\n'];
  },
  'no grammar': (chance) => chance.several(chance.between(1, 5), () => noise(chance, 40)),
  'endless line': (chance) => [
    setup(chance, DIALECTS['size-first'], {}).text,
    `m ${'x'.repeat(chance.between(200, 900))}`,
  ],
  foreign: (chance) => [
    chance.pick([
      'GET / HTTP/1.1\r\n\r\n',
      'SSH-2.0-x\r\n',
      '\x16\x03\x01\x02\0\x01\0\x01\xfc\x03',
      '{}\n',
      '\n',
    ]),
  ],
};

const LOADING: Readonly<Record<string, Make>> = {
  'load: owner': (chance) => [loadSetup(chance), loadQuestion(chance), ...loadMessages(chance, false)],
  'load: stream': (chance) => [loadSetup(chance), `l ${KEY_MARK}\n`, ...loadMessages(chance, true)],
  'load: wrong question': (chance) => [
    loadSetup(chance),
    `l ${chance.pick(['new', 'old', KEY_MARK.replaceAll('0', 'f'), KEY_MARK.slice(1), ''])} ${number(chance)}\n`,
    ...loadMessages(chance, true),
  ],
};

const ECHOING: Readonly<Record<string, Make>> = {
  'plain echo': (chance) => chance.several(chance.between(1, 6), () => noise(chance, 200)),
  'plain echo: much': (chance) => [noise(chance, 10).repeat(chance.between(1, 300))],
};

/** What can be said to a server of this kind, by name. */
export function conversationsFor(server: ServerKind): Readonly<Record<string, Make>> {
  if (server === 'echo') return ECHOING;
  return server === 'load' ? LOADING : MEASURING;
}

interface Manner {
  /** Of extensions, asked for behind the setup. */
  readonly words?: readonly string[];
  /** Asks what the extensions have to be asked. */
  readonly asks?: boolean;
  /** Breaks a rule at a probe. */
  readonly wrong?: boolean;
  /** Says no goodbye. */
  readonly stays?: boolean;
}

function session(chance: Chance, dialect: Dialect, { words = [], asks, wrong, stays }: Manner): string[] {
  const { text, bytes, probes } = setup(chance, dialect, { words });
  const { firstSequence } = dialect.probe;
  const wrongAt = wrong ? chance.below(probes) : -1;
  const messages = [text];
  const lineEnd = chance.is(0.1) ? '\r\n' : '\n';
  for (let i = 0; i < probes; i++) {
    const sequence =
      i === wrongAt ? chance.pick([i + 2, '', number(chance), ' 1', `0${i + 1}`]) : i + firstSequence;
    const size = i === wrongAt && chance.is(0.3) ? bytes + chance.between(-1, 1) : bytes;
    messages.push(probe(dialect, payload(chance, size), String(sequence), lineEnd));
    if (asks && chance.is(0.5)) messages.push(question(chance));
  }
  if (!stays && chance.is(0.8)) messages.push(dialect.bye.message);
  return messages;
}

function probe(dialect: Dialect, content: string, sequence: string, lineEnd: string): string {
  const { order, payloadSize } = dialect.probe;
  if (order === 'sequence-first') return `m ${sequence} ${content}${lineEnd}`;
  return payloadSize === 'free' ? `m${content} ${sequence}${lineEnd}` : `m ${content} ${sequence}${lineEnd}`;
}

function payload(chance: Chance, bytes: number): string {
  const size = Math.max(0, bytes);
  if (chance.is(0.8) || size > 100) return chance.pick('abcXYZ').repeat(size);
  return noise(chance, size).replaceAll('\n', '\r').padEnd(size, ' ').slice(0, size);
}

interface Agreed {
  readonly text: string;
  readonly bytes: number;
  readonly probes: number;
}

function setup(chance: Chance, dialect: Dialect, { words = [] }: Manner): Agreed {
  const { letter, separator, typeWords, order, end, minProbes } = dialect.setup;
  const bytes = chance.is(0.02) ? chance.between(1000, 5000) : chance.between(1, 12);
  const probes = Math.max(minProbes, chance.between(1, 6));
  const counts = order === 'size-first' ? [bytes, probes] : [probes, bytes];
  const measurement = chance.pick(['rtt', 'throughput'] as const);
  const fields = [
    letter,
    typeWords[measurement],
    ...counts,
    chance.is(0.1) ? chance.pick(DELAYS) : '0',
    ...words,
  ];
  return { text: fields.join(separator) + end, bytes, probes };
}

/** A setup with one or two of its fields changed, left out, doubled or of another dialect. */
function wrongSetup(chance: Chance, dialect: Dialect): string {
  const { end, separator } = dialect.setup;
  const words = chance.several(chance.below(3), () =>
    chance.pick([...ROWS.map(({ word }) => word), '+none', '']),
  );
  const fields = setup(chance, dialect, { words }).text.slice(0, -end.length).split(separator);
  for (let i = chance.between(1, 2); i > 0; i--) {
    const at = chance.below(fields.length);
    const changed = chance.pick([
      [],
      [''],
      [number(chance)],
      [noise(chance, 3)],
      fields.slice(at, at + 1).concat(number(chance)),
    ]);
    fields.splice(at, 1, ...changed);
  }
  return (
    fields.join(chance.is(0.9) ? separator : chance.pick(' \t,')) +
    chance.pick([end, end, '\r\n', '\n', '\\n', ''])
  );
}

/** What a question for residences may have behind it, and what it may not. */
const PARTS = [['+waits'], ['+waits', '+busy'], ['+waits', '+busy'], ['+busy'], ['+busy', '+waits']];

/** A question of any extension, also of one that was not agreed on; right ones for those that are known here. */
function question(chance: Chance): string {
  const { exchange } = chance.pick(ROWS.filter((row) => row.exchange !== undefined));
  const letter = exchange?.question.letter ?? 'r';
  const fields =
    letter === 'l'
      ? [chance.pick(['new', KEY_MARK]), ...chance.several(chance.below(4), () => number(chance))]
      : [chance.below(4), chance.is(0.8) ? chance.between(1, 6) : number(chance)];
  const more = letter === 'r' && chance.is(0.4) ? chance.pick(PARTS) : [];
  return `${[letter, ...fields, ...more].join(' ')}${chance.is(0.1) ? '\r\n' : '\n'}`;
}

function loadSetup(chance: Chance): string {
  return chance.is(0.9)
    ? 's RTT 1 1 0 +load\n'
    : session(chance, DIALECTS['size-first'], { words: ['+load'], stays: true }).join('');
}

function loadQuestion(chance: Chance): string {
  const durationMs = chance.is(0.8) ? chance.between(800, 2000) : number(chance);
  const rate = chance.is(0.7) ? '0' : chance.pick(['1000000', '1', ...HUGE]);
  return `l new ${durationMs} ${rate} ${chance.is(0.8) ? chance.between(1, 9) : number(chance)}\n`;
}

/** @param isStream whether data may be carried */
function loadMessages(chance: Chance, isStream: boolean): string[] {
  let sentBytes = 0;
  const messages = chance.several(chance.between(0, 8), (): string => {
    const kind = chance.below(isStream ? 10 : 6);
    if (kind < 4) return `m ${chance.is(0.9) ? chance.below(1000) : number(chance)}\n`;
    if (kind === 4)
      return `${chance.pick('bmakrexd')} ${chance.several(chance.below(4), () => number(chance)).join(' ')}\n`;
    if (kind === 5) return chance.is(0.3) ? noise(chance, 100) : 'm 1\n';
    if (kind === 6) return `b ${chance.pick(['0', '1', '8000', '1000000'])}\n`;
    const bytes = chance.is(0.9) ? chance.between(1, 64) : chance.between(1, 20_000);
    sentBytes += bytes;
    return `d ${bytes}\n${chance.pick('\n\0x').repeat(bytes)}`;
  });
  return chance.is(0.7) ? [...messages, `e ${chance.is(0.9) ? sentBytes : number(chance)}\n`] : messages;
}

function dialectFor(chance: Chance, server: ServerKind): Dialect {
  const told = DIALECT_NAMES.find((name) => name === server);
  return DIALECTS[told !== undefined && chance.is(0.8) ? told : chance.pick(DIALECT_NAMES)];
}

function tail(chance: Chance): string[] {
  return chance.is(0.5) ? [] : ['m abc 1\n', 't\n'];
}

export function number(chance: Chance): string {
  return chance.is(0.5) ? String(chance.below(20)) : chance.pick(HUGE);
}

export function noise(chance: Chance, maxBytes: number): string {
  return chance
    .several(chance.between(1, Math.max(1, maxBytes)), () =>
      chance.is(0.7) ? chance.pick(BYTES) : String.fromCharCode(chance.below(256)),
    )
    .join('');
}
