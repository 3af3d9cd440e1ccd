/** What the server does with time and memory: held echoes, deadlines, the budget. Time is an argument. */
import { describe, expect, test } from 'vitest';
import { Budget, MS, ServerEnd } from './ends.ts';

const READY = '200 OK: Ready\n';
const CLOSING = '200 OK: Closing Connection\n';

describe('the server delay', () => {
  function holding(): ServerEnd {
    const server = new ServerEnd('auto');
    expect(server.feed('s RTT 5 3 0.5\n', 1_000n * MS)).toBe(READY);
    expect(server.feed('m hello 1\n', 2_000n * MS)).toBe('');
    return server;
  }

  test('holds the echo back to the nanosecond, never less', () => {
    const server = holding();
    expect(server.session.isHolding).toBe(true);
    expect(server.session.deadlineNs()).toBe(2_500n * MS);
    expect(server.wake(2_500n * MS - 1n)).toBe('');
    expect(server.wake(2_500n * MS)).toBe('m hello 1\n');
    expect(server.session.isHolding).toBe(false);
  });

  test('is not applied to setup and goodbye', () => {
    const server = new ServerEnd('auto');
    expect(server.feed('s RTT 5 3 0.5\n')).toBe(READY);
    expect(server.feed('t\n')).toBe(CLOSING);
  });

  test('is applied to each of several pipelined probes, in order', () => {
    const server = holding();
    expect(server.feed('m world 2\nt\n', 2_100n * MS)).toBe('');
    expect(server.wake(2_500n * MS)).toBe('m hello 1\n');
    expect(server.session.isHolding).toBe(true);
    const secondNs = server.session.deadlineNs() as bigint;
    expect(secondNs).toBeGreaterThanOrEqual(2_600n * MS);
    expect(server.wake(secondNs - 1n)).toBe('');
    expect(server.wake(secondNs)).toBe(`m world 2\n${CLOSING}`);
  });

  test('does not lose the echo of a client that closed its half meanwhile', () => {
    const server = holding();
    expect(server.end(2_200n * MS)).toBe('');
    expect(server.session.isClosed).toBe(false);
    expect(server.wake(2_500n * MS)).toBe('m hello 1\n');
    expect(server.ending).toMatchObject({ reason: 'closed-by-peer', probesEchoed: 1 });
  });

  test('is not waited out for a client that is gone', () => {
    const server = holding();
    server.session.handleLost('ECONNRESET');
    expect(server.session.deadlineNs()).toBeUndefined();
    expect(server.wake(2_500n * MS)).toBe('');
    expect(server.ending?.probesEchoed).toBe(0);
  });

  test('does not count as idleness of the client', () => {
    const server = new ServerEnd('auto', { limits: { idleNs: 100_000_000 } });
    server.feed('s RTT 5 3 2\n');
    server.feed('m hello 1\n', 50n * MS);
    expect(server.wake(1_000n * MS)).toBe('');
    expect(server.wake(2_050n * MS)).toBe('m hello 1\n');
    expect(server.session.deadlineNs()).toBe(2_150n * MS);
  });
});

describe('deadlines', () => {
  const limits = { firstMessageNs: 10_000_000, idleNs: 60_000_000 };

  test('a client that never says a word is let go at the first-message limit, not before', () => {
    const server = new ServerEnd('auto', { limits, acceptedNs: 5n * MS });
    expect(server.session.deadlineNs()).toBe(15n * MS);
    server.wake(15n * MS - 1n);
    expect(server.session.isClosed).toBe(false);
    server.wake(15n * MS);
    expect(server.session.isClosed).toBe(true);
    expect(server.ending?.reason).toBe('first-message-timeout');
  });

  test('a client that trickles its setup gains no time by it', () => {
    const server = new ServerEnd('auto', { limits });
    for (let ms = 1n; ms < 10n; ms++) server.feed('s', ms * MS);
    expect(server.session.deadlineNs()).toBe(10n * MS);
    server.wake(10n * MS);
    expect(server.ending?.reason).toBe('first-message-timeout');
    expect(server.ending?.detail).toContain('sssss');
  });

  test('each answer gives the client the idle time anew', () => {
    const server = new ServerEnd('auto', { limits });
    server.feed('s RTT 5 3 0\n', 7n * MS);
    expect(server.session.deadlineNs()).toBe(67n * MS);
    server.feed('m hello 1\n', 30n * MS);
    expect(server.session.deadlineNs()).toBe(90n * MS);
  });

  test('a client that trickles a probe gains no time by it', () => {
    const server = new ServerEnd('auto', { limits });
    server.feed('s RTT 5 3 0\n', 0n);
    server.feed('m h', 50n * MS);
    expect(server.wake(60n * MS - 1n)).toBe('');
    expect(server.wake(60n * MS)).toMatch(/^404 ERROR: Invalid Measurement Message/);
    expect(server.ending).toMatchObject({ reason: 'idle-timeout' });
  });

  test('a session that ended asks for no more wake-ups', () => {
    const server = new ServerEnd('auto', { limits });
    server.feed('s RTT 5 3 0\nt\n');
    expect(server.session.deadlineNs()).toBeUndefined();
    expect(server.wake(1_000n * MS)).toBe('');
  });

  test('a shutdown ends a session in any state, once', () => {
    for (const sent of ['', 's RTT', 's RTT 5 3 1\n', 's RTT 5 3 1\nm hello 1\n']) {
      const server = new ServerEnd('auto');
      server.feed(sent);
      server.session.cut('shutdown');
      server.session.cut('shutdown');
      expect(server.drain()).toBe('');
      expect(server.ending?.reason).toBe('shutdown');
      expect(server.session.isClosed).toBe(true);
    }
  });
});

describe('the budget that sessions share', () => {
  const SETUP = 's RTT 1000 3 0\n';

  test('refuses the session that would pass it, in the protocol words', () => {
    const budget = new Budget(1_500);
    const first = new ServerEnd('auto', { budget });
    const second = new ServerEnd('auto', { budget });
    expect(first.feed(SETUP)).toBe(READY);
    expect(budget.heldBytes).toBe(1_000);
    expect(second.feed(SETUP)).toBe('404 ERROR: Invalid Connection Setup Message\n');
    expect(second.ending?.reason).toBe('invalid-setup');
    expect(budget.heldBytes).toBe(1_000);
    first.feed('t\n');
    first.session.handleLost('closed');
    expect(budget.heldBytes).toBe(0);
    expect(new ServerEnd('auto', { budget }).feed(SETUP)).toBe(READY);
  });

  const ENDINGS: readonly (readonly [how: string, end: (server: ServerEnd) => unknown])[] = [
    ['a goodbye', (server) => server.feed('t\n')],
    ['a wrong goodbye', (server) => server.feed('tt\n')],
    ['a wrong probe', (server) => server.feed('m x 1\n')],
    ['a probe without end', (server) => server.feed(`m ${'x'.repeat(2_000)}`)],
    ['the end of the stream', (server) => server.end()],
    ['the end of the stream in mid-probe', (server) => [server.feed('m x'), server.end()]],
    ['a reset', (server) => server.session.handleLost('ECONNRESET')],
    ['a shutdown', (server) => server.session.cut('shutdown')],
    ['idleness', (server) => server.wake(3_600_000n * MS)],
  ];

  test.each(ENDINGS)('is given back after %s, once the connection is gone', (_how, end) => {
    const server = new ServerEnd('auto');
    server.feed(SETUP);
    expect(server.budget.heldBytes).toBe(1_000);
    end(server);
    expect(server.session.isClosed).toBe(true);
    server.session.handleLost('gone');
    expect(server.budget.heldBytes).toBe(0);
    server.session.cut('shutdown');
    server.session.handleLost('late');
    expect(server.budget.heldBytes).toBe(0);
  });

  test('is held as long as a client has not read its last echo, so that it cannot be had twice', () => {
    const server = new ServerEnd('auto');
    server.feed(SETUP);
    server.feed(`m ${'x'.repeat(1_000)} 1\nt\n`);
    expect(server.ending?.reason).toBe('terminated');
    expect(server.budget.heldBytes).toBe(1_000);
  });

  test('is not held twice by a client that sets up twelve times', () => {
    const budget = new Budget(1_000);
    const server = new ServerEnd('zero-based', { budget });
    for (const payloadBytes of [1_000, 10, 1_000, 500]) {
      expect(server.feed(`s rtt 1 ${payloadBytes} 0\n`)).toBe(READY);
      expect(budget.heldBytes).toBe(payloadBytes);
      const probe = `m 0 ${'x'.repeat(payloadBytes)}\n`;
      expect(server.feed(probe)).toBe(probe);
    }
    server.feed('t\n');
    server.session.handleLost('closed');
    expect(budget.heldBytes).toBe(0);
  });

  test('is given back when a second setup asks for too much', () => {
    const budget = new Budget(1_000);
    const server = new ServerEnd('zero-based', { budget });
    server.feed('s rtt 1 5 0\n');
    server.feed('m 0 hello\n');
    expect(server.feed('s rtt 1 1001 0\n')).toBe('404 ERROR: Invalid Connection Setup Message\n');
    expect(budget.heldBytes).toBe(0);
  });

  test('is not touched by a peer that never sets up', () => {
    const server = new ServerEnd('auto', { budget: new Budget(0) });
    server.feed('GET / HTTP/1.1\r\n');
    expect(server.budget.heldBytes).toBe(0);
  });
});
