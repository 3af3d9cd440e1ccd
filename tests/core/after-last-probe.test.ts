/** When all probes are echoed only goodbye is left to say: whose rules a wrong message breaks then, in each dialect. */
import { describe, expect, test } from 'vitest';
import { DIALECT_NAMES, type DialectName } from '../../src/core/wire/dialects.ts';
import { MS, ServerEnd } from './ends.ts';

interface Client {
  readonly setup: string;
  readonly probe: string;
  /** A probe more than was agreed. */
  readonly more: string;
}

const ONE_PROBE = { setup: 's rtt 1 5 0\n', probe: 'm 1 hello\n', more: 'm 2 hello\n' };

/** Typed out from section 11 of docs/spec/protocol.md. */
const CLIENTS: Readonly<Record<DialectName, Client>> = {
  'size-first': { setup: 's RTT 5 1 0\n', probe: 'm hello 1\n', more: 'm hello 2\n' },
  sample: { setup: 's RTT 10 1 0\n', probe: 'm hello 0\n', more: 'm hello 1\n' },
  'probes-first': ONE_PROBE,
  'zero-based': { setup: 's rtt 1 5 0\n', probe: 'm 0 hello\n', more: 'm 1 hello\n' },
  'lower-size-first': { setup: 's rtt 5 1 0\n', probe: 'm hello 0\n', more: 'm hello 1\n' },
  tabs: { ...ONE_PROBE, setup: 's\trtt\t1\t5\t0\n' },
  'literal-newline': { ...ONE_PROBE, setup: 's rtt 1 5 0\\n' },
  'echo-suffix': ONE_PROBE,
  'ready-short': ONE_PROBE,
  'payload-echo': ONE_PROBE,
  'payload-echo-bare': ONE_PROBE,
  hello: { ...ONE_PROBE, setup: 'h rtt 1 5 0\n' },
  'hello-numeric': { setup: 'h 0 20 5 0\n', probe: 'm 1 hello\n', more: 'm 21 hello\n' },
};

/** After all probes that the setup allows. */
function finished(name: DialectName): ServerEnd {
  const server = new ServerEnd(name);
  const { setup, probe } = CLIENTS[name];
  server.feed(setup);
  if (name === 'hello-numeric') for (let i = 1; i <= 20; i++) server.feed(`m ${i} hello\n`);
  else server.feed(probe);
  expect(server.session.isClosed).toBe(false);
  return server;
}

describe.each(DIALECT_NAMES)('a client of %s that is done and says something else than goodbye', (name) => {
  test.each(['hello\n', '\n', 'x\n', 'M hello 2\n', 'a message longer than any goodbye\n'])(
    'is told that its termination is wrong: %j',
    (sent) => {
      const server = finished(name);
      expect(server.feed(sent)).toMatch(
        /^404 ERROR( -|:) Invalid (Connection Termination|Bye) [Mm]essage\n?$/,
      );
      expect(server.ending?.reason).toBe('invalid-termination');
    },
  );

  test('is told that its message is wrong when it is one probe more', () => {
    const server = finished(name);
    expect(server.feed(CLIENTS[name].more)).toMatch(/^404 ERROR( -|:) Invalid Measurement [Mm]essage\n?$/);
    expect(server.ending?.reason).toBe('invalid-measurement');
  });

  test('is told the same of a goodbye that never comes, or is cut off', () => {
    const silent = finished(name);
    expect(silent.wake(3_600_000n * MS)).toMatch(/Termination|Bye/);
    const cut = finished(name);
    cut.feed('good');
    expect(cut.end()).toMatch(/Termination|Bye/);
  });
});

test('as long as probes are outstanding, something else is an invalid measurement message', () => {
  const server = new ServerEnd('size-first');
  server.feed('s RTT 5 2 0\n');
  server.feed('m hello 1\n');
  expect(server.feed('hello\n')).toBe('404 ERROR: Invalid Measurement Message\n');
});

test('a question for residences that is malformed stays a measurement message after the last probe', () => {
  const server = new ServerEnd('size-first');
  server.feed('s RTT 5 1 0 +stamps\n');
  server.feed('m hello 1\n');
  expect(server.feed('r 0\n')).toBe('404 ERROR: Invalid Measurement Message\n');
});

test('without the extension a question is no message of the protocol, and no goodbye', () => {
  const server = finished('size-first');
  expect(server.feed('r 0 1\n')).toBe('404 ERROR: Invalid Connection Termination Message\n');
});

test('the log says what was due', () => {
  const server = finished('size-first');
  server.feed('hello\n');
  expect(server.ending?.detail).toBe('instead of a termination, all probes being echoed: hello\\n');
});

test('a setup too many of a client with several a connection is a wrong goodbye', () => {
  const server = new ServerEnd('zero-based');
  for (let i = 0; i < 12; i++) {
    server.feed('s rtt 1 5 0\n');
    server.feed('m 0 hello\n');
  }
  expect(server.feed('s rtt 1 5 0\n')).toBe('404 ERROR: Invalid Connection Termination Message\n');
});
