/** Which bytes a client takes for the echo of its probe, and that it is told apart from all that look like one. */
import { describe, expect, test } from 'vitest';
import { ClientEnd, MS } from './ends.ts';

const READY = '200 OK: Ready\n';
const PIECES = [[4096], [1]] as const;

function measuring(dialect: 'size-first' | 'probes-first' = 'size-first'): ClientEnd {
  return ClientEnd.measuring(dialect, { probes: 20 });
}

describe('an echo that is not the echo', () => {
  test.each([
    'garbage\n',
    'm abcdf 1\n',
    'm abcd 1\n',
    'm abcdef 1\n',
    'm abcde 1 \n',
    'M abcde 1\n',
    '\n',
    '\0\0\0\0\0\0\0\0\0\n',
  ])('%j is refused at the first probe', (echo) => {
    for (const sizes of PIECES) {
      const client = measuring();
      client.receive(echo, sizes);
      expect(client.failure?.code).toBe('peer');
      expect(client.failure?.message).toContain('probe 1');
      expect(client.failure?.expected).toBe('m abcde 1\\n');
    }
  });

  test.each([
    'garbage!!\n',
    'm abcde 1\n',
    'm abcdf 2\n',
    'm abcde\n2\n',
    'm abcde 2 ',
    'abcde\n2345',
    '200 OK: Ready\n',
  ])('%j is refused in mid-run', (echo) => {
    for (const sizes of PIECES) {
      const client = measuring();
      client.receive('m abcde 1\n');
      client.probe();
      client.receive(echo, sizes);
      client.rest();
      expect(client.failure?.code).toBe('peer');
      expect(client.failure?.message).toContain('probe 2');
    }
  });

  test('extra bytes glued to an echo are an error, not a second echo', () => {
    const client = measuring();
    client.receive('m abcde 1\n');
    client.probe();
    client.receive('m abcde 2\nm abcde 2\n');
    expect(client.failure?.code).toBe('peer');
  });

  test('extra bytes after an echo are an error, shown to the user', () => {
    const client = measuring();
    client.receive('m abcde 1\n');
    client.receive('what?');
    expect(client.failure).toMatchObject({ code: 'peer', received: 'what?' });
  });

  test('extra bytes after the ready line are an error', () => {
    const client = new ClientEnd('size-first');
    client.begin();
    client.receive(`${READY}welcome\n`);
    expect(client.failure?.code).toBe('peer');
  });

  test('what comes after the goodbye was answered is no error', () => {
    const client = measuring();
    client.receive('m abcde 1\n');
    client.terminate();
    client.receive('200 OK: Closing Connection\n');
    client.receive('\nbye bye\n');
    client.session.handleEnd();
    expect(client.failure).toBeUndefined();
  });
});

describe('a server that counts for itself', () => {
  test.each([
    ['size-first', ['m abcde 0\n', 'm abcde 9\n', 'm abcde 10\n']],
    ['probes-first', ['m 0 abcde\n', 'm 9 abcde\n', 'm 10 abcde\n']],
  ] as const)('is measured: %s', (dialect, echoes) => {
    for (const sizes of PIECES) {
      const client = new ClientEnd(dialect, { probes: 3 });
      client.begin();
      client.receive(READY);
      for (const echo of echoes) {
        client.probe();
        client.receive(echo, sizes);
        expect(client.failure).toBeUndefined();
      }
      expect(client.session.echoForm).toBe('renumbered');
      expect(client.session.firstEchoNumber).toBeTypeOf('number');
    }
  });

  test('may not change the payload', () => {
    const client = measuring('probes-first');
    client.receive('m 0 abcdX\n');
    expect(client.failure?.code).toBe('peer');
  });
});

describe('an echo that is cut to its payload', () => {
  test.each([
    ['the message', (probe: string) => probe],
    ['the payload and a line feed', () => 'abcde\n'],
    ['a number of its own', (probe: string) => probe.replace('1', '77')],
  ])('is none where the first echo was %s, also when the server closes behind it', (_form, echoOf) => {
    for (const isClosing of [true, false]) {
      const client = measuring();
      client.receive(echoOf('m abcde 1\n'));
      expect(client.state).toBe('measurement');
      client.probe();
      client.receive('abcde');
      if (isClosing) client.session.handleEnd();
      else {
        client.rest();
        client.session.timeOut(1_000);
      }
      expect(client.failure).toBeDefined();
    }
  });
});

describe('a server that ends its lines in CR and LF', () => {
  test.each([
    ['size-first', 'm abcde 1\r\n', 'm abcde 2\r\n'],
    ['probes-first', 'm 1 abcde\r\n', 'm 2 abcde\r\n'],
  ] as const)('is told of that, and not of its numbers, which are right: %s', (dialect, first, second) => {
    for (const sizes of PIECES) {
      const client = ClientEnd.measuring(dialect);
      client.receive(first, sizes);
      client.probe();
      client.receive(second, sizes);
      expect(client.failure).toBeUndefined();
      expect(client.session.echoForm).toBe('message-crlf');
      expect(client.session.firstEchoNumber).toBeUndefined();
    }
  });

  test('and counts for itself is measured, also where its number is right by chance', () => {
    const client = ClientEnd.measuring('size-first');
    client.receive('m abcde 0\r\n');
    client.probe();
    client.receive('m abcde 2\r\n');
    expect(client.failure).toBeUndefined();
    expect(client.session.echoForm).toBe('renumbered');
    expect(client.session.firstEchoNumber).toBe(0);
  });

  test('is held to it', () => {
    const client = ClientEnd.measuring('size-first');
    client.receive('m abcde 1\r\n');
    client.probe();
    client.receive('m abcde 2\n');
    client.wait(400n * MS);
    client.session.timeOut(1_000);
    expect(client.failure).toBeDefined();
  });
});

test('a number that is written with a zero before it is not told as another one', () => {
  const client = ClientEnd.measuring('size-first');
  client.receive('m abcde 01\n');
  expect(client.session.echoForm).toBe('renumbered');
  expect(client.session.firstEchoNumber).toBeUndefined();
});
