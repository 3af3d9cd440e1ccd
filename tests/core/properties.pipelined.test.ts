/** Many probes under way: any cut of what is right gives every echo once; nothing that is wrong passes for right. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MetEchoForm } from '../../src/core/client/echo-matcher.ts';
import { PipelinedEnd, pieces, ServerEnd } from './ends.ts';

/** What a server with an echo of this form sends for a probe of size-first. */
const FORMS: readonly (readonly [form: MetEchoForm, echoOf: (probe: string, payload: string) => string])[] = [
  ['message', (probe) => probe],
  ['message-crlf', (probe) => probe.replace('\n', '\r\n')],
  ['message-suffixed', (probe) => probe.replace('\n', ' (200 OK)\n')],
  ['payload-line', (_, payload) => `${payload}\n`],
  ['payload', (_, payload) => payload],
  ['renumbered', (probe) => probe.replace(/\d+/, (digits) => String(Number(digits) + 100))],
];
/** Numbered by the server, or without any number: some other echoes are right, too. */
const LOOSE: readonly MetEchoForm[] = ['renumbered'];

interface Stream {
  readonly client: PipelinedEnd;
  readonly echoes: readonly string[];
}

const countArb = fc.integer({ min: 1, max: 120 });
const payloadArb = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(15, 16, 17, 300));
const sizesArb = fc.array(fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 2_000 })), {
  minLength: 1,
  maxLength: 6,
});

/** The first echo has come, and so many probes are under way, whose right echoes are told. */
function streamOf(form: MetEchoForm | 'plain', count: number, payloadBytes: number): Stream {
  const client =
    form === 'plain'
      ? PipelinedEnd.plain(payloadBytes)
      : PipelinedEnd.ready('size-first', { payloadBytes, probes: count + 1 });
  const first = client.probe();
  const payload = first.slice(2, 2 + payloadBytes);
  const echoOf = FORMS.find(([name]) => name === form)?.[1] ?? ((probe: string) => probe);
  client.receive(echoOf(first, payload));
  client.rest();
  expect(client.poll()).toBe(1);
  return { client, echoes: client.probes(count).map((probe) => echoOf(probe, payload)) };
}

const formArb = fc.constantFrom('plain' as const, ...FORMS.map(([form]) => form));

test('a right stream gives exactly its echoes, however it is cut', () => {
  fc.assert(
    fc.property(formArb, countArb, payloadArb, sizesArb, (form, count, payloadBytes, sizes) => {
      const { client, echoes } = streamOf(form, count, payloadBytes);
      let sent = '';
      let told = 0;
      for (const piece of pieces(echoes.join(''), sizes)) {
        client.receive(piece);
        sent += piece;
        told += client.poll();
        let whole = 0;
        for (let end = 0; whole < echoes.length; whole++) {
          end += (echoes[whole] as string).length;
          if (end > sent.length) break;
        }
        expect(told, 'told with the piece that completes it').toBe(whole);
      }
      expect(client).toMatchObject({ failure: undefined, state: 'measurement' });
      expect(told).toBe(count);
    }),
    { numRuns: 300 },
  );
});

describe('a stream with one fault', () => {
  const exact = fc.constantFrom(
    'plain' as const,
    ...FORMS.map(([form]) => form).filter((form) => !LOOSE.includes(form)),
  );
  const byteArb = fc.oneof(
    fc.constantFrom(...'m 024\n\rab'),
    fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
  );

  test('of a byte that is another one is found out in the echo that has it', () => {
    fc.assert(
      fc.property(
        exact,
        countArb,
        payloadArb,
        sizesArb,
        fc.nat(),
        byteArb,
        (form, count, size, sizes, at, byte) => {
          const { client, echoes } = streamOf(form, count, size);
          const whole = echoes.join('');
          const place = at % whole.length;
          // Before a bare payload a line feed is one that comes late.
          fc.pre(whole[place] !== byte && (form !== 'payload' || byte !== '\n'));
          client.receive(whole.slice(0, place) + byte + whole.slice(place + 1), sizes);
          client.session.handleEnd();
          expect(client.failure?.code).toBe('peer');
          let before = 0;
          for (let end = 0; before < count; before++) {
            end += (echoes[before] as string).length;
            if (end > place) break;
          }
          expect(client.poll()).toBe(before);
        },
      ),
      { numRuns: 400 },
    );
  });

  test('of a byte that is lost or added is found out by its end', () => {
    fc.assert(
      fc.property(
        exact,
        countArb,
        payloadArb,
        sizesArb,
        fc.nat(),
        fc.option(byteArb),
        (form, count, size, sizes, at, added) => {
          // Before a bare payload a line feed is one that comes late.
          fc.pre(form !== 'payload' || added !== '\n');
          const { client, echoes } = streamOf(form, count, size);
          const whole = echoes.join('');
          const place = at % whole.length;
          client.receive(
            whole.slice(0, place) + (added ?? '') + whole.slice(place + (added === null ? 1 : 0)),
            sizes,
          );
          client.session.handleEnd();
          expect(client.failure?.code).toBe('peer');
          expect(client.poll()).toBeLessThanOrEqual(count);
        },
      ),
      { numRuns: 400 },
    );
  });

  test('of an echo that is lost, doubled or out of its place is found out where echoes have numbers', () => {
    const numbered = fc.constantFrom('plain' as const, 'message' as const, 'message-suffixed' as const);
    const wrongArb = fc.constantFrom('lost', 'doubled', 'exchanged');
    fc.assert(
      fc.property(numbered, countArb, sizesArb, fc.nat(), wrongArb, (form, count, sizes, at, wrong) => {
        const { client, echoes } = streamOf(form, count + 1, 20);
        const place = at % count;
        const [here, next] = [echoes[place] as string, echoes[place + 1] as string];
        const instead = { lost: [next], doubled: [here, here, next], exchanged: [next, here] }[wrong] ?? [];
        const sent = [...echoes.slice(0, place), ...instead, ...echoes.slice(place + 2)];
        client.receive(sent.join(''), sizes);
        client.session.handleEnd();
        expect(client.failure?.code).toBe('peer');
        expect(client.poll()).toBe(wrong === 'doubled' ? place + 1 : place);
      }),
      { numRuns: 200 },
    );
  });
});

test('our own server and client agree on every echo, whatever is under way and however it is cut', () => {
  const burstsArb = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 8 });
  const delayArb = fc.constantFrom(0, 500_000);
  fc.assert(
    fc.property(burstsArb, delayArb, payloadArb, sizesArb, (bursts, delayNs, payloadBytes, sizes) => {
      const probes = 1 + bursts.reduce((sum, burst) => sum + burst, 0);
      const server = new ServerEnd('auto');
      const client = new PipelinedEnd(
        'size-first',
        { payloadBytes, probes, delay: { delayNs, unit: 'seconds' } },
        { pipeline: true },
      );
      const carry = (sent: string): void => {
        let answer = '';
        for (const piece of pieces(sent, sizes)) answer += server.feed(piece, client.nowNs) + server.settle();
        client.receive(answer, sizes);
      };
      carry(client.begin());
      carry(client.probe());
      for (const burst of bursts) carry(client.probes(burst).join(''));
      expect(client.failure).toBeUndefined();
      expect(client.poll()).toBe(probes);
      carry(client.terminate());
      expect(client).toMatchObject({ state: 'closed', failure: undefined });
      expect(server.ending).toMatchObject({ reason: 'terminated', probesEchoed: probes });
    }),
    { numRuns: 100 },
  );
});
