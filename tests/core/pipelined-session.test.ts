/** A client whose probes do not wait for each other, against servers that are right and wrong. */
import { describe, expect, test } from 'vitest';
import { DIALECT_NAMES } from '../../src/core/wire/dialects.ts';
import { bytes, PipelinedEnd, ServerEnd } from './ends.ts';

const READY = '200 OK: Ready +pipeline\n';
const REFUSAL = '404 ERROR: Invalid Measurement Message\n';
const PIECES: readonly (readonly number[])[] = [[65_536], [1], [7, 3, 11], [1_460]];

/** The first echo is there, and so many probes are under way. */
function sending(count: number, payloadBytes = 5): PipelinedEnd {
  const client = PipelinedEnd.ready('size-first', { payloadBytes, probes: 10_000 });
  client.receive(client.probe());
  expect(client.poll()).toBe(1);
  client.probes(count);
  return client;
}

/** The same against a plain echo server. */
function sendingPlain(count: number, payloadBytes = 20): PipelinedEnd {
  const client = PipelinedEnd.plain(payloadBytes);
  client.receive(client.probe());
  expect(client.poll()).toBe(1);
  client.probes(count);
  return client;
}

describe('how many probes may be under way', () => {
  test('is one until the first echo has come, and then any number', () => {
    const client = PipelinedEnd.ready('size-first', { probes: 100 });
    expect(client.session).toMatchObject({ inFlight: 1, isReady: true });
    const first = client.probe();
    expect(client.session).toMatchObject({ underWay: 1, isReady: false });
    expect(() => client.probe()).toThrow(/probe in state echo/);
    client.receive(first);
    expect(client.session).toMatchObject({ inFlight: Number.POSITIVE_INFINITY, underWay: 0, isReady: true });
    client.probes(50);
    expect(client.session).toMatchObject({ underWay: 50, isReady: true, state: 'echo' });
  });

  test.each(['200 OK: Ready\n', '200 OK: Ready +stamps\n', '200 OK: Ready +pipelines\n'])(
    'is one for the whole session where the server answers %j',
    (ready) => {
      const client = PipelinedEnd.ready('size-first', { probes: 100 }, ready);
      for (let i = 0; i < 20; i++) {
        const probe = client.probe();
        expect(client.session).toMatchObject({ inFlight: 1, isReady: false });
        client.receive(probe);
        expect(client.poll()).toBe(1);
      }
    },
  );

  test('is one where the server agrees to what nobody asked for', () => {
    const client = new PipelinedEnd('size-first');
    client.begin();
    client.receive(READY);
    client.receive(client.probe());
    expect(client.session.inFlight).toBe(1);
  });

  test('is one in a dialect without the extension', () => {
    for (const dialect of DIALECT_NAMES) {
      const client = new PipelinedEnd(dialect, { probes: 20 }, { pipeline: true });
      expect(client.begin().includes('+pipeline'), dialect).toBe(dialect === 'size-first');
    }
  });

  test('is any number to a plain echo server', () => {
    const client = PipelinedEnd.plain(20);
    expect(client.session).toMatchObject({ inFlight: 1, isReady: true });
    client.receive(client.probe());
    expect(client.session.inFlight).toBe(Number.POSITIVE_INFINITY);
  });

  test('is none before the setup is answered, and after a failure', () => {
    const client = new PipelinedEnd('size-first', {}, { pipeline: true });
    expect(client.session.isReady).toBe(false);
    client.begin();
    expect(client.session.isReady).toBe(false);
    expect(() => client.probe()).toThrow(/probe in state setup-answer/);
    client.receive('404 ERROR: Invalid Connection Setup Message\n');
    expect(client.session).toMatchObject({ isReady: false, wasRefused: true, state: 'closed' });
  });
});

describe('echoes of many probes', () => {
  test.each(PIECES.map((sizes) => [sizes]))('are told one by one in pieces of %j', (sizes) => {
    const client = PipelinedEnd.ready('size-first', { probes: 10_000 });
    client.receive(client.probe());
    expect(client.poll()).toBe(1);
    const sent = client.probes(2_000);
    expect(sent).toHaveLength(2_000);
    expect(sent[1_999]).toBe('m abcde 2001\n');
    client.receive(sent.join(''), sizes);
    expect(client.failure).toBeUndefined();
    expect(client.poll()).toBe(2_000);
    expect(client.session).toMatchObject({ underWay: 0, state: 'measurement' });
  });

  test.each(PIECES.map((sizes) => [sizes]))('of a plain echo server, too, in pieces of %j', (sizes) => {
    for (const payloadBytes of [1, 15, 16, 17, 5_000]) {
      const client = PipelinedEnd.plain(payloadBytes);
      const sent = [client.probe()];
      client.receive(sent[0] as string);
      sent.push(...client.probes(100));
      expect(new Set(sent).size, `${payloadBytes} bytes`).toBe(payloadBytes < 16 ? 1 : 101);
      client.receive(sent.slice(1).join(''), sizes);
      expect(client.failure).toBeUndefined();
      expect(client.poll()).toBe(101);
    }
  });

  test('longer than a chunk are put together', () => {
    const client = sending(0, 100_000);
    const sent = client.probes(3);
    client.receive(sent.join(''), [65_536]);
    expect(client.poll()).toBe(3);
  });

  test('come while more are sent', () => {
    const client = sending(0);
    const waiting: string[] = [];
    for (let i = 0; i < 500; i++) {
      waiting.push(client.probe(), client.probe());
      client.receive(waiting.shift() as string, [5]);
      expect(client.poll()).toBe(1);
    }
    client.receive(waiting.join(''));
    expect(client.poll()).toBe(500);
    expect(client.failure).toBeUndefined();
  });

  test('take no memory each: nothing is copied, and no view is made', () => {
    const client = sending(0);
    const chunk = bytes(client.probes(1_000).join(''));
    const prototype = Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array;
    const { subarray, set, slice } = prototype;
    let made = 0;
    const counted = <A extends unknown[], R>(act: (...args: A) => R) =>
      function (this: Uint8Array, ...args: A): R {
        made++;
        return act.apply(this, args);
      };
    Object.assign(prototype, { subarray: counted(subarray), set: counted(set), slice: counted(slice) });
    try {
      client.session.handleBytes(chunk, 1n);
    } finally {
      Object.assign(prototype, { subarray, set, slice });
    }
    expect(client.poll()).toBe(1_000);
    expect(made, 'once for each further digit of a number').toBeLessThanOrEqual(3);
  });

  test.each([
    ['message-crlf', (probe: string) => probe.replace('\n', '\r\n')],
    ['message-suffixed', (probe: string) => probe.replace('\n', ' (200 OK)\n')],
    ['payload-line', () => 'abcde\n'],
    ['renumbered', (probe: string) => probe.replace(/\d+/, (digits) => String(Number(digits) * 77))],
  ] as const)('may have the form %s', (form, echoOf) => {
    for (const sizes of PIECES) {
      const client = PipelinedEnd.ready('size-first', { probes: 1_000 });
      client.receive(echoOf(client.probe()), sizes);
      expect(client.session.echoForm).toBe(form);
      client.receive(client.probes(300).map(echoOf).join(''), sizes);
      expect(client.failure).toBeUndefined();
      expect(client.poll()).toBe(301);
    }
  });

  test('may be bare payloads, the first of which silence ends, with line feeds that come late', () => {
    for (const sizes of PIECES) {
      const client = PipelinedEnd.ready('size-first', { probes: 1_000 });
      client.probe();
      client.receive('abcde', sizes);
      expect(client.poll()).toBe(0);
      expect(client.rest()).toBe(true);
      expect(client.poll()).toBe(1);
      client.probes(300);
      client.receive(`${'\nabcde'.repeat(150)}${'abcde'.repeat(149)}`, sizes);
      client.receive('\nabcde\n', sizes);
      expect(client.failure).toBeUndefined();
      expect(client.poll()).toBe(300);
    }
  });
});

describe('a server that loses, doubles or reorders an echo', () => {
  const echo = (number: number): string => `m abcde ${number}\n`;

  test.each([
    ['loses', [12, 13, 15, 16], 'the echo of probe 15 where that of probe 14 was due', 2],
    ['doubles', [12, 13, 13, 14], 'the echo of probe 13 where that of probe 14 was due', 2],
    ['reorders', [12, 14, 13, 15], 'the echo of probe 14 where that of probe 13 was due', 1],
  ] as const)('is named when it %s one, and what came before it counts', (_what, numbers, words, before) => {
    for (const sizes of PIECES) {
      const client = sending(10);
      client.receive(Array.from({ length: 10 }, (_, i) => echo(2 + i)).join(''), sizes);
      expect(client.poll()).toBe(10);
      client.probes(10);
      client.receive(numbers.map(echo).join(''), sizes);
      expect(client.failure?.message).toBe(`the server sent ${words}`);
      expect(client.failure).toMatchObject({ code: 'peer' });
      expect(client.poll()).toBe(before);
    }
  });

  test('is named in plain echo, too, where a message has room for a number', () => {
    for (const sizes of PIECES) {
      const client = sendingPlain(0);
      const sent = client.probes(4);
      client.receive([sent[0], sent[2], sent[3]].join(''), sizes);
      expect(client.failure?.message).toBe(
        'the server sent the echo of message 4 where that of message 3 was due',
      );
      expect(client.poll()).toBe(1);
    }
  });

  test('is named when it sends one more than it was sent', () => {
    for (const client of [sending(2), sendingPlain(0)]) {
      const sent = client.session.underWay === 0 ? client.probes(2) : [echo(2), echo(3)];
      client.receive(`${sent.join('')}${sent[1]}`);
      expect(client.failure).toMatchObject({ code: 'peer' });
      expect(client.poll()).toBe(2);
    }
  });
});

describe('a server that ends it in the middle', () => {
  test.each(PIECES.map((sizes) => [sizes]))('refuses the probe that is due, in pieces of %j', (sizes) => {
    for (const payloadBytes of [5, 200]) {
      const client = sending(0, payloadBytes);
      const sent = client.probes(10);
      client.receive(sent.slice(0, 4).join('') + REFUSAL, sizes);
      expect(client.failure).toMatchObject({ code: 'peer', message: 'the server refused probe 6' });
      expect(client.session.wasRefused).toBe(true);
      expect(client.poll()).toBe(4);
    }
  });

  test('refuses without a line feed, and closes', () => {
    const client = sending(3);
    client.receive(`m abcde 2\n${REFUSAL.trimEnd()}`);
    client.session.handleEnd();
    expect(client.failure?.message).toBe('the server refused probe 3');
    expect(client.poll()).toBe(1);
  });

  test('closes instead of the next echo, or within it', () => {
    for (const rest of ['', 'm ab']) {
      const client = sending(3);
      client.receive(`m abcde 2\n${rest}`);
      client.session.handleEnd();
      expect(client.failure?.message).toBe(
        'the server closed the connection instead of an answer to probe 3',
      );
      expect(client.poll()).toBe(1);
      expect(client.state).toBe('closed');
    }
  });

  test('falls silent: the oldest probe is the one that is not answered', () => {
    for (const rest of ['', 'm ab']) {
      const client = sending(3);
      client.receive(`m abcde 2\n${rest}`);
      client.session.timeOut(250);
      expect(client.failure).toMatchObject({ code: 'timeout' });
      expect(client.failure?.message).toContain('within 250 ms to probe 3');
    }
  });

  test('says something that nobody asked for', () => {
    const client = sending(0);
    client.receive('hello\n');
    expect(client.failure?.message).toBe('the server sent 6 bytes that nobody asked for');
  });

  test('is plain and falls silent, or closes', () => {
    const silent = sendingPlain(0);
    silent.receive((silent.probes(2)[0] as string).slice(0, 3));
    silent.session.timeOut(250);
    expect(silent.failure?.message).toContain('3 of 20 bytes came back');
    const closing = sendingPlain(2);
    closing.session.handleEnd();
    expect(closing.failure?.message).toBe('the server closed the connection');
  });
});

describe('the end of a session', () => {
  test('is said when all is answered, and the server takes it', () => {
    const client = sending(2);
    expect(() => client.terminate()).toThrow(/before the last echo/);
    client.receive('m abcde 2\nm abcde 3\n');
    expect(client.terminate()).toBe('t\n');
    client.receive('200 OK: Closing Connection\n');
    expect(client).toMatchObject({ state: 'closed', failure: undefined });
  });

  test('needs no word in plain echo', () => {
    const client = sendingPlain(0);
    expect(client.terminate()).toBe('');
    client.session.handleEnd();
    expect(client).toMatchObject({ state: 'closed', failure: undefined });
  });

  test('leaves no quiet time to wait for while echoes are under way', () => {
    const client = sending(3);
    client.session.handleDeadline(client.nowNs + 1_000_000_000n);
    expect(client.poll()).toBe(0);
    expect(client.session).toMatchObject({ underWay: 3, failure: undefined });
  });
});

test('our own server and client understand each other, whatever is under way', () => {
  for (const delay of [0, 1_000_000]) {
    const server = new ServerEnd('auto');
    const client = new PipelinedEnd(
      'size-first',
      { probes: 1_000, delay: { delayNs: delay, unit: 'seconds' } },
      { pipeline: true },
    );
    client.receive(server.feed(client.begin()));
    client.receive(server.feed(client.probe()) + server.settle());
    const sent = client.probes(999);
    client.receive(server.feed(sent.join('')) + server.settle(), [1_460]);
    expect(client.poll()).toBe(1_000);
    client.receive(server.feed(client.terminate()));
    expect(client).toMatchObject({ state: 'closed', failure: undefined });
  }
});
