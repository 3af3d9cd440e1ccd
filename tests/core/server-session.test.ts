/** The server's rules of docs/spec/protocol.md 5 to 12, and what real clients do that it must survive. */
import { describe, expect, test } from 'vitest';
import { DEFAULT_SESSION_LIMITS } from '../../src/core/limits.ts';
import { ServerEnd } from './ends.ts';

const READY = '200 OK: Ready\n';
const CLOSING = '200 OK: Closing Connection\n';
const BAD_SETUP = '404 ERROR: Invalid Connection Setup Message\n';
const BAD_PROBE = '404 ERROR: Invalid Measurement Message\n';
const BAD_BYE = '404 ERROR: Invalid Connection Termination Message\n';

function serving(setup = 's RTT 5 3 0\n'): ServerEnd {
  const server = new ServerEnd('auto');
  expect(server.feed(setup)).toBe(READY);
  return server;
}

describe('an invalid setup is refused, not guessed at', () => {
  const INVALID: readonly (readonly [fault: string, setup: string])[] = [
    ['a missing field', 's RTT 5 3\n'],
    ['no fields at all', 's\n'],
    ['only the letter and a blank', 's \n'],
    ['an extra field', 's RTT 5 3 0 1\n'],
    ['an extension that is not known', 's RTT 5 3 0 +more\n'],
    ['an extension in capitals', 's RTT 5 3 0 +STAMPS\n'],
    ['an extension with something behind it', 's RTT 5 3 0 +stamps1\n'],
    ['an extension twice', 's RTT 5 3 0 +stamps +stamps\n'],
    ['an extension without its delay', 's RTT 5 3 +stamps\n'],
    ['an extension and a blank', 's RTT 5 3 0 +stamps \n'],
    ['two blanks between fields', 's RTT  5 3 0\n'],
    ['a blank before the message', ' s RTT 5 3 0\n'],
    ['a blank after the message', 's RTT 5 3 0 \n'],
    ['an unknown type', 's PING 5 3 0\n'],
    ['a type in mixed case', 's Rtt 5 3 0\n'],
    ['a size of zero', 's RTT 0 3 0\n'],
    ['no probes', 's RTT 5 0 0\n'],
    ['a negative size', 's RTT -5 3 0\n'],
    ['a negative number of probes', 's RTT 5 -3 0\n'],
    ['a negative delay', 's RTT 5 3 -1\n'],
    ['a signed size', 's RTT +5 3 0\n'],
    ['a size that is no number', 's RTT abc 3 0\n'],
    ['probes that are no number', 's RTT 5 abc 0\n'],
    ['a delay that is no number', 's RTT 5 3 abc\n'],
    ['a size of NaN', 's RTT NaN 3 0\n'],
    ['a delay of NaN', 's RTT 5 3 NaN\n'],
    ['an infinite delay', 's RTT 5 3 Infinity\n'],
    ['a size with an exponent', 's RTT 1e3 3 0\n'],
    ['a delay with an exponent', 's RTT 5 3 1e-3\n'],
    ['a hexadecimal size', 's RTT 0x10 3 0\n'],
    ['a broken size', 's RTT 5.5 3 0\n'],
    ['a broken number of probes', 's RTT 5 3.0 0\n'],
    ['a delay with a comma', 's RTT 5 3 0,5\n'],
    ['a delay with two points', 's RTT 5 3 0.5.5\n'],
    ['a size of twenty digits', 's RTT 99999999999999999999 3 0\n'],
    ['an unknown phase letter', 'x RTT 5 3 0\n'],
    ['a capital phase letter', 'S RTT 5 3 0\n'],
    ['capital types between TABs', 's\tRTT\t5\t3\t0\n'],
    ['a mixture of blanks and TABs', 's rtt\t3 5 0\n'],
    ['a NUL in a number', 's RTT 5\0 3 0\n'],
    ['a probe before the setup', 'm hello 1\n'],
    ['a termination before the setup', 't\n'],
    ['an empty line', '\n'],
  ];

  test.each(INVALID)('%s', (_fault, setup) => {
    for (const answered of [new ServerEnd('auto').feed(setup), new ServerEnd('auto').feedInPieces(setup)]) {
      expect(answered).toBe(BAD_SETUP);
    }
  });

  test('the log says why, and the connection ends', () => {
    const server = new ServerEnd('auto');
    server.feed('s RTT 5 3\n');
    expect(server.session.isClosed).toBe(true);
    expect(server.session.deadlineNs()).toBeUndefined();
    expect(server.ending).toMatchObject({ reason: 'invalid-setup', probesEchoed: 0 });
    expect(server.ending?.detail).toContain('s RTT 5 3');
  });

  test('a first message without end is refused while it is still short', () => {
    const server = new ServerEnd('auto');
    expect(server.feedInPieces('s'.repeat(1024))).toBe(BAD_SETUP);
    expect(server.session.isClosed).toBe(true);
  });
});

describe('the limits of the server', () => {
  const limits = { maxPayloadBytes: 1000, maxProbes: 100, maxDelayNs: 2_000_000_000 };

  test.each([
    ['size', 's RTT 1001 100 2\n'],
    ['probes', 's RTT 1000 101 2\n'],
    ['delay', 's RTT 1000 100 2.000000001\n'],
  ])('a setup one over the limit of %s is refused', (_what, setup) => {
    const server = new ServerEnd('auto', { limits });
    expect(server.feed(setup)).toBe(BAD_SETUP);
    expect(server.ending?.detail).toMatch(/limit/);
    expect(server.budget.heldBytes).toBe(0);
  });

  test('a setup exactly at the limits is served', () => {
    expect(new ServerEnd('auto', { limits }).feed('s RTT 1000 100 2\n')).toBe(READY);
  });

  test.each(['s RTT 16777217 10 0\n', 's RTT 1000 1000001 0\n', 's RTT 1000 10 10.5\n'])(
    'the defaults refuse %j',
    (setup) => {
      expect(new ServerEnd('auto').feed(setup)).toBe(BAD_SETUP);
    },
  );
});

describe('the delay as it is understood and logged', () => {
  test.each([
    ['size-first', 's RTT 5 3 0.5\n', 500_000_000, 'seconds'],
    ['size-first', 's RTT 5 3 2\n', 2_000_000_000, 'seconds'],
    ['probes-first', 's rtt 3 5 500\n', 500_000_000, 'milliseconds'],
    ['probes-first', 's rtt 3 5 0.5\n', 500_000_000, 'seconds'],
    ['tabs', 's\trtt\t3\t5\t20\n', 20_000_000, 'milliseconds'],
    ['hello', 'h rtt 3 5 1.5\n', 1_500_000_000, 'seconds'],
  ] as const)('%s: %j', (_dialect, setup, delayNs, unit) => {
    const server = new ServerEnd('auto');
    server.feed(setup);
    for (const { delay } of server.setups) expect(delay).toEqual({ delayNs, unit });
  });

  test('an operator who knows the unit can fix it', () => {
    const seconds = new ServerEnd('auto', { delayUnit: 'seconds' });
    seconds.feed('s rtt 3 5 2\n');
    expect(seconds.setups[0]?.delay).toEqual({ delayNs: 2_000_000_000, unit: 'seconds' });
    const milliseconds = new ServerEnd('auto', { delayUnit: 'milliseconds' });
    milliseconds.feed('s RTT 5 3 0.5\n');
    expect(milliseconds.setups[0]?.delay).toEqual({ delayNs: 500_000, unit: 'milliseconds' });
  });

  test('all values of a setup are in its event', () => {
    const server = new ServerEnd('auto');
    server.feed('s TTPUT 2048 10 0\n');
    expect(server.setups).toEqual([
      { measurement: 'throughput', payloadBytes: 2048, probes: 10, delay: { delayNs: 0, unit: 'seconds' } },
    ]);
  });
});

describe('an invalid probe is refused and not echoed', () => {
  test.each([
    ['the sequence starts at 0', 'm hello 0\n'],
    ['the sequence starts at 2', 'm hello 2\n'],
    ['the sequence has a leading zero', 'm hello 01\n'],
    ['the sequence is no number', 'm hello one\n'],
    ['the sequence is missing', 'm hello\n'],
    ['the payload is a byte short', 'm hell 1\n'],
    ['the payload is a byte long', 'm helloo 1\n'],
    ['the payload is empty', 'm  1\n'],
    ['the fields are in the other order', 'm 1 hello\n'],
    ['the letter is a capital', 'M hello 1\n'],
    ['the blanks are TABs', 'm\thello\t1\n'],
    ['an LF comes too early', 'm he\n'],
    ['it is a second setup', 's RTT 5 3 0\n'],
    ['it is an empty line', '\n'],
    ['it is something else', 'hello\n'],
  ])('%s', (_fault, probe) => {
    for (const feed of ['feed', 'feedInPieces'] as const) {
      const server = serving();
      expect(server[feed](probe)).toBe(BAD_PROBE);
      expect(server.session.isClosed).toBe(true);
      expect(server.ending).toMatchObject({ reason: 'invalid-measurement', probesEchoed: 0 });
    }
  });

  test('a number repeated, or left out, in mid-run ends the run', () => {
    for (const next of ['m again 1\n', 'm thrid 3\n']) {
      const server = serving();
      server.feed('m hello 1\n');
      expect(server.feed(next)).toBe(BAD_PROBE);
      expect(server.ending?.probesEchoed).toBe(1);
    }
  });

  test('a probe past PROBES is not echoed', () => {
    const server = serving('s RTT 5 1 0\n');
    expect(server.feed('m hello 1\n')).toBe('m hello 1\n');
    expect(server.feed('m hello 2\n')).toBe(BAD_PROBE);
  });

  test('an early LF is answered at once: a client that miscounts does not hang', () => {
    const server = serving('s RTT 30000 3 0\n');
    expect(server.feed('m too short 1\n')).toBe(BAD_PROBE);
  });

  test('a probe without an LF is refused as soon as it is too long', () => {
    const server = serving();
    const probe = `m ${'a'.repeat(100)}`;
    expect(server.feedInPieces(probe)).toBe(BAD_PROBE);
    expect(server.ending?.detail).toContain('m aaaa');
  });

  test('of a long probe that is refused the log shows both ends: the number is at the end', () => {
    const server = serving('s RTT 1000 3 0\n');
    server.feed(`m ${'a'.repeat(1_000)} 7\n`);
    expect(server.ending?.detail).toMatch(/^instead of probe 1: m a+\.\.\.a+ 7\\n \(1005 bytes\)$/);
  });

  test('what follows a refused message is not answered', () => {
    const server = serving();
    expect(server.feed('m hello 2\nm hello 1\nt\n')).toBe(BAD_PROBE);
    expect(server.feed('t\n')).toBe('');
  });
});

describe('the goodbye', () => {
  test.each(['t\n', 't \n', 't\r\n', 't \r\n'])('%j is taken', (bye) => {
    const server = serving();
    expect(server.feedInPieces(bye)).toBe(CLOSING);
    expect(server.ending?.reason).toBe('terminated');
  });

  test.each(['tt\n', 't t\n', 'terminate\n', 't 1\n', 't\t\n'])('%j is refused as a goodbye', (bye) => {
    const server = serving();
    expect(server.feedInPieces(bye)).toBe(BAD_BYE);
    expect(server.ending?.reason).toBe('invalid-termination');
  });

  test('a client may stop before all its probes are done', () => {
    const server = serving();
    server.feed('m hello 1\n');
    expect(server.feed('t\n')).toBe(CLOSING);
    expect(server.ending).toMatchObject({ reason: 'terminated', probesEchoed: 1 });
  });

  test('an empty line after it does no harm, together or apart', () => {
    expect(serving().feed('t\n\n')).toBe(CLOSING);
    const server = serving();
    expect(server.feedInPieces('t\n\n')).toBe(CLOSING);
    expect(server.events.filter(({ kind }) => kind === 'end')).toHaveLength(1);
  });
});

describe('what real clients do', () => {
  test('a setup in one-byte pieces is understood', () => {
    expect(new ServerEnd('auto').feedInPieces('s RTT 5 3 0\n')).toBe(READY);
  });

  test.each([[[2]], [[3, 1]], [[4, 5, 1]], [[9, 1]]])('a probe in pieces of %j is echoed whole', (sizes) => {
    expect(serving().feedInPieces('m hello 1\n', sizes)).toBe('m hello 1\n');
  });

  test('the whole session in one chunk is answered in order', () => {
    const server = new ServerEnd('auto');
    expect(server.feed('s RTT 5 2 0\nm hello 1\nm world 2\nt\n')).toBe(
      `${READY}m hello 1\nm world 2\n${CLOSING}`,
    );
  });

  test.each([
    ['NUL bytes', '\0\0\0\0\0'],
    ['blanks', '     '],
    ['blanks and digits', '1 1 1'],
    ['bytes above ASCII', '\xff\xfe\x80\xc3\x28'],
    ['CR at its end', 'abcd\r'],
    ['a literal line end', 'abc\\n'],
    ['a termination', 't t t'],
  ])('a payload of %s comes back byte for byte', (_what, payload) => {
    for (const sizes of [[64], [1], [3]]) {
      expect(serving().feedInPieces(`m ${payload} 1\n`, sizes)).toBe(`m ${payload} 1\n`);
      expect(serving('s rtt 3 5 0\n').feedInPieces(`m 1 ${payload}\n`, sizes)).toBe(`m 1 ${payload}\n`);
    }
  });

  test('a client whose lines end in CR LF is served, and gets its CR LF back', () => {
    const server = new ServerEnd('auto');
    expect(server.feed('s RTT 5 2 0\r\n')).toBe(READY);
    expect(server.feedInPieces('m hello 1\r\n')).toBe('m hello 1\r\n');
    expect(server.feed('m world 2\r\n')).toBe('m world 2\r\n');
    expect(server.feed('t\r\n')).toBe(CLOSING);
  });

  test('a message of the largest size and number fits with CR LF', () => {
    const server = serving('s rtt 10 40 0\n');
    const payload = 'x'.repeat(40);
    for (let i = 1; i <= 10; i++) {
      expect(server.feedInPieces(`m ${i} ${payload}\r\n`)).toBe(`m ${i} ${payload}\r\n`);
    }
  });

  test('a client that closes without a goodbye is logged as such', () => {
    const server = serving();
    server.feed('m hello 1\n');
    expect(server.end()).toBe('');
    expect(server.ending).toMatchObject({ reason: 'closed-by-peer', detail: undefined, probesEchoed: 1 });
  });

  test('a client that closes in mid-probe ends the session, and the log shows what was there', () => {
    const server = serving();
    server.feed('m hel');
    server.end();
    expect(server.session.isClosed).toBe(true);
    expect(server.ending?.reason).toBe('closed-by-peer');
    expect(server.ending?.detail).toContain('m hel');
  });

  test('a client that closes its half at once after a pipelined session gets all answers', () => {
    const server = new ServerEnd('auto');
    const answered = server.feed('s RTT 5 2 0\nm hello 1\nm world 2\nt\n') + server.end();
    expect(answered).toBe(`${READY}m hello 1\nm world 2\n${CLOSING}`);
    expect(server.ending?.reason).toBe('terminated');
  });

  test('a scanner that connects and closes leaves one line in the log', () => {
    const server = new ServerEnd('auto');
    expect(server.end()).toBe('');
    expect(server.events).toEqual([
      { kind: 'end', reason: 'closed-by-peer', detail: undefined, probesEchoed: 0 },
    ]);
  });

  test('a reset ends the session once', () => {
    const server = serving();
    server.session.handleLost('ECONNRESET');
    server.session.handleLost('again');
    expect(server.drain()).toBe('');
    expect(server.ending).toMatchObject({ reason: 'connection-lost', detail: 'ECONNRESET' });
    expect(server.events.filter(({ kind }) => kind === 'end')).toHaveLength(1);
  });

  test('empty chunks change nothing', () => {
    const server = new ServerEnd('auto');
    expect(server.feed('')).toBe('');
    expect(server.feed('s RTT 5')).toBe('');
    expect(server.feed('')).toBe('');
    expect(server.feed(' 3 0\n')).toBe(READY);
    expect(server.session.deadlineNs()).toBe(BigInt(DEFAULT_SESSION_LIMITS.idleNs));
  });
});
