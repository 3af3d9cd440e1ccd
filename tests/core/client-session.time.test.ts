/** The client's stamps, time-outs and calling order. */
import { describe, expect, test } from 'vitest';
import { EcholotError } from '../../src/core/errors.ts';
import { ClientEnd, MS } from './ends.ts';

const READY = '200 OK: Ready\n';

describe('a server that is silent', () => {
  test('names the time waited and the stage, so the user knows where it hangs', () => {
    const atSetup = new ClientEnd('size-first');
    atSetup.begin();
    atSetup.session.timeOut(5_000);
    expect(atSetup.failure).toMatchObject({ code: 'timeout', expected: '200 OK: Ready' });
    expect(atSetup.failure?.message).toMatch(/5000 ms.*setup/);

    const atProbe = ClientEnd.measuring('size-first');
    atProbe.session.timeOut(100);
    expect(atProbe.failure?.message).toMatch(/100 ms.*probe 1/);
    expect(atProbe.failure?.expected).toBe('m abcde 1\\n');

    const atBye = ClientEnd.measuring('size-first');
    atBye.receive('m abcde 1\n');
    atBye.terminate();
    atBye.session.timeOut(100);
    expect(atBye.failure?.message).toMatch(/100 ms.*termination/);
  });

  test('shows what had come, and says nothing where nothing had', () => {
    const partly = ClientEnd.measuring('size-first');
    partly.receive('m ab');
    partly.session.timeOut(100);
    expect(partly.failure?.received).toBe('m ab');

    const silent = ClientEnd.measuring('size-first');
    silent.session.timeOut(100);
    expect(silent.failure?.received).toBeUndefined();
  });

  test('does not hide the failure that came before it', () => {
    const client = ClientEnd.measuring('size-first');
    client.receive('404 ERROR: Invalid Measurement Message\n');
    client.session.timeOut(100);
    expect(client.failure?.code).toBe('peer');
  });

  test('is not heard any more once it was given up', () => {
    const client = ClientEnd.measuring('size-first');
    client.session.timeOut(100);
    client.receive('m abcde 1\n');
    client.session.handleEnd();
    expect(client.state).toBe('closed');
    expect(client.failure?.code).toBe('timeout');
  });
});

describe('the stamp of an answer', () => {
  test('is the arrival of its last byte', () => {
    const client = ClientEnd.measuring('size-first');
    client.receive('m abc');
    client.nowNs = 9_000n * MS;
    client.receive('de 1\n');
    expect(client.session.arrivedNs).toBe(9_000n * MS + 1_000n);
  });

  test('of a bare payload is its arrival, not the end of the quiet time', () => {
    const client = ClientEnd.measuring('payload-echo-bare');
    client.receive('abcde');
    const arrivedNs = client.nowNs;
    client.rest();
    expect(client.state).toBe('measurement');
    expect(client.nowNs).toBeGreaterThan(arrivedNs);
    expect(client.session.arrivedNs).toBe(arrivedNs);
  });

  test('needs no quiet time once the form of the echo is known', () => {
    const client = ClientEnd.measuring('payload-echo-bare');
    client.receive('abcde');
    client.rest();
    client.probe();
    client.receive('abcde');
    expect(client.state).toBe('measurement');
    expect(client.session.deadlineNs()).toBeUndefined();
  });
});

describe('the quiet time', () => {
  test('starts anew with each piece of a status', () => {
    const client = new ClientEnd('size-first');
    client.begin();
    client.receive('200 OK:');
    client.wait(10n * MS);
    client.receive(' Ready');
    const arrivedNs = client.nowNs;
    const deadlineNs = client.session.deadlineNs() as bigint;
    expect(deadlineNs).toBeGreaterThan(arrivedNs);
    client.session.handleDeadline(deadlineNs - 1n);
    expect(client.state).toBe('setup-answer');
    client.session.handleDeadline(deadlineNs);
    expect(client.state).toBe('measurement');
  });

  test('is forgotten when the answer goes on: a wake-up too late breaks nothing', () => {
    const client = ClientEnd.measuring('payload-echo');
    client.receive('abcde');
    const deadlineNs = client.session.deadlineNs() as bigint;
    client.receive('\n');
    expect(client.session.deadlineNs()).toBeUndefined();
    client.session.handleDeadline(deadlineNs);
    expect(client.state).toBe('measurement');
    expect(client.session.echoForm).toBe('payload-line');
  });

  test('is not asked for while a message of known end is under way', () => {
    const client = ClientEnd.measuring('size-first');
    client.receive('m abcde 1\n');
    client.probe();
    client.receive('m abc');
    expect(client.session.deadlineNs()).toBeUndefined();
  });
});

describe('the calling order', () => {
  test.each([
    ['a probe before the setup', (client: ClientEnd) => client.probe()],
    ['a goodbye before the setup', (client: ClientEnd) => [client.begin(), client.terminate()]],
    ['a probe while the setup is unanswered', (client: ClientEnd) => [client.begin(), client.probe()]],
    ['two setups at once', (client: ClientEnd) => [client.begin(), client.begin()]],
  ])('%s is a fault of ours, not of the server', (_what, call) => {
    const client = new ClientEnd('size-first');
    expect(() => call(client)).toThrow(EcholotError);
    expect(() => call(new ClientEnd('size-first'))).toThrow(expect.objectContaining({ code: 'internal' }));
  });

  test('two probes at once are a fault of ours', () => {
    const client = ClientEnd.measuring('size-first');
    expect(() => client.probe()).toThrow(EcholotError);
  });

  test('bytes before our setup are not taken for an answer', () => {
    const client = new ClientEnd('size-first');
    client.receive(READY);
    expect(client.failure?.code).toBe('peer');
  });

  test('a dialect with several setups a connection counts anew in each', () => {
    const client = new ClientEnd('zero-based', { probes: 2 });
    for (let round = 0; round < 3; round++) {
      expect(client.begin()).toBe('s rtt 2 5 0\n');
      client.receive(READY);
      for (const probe of ['m 0 abcde\n', 'm 1 abcde\n']) {
        expect(client.probe()).toBe(probe);
        client.receive(probe);
      }
    }
    expect(client.terminate()).toBe('t\n');
    client.receive('200 OK: Closing Connection\n');
    expect(client.failure).toBeUndefined();
  });

  test('the size of the message on the wire is known to who reports it', () => {
    const client = ClientEnd.measuring('size-first', { payloadBytes: 1_000 });
    expect(client.session.messageBytes).toBe(1_005);
  });
});
