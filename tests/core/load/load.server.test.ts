/** The extension `+load` as a server's session answers it: docs/spec/protocol.md 16. */
import { describe, expect, test } from 'vitest';
import type { LoadDesk } from '../../../src/core/load/load-desk.ts';
import { LOAD_ERROR, type LoadAnswer, type LoadQuestion } from '../../../src/core/load/load-messages.ts';
import type { ServerSessionEvent } from '../../../src/core/server/server-events.ts';
import { DIALECT_NAMES, DIALECTS } from '../../../src/core/wire/dialects.ts';
import { Budget, bytes, ServerEnd, text } from '../ends.ts';

const SETUP = 's RTT 1 1 0 +load\n';
const READY = '200 OK: Ready +load\n';
const BAD_SETUP = '404 ERROR: Invalid Connection Setup Message\n';
const KEY = '00112233445566778899aabbccddeeff';
const GRANTED = `200 OK: Load ${KEY} 20000 0 8\n`;

class Desk implements LoadDesk {
  readonly asked: LoadQuestion[] = [];
  private readonly says: LoadAnswer | undefined;

  constructor(
    says: LoadAnswer | undefined = {
      kind: 'granted',
      key: KEY,
      durationMs: 20_000,
      bitsPerSecond: 0,
      streams: 8,
    },
  ) {
    this.says = says;
  }

  answer(question: LoadQuestion): LoadAnswer | undefined {
    this.asked.push(question);
    return this.says;
  }
}

function serving(desk = new Desk(), budget = new Budget(1_000)): ServerEnd {
  const server = new ServerEnd('auto', { desk, budget });
  expect(server.feedInPieces(SETUP)).toBe(READY);
  return server;
}

function leaving({ events }: ServerEnd): Extract<ServerSessionEvent, { kind: 'load' }> | undefined {
  return events.find((event) => event.kind === 'load');
}

describe('agreeing', () => {
  test('a server without loads answers as one that has never heard of them', () => {
    const older = new ServerEnd('auto').feed('s RTT 1 1 0 +loads\n');
    expect(new ServerEnd('auto').feed(SETUP)).toBe(older);
    expect(older).toBe(BAD_SETUP);
  });

  test('a client that asks for none meets the server as it was', () => {
    const server = new ServerEnd('auto', { desk: new Desk() });
    expect(server.feed('s RTT 5 1 0\n')).toBe('200 OK: Ready\n');
    expect(server.feed('l new 1 0 1\n')).toBe('404 ERROR: Invalid Measurement Message\n');
    expect(server.ending).toMatchObject({ reason: 'invalid-measurement' });
  });

  test('no other dialect has the extension', () => {
    for (const name of DIALECT_NAMES) {
      if (name === 'size-first') continue;
      const { setup } = DIALECTS[name];
      const fields = [setup.letter, setup.typeWords.rtt, 20, 20, 0, '+load'];
      const server = new ServerEnd(name, { desk: new Desk() });
      expect(server.feed(fields.join(setup.separator) + setup.end)).toMatch(/^404 ERROR.*Invalid/);
    }
  });

  test('both extensions can be agreed on', () => {
    const server = new ServerEnd('auto', { desk: new Desk() });
    expect(server.feed('s RTT 5 3 0 +stamps +load\n')).toBe('200 OK: Ready +stamps +waits +busy +load\n');
    server.feed('m hello 1\n');
    expect(server.feed('r 0 1\n')).toBe('200 OK: Residence application -\n');
    expect(server.feed('l new 1 0 1\n')).toBe(GRANTED);
  });

  test('a client that agreed and then measures is served', () => {
    const server = serving();
    expect(server.feed('m a 1\n')).toBe('m a 1\n');
    expect(server.feed('t\n')).toBe('200 OK: Closing Connection\n');
  });
});

describe('a question that is granted', () => {
  test.each(['\n', '\r\n'])('is answered whole or in pieces, with %j at its end', (end) => {
    const desk = new Desk();
    expect(serving(desk).feedInPieces(`l new 20000 0 8${end}`)).toBe(GRANTED);
    expect(serving(desk).feed(`l ${KEY}${end}`)).toBe(GRANTED);
    expect(desk.asked).toEqual([
      { kind: 'new', durationMs: 20_000, bitsPerSecond: 0, streams: 8 },
      { kind: 'join', key: KEY },
    ]);
  });

  test('makes the connection that of the load, with all that came behind it', () => {
    const server = serving();
    const chunk = bytes('l new 20000 0 8\nm 1\nm');
    server.session.handleBytes(chunk, 0n);
    expect(server.drain()).toBe(GRANTED);
    expect(text(leaving(server)!.rest)).toBe('m 1\nm');
    expect(leaving(server)?.peerEnded).toBe(false);
    expect(server.session.isClosed).toBe(true);
    expect(server.session.deadlineNs()).toBeUndefined();
  });

  test('may come with the setup, and with the end of what the client sends', () => {
    const server = new ServerEnd('auto', { desk: new Desk() });
    expect(server.feed(`${SETUP}l ${KEY}\nm 1\n`)).toBe(READY);
    expect(server.end()).toBe('');
    expect(server.settle()).toBe(GRANTED);
    expect(text(leaving(server)!.rest)).toBe('m 1\n');
    expect(leaving(server)?.peerEnded).toBe(true);
  });

  test('gives back the memory that the setup had reserved', () => {
    const budget = new Budget(1_000);
    const server = serving(new Desk(), budget);
    expect(budget.heldBytes).toBe(1);
    server.feed('l new 20000 0 8\n');
    expect(budget.heldBytes).toBe(0);
    server.session.handleLost('gone');
    expect(budget.heldBytes).toBe(0);
  });

  test('is the last that the session does: whatever follows belongs to the load', () => {
    const server = serving();
    server.feed('l new 20000 0 8\n');
    expect(server.feed('m a 1\nt\n')).toBe('');
    expect(server.end()).toBe('');
    server.session.cut('shutdown');
    server.drain();
    expect(server.ending).toBeUndefined();
  });
});

describe('a question that is not', () => {
  test('hears how long to wait, and the connection closes in good order', () => {
    const server = serving(new Desk({ kind: 'wait', afterMs: 14_000 }));
    expect(server.feed('l new 20000 0 8\n')).toBe('200 OK: Wait 14000\n');
    expect(server.session.isClosed).toBe(true);
    expect(server.ending).toMatchObject({ reason: 'terminated', detail: 'another load is under way' });
    expect(leaving(server)).toBeUndefined();
  });

  test('for a load that nobody knows is refused', () => {
    const server = serving({ asked: [], answer: () => undefined } as unknown as Desk);
    expect(server.feed(`l ${KEY}\n`)).toBe(LOAD_ERROR);
    expect(server.ending).toMatchObject({ reason: 'invalid-measurement' });
  });

  test.each(['l\n', 'l new\n', 'l new 0 0 8\n', 'l new 20000 0 8 \n', 'l 1234\n', 'l \x1b[2J\n', 'load\n'])(
    '%j is none, asks nobody, and is told in the log',
    (question) => {
      const desk = new Desk();
      const server = serving(desk);
      expect(server.feedInPieces(question)).toBe(LOAD_ERROR);
      expect(server.ending?.detail).toMatch(/^no question for a load: [ -~]+$/);
      expect(desk.asked).toEqual([]);
    },
  );

  test('of more bytes than any is refused, too', () => {
    const server = serving();
    expect(server.feed('l'.repeat(200))).toBe('404 ERROR: Invalid Measurement Message\n');
  });
});
