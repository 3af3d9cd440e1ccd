/** The lines of a load, and what looks like one and is none. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_LOAD_LINE_BYTES } from '../../../src/core/limits.ts';
import {
  encodeAnswer,
  encodeDataHead,
  encodeMessage,
  encodeQuestion,
  encodeTurn,
  LOAD_ERROR,
  MAX_DATA_BYTES,
  readAnswer,
  readDataHead,
  readMessage,
  readQuestion,
  readTurn,
} from '../../../src/core/load/load-messages.ts';
import { answerArb, messageArb, questionArb, turnArb } from './load-arbitraries.ts';

const KEY = '00112233445566778899aabbccddeeff';

function lineOf(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('latin1');
  expect(text).toMatch(/^[ -~]+\n$/);
  expect(bytes.length).toBeLessThanOrEqual(MAX_LOAD_LINE_BYTES);
  return text.slice(0, -1);
}

test('whatever is asked is understood as it was meant', () => {
  fc.assert(
    fc.property(questionArb, (question) => {
      expect(readQuestion(lineOf(encodeQuestion(question)))).toEqual(question);
    }),
  );
});

test('whatever is granted is understood as it was meant', () => {
  fc.assert(
    fc.property(answerArb, (answer) => {
      expect(readAnswer(lineOf(encodeAnswer(answer)))).toEqual(answer);
    }),
  );
});

test('whatever is said of a turn is understood as it was meant', () => {
  fc.assert(
    fc.property(turnArb, (turn) => {
      expect(readTurn(lineOf(encodeTurn(turn)))).toEqual(turn);
    }),
  );
});

test('who asked for a turn and has to go hears how many come before; who did not hears what he always heard', () => {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
  expect(text(encodeAnswer({ kind: 'wait', afterMs: 5, before: 2 }))).toBe(
    '200 OK: Turn 5 2\n200 OK: Wait 5\n',
  );
  expect(text(encodeAnswer({ kind: 'wait', afterMs: 5 }))).toBe('200 OK: Wait 5\n');
});

test('whatever is said is understood as it was meant', () => {
  fc.assert(
    fc.property(messageArb, (message) => {
      expect(readMessage(lineOf(encodeMessage(message)))).toEqual(message);
    }),
  );
});

test('the line before data tells its length', () => {
  for (const bytes of [1, 2_048, MAX_DATA_BYTES]) {
    expect(readDataHead(lineOf(encodeDataHead(bytes)))).toBe(bytes);
  }
});

describe('what is nearly a message is none', () => {
  test.each([
    '',
    'm',
    'm ',
    'm 01',
    'm -1',
    'm +1',
    'm 1.0',
    'm 1e3',
    'm  1',
    'm 1 ',
    'm 1 2',
    'm 1\r',
    'M 1',
    'm 1000000000',
    'a 1',
    'a 1 2 3',
    'k 1 2',
    'r 1 2',
    'r 1 2 3 4',
    'e',
    'b ',
    'e 1000000000000000',
    'x',
    'x later',
    'x time 1',
    'x TIME',
    'y 1',
    'd 5',
    '__proto__',
  ])('%j', (text) => {
    expect(readMessage(text)).toBeUndefined();
  });

  test.each(['d', 'd 0', 'd 01', `d ${MAX_DATA_BYTES + 1}`, 'd 1 ', 'd 1 2', 'd -1', 'D 1'])('%j', (text) => {
    expect(readDataHead(text)).toBeUndefined();
  });

  test.each([
    'l',
    'l ',
    'l new',
    'l new 1 2',
    'l new 0 0 1',
    'l new 1 0 0',
    'l new 1 0 1 1',
    'l NEW 1 0 1',
    'l turn',
    'l turn 1 0 1',
    'l turn 1 0 0 1',
    'l turn -1 1 0 1',
    'l turn 01 1 0 1',
    'l turn 1 1 0 1 1',
    'l turns 1 1 0 1',
    `l ${KEY.slice(1)}`,
    `l ${KEY}0`,
    `l ${KEY.toUpperCase()}`,
    `l ${KEY} 1`,
    `m ${KEY}`,
  ])('%j', (text) => {
    expect(readQuestion(text)).toBeUndefined();
  });

  test.each([
    LOAD_ERROR.trimEnd(),
    '200 OK: Ready +load',
    '200 OK: Load',
    `200 OK: Load ${KEY}`,
    `200 OK: Load ${KEY} 1 0`,
    `200 OK: Load ${KEY} 0 0 1`,
    `200 OK: Load ${KEY} 1 0 1 1`,
    `200 OK: Load new 1 0 1`,
    '200 OK: Wait',
    '200 OK: Wait 1 2',
    '200 OK: Wait -1',
  ])('%j', (text) => {
    expect(readAnswer(text)).toBeUndefined();
  });

  test.each([
    '200 OK: Turn',
    '200 OK: Turn 1',
    '200 OK: Turn 1 2 3',
    '200 OK: Turn 01 2',
    '200 OK: Turn -1 2',
    '200 OK: Turn 1 2 ',
    '200 OK: Wait 1',
    '200 ok: Turn 1 2',
    'Turn 1 2',
  ])('%j', (text) => {
    expect(readTurn(text)).toBeUndefined();
  });
});
