/** The extension `+token` as a server's session answers it: docs/spec/protocol.md 18. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_TOKEN_BYTES } from '../../../src/core/limits.ts';
import { TOKEN_REFUSALS, type TokenDesk, type TokenVerdict } from '../../../src/core/token/token-desk.ts';
import { DIALECT_NAMES, DIALECTS } from '../../../src/core/wire/dialects.ts';
import { ServerEnd } from '../ends.ts';

const NONCE = '00112233445566778899aabbccddeeff';
const SETUP = 's RTT 5 2 0 +token\n';
const READY = `200 OK: Ready +token ${NONCE}\n`;
const SHOWN = 'k a.b.c signature\n';
const BAD_SETUP = '404 ERROR: Invalid Connection Setup Message\n';
const BAD_MEASUREMENT = '404 ERROR: Invalid Measurement Message\n';
const BAD_TERMINATION = '404 ERROR: Invalid Connection Termination Message\n';

class Desk implements TokenDesk {
  readonly nonce = NONCE;
  readonly asked: string[][] = [];
  private readonly verdicts: TokenVerdict[];

  constructor(...verdicts: TokenVerdict[]) {
    this.verdicts = verdicts;
  }

  answer(...asked: string[]): TokenVerdict {
    this.asked.push(asked);
    return this.verdicts.shift() ?? { accepted: 'lab' };
  }
}

function serving(tokenDesk = new Desk(), setup = SETUP, ready = READY): ServerEnd {
  const server = new ServerEnd('auto', { tokenDesk });
  expect(server.feedInPieces(setup)).toBe(ready);
  return server;
}

describe('agreeing', () => {
  test('a server without tokens answers as one that has never heard of them', () => {
    const older = new ServerEnd('auto').feed('s RTT 5 2 0 +tokens\n');
    expect(new ServerEnd('auto').feed(SETUP)).toBe(older);
    expect(older).toBe(BAD_SETUP);
  });

  test('a client that shows none meets the server as it was, to the byte', () => {
    const session = 's RTT 5 2 0\nm hello 1\nm hello 2\nt\n';
    const answers = new ServerEnd('auto').feed(session);
    expect(new ServerEnd('auto', { tokenDesk: new Desk() }).feed(session)).toBe(answers);
    const server = new ServerEnd('auto', { tokenDesk: new Desk() });
    server.feed('s RTT 5 2 0\n');
    expect(server.feed(SHOWN)).toBe(BAD_MEASUREMENT);
  });

  test('no other dialect has the extension', () => {
    for (const name of DIALECT_NAMES) {
      if (name === 'size-first') continue;
      const { setup } = DIALECTS[name];
      const fields = [setup.letter, setup.typeWords.rtt, 20, 20, 0, '+token'];
      const server = new ServerEnd(name, { tokenDesk: new Desk() });
      expect(server.feed(fields.join(setup.separator) + setup.end)).toMatch(/^404 ERROR.*Invalid/);
    }
  });

  test('the number that proves it is the last word, whatever else was agreed on', () => {
    serving(
      new Desk(),
      's RTT 5 2 0 +token +stamps\n',
      `200 OK: Ready +stamps +waits +busy +token ${NONCE}\n`,
    );
  });
});

describe('a token that is good', () => {
  test('is answered with its name, and the measurement goes on as any other', () => {
    const desk = new Desk();
    const server = serving(desk);
    expect(server.feedInPieces(SHOWN)).toBe('200 OK: Token lab\n');
    expect(desk.asked).toEqual([['a.b.c', 'signature', 's RTT 5 2 0 +token']]);
    expect(server.feed('m hello 1\nm hello 2\n')).toBe('m hello 1\nm hello 2\n');
    expect(server.feed('t\n')).toBe('200 OK: Closing Connection\n');
    expect(server.ending).toMatchObject({ reason: 'terminated', probesEchoed: 2 });
  });

  test('may be longer than any probe of its session', () => {
    const desk = new Desk();
    const token = 'a'.repeat(MAX_TOKEN_BYTES);
    const signature = 'b'.repeat(86);
    expect(serving(desk).feedInPieces(`k ${token} ${signature}\r\n`, [1_000])).toBe('200 OK: Token lab\n');
    expect(desk.asked[0]?.slice(0, 2)).toEqual([token, signature]);
  });

  test('is proved with the setup as it was sent, without its line end', () => {
    const desk = new Desk();
    serving(desk, 's TTPUT 5 2 0.0 +token\r\n').feed(SHOWN);
    expect(desk.asked[0]?.[2]).toBe('s TTPUT 5 2 0.0 +token');
  });

  test('goes before what other extensions ask', () => {
    const desk = new Desk();
    const server = serving(
      desk,
      's RTT 5 2 0 +stamps +token\n',
      `200 OK: Ready +stamps +waits +busy +token ${NONCE}\n`,
    );
    expect(server.feed(SHOWN)).toBe('200 OK: Token lab\n');
    server.feed('m hello 1\n');
    expect(server.feed('r 0 1\n')).toBe('200 OK: Residence application -\n');
  });
});

describe('a token that is not good', () => {
  test.each(TOKEN_REFUSALS)('is refused as %s, and the connection is over', (refused) => {
    const server = serving(new Desk({ refused }));
    expect(server.feed(`${SHOWN}m hello 1\n`)).toBe(`404 ERROR: Token ${refused}\n`);
    expect(server.session.isClosed).toBe(true);
    expect(server.ending).toMatchObject({ reason: 'refused-token', detail: refused, probesEchoed: 0 });
  });

  test.each([
    'k\n',
    'k \n',
    'k a.b.c\n',
    'k a.b.c \n',
    'k  a.b.c signature\n',
    'k a.b.c signature more\n',
    'k a\x1b[2J b\n',
    'kill\n',
  ])('without its form is malformed: %j', (shown) => {
    const desk = new Desk();
    const server = serving(desk);
    expect(server.feed(shown)).toBe('404 ERROR: Token malformed\n');
    expect(desk.asked).toEqual([]);
  });

  test('is refused where the line has no end within its bound', () => {
    const server = serving();
    expect(server.feedInPieces(`k ${'a'.repeat(3_000)}`, [700])).toBe(BAD_MEASUREMENT);
    expect(server.session.isClosed).toBe(true);
  });
});

describe('whoever has announced a token and does not show it', () => {
  test.each([
    ['probes', SETUP, READY, 'm hello 1\n'],
    [
      'asks for residences',
      's RTT 5 2 0 +stamps +token\n',
      `200 OK: Ready +stamps +waits +busy +token ${NONCE}\n`,
      'r 0 1\n',
    ],
    ['sets up again', SETUP, READY, SETUP],
  ])('and %s instead breaks the rules of a measurement', (_, setup, ready, message) => {
    const server = serving(new Desk(), setup, ready);
    expect(server.feed(message)).toBe(BAD_MEASUREMENT);
    expect(server.ending?.detail).toMatch(/^instead of a token: /);
  });

  test('may leave as any other', () => {
    expect(serving().feed('t\n')).toBe('200 OK: Closing Connection\n');
    expect(serving().feed('time\n')).toBe(BAD_TERMINATION);
  });

  test('is not waited for longer than for any message', () => {
    const server = serving();
    server.wake(server.session.deadlineNs() as bigint);
    expect(server.ending?.reason).toBe('idle-timeout');
  });
});

test('the bytes may come in any pieces', () => {
  const session = `${SETUP}${SHOWN}m hello 1\n`;
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }), (sizes) => {
      const server = new ServerEnd('auto', { tokenDesk: new Desk() });
      const answer = server.feedInPieces(session, sizes) + server.settle();
      expect(answer).toBe(`${READY}200 OK: Token lab\nm hello 1\n`);
    }),
  );
});
