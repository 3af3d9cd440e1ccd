/** The extension `+stamps` as a server answers it: docs/spec/protocol.md 15. */
import { describe, expect, test } from 'vitest';
import { DIALECT_NAMES, DIALECTS } from '../../src/core/wire/dialects.ts';
import { ServerEnd, type ServerEndOptions } from './ends.ts';

const READY = '200 OK: Ready +stamps +waits +busy\n';
const CLOSING = '200 OK: Closing Connection\n';
const BAD_PROBE = '404 ERROR: Invalid Measurement Message\n';
const RESIDENCES = [1_234, 1_250, Number.NaN, 1_300];

function serving(setup = 's RTT 5 9 0 +stamps\n', options: ServerEndOptions = {}): ServerEnd {
  const server = new ServerEnd('auto', { residencesNs: RESIDENCES, ...options });
  expect(server.feedInPieces(setup)).toBe(READY);
  return server;
}

/** A server that has echoed so many probes. */
function echoed(probes: number, residencesNs: readonly number[] = RESIDENCES): ServerEnd {
  const server = serving(`s RTT 5 ${probes} 0 +stamps\n`, { residencesNs });
  for (let i = 1; i <= probes; i++) server.feed(`m hello ${i}\n`);
  return server;
}

describe('agreeing', () => {
  test.each(['s RTT 5 3 0 +stamps\n', 's TTPUT 5 3 0.5 +stamps\r\n'])('%j is taken, and said so', (setup) => {
    const server = serving(setup);
    expect(server.setups[0]).toMatchObject({ payloadBytes: 5, probes: 3, stamps: true });
    expect(server.session.residences?.source).toBe('application');
  });

  test('a server that was told the dialect agrees, too', () => {
    expect(new ServerEnd('size-first').feed('s RTT 5 3 0 +stamps\n')).toBe(READY);
  });

  test('no other dialect has the extension: there its field is one too many', () => {
    const answers = DIALECT_NAMES.filter((name) => name !== 'size-first').map((name) => {
      const { setup } = DIALECTS[name];
      const fields = [setup.letter, setup.typeWords.rtt, 20, 20, 0, '+stamps'];
      return new ServerEnd(name).feed(fields.join(setup.separator) + setup.end);
    });
    expect(answers).toHaveLength(DIALECT_NAMES.length - 1);
    for (const answer of answers) expect(answer).toMatch(/^404 ERROR.*Invalid/);
  });

  test('a limit counts with the extension as without', () => {
    expect(new ServerEnd('auto').feed('s RTT 99999999 3 0 +stamps\n')).toMatch(/^404 /);
  });

  test('without the field nothing is kept and nothing is answered', () => {
    const server = new ServerEnd('auto');
    expect(server.feed('s RTT 5 3 0\n')).toBe('200 OK: Ready\n');
    expect(server.session.residences).toBeUndefined();
    expect(server.feed('m hello 1\n')).toBe('m hello 1\n');
    expect(server.feed('r 0 1\n')).toBe(BAD_PROBE);
    expect(server.ending).toMatchObject({ reason: 'invalid-measurement', probesEchoed: 1 });
  });

  test('the echoes are what they were, in number and in bytes', () => {
    const server = serving('s RTT 5 2 0 +stamps\n');
    expect(server.feedInPieces('m a b   1\r\n')).toBe('m a b   1\r\n');
    expect(server.feed('m r 0 1 2\n')).toBe('m r 0 1 2\n');
    expect(server.feed('m hello 3\n')).toBe(BAD_PROBE);
  });
});

describe('answering', () => {
  test('a question in mid-run tells what was asked, and the run goes on', () => {
    const server = serving();
    for (let i = 1; i <= 4; i++) server.feed(`m hello ${i}\n`);
    expect(server.feed('r 0 4\n')).toBe('200 OK: Residence application 1234 1250 - 1300\n');
    expect(server.feedInPieces('r 1 1\r\n')).toBe('200 OK: Residence application 1250\n');
    expect(server.feed('m hello 5\n')).toBe('m hello 5\n');
    expect(server.feed('t\n')).toBe(CLOSING);
    expect(server.ending).toMatchObject({ reason: 'terminated', probesEchoed: 5 });
  });

  test('a client of any version is told what it asks for, and nothing behind it', () => {
    const server = serving(undefined, { waitsNs: [34, 50], busyTimesNs: [200, 300] });
    server.feed('m hello 1\n');
    server.feed('m hello 2\n');
    expect(server.feed('r 0 2\n')).toBe('200 OK: Residence application 1234 1250\n');
    expect(server.feed('r 0 2 +waits\n')).toBe('200 OK: Residence application 1234/34 1250/50\n');
    expect(server.feed('r 0 3 +waits +busy\n')).toBe(
      '200 OK: Residence application 1234/34 1250/50 - +busy 500\n',
    );
  });

  test('the answer names the kernel where its stamps were taken', () => {
    const server = serving();
    server.session.residences!.source = 'kernel';
    server.feed('m hello 1\n');
    expect(server.feed('r 0 1\n')).toBe('200 OK: Residence kernel 1234\n');
  });

  test('after the last probe questions are answered as before, and do not count as probes', () => {
    const server = echoed(2);
    for (let i = 0; i < 5; i++) {
      expect(server.feed('r 0 2\n')).toBe('200 OK: Residence application 1234 1250\n');
    }
    expect(server.feed('t\n')).toBe(CLOSING);
    expect(server.ending?.probesEchoed).toBe(2);
  });

  test('probes that are not yet echoed have no residence', () => {
    const server = serving();
    expect(server.feed('r 0 2\n')).toBe('200 OK: Residence application - -\n');
    server.feed('m hello 1\n');
    expect(server.feed('r 0 3\n')).toBe('200 OK: Residence application 1234 - -\n');
    expect(server.feed('r 999999999999999 2\n')).toBe('200 OK: Residence application - -\n');
  });

  test('a probe whose echo is held back has no residence yet', () => {
    const server = serving('s RTT 5 2 1 +stamps\n');
    expect(server.feed('m hello 1\nr 0 1\n')).toBe('');
    expect(server.settle()).toBe('m hello 1\n200 OK: Residence application 1234\n');
  });

  test('the longest question fits, whatever the size of a probe', () => {
    const server = serving('s RTT 1 1 0 +stamps\n');
    expect(server.feedInPieces('r 000000000000000 000000000000001 +waits +busy\r\n')).toBe(
      '200 OK: Residence application - +busy -\n',
    );
  });

  test('the last 4,096 residences are kept, and no more', () => {
    const server = echoed(
      4_097,
      Array.from({ length: 4_097 }, (_, i) => i),
    );
    expect(server.feed('r 0 3\n')).toBe('200 OK: Residence application - 1 2\n');
    const all = Array.from({ length: 4_096 }, (_, i) => i + 1);
    expect(server.feed('r 1 4096\n')).toBe(`200 OK: Residence application ${all.join(' ')}\n`);
  });
});

describe('a malformed question is refused like a malformed probe', () => {
  test.each([
    'r\n',
    'r \n',
    'r 0\n',
    'r 0 \n',
    'r 0 0\n',
    'r -1 1\n',
    'r 0 -1\n',
    'r 0 +1\n',
    'r 0 1 \n',
    'r 0 1 1\n',
    'r 0 1 +busy\n',
    'r 0 1 +busy +waits\n',
    'r 0 1 +waits +waits\n',
    'r 0 1 +waits +busy \n',
    'r 0 1 +waits +busy +busy\n',
    'r  0 1\n',
    ' r 0 1\n',
    'r\t0\t1\n',
    'r 0.5 1\n',
    'r 0 1e3\n',
    'r 0 4097\n',
    'r 0 99999999999999999999\n',
    'r 1000000000000000 1\n',
    'R 0 1\n',
    'r 0 1\0\n',
    `r 0 1${' '.repeat(40)}\n`,
    `r ${'9'.repeat(80)}`,
  ])('%j', (question) => {
    for (const feed of ['feed', 'feedInPieces'] as const) {
      const server = serving();
      server.feed('m hello 1\n');
      expect(server[feed](question)).toBe(BAD_PROBE);
      expect(server.ending).toMatchObject({ reason: 'invalid-measurement', probesEchoed: 1 });
    }
  });

  test('one of a megabyte is not read as one', () => {
    const server = serving('s RTT 2000000 1 0 +stamps\n');
    expect(server.feed(`r 0 ${'1'.repeat(1_000_000)}\n`)).toBe(BAD_PROBE);
  });

  test('before the setup it is an invalid setup', () => {
    expect(new ServerEnd('auto').feed('r 0 1\n')).toBe('404 ERROR: Invalid Connection Setup Message\n');
  });
});

describe('what comes together', () => {
  const SENT = 's RTT 5 2 0 +stamps\nm hello 1\nr 0 2\nr 1 1\nm world 2\nr 0 2\nt\n';
  const ANSWERED =
    `${READY}m hello 1\n200 OK: Residence application 1234 -\n200 OK: Residence application -\n` +
    `m world 2\n200 OK: Residence application 1234 1250\n${CLOSING}`;

  test.each([[[1]], [[3]], [[7, 30]], [[SENT.length]]])('is answered in its order, cut into %j', (sizes) => {
    const server = new ServerEnd('auto', { residencesNs: RESIDENCES });
    let answer = '';
    for (let at = 0, i = 0; at < SENT.length; i++) {
      const size = sizes[i % sizes.length] as number;
      answer += server.feed(SENT.slice(at, at + size)) + server.settle();
      at += size;
    }
    expect(answer).toBe(ANSWERED);
  });

  test('is answered to the end when the client has closed its half', () => {
    const server = new ServerEnd('auto', { residencesNs: RESIDENCES });
    expect(server.feed(SENT) + server.end() + server.settle()).toBe(ANSWERED);
    expect(server.ending?.reason).toBe('terminated');
  });

  test('a question cut short by the end of the stream is logged', () => {
    const server = serving();
    server.feed('r 0 1\nr 0');
    server.end();
    server.settle();
    expect(server.ending).toMatchObject({ reason: 'closed-by-peer' });
    expect(server.ending?.detail).toContain('r 0');
  });
});

describe('a flood of questions', () => {
  test('is answered one in a turn, so that it fills no memory and stops no other client', () => {
    const server = serving();
    expect(server.feed('r 0 4096\n'.repeat(1_000)).length).toBeLessThan(10_000);
    expect(server.session.isHolding).toBe(true);
    expect(server.wake(0n).length).toBeLessThan(10_000);
  });

  test('is not answered while the client does not read, and ends at the idle limit', () => {
    const server = serving('s RTT 5 9 0 +stamps\n', { limits: { idleNs: 1_000 } });
    server.feed('r 0 1\nr 0 1\nr 0 1\n', 100n);
    server.session.handleQueued();
    expect(server.session.deadlineNs()).toBe(1_100n);
    expect(server.wake(200n)).toBe('');
    server.session.handleDrained(300n);
    expect(server.session.deadlineNs()).toBeLessThanOrEqual(300n);
    expect(server.wake(300n)).toBe('200 OK: Residence application -\n');
    server.session.handleQueued();
    expect(server.wake(1_300n)).toBe(BAD_PROBE);
    expect(server.ending?.reason).toBe('idle-timeout');
  });

  test('each question gives the client its full time for the next message', () => {
    const server = serving('s RTT 5 9 0 +stamps\n', { limits: { idleNs: 1_000 } });
    server.feed('r 0 1\n', 900n);
    expect(server.session.deadlineNs()).toBe(1_900n);
  });
});
