/** A token before a load: how a client opens such a connection, and what a server makes of it. */
import { expect, test } from 'vitest';
import { LoadGreeting } from '../../../src/core/load/load-greeting.ts';
import type { LoadAnswer } from '../../../src/core/load/load-messages.ts';
import type { TokenVerdict } from '../../../src/core/token/token-desk.ts';
import { bytes, ServerEnd, text } from '../ends.ts';

const NONCE = '00112233445566778899aabbccddeeff';
const KEY = 'ffeeddccbbaa99887766554433221100';
const TERMS = { durationMs: 1_000, bitsPerSecond: 0, streams: 1 };
const HOLDER = {
  token: 'a.b.c',
  prove: (nonce: string, setupLine: string) => `${nonce}.${setupLine.length}`,
};

function served(verdict: TokenVerdict): ServerEnd {
  return new ServerEnd('auto', {
    desk: { answer: (): LoadAnswer => ({ kind: 'granted', key: KEY, ...TERMS }) },
    tokenDesk: { nonce: NONCE, answer: () => verdict },
  });
}

function greet(server: ServerEnd, holder: typeof HOLDER | undefined): LoadGreeting & { said: string[] } {
  const greeting = Object.assign(new LoadGreeting({ kind: 'new', ...TERMS }, holder), {
    said: [] as string[],
  });
  let next: Uint8Array | undefined = greeting.begin();
  while (next !== undefined) {
    greeting.said.push(text(next));
    next = greeting.handleBytes(bytes(server.feed(text(next))));
  }
  return greeting;
}

test('a load is granted once its token was taken', () => {
  const server = served({ accepted: 'lab' });
  const greeting = greet(server, HOLDER);
  expect(greeting.answer).toMatchObject({ kind: 'granted', key: KEY });
  expect(greeting.said).toEqual(['s RTT 1 1 0 +load +token\n', `k a.b.c ${NONCE}.24\n`, 'l new 1000 0 1\n']);
});

test('a load whose token is refused is none, and says why', () => {
  const greeting = greet(served({ refused: 'revoked' }), HOLDER);
  expect(greeting.answer).toBeUndefined();
  expect(greeting.failure?.message).toContain('refused the token (revoked)');
});

test('a load without a token is asked for as it was', () => {
  expect(greet(served({ accepted: 'lab' }), undefined).said).toEqual([
    's RTT 1 1 0 +load\n',
    'l new 1000 0 1\n',
  ]);
});

test('a load may not be asked for before the token that was announced', () => {
  const server = served({ accepted: 'lab' });
  server.feed('s RTT 1 1 0 +load +token\n');
  expect(server.feed('l new 1000 0 1\n')).toBe('404 ERROR: Invalid Measurement Message\n');
});

test('a server that takes loads and no tokens is told apart', () => {
  const greeting = new LoadGreeting({ kind: 'new', ...TERMS }, HOLDER);
  greeting.begin();
  greeting.handleBytes(bytes('200 OK: Ready +load\n'));
  expect(greeting.failure?.message).toContain('knows no tokens');
});
