/** The client under any bytes from a server, and client and server of one dialect against each other. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DIALECT_NAMES, DIALECTS, type DialectName } from '../../src/core/wire/dialects.ts';
import { announcedBytes } from '../../src/core/wire/encode.ts';
import { ClientEnd, PipelinedEnd, pieces, ServerEnd } from './ends.ts';

const sizesArb = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 6 });
const byteArb = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...'m 0124\n\n\rabcde2004OKERR:') },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) },
);
const garbageArb = fc.array(byteArb, { maxLength: 30 }).map((all) => all.join(''));

const READY_TEXTS = [
  '200 OK: Ready\n',
  '200 OK: Ready +pipeline\n',
  '200 Ok: Ready',
  '200 Ready\n',
  '200\n',
  '404 ERROR\n',
  '404ERROR',
];
const ECHO_TEXTS = [
  'm abcde 1\n',
  'm 1 abcde\n',
  'm abcde 0\n',
  'm 0 abcde\n',
  'm 1 abcde (200 OK)\n',
  'abcde\n',
  'abcde',
  '404 ERROR: Invalid Measurement Message\n',
];
const BYE_TEXTS = ['200 OK: Closing Connection\n', '200 OK - Closing', '404 ERROR\n', ''];

function answerArb(texts: readonly string[]): fc.Arbitrary<string> {
  const mutated = fc
    .tuple(fc.constantFrom(...texts), fc.nat(40), fc.nat(3), garbageArb)
    .map(([answer, at, removed, added]) => {
      const offset = at % (answer.length + 1);
      return answer.slice(0, offset) + added.slice(0, 3) + answer.slice(offset + removed);
    });
  return fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...texts) },
    { weight: 2, arbitrary: mutated },
    { weight: 1, arbitrary: garbageArb },
  );
}

const answersArb = fc.tuple(
  answerArb(READY_TEXTS),
  answerArb(ECHO_TEXTS),
  answerArb(ECHO_TEXTS),
  answerArb(BYE_TEXTS),
);

/** Whether each probe waits for the echo of the one before it. */
const KINDS = ['one by one', 'pipelined'] as const;

function clientOf(kind: (typeof KINDS)[number], dialect: DialectName, probes = 2): ClientEnd | PipelinedEnd {
  return kind === 'pipelined'
    ? new PipelinedEnd(dialect, { probes }, { pipeline: true })
    : new ClientEnd(dialect, { probes });
}

interface Outcome {
  readonly stages: number;
  readonly state: string;
  readonly code: string | undefined;
  readonly form: string | undefined;
}

function run(
  kind: (typeof KINDS)[number],
  dialect: DialectName,
  answers: readonly string[],
  sizes: readonly number[],
): Outcome {
  const client = clientOf(kind, dialect, 20);
  const commands = [
    () => client.begin(),
    () => client.probe(),
    () => client.probe(),
    () => client.terminate(),
  ];
  let stages = 0;
  for (const [i, command] of commands.entries()) {
    command();
    client.receive(answers[i] ?? '', sizes);
    client.rest();
    if (client.state !== 'measurement') break;
    stages++;
  }
  return { stages, state: client.state, code: client.failure?.code, form: client.session.echoForm };
}

describe.each(KINDS)('whatever a server sends to a client whose probes go %s', (kind) => {
  test('however the network cuts it, the client comes to the same end', () => {
    fc.assert(
      fc.property(fc.constantFrom(...DIALECT_NAMES), answersArb, sizesArb, (dialect, answers, sizes) => {
        const { form: _form, ...whole } = run(kind, dialect, answers, [Number.MAX_SAFE_INTEGER]);
        expect(run(kind, dialect, answers, [1])).toMatchObject(whole);
        expect(run(kind, dialect, answers, sizes)).toMatchObject(whole);
      }),
      { numRuns: 800 },
    );
  });

  test('no failure goes without a code and a text for the user', () => {
    fc.assert(
      fc.property(fc.constantFrom(...DIALECT_NAMES), answersArb, sizesArb, (dialect, answers, sizes) => {
        const client = clientOf(kind, dialect);
        client.begin();
        for (const answer of answers) {
          client.receive(answer, sizes);
          client.rest();
          if (client.state === 'measurement') client.probe();
        }
        client.session.handleEnd();
        if (client.state === 'closed') {
          expect(client.failure?.code).toBe('peer');
          expect(client.failure?.message).toMatch(/^the server /);
          expect(client.failure?.received).not.toBe('');
        }
      }),
      { numRuns: 300 },
    );
  });

  test('a client that was given up stays given up', () => {
    fc.assert(
      fc.property(garbageArb, answersArb, sizesArb, (garbage, answers, sizes) => {
        const client = clientOf(kind, 'size-first');
        client.begin();
        client.receive(`x${garbage}\n`, sizes);
        const { failure } = client;
        for (const answer of answers) client.receive(answer, sizes);
        client.rest();
        client.session.handleEnd();
        expect(client.failure).toBe(failure);
        expect(client.state).toBe('closed');
      }),
      { numRuns: 200 },
    );
  });
});

/** Carries bytes both ways in pieces until neither side has anything to say; time passes only then. */
function carry(client: ClientEnd, server: ServerEnd, message: string, sizes: readonly number[]): void {
  let answer = '';
  for (const piece of pieces(message, sizes)) answer += server.feed(piece, client.nowNs);
  while (server.session.isHolding) {
    client.nowNs = server.session.deadlineNs() as bigint;
    answer += server.wake(client.nowNs);
  }
  client.receive(answer, sizes);
  client.rest();
}

describe('both ends of one dialect', () => {
  const setupArb = fc.record({
    measurement: fc.constantFrom('rtt' as const, 'throughput' as const),
    payloadBytes: fc.integer({ min: 1, max: 200 }),
    probes: fc.integer({ min: 20, max: 25 }),
    delay: fc
      .constantFrom(0, 500, 1_000_000, 1_500_000_000)
      .map((delayNs) => ({ delayNs, unit: 'milliseconds' as const })),
  });

  for (const dialect of DIALECT_NAMES) {
    test(`understand each other to the end of a run: ${dialect}`, () => {
      const option = DIALECTS[dialect].toldApart === 'option' ? dialect : 'auto';
      fc.assert(
        fc.property(setupArb, sizesArb, (setup, sizes) => {
          const client = new ClientEnd(dialect, setup);
          const server = new ServerEnd(option);
          carry(client, server, client.begin(), sizes);
          expect(server.setups).toContainEqual(
            expect.objectContaining({
              payloadBytes: announcedBytes(DIALECTS[dialect], setup),
              probes: setup.probes,
              delay: expect.objectContaining({ delayNs: setup.delay.delayNs }),
            }),
          );
          for (let i = 0; i < setup.probes; i++) {
            carry(client, server, client.probe(), sizes);
            expect(client.failure).toBeUndefined();
            expect(client.state).toBe('measurement');
          }
          expect(server.reportedDialects).toEqual([dialect]);
          expect(client.session.echoForm).toBe(DIALECTS[dialect].echo);
          const farewell = DIALECTS[dialect].bye.connection === 'new' ? new ServerEnd(option) : server;
          carry(client, farewell, client.terminate(), sizes);
          expect(client.failure).toBeUndefined();
          expect(client.state).toBe('closed');
          expect(farewell.ending?.reason).toBe('terminated');
        }),
        { numRuns: 6 },
      );
    });
  }
});
