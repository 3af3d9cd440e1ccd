/** The extension `+stamps` as a client asks for it, of servers with it, without it, and with faults. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PlainSession } from '../../src/core/client/plain-session.ts';
import { DIALECT_NAMES } from '../../src/core/wire/dialects.ts';
import { ClientEnd, pieces, ServerEnd } from './ends.ts';

const READY = '200 OK: Ready +stamps\n';
const PIECES: readonly (readonly number[])[] = [[4096], [1], [5, 2]];

function asking(): ClientEnd {
  const client = new ClientEnd('size-first', { probes: 20 }, { stamps: true });
  client.begin();
  return client;
}

/** A client that has asked for so many residences. */
function asked(count: number): ClientEnd {
  const client = asking();
  client.receive(READY);
  client.ask(0, count);
  return client;
}

describe('asking for the extension', () => {
  test('adds one field to the setup, and only in the dialect that has it', () => {
    for (const dialect of DIALECT_NAMES) {
      const plain = new ClientEnd(dialect, { probes: 20 }).begin();
      const withStamps = new ClientEnd(dialect, { probes: 20 }, { stamps: true }).begin();
      expect(withStamps, dialect).toBe(dialect === 'size-first' ? 's RTT 5 20 0 +stamps\n' : plain);
    }
    expect(new ClientEnd('size-first', {}, { stamps: false }).begin()).toBe('s RTT 5 2 0\n');
  });

  test.each(PIECES.map((sizes) => [sizes]))(
    'a server that agrees is understood, in pieces of %j',
    (sizes) => {
      const client = asking();
      client.receive(READY, sizes);
      expect(client).toMatchObject({ state: 'measurement', failure: undefined });
      expect(client.session).toMatchObject({ hasStamps: true, readyText: '200 OK: Ready +stamps' });
    },
  );

  test.each(['200 OK: Ready\n', '200 OK: Ready', '200 OK: Ready +stampsize\n', '200 OK: Ready stamps\n'])(
    'a server that answers %j is simply without stamps',
    (ready) => {
      const client = asking();
      client.receive(ready);
      client.rest();
      expect(client).toMatchObject({ state: 'measurement', failure: undefined });
      expect(client.session.hasStamps).toBe(false);
      client.receive(client.probe());
      expect(client.state).toBe('measurement');
      expect(() => client.ask(0, 1)).toThrow(/no residences/);
      expect(client.state).toBe('measurement');
    },
  );

  test('a server that refuses the setup says so, and the caller can come back without', () => {
    const client = asking();
    client.receive('404 ERROR: Invalid Connection Setup Message\n');
    expect(client.state).toBe('closed');
    expect(client.session).toMatchObject({ wasRefused: true, hasStamps: false });
  });

  test('a server that can part a residence is asked to, one of an older version is not', () => {
    const older = asked(2);
    older.receive('200 OK: Residence kernel 12 13\n');
    expect(older).toMatchObject({ state: 'measurement', failure: undefined });
    const client = asking();
    client.receive('200 OK: Ready +stamps +waits\n');
    expect(client.ask(0, 3)).toBe('r 0 3 +waits\n');
    client.receive('200 OK: Residence kernel 12/5 - 13/-\n', [1]);
    expect(client.session.residence).toEqual({
      source: 'kernel',
      residenceNs: Float64Array.of(12, Number.NaN, 13),
      waitNs: Float64Array.of(5, Number.NaN, Number.NaN),
    });
  });

  test('a server that can tell how busy it was is asked to, one that cannot is not', () => {
    const client = asking();
    client.receive('200 OK: Ready +stamps +waits +busy\n');
    expect(client.ask(0, 2)).toBe('r 0 2 +waits +busy\n');
    client.receive('200 OK: Residence kernel 12/5 13/- +busy 7\n', [1]);
    expect(client.session.residence).toMatchObject({ source: 'kernel', busyNs: 7 });
    const other = asking();
    other.receive('200 OK: Ready +stamps +waits +later\n');
    expect(other.ask(0, 1)).toBe('r 0 1 +waits\n');
    other.receive('200 OK: Residence kernel 12/5\n');
    expect(other.session.residence?.busyNs).toBeUndefined();
  });

  test('a server that offers what nobody asked for is not asked', () => {
    const client = new ClientEnd('size-first');
    client.begin();
    client.receive(READY);
    expect(client).toMatchObject({ state: 'measurement', session: { hasStamps: false } });
  });

  test('a plain echo server is recognised all the same', () => {
    const client = asking();
    client.receive('s RTT 5 20 0 +stamps\n');
    expect(client.failure?.speaksOtherwise).toBe(true);
  });

  test('an answer that stops in the middle of the field is waited for', () => {
    const client = asking();
    client.receive('200 OK: Ready +sta');
    expect(client.rest()).toBe(false);
    client.receive('mps\n');
    expect(client.session.hasStamps).toBe(true);
  });

  test('plain echo has none', () => {
    const session = new PlainSession(5);
    session.begin();
    expect(session.hasStamps).toBe(false);
    expect(() => session.askResidence()).toThrow(/no residences/);
  });
});

describe('an answer', () => {
  test.each(PIECES.map((sizes) => [sizes]))('is read in pieces of %j, and the run goes on', (sizes) => {
    const client = asking();
    client.receive(READY);
    client.receive(client.probe());
    expect(client.ask(0, 3)).toBe('r 0 3\n');
    expect(client.state).toBe('residence-answer');
    expect(client.session.residence).toBeUndefined();
    client.receive('200 OK: Residence kernel 1234 - 0\n', sizes);
    expect(client).toMatchObject({ state: 'measurement', failure: undefined });
    expect(client.session.residence).toEqual({
      source: 'kernel',
      residenceNs: Float64Array.of(1_234, Number.NaN, 0),
    });
    client.receive(client.probe(), sizes);
    expect(client.ask(1, 1)).toBe('r 1 1\n');
    client.receive('200 OK: Residence application 7\n', sizes);
    expect(client.session.residence).toEqual({ source: 'application', residenceNs: Float64Array.of(7) });
    client.terminate();
    client.receive('200 OK: Closing Connection\n', sizes);
    expect(client).toMatchObject({ state: 'closed', failure: undefined });
  });

  test('while it is awaited no probe can be sent into it', () => {
    expect(() => asked(1).probe()).toThrow(/probe in state residence-answer/);
  });

  test.each([
    ['is short of a value', '200 OK: Residence kernel 1\n'],
    ['has a value too many', '200 OK: Residence kernel 1 2 3\n'],
    ['is another status', '200 OK: Ready\n'],
    ['is garbage', 'hello\n'],
    ['is an echo', 'm abcde 1\n'],
    ['never ends', `200 OK: Residence kernel ${'1'.repeat(200)}`],
    ['begins as a refusal and is none', '4 OK\n'],
  ])('that %s is the server’s fault, and shown', (_fault, answer) => {
    for (const sizes of PIECES) {
      const client = asked(2);
      client.receive(answer, sizes);
      expect(client.state).toBe('closed');
      expect(client.session.residence).toBeUndefined();
      expect(client.failure?.code).toBe('peer');
      expect(client.failure?.message).toContain('answered the question for 2 residences with something');
      expect(client.failure?.expected).toContain('2 values');
      expect(client.failure?.received).not.toBe('nothing');
    }
  });

  test('with more behind it in one piece is not trusted', () => {
    const client = asked(1);
    client.receive('200 OK: Residence kernel 1\n200 OK');
    expect(client.failure?.code).toBe('peer');
  });

  test.each(['404 ERROR: Invalid Measurement Message\n', '404 ERROR: Invalid Measurement Message'])(
    'of %j is a refusal of the question',
    (answer) => {
      for (const sizes of PIECES) {
        const client = asked(2);
        client.receive(answer, sizes);
        client.rest();
        expect(client.state).toBe('closed');
        expect(client.session.wasRefused).toBe(true);
        expect(client.failure?.message).toContain('refused the question for 2 residences');
      }
    },
  );

  test('that does not come is named when the time is up, and so is one without end', () => {
    for (const came of ['', '200 OK: Residence kernel 1 2']) {
      const client = asked(2);
      client.receive(came);
      expect(client.rest()).toBe(false);
      client.session.timeOut(100);
      expect(client.failure?.code).toBe('timeout');
      expect(client.failure?.message).toContain('100 ms to the question for 2 residences');
    }
  });

  test('that is cut off by the end of the connection is not taken for whole', () => {
    for (const came of ['', '200 OK: Residence kernel 1 2']) {
      const client = asked(2);
      client.receive(came);
      client.session.handleEnd();
      expect(client.session.residence).toBeUndefined();
      expect(client.failure?.message).toContain('instead of an answer to the question for 2 residences');
    }
  });

  test('of the largest size is read in single bytes without searching them again and again', () => {
    const client = asked(4_096);
    let searchedBytes = 0;
    const prototype = Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array;
    const { indexOf } = prototype;
    prototype.indexOf = function (this: Uint8Array, sought: number, from = 0): number {
      searchedBytes += this.length - from;
      return indexOf.call(this, sought, from);
    };
    const answer = `200 OK: Residence application ${'9007199254740991 '.repeat(4_095)}1\n`;
    try {
      client.receive(answer, [1]);
    } finally {
      prototype.indexOf = indexOf;
    }
    expect(client.session.residence?.residenceNs[4_094]).toBe(Number.MAX_SAFE_INTEGER);
    expect(searchedBytes).toBeLessThanOrEqual(2 * answer.length);
  });

  test('of any bytes in any pieces comes to one end and never throws', () => {
    const byteArb = fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...'0123456789 -\n\r') },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) },
    );
    const garbageArb = fc.array(byteArb, { maxLength: 12 }).map((all) => all.join(''));
    const headArb = fc.constantFrom('', '2', '4', '404', '200 OK: Residence kernel', '200 OK: Residence a');
    const endArb = fc.constantFrom('', '\n', ' 1 -\n', ' - -\r\n');
    const answerArb = fc.tuple(headArb, garbageArb, endArb).map((parts) => parts.join(''));
    const sizesArb = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 });
    const run = (answer: string, sizes: readonly number[]) => {
      const client = asked(2);
      client.receive(answer, sizes);
      client.rest();
      client.session.handleEnd();
      const { state, failure, session } = client;
      return { state, code: failure?.code, residence: session.residence };
    };
    fc.assert(
      fc.property(answerArb, sizesArb, (answer, sizes) => {
        const inBytes = run(answer, [1]);
        expect(inBytes.code).toBe('peer');
        expect(run(answer, sizes)).toMatchObject({ state: inBytes.state, code: inBytes.code });
      }),
      { numRuns: 500 },
    );
  });
});

describe('both ends', () => {
  test('agree on every residence, whatever is asked when and however it is cut', () => {
    const residenceArb = fc.oneof(fc.nat(100_000), fc.constant(Number.NaN));
    const stepArb = fc.oneof(
      fc.record({ kind: fc.constant('probe' as const) }),
      fc.record({
        kind: fc.constant('ask' as const),
        first: fc.nat(25),
        count: fc.integer({ min: 1, max: 25 }),
      }),
    );
    const sizesArb = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 });
    const listArb = fc.array(residenceArb, { minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(fc.array(stepArb, { maxLength: 40 }), listArb, listArb, listArb, sizesArb, (...given) => {
        const [steps, residencesNs, waitsNs, busyTimesNs, sizes] = given;
        const client = new ClientEnd('size-first', { probes: 20 }, { stamps: true });
        const server = new ServerEnd('auto', { residencesNs, waitsNs, busyTimesNs });
        const carry = (message: string): void => {
          let answer = '';
          for (const piece of pieces(message, sizes)) answer += server.feed(piece);
          client.receive(answer, sizes);
          expect(client.failure).toBeUndefined();
        };
        carry(client.begin());
        let echoed = 0;
        for (const step of steps) {
          if (step.kind === 'probe') {
            if (echoed === 20) continue;
            carry(client.probe());
            echoed++;
            continue;
          }
          const { first, count } = step;
          carry(client.ask(first, count));
          const told = (listNs: readonly number[]): Float64Array =>
            Float64Array.from({ length: count }, (_, i) =>
              first + i < echoed ? (listNs[first + i] as number) : Number.NaN,
            );
          const residenceNs = told(residencesNs);
          const waitNs = told(waitsNs).map((ns, i) => (ns <= (residenceNs[i] as number) ? ns : Number.NaN));
          const known = told(busyTimesNs).filter((ns, i) => !Number.isNaN(ns + (residenceNs[i] as number)));
          const busyNs = known.length === 0 ? Number.NaN : known.reduce((total, ns) => total + ns, 0);
          expect(client.session.residence).toEqual({ source: 'application', residenceNs, waitNs, busyNs });
        }
        carry(client.terminate());
        expect(server.ending).toMatchObject({ reason: 'terminated', probesEchoed: echoed });
      }),
      { numRuns: 100 },
    );
  });
});
