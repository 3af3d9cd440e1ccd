/** The state table against docs/spec/protocol.md 5, typed out: a row too many lets a peer do what it must not. */
import { describe, expect, test } from 'vitest';
import {
  CONDITIONS,
  type MessageKind,
  nextState,
  SENDER,
  type SessionState,
  STATE_MEANING,
  TRANSITIONS,
} from '../../src/core/transitions.ts';

const LISTED: readonly (readonly [SessionState, MessageKind, SessionState])[] = [
  ['setup', 'setup', 'setup-answer'],
  ['setup', 'termination', 'termination-answer'],
  ['setup-answer', 'ready', 'measurement'],
  ['setup-answer', 'setup-error', 'closed'],
  ['measurement', 'probe', 'echo'],
  ['measurement', 'setup', 'setup-answer'],
  ['measurement', 'residence-question', 'residence-answer'],
  ['measurement', 'load-question', 'load-answer'],
  ['measurement', 'token-question', 'token-answer'],
  ['measurement', 'termination', 'termination-answer'],
  ['measurement', 'measurement-error', 'closed'],
  ['echo', 'echo', 'measurement'],
  ['echo', 'measurement-error', 'closed'],
  ['residence-answer', 'residence-answer', 'measurement'],
  ['residence-answer', 'measurement-error', 'closed'],
  ['load-answer', 'load-answer', 'load'],
  ['load-answer', 'load-refusal', 'closed'],
  ['load-answer', 'load-turn', 'load-turn'],
  ['load-turn', 'load-turn', 'load-turn'],
  ['load-turn', 'load-answer', 'load'],
  ['load-turn', 'load-refusal', 'closed'],
  ['token-answer', 'token-answer', 'measurement'],
  ['token-answer', 'token-refusal', 'closed'],
  ['termination-answer', 'closing', 'closed'],
  ['termination-answer', 'termination-error', 'closed'],
];

const SENDERS: readonly (readonly [MessageKind, 'client' | 'server'])[] = [
  ['setup', 'client'],
  ['probe', 'client'],
  ['residence-question', 'client'],
  ['load-question', 'client'],
  ['token-question', 'client'],
  ['termination', 'client'],
  ['ready', 'server'],
  ['setup-error', 'server'],
  ['echo', 'server'],
  ['residence-answer', 'server'],
  ['load-answer', 'server'],
  ['load-refusal', 'server'],
  ['load-turn', 'server'],
  ['token-answer', 'server'],
  ['token-refusal', 'server'],
  ['measurement-error', 'server'],
  ['closing', 'server'],
  ['termination-error', 'server'],
];

const STATES = Object.keys(TRANSITIONS) as SessionState[];
const MESSAGES = SENDERS.map(([message]) => message);

describe('every pair of state and message', () => {
  for (const state of STATES) {
    for (const message of MESSAGES) {
      const listed = LISTED.find(([from, kind]) => from === state && kind === message);
      const verdict = listed === undefined ? 'is refused' : `leads to ${listed[2]}`;
      test(`${message} in ${state} ${verdict}`, () => {
        expect(nextState(state, message)).toBe(listed?.[2]);
      });
    }
  }
});

describe('the shape of a session', () => {
  test('no state is dead: each can be reached from a fresh connection', () => {
    const reached = new Set<SessionState>(['setup']);
    for (const state of reached) {
      for (const next of Object.values(TRANSITIONS[state])) reached.add(next);
    }
    expect([...reached].sort()).toEqual([...STATES].sort());
  });

  test('no session can hang: the end, or another protocol, can be reached from each state', () => {
    const ending = new Set<SessionState>(['closed', 'load']);
    for (let grown = true; grown; ) {
      const before = ending.size;
      for (const state of STATES) {
        if (Object.values(TRANSITIONS[state]).some((next) => ending.has(next))) ending.add(state);
      }
      grown = ending.size > before;
    }
    expect([...ending].sort()).toEqual([...STATES].sort());
  });

  test.each(['closed', 'load'] as const)('nothing of the protocol follows %s', (state) => {
    expect(MESSAGES.filter((message) => nextState(state, message) !== undefined)).toEqual([]);
  });

  test('each error ends the session', () => {
    for (const state of STATES) {
      for (const message of ['setup-error', 'measurement-error', 'termination-error'] as const) {
        expect([undefined, 'closed']).toContain(nextState(state, message));
      }
    }
  });

  test('each message is in use: a kind nobody may send is a slip', () => {
    for (const message of MESSAGES) {
      expect(
        STATES.some((state) => nextState(state, message) !== undefined),
        message,
      ).toBe(true);
    }
  });
});

describe('whose turn it is', () => {
  test.each(SENDERS)('%s comes from the %s', (message, sender) => {
    expect(SENDER[message]).toBe(sender);
  });

  test('no kind of message is without a sender', () => {
    expect(Object.keys(SENDER).sort()).toEqual([...MESSAGES].sort());
  });

  test('while the server owes an answer the client may send nothing', () => {
    for (const state of [
      'setup-answer',
      'echo',
      'residence-answer',
      'load-answer',
      'load-turn',
      'termination-answer',
    ] as const) {
      const senders = Object.keys(TRANSITIONS[state]).map((message) => SENDER[message as MessageKind]);
      expect(new Set(senders), state).toEqual(new Set(['server']));
    }
  });

  test('while the client is to speak the server can only refuse', () => {
    for (const state of ['setup', 'measurement'] as const) {
      const byServer = Object.entries(TRANSITIONS[state]).filter(
        ([message]) => SENDER[message as MessageKind] === 'server',
      );
      for (const [message, next] of byServer) {
        expect(message).toMatch(/-error$/);
        expect(next).toBe('closed');
      }
    }
  });
});

describe('what the document says of the table', () => {
  test('every state is explained', () => {
    expect(Object.keys(STATE_MEANING).sort()).toEqual([...STATES].sort());
    for (const meaning of Object.values(STATE_MEANING)) expect(meaning).not.toBe('');
  });

  test('every condition is on a row that exists', () => {
    for (const { state, message, condition } of CONDITIONS) {
      expect(nextState(state, message), `${message} in ${state}`).toBeDefined();
      expect(condition).not.toBe('');
    }
  });

  test('the rows that only some dialects or an extension have are marked as such', () => {
    expect(CONDITIONS.map(({ state, message }) => [state, message])).toEqual([
      ['setup', 'termination'],
      ['measurement', 'setup'],
      ['measurement', 'residence-question'],
      ['measurement', 'load-question'],
      ['measurement', 'token-question'],
    ]);
  });
});
