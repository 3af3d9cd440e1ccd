/** The dialects side by side: every message in these tables is produced by the encoder that sends it. */
import {
  CLIENT_DIALECT_ORDER,
  DIALECT_NAMES,
  DIALECTS,
  type Dialect,
  RECOGNISED_DIALECTS,
} from '../../src/core/wire/dialects.ts';
import { encodeEcho, encodeSetup, ProbeWriter } from '../../src/core/wire/encode.ts';
import { asciiText } from '../../src/core/wire/grammar.ts';
import type { Setup } from '../../src/core/wire/messages.ts';
import { code, table, wire } from './markdown.ts';

/** Every number differs from every other, so that a reader sees which is which. */
const SETUP: Setup = {
  measurement: 'rtt',
  payloadBytes: 3,
  probes: 25,
  delay: { delayNs: 500_000_000, unit: 'seconds' },
};

const ALL: readonly Dialect[] = DIALECT_NAMES.map((name) => DIALECTS[name]);

const TOLD_APART: Readonly<Record<Dialect['toldApart'], string>> = {
  setup: 'at setup',
  'first-probe': 'at the first probe',
  option: 'by option only',
};

function firstProbe(dialect: Dialect): Uint8Array {
  return new ProbeWriter(dialect, SETUP.payloadBytes).write(dialect.probe.firstSequence);
}

/** What a client sends, and how a server tells. */
export function dialectMessages(): string {
  const rows = ALL.map((dialect) => [
    code(dialect.name),
    wire(asciiText(encodeSetup(dialect, SETUP))),
    wire(asciiText(firstProbe(dialect))),
    wire(dialect.bye.message) + (dialect.bye.connection === 'new' ? ' on a new connection' : ''),
    `${TOLD_APART[dialect.toldApart]}: ${dialect.sign}`,
    dialect.summary,
  ]);
  return table(['dialect', 'setup', 'first probe', 'termination', 'told apart', 'remarks'], rows);
}

/** What a server answers. */
export function dialectReplies(): string {
  const rows = ALL.map((dialect) => {
    const probe = firstProbe(dialect);
    const echo = encodeEcho(probe, { dialect, setup: SETUP }, dialect.probe.firstSequence);
    return [
      code(dialect.name),
      wire(dialect.status.ready),
      wire(asciiText(echo)),
      wire(dialect.status.closing),
      dialect.status.setupError.endsWith('\n') ? 'with LF' : 'without LF',
      words(dialect),
    ];
  });
  return table(['dialect', 'ready', 'first echo', 'closing', 'errors', 'words for rtt, throughput'], rows);
}

function words({ setup }: Dialect): string {
  return `${code(setup.typeWords.rtt)}, ${code(setup.typeWords.throughput)}`;
}

const ERROR_KINDS = ['setupError', 'measurementError', 'terminationError'] as const;
const ERROR_MEANING: Readonly<Record<(typeof ERROR_KINDS)[number], string>> = {
  setupError: 'the setup is refused',
  measurementError: 'the probe is refused',
  terminationError: 'the termination is refused',
};

/** The three error texts, and which dialects word them alike. */
export function statusTexts(): string {
  const families = Map.groupBy(ALL, ({ setup }) => setup.letter);
  const rows = ERROR_KINDS.flatMap((kind) =>
    [...families].map(([letter, [dialect]]) => [
      ERROR_MEANING[kind],
      `setups that begin with ${code(letter)}`,
      code((dialect?.status[kind] ?? '').trimEnd()),
    ]),
  );
  return table(['when', 'dialects', 'text'], rows);
}

/** Who tries what, in which order. */
export function dialectOrder(): string {
  const list = (names: readonly string[]): string => names.map(code).join(', ');
  const told = ALL.filter(({ toldApart }) => toldApart === 'option').map(({ name }) => name);
  return [
    `- A server that was told no dialect reads in this order: ${list(RECOGNISED_DIALECTS.map(({ name }) => name))}.`,
    `- Spoken by a server only when it was told so: ${list(told)}.`,
    `- A client that was told no dialect tries in this order: ${list(CLIENT_DIALECT_ORDER)}.`,
    '',
  ].join('\n');
}
