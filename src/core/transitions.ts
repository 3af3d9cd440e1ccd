/**
 * The session's states and the messages that move it, as data. The table does not know which side it
 * plays: client and server hold themselves, and each other, to the same rows. Documents and diagrams are
 * generated from it. It says WHEN a message may be sent, never what it looks like (decode, encode).
 */

export type SessionState =
  | 'setup'
  | 'setup-answer'
  | 'measurement'
  | 'echo'
  | 'residence-answer'
  | 'termination-answer'
  | 'closed';

export type MessageKind =
  | 'setup'
  | 'ready'
  | 'setup-error'
  | 'probe'
  | 'echo'
  | 'measurement-error'
  | 'residence-question'
  | 'residence-answer'
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
  'measurement-error': 'server',
  'residence-question': 'client',
  'residence-answer': 'server',
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
  'residence-answer': 'the server owes the residences that were asked for',
  'termination-answer': 'the server owes its answer to the termination',
  closed: 'nothing more is sent; the server closes the connection',
};

export const TRANSITIONS: Readonly<
  Record<SessionState, Readonly<Partial<Record<MessageKind, SessionState>>>>
> = {
  setup: { setup: 'setup-answer', termination: 'termination-answer' },
  'setup-answer': { ready: 'measurement', 'setup-error': 'closed' },
  measurement: {
    probe: 'echo',
    setup: 'setup-answer',
    'residence-question': 'residence-answer',
    termination: 'termination-answer',
    'measurement-error': 'closed',
  },
  echo: { echo: 'measurement', 'measurement-error': 'closed' },
  'residence-answer': { 'residence-answer': 'measurement', 'measurement-error': 'closed' },
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
  {
    state: 'measurement',
    message: 'residence-question',
    condition: 'only when the extension `+stamps` was agreed',
  },
];

/** The state after `message`, or undefined when it may not be sent in `state`. */
export function nextState(state: SessionState, message: MessageKind): SessionState | undefined {
  return TRANSITIONS[state][message];
}
