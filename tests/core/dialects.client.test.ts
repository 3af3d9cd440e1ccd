/**
 * The client against a server of each row of docs/spec/protocol.md 11, both sides typed out from its table. Our
 * client's payload is the alphabet, cut to MSG-SIZE.
 */
import { describe, expect, test } from 'vitest';
import type { MetEchoForm } from '../../src/core/client/echo-matcher.ts';
import type { DialectName } from '../../src/core/wire/dialects.ts';
import type { Setup } from '../../src/core/wire/messages.ts';
import { ClientEnd, MS, PipelinedEnd } from './ends.ts';

interface Script {
  readonly dialect: DialectName;
  readonly setup?: Partial<Setup>;
  readonly opening: string;
  readonly ready: string;
  readonly probes: readonly (readonly [written: string, echoed: string])[];
  readonly form: MetEchoForm;
  readonly bye: string;
  readonly closing: string;
}

const READY = '200 OK: Ready\n';
const CLOSING = '200 OK: Closing Connection\n';

const SCRIPTS: readonly Script[] = [
  {
    dialect: 'size-first',
    opening: 's RTT 5 2 0\n',
    ready: READY,
    probes: [
      ['m abcde 1\n', 'm abcde 1\n'],
      ['m abcde 2\n', 'm abcde 2\n'],
    ],
    form: 'message',
    bye: 't\n',
    closing: CLOSING,
  },
  {
    dialect: 'sample',
    setup: { payloadBytes: 30, delay: { delayNs: 500_000_000, unit: 'seconds' } },
    // MSG-SIZE covers the whole message: 30 bytes, `m`, two blanks, a digit and LF.
    opening: 's RTT 35 2 0.5\n',
    ready: '200 Ok: Ready',
    probes: [
      ['m abcdefghijklmnopqrstuvwxyzabcd 0\n', 'm abcdefghijklmnopqrstuvwxyzabcd 0\n'],
      ['m abcdefghijklmnopqrstuvwxyzabcd 1\n', 'm abcdefghijklmnopqrstuvwxyzabcd 1\n'],
    ],
    form: 'message',
    bye: 't \n',
    closing: '200 OK: Closing Connection',
  },
  {
    dialect: 'probes-first',
    setup: { measurement: 'throughput', delay: { delayNs: 500_000_000, unit: 'milliseconds' } },
    opening: 's tput 2 5 500\n',
    ready: READY,
    probes: [
      ['m 1 abcde\n', 'm 1 abcde\n'],
      ['m 2 abcde\n', 'm 2 abcde\n'],
    ],
    form: 'message',
    bye: 't\n',
    closing: CLOSING,
  },
  {
    dialect: 'zero-based',
    opening: 's rtt 2 5 0\n',
    ready: READY,
    probes: [
      ['m 0 abcde\n', 'm 0 abcde\n'],
      ['m 1 abcde\n', 'm 1 abcde\n'],
    ],
    form: 'message',
    bye: 't\n',
    closing: CLOSING,
  },
  {
    dialect: 'lower-size-first',
    opening: 's rtt 5 2 0\n',
    ready: '200 OK: Ready',
    probes: [
      ['m abcde 0\n', 'm abcde 0\n'],
      ['m abcde 1\n', 'm abcde 1\n'],
    ],
    form: 'message',
    bye: 't\n',
    closing: '200 OK: Closing Connection',
  },
  {
    dialect: 'tabs',
    opening: 's\trtt\t2\t5\t0\n',
    ready: READY,
    probes: [
      ['m 1 abcde\n', 'm 1 abcde\n'],
      ['m 2 abcde\n', 'm 2 abcde\n'],
    ],
    form: 'message',
    bye: 't\n',
    closing: CLOSING,
  },
  {
    dialect: 'literal-newline',
    opening: 's rtt 2 5 0\\n',
    ready: '200 OK: Ready',
    probes: [
      ['m 1 abcde\n', 'm 1 abcde\n'],
      ['m 2 abcde\n', 'm 2 abcde\n'],
    ],
    form: 'message',
    bye: 't\\n',
    closing: '200 OK: Closing Connection',
  },
  {
    dialect: 'echo-suffix',
    opening: 's rtt 2 5 0\n',
    ready: READY,
    probes: [
      ['m 1 abcde\n', 'm 1 abcde (200 OK)\n'],
      ['m 2 abcde\n', 'm 2 abcde (200 OK)\n'],
    ],
    form: 'message-suffixed',
    bye: 't\n',
    closing: CLOSING,
  },
  {
    dialect: 'ready-short',
    opening: 's rtt 2 5 0\n',
    ready: '200 Ready\n',
    probes: [
      ['m 1 abcde\n', 'm 1 abcde\n'],
      ['m 2 abcde\n', 'm 2 abcde\n'],
    ],
    form: 'message',
    bye: 't\n\n',
    closing: CLOSING,
  },
  {
    dialect: 'payload-echo',
    opening: 's rtt 2 5 0\n',
    ready: '200 OK: READY',
    probes: [
      ['m 1 abcde\n', 'abcde\n'],
      ['m 2 abcde\n', 'abcde\n'],
    ],
    form: 'payload-line',
    bye: 't\n',
    closing: CLOSING,
  },
  {
    dialect: 'payload-echo-bare',
    opening: 's rtt 2 5 0\n',
    ready: '200 OK: Ready',
    probes: [
      ['m 1 abcde\n', 'abcde'],
      ['m 2 abcde\n', 'abcde'],
    ],
    form: 'payload',
    bye: 't\n',
    closing: '200 OK: Closing Connection',
  },
  {
    dialect: 'hello',
    setup: { measurement: 'throughput' },
    opening: 'h thput 2 5 0\n',
    ready: '200 OK - Ready\n',
    probes: [
      ['m 1 abcde\n', 'm 1 abcde\n'],
      ['m 2 abcde\n', 'm 2 abcde\n'],
    ],
    form: 'message',
    bye: 'b\n',
    closing: '200 OK - Closing\n',
  },
  {
    dialect: 'hello-numeric',
    setup: { probes: 20 },
    opening: 'h 0 20 5 0\n',
    ready: '200 OK - Ready',
    probes: [
      ['m 1 abcde\n', 'm 1 abcde\n'],
      ['m 2 abcde\n', 'm 2 abcde\n'],
    ],
    form: 'message',
    bye: 'b\n',
    closing: '200 OK - Closing',
  },
];

const CHUNKINGS = [
  { chunking: 'whole', sizes: [4096] },
  { chunking: 'byte by byte', sizes: [1] },
] as const;

function expectAnswer(client: ClientEnd | PipelinedEnd, answer: string, sizes: readonly number[]): void {
  const waiting = client.state;
  client.receive(answer, sizes);
  const arrivedNs = client.nowNs;
  const ends = answer.endsWith('\n') || client.state !== waiting;
  if (!ends) {
    const deadlineNs = client.session.deadlineNs() as bigint;
    client.session.handleDeadline(deadlineNs - 1n);
    expect(client.state, 'too hasty').toBe(waiting);
    expect(client.rest()).toBe(true);
  }
  expect(client.failure).toBeUndefined();
  expect(client.state).not.toBe(waiting);
  expect(client.session.arrivedNs, 'stamped when it was understood, not when it came').toBe(arrivedNs);
}

test.each(SCRIPTS)('a user whose probes need not wait can measure a $dialect server', (script) => {
  const client = new PipelinedEnd(script.dialect, script.setup);
  expect(client.begin()).toBe(script.opening);
  expectAnswer(client, script.ready, [1]);
  for (const [written, echoed] of script.probes) {
    expect(client.probe()).toBe(written);
    expectAnswer(client, echoed, [1]);
    expect(client.poll()).toBe(1);
  }
  expect(client.session).toMatchObject({ echoForm: script.form, inFlight: 1 });
  expect(client.terminate()).toBe(script.bye);
  expectAnswer(client, script.closing, [1]);
});

describe.each(CHUNKINGS)('answers that come $chunking', ({ sizes }) => {
  for (const script of SCRIPTS) {
    test(`a user can measure a ${script.dialect} server`, () => {
      const client = new ClientEnd(script.dialect, script.setup);
      expect(client.begin()).toBe(script.opening);
      expectAnswer(client, script.ready, sizes);
      expect(client.session.readyText).toBe(script.ready.trimEnd());
      for (const [written, echoed] of script.probes) {
        expect(client.probe()).toBe(written);
        expectAnswer(client, echoed, sizes);
      }
      expect(client.session.echoForm).toBe(script.form);
      expect(client.terminate()).toBe(script.bye);
      expectAnswer(client, script.closing, sizes);
      expect(client.session.closingText).toBe(script.closing.trimEnd());
      expect(client.state).toBe('closed');
    });
  }
});

describe('a server that spells its statuses another way', () => {
  const READY_FORMS = [
    '200 OK: Ready',
    '200 Ok: Ready',
    '200 OK: READY',
    '200 Ready',
    '200 OK - Ready',
    '200 ok: ready',
    '200OK: Ready',
  ];

  test.each(READY_FORMS)('may say %j with LF, and no time is lost waiting', (form) => {
    const client = new ClientEnd('size-first');
    client.begin();
    client.receive(`${form}\n`);
    expect(client.state).toBe('measurement');
    expect(client.session.deadlineNs()).toBeUndefined();
  });

  test.each(READY_FORMS)('may say %j with CR LF', (form) => {
    const client = new ClientEnd('size-first');
    client.begin();
    client.receive(`${form}\r\n`);
    expect(client.state).toBe('measurement');
    expect(client.session.readyText).toBe(form);
  });

  test.each(READY_FORMS)('may say %j without LF: a short quiet time ends it', (form) => {
    const client = new ClientEnd('size-first');
    client.begin();
    client.receive(form, [1]);
    const deadlineNs = client.session.deadlineNs() as bigint;
    expect(deadlineNs - client.nowNs).toBeLessThanOrEqual(50n * MS);
    client.rest();
    expect(client.state).toBe('measurement');
  });

  test.each(['200 OK: Closing Connection', '200 OK - Closing', '200 ok'])(
    'may say %j and close: the end of the stream ends it',
    (form) => {
      const client = new ClientEnd('probes-first');
      client.begin();
      client.receive(READY);
      client.terminate();
      client.receive(form);
      client.session.handleEnd();
      expect(client.failure).toBeUndefined();
      expect(client.session.closingText).toBe(form);
    },
  );
});

describe('an LF that comes late', () => {
  function readyWithoutLf(): ClientEnd {
    const client = new ClientEnd('probes-first');
    client.begin();
    client.receive('200 OK: Ready');
    client.rest();
    return client;
  }

  test('alone, between status and probe, does not break the session', () => {
    const client = readyWithoutLf();
    client.receive('\n');
    expect(client.failure).toBeUndefined();
    client.probe();
    client.receive('m 1 abcde\n');
    expect(client.state).toBe('measurement');
  });

  test('before the first echo is not taken for a part of it', () => {
    const client = readyWithoutLf();
    client.probe();
    client.receive('\n');
    expect(client.failure).toBeUndefined();
    client.receive('m 1 abcde\n');
    expect(client.state).toBe('measurement');
  });

  test('glued to the first echo is not taken for a part of it', () => {
    const client = readyWithoutLf();
    client.probe();
    client.receive('\nm 1 abcde\n');
    expect(client.state).toBe('measurement');
  });

  test('does not move the stamp of the answer it belongs to', () => {
    const client = readyWithoutLf();
    const { arrivedNs } = client.session;
    client.receive('\n');
    expect(client.session.arrivedNs).toBe(arrivedNs);
  });

  test('is dropped once only: a server that sends blank lines is found out', () => {
    const client = readyWithoutLf();
    client.receive('\n');
    client.receive('\n');
    expect(client.failure?.code).toBe('peer');
  });

  test('within the quiet time belongs to the status', () => {
    const client = new ClientEnd('probes-first');
    client.begin();
    client.receive('200 OK: Ready');
    client.wait(5n * MS);
    client.receive('\n');
    expect(client.state).toBe('measurement');
    client.receive('\n');
    expect(client.failure?.code).toBe('peer');
  });
});
