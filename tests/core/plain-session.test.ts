/** The client against any plain echo server (docs/spec/protocol.md 4, RFC 862). */
import { describe, expect, test } from 'vitest';
import { PlainSession } from '../../src/core/client/plain-session.ts';
import { bytes, pieces, text } from './ends.ts';

function probing(payloadBytes = 6): { session: PlainSession; message: string } {
  const session = new PlainSession(payloadBytes);
  session.begin();
  return { session, message: text(session.probe()) };
}

function receive(session: PlainSession, sent: string, sizes: readonly number[] = [4096]): void {
  let nowNs = 0n;
  for (const piece of pieces(sent, sizes)) {
    nowNs += 1n;
    session.handleBytes(bytes(piece), nowNs);
  }
}

describe('a plain echo server', () => {
  test('gets a line of the exact size, so that one that reads by lines answers too', () => {
    expect(probing(6).message).toBe('abcde\n');
    expect(probing(1).message).toBe('\n');
    expect(probing(1_000).message).toHaveLength(1_000);
  });

  test.each([[[4096]], [[1]], [[2, 3]]])('is measured when its echo comes in pieces of %j', (sizes) => {
    const { session, message } = probing();
    for (let i = 0; i < 3; i++) {
      receive(session, message, sizes);
      expect(session.failure).toBeUndefined();
      expect(session.state).toBe('measurement');
      session.probe();
    }
  });

  test('is stamped at the arrival of the last byte', () => {
    const { session, message } = probing();
    receive(session, message, [1]);
    expect(session.arrivedNs).toBe(BigInt(message.length));
  });

  test.each([[[4096]], [[1]]])(
    'that leaves between two probes has sent nothing more, and not once more what it sent in pieces of %j',
    (sizes) => {
      const { session, message } = probing();
      receive(session, message, sizes);
      session.handleEnd();
      expect(session.failure).toMatchObject({
        message: 'the server closed the connection',
        received: 'nothing',
      });
    },
  );

  test('owes no answer to a goodbye', () => {
    const { session, message } = probing();
    receive(session, message);
    expect(session.terminate()).toBeUndefined();
    session.handleEnd();
    expect(session.failure).toBeUndefined();
    expect(session.deadlineNs()).toBeUndefined();
  });
});

describe('a server that is no plain echo server', () => {
  test.each([
    ['changes a byte', 'abcdE\n'],
    ['sends more than it got', 'abcde\nabcde\n'],
    ['refuses', '404 ERROR: Invalid Connection Setup Message\n'],
  ])('is named when it %s', (_what, answer) => {
    for (const sizes of [[4096], [1]]) {
      const { session } = probing();
      receive(session, answer, sizes);
      expect(session.failure?.code).toBe('peer');
      expect(session.failure?.expected).toBe('abcde\\n');
      expect(session.state).toBe('closed');
    }
  });

  test('is named when it speaks unasked', () => {
    const session = new PlainSession(6);
    session.begin();
    receive(session, 'welcome\n');
    expect(session.failure).toMatchObject({ code: 'peer', received: 'welcome\\n' });
  });

  test('is named when it closes in the middle of an echo', () => {
    const { session } = probing();
    receive(session, 'abc');
    session.handleEnd();
    expect(session.failure).toMatchObject({ code: 'peer', received: 'abc' });
  });

  test('is given up with a count of what came back', () => {
    const { session } = probing();
    receive(session, 'abc');
    session.timeOut(250);
    expect(session.failure?.code).toBe('timeout');
    expect(session.failure?.message).toContain('250 ms');
    expect(session.failure?.message).toContain('3 of 6 bytes');
    receive(session, 'de\n');
    expect(session.state).toBe('closed');
  });
});
