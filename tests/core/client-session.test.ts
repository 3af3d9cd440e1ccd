/** What real servers do that the client must survive, or must name so that its user can act. */
import { describe, expect, test } from 'vitest';
import { ClientEnd, MS } from './ends.ts';

const READY = '200 OK: Ready\n';
const PIECES = [[4096], [1]] as const;

function measuring(dialect: 'size-first' | 'probes-first' = 'size-first'): ClientEnd {
  return ClientEnd.measuring(dialect, { probes: 20 });
}

describe('a refusal, however it is spelled', () => {
  const SPELLINGS = [
    '404 ERROR: Invalid Connection Setup Message',
    '404ERROR: Invalid Measurement Message',
    '404 error',
    '404 Error - invalid hello message',
    '404   ERROR: In-valid Connection Termination Message',
    '404',
  ];

  test.each(SPELLINGS)('%j in answer to the setup ends the run', (spelling) => {
    for (const sizes of PIECES) {
      const client = new ClientEnd('size-first');
      client.begin();
      client.receive(`${spelling}\n`, sizes);
      expect(client.state).toBe('closed');
      expect(client.failure).toMatchObject({ code: 'peer', received: `${spelling}\\n` });
      expect(client.failure?.message).toContain('refused the setup');
    }
  });

  test.each(SPELLINGS)('%j instead of an echo ends the run and names the probe', (spelling) => {
    for (const sizes of PIECES) {
      const client = measuring();
      client.receive('m abcde 1\n');
      client.probe();
      client.receive(`${spelling}\n`, sizes);
      expect(client.state).toBe('closed');
      expect(client.failure?.code).toBe('peer');
      expect(client.failure?.message).toContain('refused probe 2');
    }
  });

  test.each(SPELLINGS)('%j instead of the first echo ends the run', (spelling) => {
    for (const sizes of PIECES) {
      const client = measuring();
      client.receive(`${spelling}\n`, sizes);
      expect(client.failure?.message).toContain('refused probe 1');
    }
  });

  test.each(SPELLINGS)('%j without LF is understood when the server closes', (spelling) => {
    const client = measuring();
    client.receive(spelling, [1]);
    client.session.handleEnd();
    expect(client.failure?.message).toContain('refused probe 1');
    expect(client.failure?.received).toBe(spelling);
  });

  test('a known refusal without LF is understood after a short quiet time', () => {
    const client = measuring();
    client.receive('404ERROR: Invalid Measurement Message');
    expect(client.failure).toBeUndefined();
    expect(client.rest()).toBe(true);
    expect(client.failure?.message).toContain('refused probe 1');
  });

  test('a refusal of the goodbye is reported', () => {
    const client = measuring();
    client.receive('m abcde 1\n');
    client.terminate();
    client.receive('404 ERROR: Invalid Connection Termination Message\n');
    expect(client.failure?.message).toContain('refused the termination');
  });

  test('a refusal between two probes ends the run and is shown', () => {
    const client = measuring();
    client.receive('m abcde 1\n');
    client.receive('404 ERROR: Invalid Measurement Message\n');
    expect(client.failure?.code).toBe('peer');
    expect(client.failure?.received).toContain('404 ERROR: Invalid Measurement Message');
  });
});

describe('a server that speaks something else', () => {
  test('a plain echo server is recognised, and the user is told to use --plain', () => {
    for (const dialect of ['size-first', 'probes-first', 'hello', 'tabs', 'literal-newline'] as const) {
      for (const sizes of PIECES) {
        const client = new ClientEnd(dialect);
        client.receive(client.begin(), sizes);
        client.rest();
        expect(client.failure?.code).toBe('peer');
        expect(client.failure?.advice, dialect).toContain('--plain');
      }
    }
  });

  test('a server with another answer is not taken for a plain echo server', () => {
    const client = new ClientEnd('size-first');
    client.begin();
    client.receive('hello\n');
    expect(client.failure).toMatchObject({ code: 'peer', expected: '200 OK: Ready', received: 'hello\\n' });
    expect(client.failure?.speaksOtherwise).toBe(false);
    expect(client.failure?.advice).not.toContain('--plain');
  });

  test.each([
    ['closes', (client: ClientEnd) => client.session.handleEnd(), /log of the server/],
    ['refuses', (client: ClientEnd) => client.receive('404 ERROR: no\n'), /ask for less.*--dialect/],
    ['babbles', (client: ClientEnd) => client.receive('hello\n'), /--dialect.*--verbose/],
    ['is silent', (client: ClientEnd) => client.session.timeOut(100), /--timeout/],
  ])('a server that %s leaves its user with something to try', (_how, happen, advice) => {
    const client = new ClientEnd('size-first');
    client.begin();
    happen(client);
    expect(client.failure?.advice).toMatch(advice);
  });

  test('an HTTP server is named by its answer', () => {
    for (const sizes of PIECES) {
      const client = new ClientEnd('size-first');
      client.begin();
      client.receive('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n', sizes);
      expect(client.state).toBe('closed');
      expect(client.failure?.code).toBe('peer');
      expect(client.failure?.received).toContain('HTTP/1.1 400 Bad Request');
    }
  });

  test('an endless answer without an LF is given up, not stored', () => {
    const client = new ClientEnd('size-first');
    client.begin();
    client.receive('x'.repeat(10_000), [100]);
    expect(client.failure?.code).toBe('peer');
  });

  test('an endless echo without an LF is given up, not stored', () => {
    const client = measuring();
    client.receive('m abcde 1'.repeat(1_000), [100]);
    expect(client.failure?.code).toBe('peer');
  });
});

describe('a server that pauses', () => {
  test.each([1, 2, 4, 5, 9])('after %i bytes of its first echo is not given up', (already) => {
    for (const payloadBytes of [1, 5]) {
      const client = ClientEnd.measuring('size-first', { payloadBytes });
      const echo = payloadBytes === 1 ? 'm a 1\n' : 'm abcde 1\n';
      client.receive(echo.slice(0, already));
      client.wait(400n * MS);
      client.receive(echo.slice(already));
      expect(client.failure).toBeUndefined();
      expect(client.state).toBe('measurement');
    }
  });

  test.each([1, 2, 4, 7])('after %i bytes of its status is not given up', (already) => {
    const client = new ClientEnd('size-first');
    client.begin();
    client.receive(READY.slice(0, already));
    client.wait(400n * MS);
    client.receive(READY.slice(already));
    expect(client.failure).toBeUndefined();
    expect(client.state).toBe('measurement');
  });
});

describe('a server that closes', () => {
  test.each([
    ['before its answer to the setup', '', 'setup'],
    ['in the middle of an unknown answer', 'wel', 'setup'],
  ])('%s', (_when, sent, stage) => {
    const client = new ClientEnd('size-first');
    client.begin();
    client.receive(sent);
    client.session.handleEnd();
    expect(client.failure?.code).toBe('peer');
    expect(client.failure?.message).toContain('closed the connection');
    expect(client.failure?.message).toContain(stage);
    expect(client.failure?.received).toBe(sent === '' ? 'nothing' : sent);
  });

  test('between two probes', () => {
    const client = measuring();
    client.receive('m abcde 1\n');
    client.session.handleEnd();
    expect(client.failure?.code).toBe('peer');
    expect(client.failure?.message).toContain('closed the connection');
  });

  test.each(['', 'm ab'])('with %j of an echo sent', (sent) => {
    const client = measuring();
    client.receive(sent);
    client.session.handleEnd();
    expect(client.failure?.code).toBe('peer');
    expect(client.failure?.message).toContain('probe 1');
    expect(client.failure?.expected).toBe('m abcde 1\\n');
  });

  test('without an answer to the goodbye', () => {
    const client = measuring();
    client.receive('m abcde 1\n');
    client.terminate();
    client.session.handleEnd();
    expect(client.failure?.message).toContain('termination');
  });

  test('right after a bare payload: the last sample is not lost', () => {
    const client = ClientEnd.measuring('payload-echo-bare');
    client.receive('abcde');
    client.session.handleEnd();
    expect(client.failure).toBeUndefined();
    expect(client.session.echoForm).toBe('payload');
  });
});
