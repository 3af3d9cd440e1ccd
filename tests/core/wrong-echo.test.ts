/** Whoever wrote a server that echoes nearly right is told what is wrong with it. */
import { describe, expect, test } from 'vitest';
import { adviceOnEcho, adviceOnFirstNumber } from '../../src/core/client/wrong-echo.ts';
import { DIALECTS, type DialectName } from '../../src/core/wire/dialects.ts';
import { bytes, ClientEnd } from './ends.ts';

function adviceOn(received: string, message: string, name: DialectName): string | undefined {
  const sent = { dialect: DIALECTS[name], message: bytes(message), payloadBytes: 10 };
  return adviceOnEcho(bytes(received), sent);
}

const SIZE_FIRST = 'm abcdefghij 1\n';
const PROBES_FIRST = 'm 1 abcdefghij\n';

describe('an echo that is nearly right', () => {
  test.each([
    ['size-first', SIZE_FIRST, 'm abcdefghij 1', 'but its newline'],
    ['size-first', SIZE_FIRST, 'm abcdefghij\n', 'lacks its number'],
    ['size-first', SIZE_FIRST, 'm abcdefghij\r\n', 'lacks its number'],
    ['size-first', SIZE_FIRST, 'abcdefghij 1\n', 'lacks the "m"'],
    ['size-first', SIZE_FIRST, 'm abcdefgh', '--dialect sample'],
    ['size-first', SIZE_FIRST, 'm abcdefgh404 ERROR', '--dialect sample'],
    ['probes-first', PROBES_FIRST, 'm 1 abcdefghij', 'but its newline'],
    ['probes-first', PROBES_FIRST, 'm abcdefghij\n', 'lacks its number'],
    ['probes-first', PROBES_FIRST, '1 abcdefghij\n', 'lacks the "m"'],
    ['probes-first', PROBES_FIRST, 'm 1 abcdef\n', 'breaks off after 10 bytes'],
  ] as const)('of %s (%j) says what is missing: %j', (name, message, received, words) => {
    expect(adviceOn(received, message, name)).toContain(words);
  });

  test.each(['', 'm abc', 'm abcdefghiX 1\n', 'm abcdefghXX 1\n', 'm abcdefghij 1 and more\n', 'hello\n'])(
    'is not guessed at where it is like no known mistake: %j',
    (received) => {
      expect(adviceOn(received, SIZE_FIRST, 'size-first')).toBeUndefined();
    },
  );

  test('is told in the error of the session', () => {
    const client = ClientEnd.measuring('size-first');
    client.receive('m abcde\n');
    expect(client.failure?.advice).toContain('lacks its number');
  });
});

test.each([
  ['size-first', 'Try --dialect sample;'],
  ['probes-first', 'Try --dialect zero-based or --dialect lower-size-first;'],
  ['hello', 'Try another --dialect;'],
] as const)(
  'a first number that is refused leads to the dialects that count otherwise: %s',
  (name, words) => {
    expect(adviceOnFirstNumber(DIALECTS[name])).toContain(words);
  },
);
