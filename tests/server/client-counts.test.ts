/** One client has his share of the sessions and no more, whatever addresses he comes from; nobody else pays for it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Admission, type Admitted } from '../../src/server/access/admission.ts';
import { clientOf } from '../../src/server/access/client-of.ts';
import { ServerCounters } from '../../src/server/counters.ts';
import { planServer } from '../../src/server/plan.ts';

describe('a client is', () => {
  test.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0db8:1::6', '2001:db8:1:0::/64'],
    ['2001:db8::', '2001:db8:0:0::/64'],
    ['::2', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::192.0.2.7', '64:ff9b:0:0::/64'],
    ['127.0.0.1', undefined],
    ['127.3.2.1', undefined],
    ['::1', undefined],
    ['::ffff:127.0.0.1', undefined],
  ])('of %s: %s', (address, client) => {
    expect(clientOf(address)).toBe(client);
  });

  test('the same for all addresses of a /64, and another one beside it', () => {
    const group = fc.nat(0xffff);
    const groups = fc.tuple(group, group, group, group, group, group, group, group);
    const text = (numbers: readonly number[]): string => numbers.map((n) => n.toString(16)).join(':');
    fc.assert(
      fc.property(groups, groups, (a, b) => {
        fc.pre(a.slice(0, 7).some((each) => each !== 0));
        const beside = [...a.slice(0, 4), ...b.slice(4)];
        fc.pre(beside.slice(0, 7).some((each) => each !== 0));
        expect(clientOf(text(beside))).toBe(clientOf(text(a)));
        if (a.slice(0, 4).join() !== b.slice(0, 4).join())
          expect(clientOf(text(b))).not.toBe(clientOf(text(a)));
      }),
    );
  });
});

function admissionOf(
  limits: { maxSessions: number; maxClientSessions?: number },
  counters = new ServerCounters(),
) {
  const admission = new Admission(counters, planServer({ limits }).limits);
  return (address: string): Admitted =>
    admission.enter({ address, port: 1, family: address.includes(':') ? 6 : 4 }, 0n);
}

test.each([0, 1, 3, 400])('an operator is told how many clients there are: %d, or about', (clients) => {
  const counters = new ServerCounters();
  const enter = admissionOf({ maxSessions: 1_000 }, counters);
  for (let client = 0; client < clients; client++) {
    enter(`2001:db8:0:${client.toString(16)}::1`);
    enter(`2001:db8:0:${client.toString(16)}::2`);
  }
  enter('127.0.0.1');
  expect(Math.abs(counters.clients.clients - clients)).toBeLessThanOrEqual(clients / 20);
});

describe('sessions of a client', () => {
  test('are half of all at most, and the other half is there for the others', () => {
    const enter = admissionOf({ maxSessions: 8 });
    const answers = Array.from({ length: 6 }, (_, i) => enter(`2001:db8::${i}`).answer);
    expect(answers).toEqual(['yes', 'yes', 'yes', 'yes', 'refuse', 'refuse']);
    expect(enter('2001:db8::9')).toMatchObject({ refusal: { reason: 'share', most: 4 } });
    expect(Array.from({ length: 4 }, (_, i) => enter(`192.0.2.${i}`).answer)).toEqual(Array(4).fill('yes'));
    expect(enter('192.0.2.9')).toMatchObject({ answer: 'refuse', refusal: { reason: 'full', most: 8 } });
  });

  test('of this machine have no such limit: its own programs are nobody else', () => {
    const enter = admissionOf({ maxSessions: 8, maxClientSessions: 1 });
    for (let i = 0; i < 8; i++) expect(enter('127.0.0.1').answer).toBe('yes');
  });

  test('count for all threads together', () => {
    const counters = new ServerCounters();
    const limits = { maxSessions: 100, maxClientSessions: 2 };
    const threads = [counters, new ServerCounters(counters.memory)].map((own) => admissionOf(limits, own));
    expect(threads.map((enter) => enter('192.0.2.1').answer)).toEqual(['yes', 'yes']);
    expect(threads.map((enter) => enter('192.0.2.1').answer)).toEqual(['refuse', 'refuse']);
  });

  test('are given back by every way to go, once: after a million comings and goings nobody is shut out', () => {
    const counters = new ServerCounters();
    const enter = admissionOf({ maxSessions: 4, maxClientSessions: 2 }, counters);
    const going = fc.constantFrom('leaves', 'lingers');
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(3), going), { maxLength: 40 }), (visits) => {
        for (const [client, how] of visits) {
          const admitted = enter(`198.51.100.${client}`);
          if (admitted.answer === 'drop') throw new Error('somebody was not told');
          expect(admitted.answer).toBe('yes');
          if (how === 'lingers') admitted.place.retire();
          admitted.place.leave();
        }
        expect(['sessions', 'refusals', 'lingering'].map((name) => counters.get(name as 'sessions'))).toEqual(
          [0, 0, 0],
        );
      }),
    );
  });

  test('that are refused are no burden on the count: who leaves may come again', () => {
    const enter = admissionOf({ maxSessions: 100, maxClientSessions: 1 });
    const first = enter('192.0.2.1');
    for (let i = 0; i < 50; i++) {
      const refused = enter('192.0.2.1');
      expect(refused).toMatchObject({ answer: 'refuse', refusal: { reason: 'share' } });
      if (refused.answer === 'refuse') refused.place.leave();
    }
    if (first.answer === 'yes') first.place.leave();
    expect(enter('192.0.2.1').answer).toBe('yes');
  });
});

test('a thousand clients at once: hardly any shares the places of another', () => {
  const { clients } = new ServerCounters();
  const refused = Array.from({ length: 1_000 }, (_, i) =>
    clients.tryEnter(`10.0.${i >> 8}.${i & 255}`, 1),
  ).filter((isIn) => !isIn);
  // In both rows: 1,000^3 / (3 x 8,192^2) = 5 are to be expected.
  expect(refused.length).toBeLessThan(25);
});
