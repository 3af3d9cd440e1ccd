/** The server under any bytes in any chunking: nothing throws, and the cut of the stream changes nothing. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_KEPT_RESIDENCES } from '../../src/core/limits.ts';
import type { ServerSessionEvent } from '../../src/core/server/server-events.ts';
import { DIALECT_NAMES, type DialectName } from '../../src/core/wire/dialects.ts';
import { ServerEnd } from './ends.ts';

const CONVERSATIONS: readonly string[] = [
  's RTT 5 3 0\nm hello 1\nm world 2\nm a b c 3\nt\n',
  's TTPUT 3 2 0.5\r\nm abc 1\r\nm \0\r\r 2\r\nt \r\n',
  's rtt 2 5 0\nm 1 hello\nm 2 world\nt\n\n',
  's tput 2 5 20\nm 1 hello\nm 2 world\nt\n',
  's rtt 2 5 0\nm 0 hello\nm 1 world\ns rtt 1 3 0\nm 0 abc\nt\n',
  's rtt 5 2 0\nm hello 0\nm world 1\nt\n',
  's rtt 5 5 0\nm 1 1 1 1\nm 2 2 2 2\nt\n',
  's\trtt\t2\t5\t0\nm 1 hello\nm 2 world\nt\n',
  's rtt 2 5 0\\nm 1 hello\nm 2 world\n',
  't\\n',
  's RTT 1000 3 0\nmHello_World 0\nm Hello_World 1\nt \n',
  'h rtt 2 5 0\nm 1 hello\nm 2 world\nb\n',
  'h 0 20 5 0\nm 1 hello\nm 2 world\nb\n',
  's RTT 5 3 0 +stamps\nm hello 1\nr 0 1\nm world 2\nr 0 4096\nr 1 2\nt\n',
  's RTT 1 2 0.5 +stamps\r\nm a 1\r\nr 0 2\r\nm b 2\r\nr 999999999999999 1\r\nt\r\n',
  's RTT 5 5 0 +pipeline\nm hello 1\nm hello 2\nm hello 3\nm hello 4\nm hello 5\nt\n',
  's RTT 1 4 0.001 +pipeline +stamps\nm a 1\nm a 2\nr 0 2\nm a 3\nm a 4\nr 2 2\nt\n',
  'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
];

const byteArb = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...'smthb 0123456789\n\n\r\t\\nrtRT\0+-') },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) },
);
const garbageArb = fc.array(byteArb, { maxLength: 120 }).map((all) => all.join(''));

const mutationArb = fc.record({
  at: fc.nat(200),
  removed: fc.nat(6),
  added: fc.array(byteArb, { maxLength: 4 }).map((all) => all.join('')),
});
const mutatedArb = fc
  .tuple(fc.constantFrom(...CONVERSATIONS), fc.array(mutationArb, { maxLength: 3 }))
  .map(([conversation, mutations]) =>
    mutations.reduce((whole, { at, removed, added }) => {
      const offset = at % (whole.length + 1);
      return whole.slice(0, offset) + added + whole.slice(offset + removed);
    }, conversation),
  );

const sentArb = fc.oneof(
  { weight: 3, arbitrary: mutatedArb },
  { weight: 2, arbitrary: garbageArb },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...CONVERSATIONS), garbageArb).map(([a, b]) => a + b) },
);
const optionArb = fc.oneof(
  { weight: 2, arbitrary: fc.constant<'auto'>('auto') },
  { weight: 1, arbitrary: fc.constantFrom(...DIALECT_NAMES) },
);
const sizesArb = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 6 });

interface Outcome {
  readonly answered: string;
  readonly answeredBeforeEnd: number;
  readonly events: readonly ServerSessionEvent[];
  readonly heldBytes: number;
}

/** Runs the whole stream through a server that is woken whenever it asks to be. */
function run(option: DialectName | 'auto', sent: string, sizes: readonly number[]): Outcome {
  const server = new ServerEnd(option, { residencesNs: [1_234, Number.NaN, 98_765_432_100] });
  let nowNs = 0n;
  const settle = (): string => {
    let answer = '';
    while (server.session.isHolding) {
      nowNs = server.session.deadlineNs() as bigint;
      answer += server.wake(nowNs);
    }
    return answer;
  };
  let answered = '';
  for (let i = 0, offset = 0; offset < sent.length; i++) {
    const size = sizes[i % sizes.length] as number;
    answered += server.feed(sent.slice(offset, offset + size), nowNs) + settle();
    offset += size;
  }
  const answeredBeforeEnd = answered.length;
  answered += server.end(nowNs) + settle();
  expect(server.session.isClosed, 'a session outlived its connection').toBe(true);
  expect(server.session.deadlineNs()).toBeUndefined();
  server.session.handleLost('gone');
  return { answered, answeredBeforeEnd, events: server.events, heldBytes: server.budget.heldBytes };
}

/** The wording of an ending has a test of its own. */
function withoutDetail(outcome: Outcome): Outcome {
  const events = outcome.events.map((event) =>
    event.kind === 'end' ? { ...event, detail: undefined } : event,
  );
  return { ...outcome, events };
}

describe('whatever a client sends', () => {
  test('however the network cuts it, the answers and the events are the same', () => {
    fc.assert(
      fc.property(optionArb, sentArb, sizesArb, (option, sent, sizes) => {
        const whole = withoutDetail(run(option, sent, [sent.length + 1]));
        expect(withoutDetail(run(option, sent, [1]))).toEqual(whole);
        expect(withoutDetail(run(option, sent, sizes))).toEqual(whole);
      }),
      { numRuns: 800 },
    );
  });

  test('however the network cuts it, the log gives the same reason in the same words', () => {
    fc.assert(
      fc.property(optionArb, sentArb, sizesArb, (option, sent, sizes) => {
        const whole = run(option, sent, [sent.length + 1]).events.at(-1);
        expect(run(option, sent, [1]).events.at(-1)).toEqual(whole);
        expect(run(option, sent, sizes).events.at(-1)).toEqual(whole);
      }),
      { numRuns: 300 },
    );
  });

  test('a line that never ends gives one and the same log entry however it is cut', () => {
    for (const opening of ['', 's RTT 5 3 0\n', 's rtt 3 5 0\n', 'h rtt 3 5 0\n']) {
      const sent = `${opening}m ${'x'.repeat(600)}`;
      const whole = run('auto', sent, [sent.length]);
      expect(run('auto', sent, [1]), opening).toEqual(whole);
      expect(run('auto', sent, [7]), opening).toEqual(whole);
    }
  });

  test('each session ends once, with its budget given back and its echoes counted', () => {
    fc.assert(
      fc.property(optionArb, sentArb, sizesArb, (option, sent, sizes) => {
        const { events, heldBytes, answered } = run(option, sent, sizes);
        const endings = events.filter(({ kind }) => kind === 'end');
        expect(endings).toHaveLength(1);
        expect(events.at(-1)?.kind).toBe('end');
        expect(heldBytes).toBe(0);
        const questions = (sent.match(/r \d+ \d+/g) ?? []).length;
        const residences = questions * 2 * MAX_KEPT_RESIDENCES;
        expect(answered.length).toBeLessThanOrEqual(sent.length * 3 + 200 + residences);
      }),
      { numRuns: 300 },
    );
  });

  test('two refusals, or a refusal and a farewell, are never sent to one client', () => {
    fc.assert(
      fc.property(optionArb, garbageArb, sizesArb, (option, sent, sizes) => {
        const { answered } = run(option, sent, sizes);
        expect((answered.match(/404 ERROR|200 OK: Closing/g) ?? []).length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 300 },
    );
  });
});
