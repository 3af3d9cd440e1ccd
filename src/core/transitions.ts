/**
 * The session's states and the messages that move it, as data. The table does not know which side it
 * plays: client and server hold themselves, and each other, to the same rows. Documents and diagrams are
 * generated from it, and the rows of extensions are made of theirs. It says WHEN a message may be sent, never what
 * it looks like (decode, encode).
 */

import { EcholotError } from './errors.ts';
import {
  EXCHANGES,
  type ExtensionAnswer,
  type ExtensionMeanwhile,
  type ExtensionQuestion,
  type ExtensionRefusal,
} from './wire/extensions.ts';

export type SessionState =
  | 'setup'
  | 'setup-answer'
  | 'measurement'
  | 'echo'
  | ExtensionAnswer
  | ExtensionMeanwhile
  | 'load'
  | 'termination-answer'
  | 'closed';

export type MessageKind =
  | 'setup'
  | 'ready'
  | 'setup-error'
  | 'probe'
  | 'echo'
  | 'measurement-error'
  | ExtensionQuestion
  | ExtensionAnswer
  | ExtensionRefusal
  | ExtensionMeanwhile
  | 'termination'
  | 'closing'
  | 'termination-error';

/** Who sends a message of each kind. */
export const SENDER: Readonly<Record<MessageKind, 'client' | 'server'>> = {
  setup: 'client',
  ready: 'server',
  'setup-error': 'server',
  probe: 'client',
  echo: 'server',
  ...byExtension<ExtensionQuestion, 'client'>(({ question }) => [question.kind, 'client']),
  ...byExtension<ExtensionAnswer, 'server'>(({ answer }) => [answer.kind, 'server']),
  ...byExtension<ExtensionRefusal, 'server'>(({ refusal }) => [refusal.kind, 'server']),
  ...whileWaiting<'server'>(() => 'server'),
  termination: 'client',
  closing: 'server',
  'termination-error': 'server',
};

/** For each state, what it waits for, in words. */
export const STATE_MEANING: Readonly<Record<SessionState, string>> = {
  setup: 'connected; the client owes a setup message',
  'setup-answer': 'the server owes its verdict on the setup',
  measurement: 'the client may send a probe, or terminate',
  echo: 'a probe is under way; the server owes its echo',
  ...byExtension<ExtensionAnswer, string>(({ answer }) => [answer.kind, answer.meaning]),
  ...whileWaiting<string>(({ meanwhile }) => meanwhile.meaning),
  load: 'the connection belongs to a load: none of these messages is sent again',
  'termination-answer': 'the server owes its answer to the termination',
  closed: 'nothing more is sent; the server closes the connection',
};

type Row = Readonly<Partial<Record<MessageKind, SessionState>>>;
type ExchangeRow = (typeof EXCHANGES)[number];
type WaitingRow = Extract<ExchangeRow, { readonly meanwhile: { readonly kind: ExtensionMeanwhile } }>;

export const TRANSITIONS: Readonly<Record<SessionState, Row>> = {
  setup: { setup: 'setup-answer', termination: 'termination-answer' },
  'setup-answer': { ready: 'measurement', 'setup-error': 'closed' },
  measurement: {
    probe: 'echo',
    setup: 'setup-answer',
    ...byExtension<ExtensionQuestion, SessionState>(({ question, answer }) => [question.kind, answer.kind]),
    termination: 'termination-answer',
    'measurement-error': 'closed',
  },
  echo: { echo: 'measurement', 'measurement-error': 'closed' },
  ...byExtension<ExtensionAnswer, Row>((row) => [row.answer.kind, answeringRow(row)]),
  ...whileWaiting<Row>(answeringRow),
  load: {},
  'termination-answer': { closing: 'closed', 'termination-error': 'closed' },
  closed: {},
};

/** Conditions on the rows that depend on the dialect or an extension; without them the row does not exist. */
export const CONDITIONS: readonly { state: SessionState; message: MessageKind; condition: string }[] = [
  {
    state: 'setup',
    message: 'termination',
    condition: 'only in a dialect that says goodbye on a connection of its own (`literal-newline`)',
  },
  {
    state: 'measurement',
    message: 'setup',
    condition: 'only in a dialect with several setups a connection (`zero-based`), after the last probe',
  },
  ...EXCHANGES.map(({ word, question, comesFirst }) => ({
    state: 'measurement' as const,
    message: question.kind,
    condition: `only when the extension \`${word}\` was agreed${comesFirst ? ', once, before anything else but a termination' : ''}`,
  })),
];

/** The state after `message`, or undefined when it may not be sent in `state`. */
export function nextState(state: SessionState, message: MessageKind): SessionState | undefined {
  return TRANSITIONS[state][message];
}

/** The same for whoever moves a session, and sends nothing at the wrong time. @throws EcholotError */
export function stateAfter(state: SessionState, message: MessageKind): SessionState {
  const next = nextState(state, message);
  if (next === undefined) throw new EcholotError('internal', `${message} in state ${state}`);
  return next;
}

/** What may follow a question, and what is said until it is answered. */
function answeringRow({ answer, refusal, meanwhile }: ExchangeRow): Row {
  const waiting = meanwhile === undefined ? {} : { [meanwhile.kind]: meanwhile.kind };
  return { [answer.kind]: answer.next, [refusal.kind]: 'closed', ...waiting };
}

/** One entry for each exchange in which a client may have to wait. */
function whileWaiting<Value>(make: (row: WaitingRow) => Value): Record<ExtensionMeanwhile, Value> {
  const rows = EXCHANGES.filter((row): row is WaitingRow => row.meanwhile !== undefined);
  return Object.fromEntries(rows.map((row) => [row.meanwhile.kind, make(row)])) as Record<
    ExtensionMeanwhile,
    Value
  >;
}

/** One entry for each exchange of an extension, of which the table knows no more than its row. */
function byExtension<Key extends string, Value>(
  entryOf: (row: (typeof EXCHANGES)[number]) => readonly [Key, Value],
): Record<Key, Value> {
  return Object.fromEntries(EXCHANGES.map(entryOf)) as Record<Key, Value>;
}
