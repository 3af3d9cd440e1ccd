/** What a client may do within a load: a rule too few lets it break a server, one too many breaks a measurement. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LoadReader } from '../../../src/core/load/load-reader.ts';
import { type LoadRole, LoadRules, MAX_MARKERS_PER_SECOND } from '../../../src/core/load/load-rules.ts';
import { RateBound } from '../../../src/core/load/rate-bound.ts';
import { bytesOf, garbageArb, saidArb } from './load-arbitraries.ts';

const MS = 1_000_000n;
const SECOND = 1_000n * MS;
const DATA = `d 5\nhello`;

/** @returns what was broken first; undefined for nothing */
function breachOf(role: LoadRole, sent: string | Uint8Array, nowNs = 0n): string | undefined {
  const rules = new LoadRules(role);
  const reader = new LoadReader();
  reader.push(typeof sent === 'string' ? Buffer.from(sent, 'latin1') : sent);
  for (let heard = reader.next(); heard !== undefined; heard = reader.next()) {
    if (!rules.admits(heard, nowNs)) return rules.breach;
  }
  return undefined;
}

describe('a client that keeps to the rules is let alone', () => {
  test.each([
    ['owner', 'm 1\nm 2\n'],
    ['owner', 'm 1\ne 0\n'],
    ['stream', ''],
    ['stream', 'b 0\nm 1\ne 0\nm 2\n'],
    ['stream', 'b 1000000\nb 2000000\n'],
    ['stream', `${DATA}${DATA}m 1\n${DATA}e 15\nm 2\n`],
    ['stream', `b 0\n${DATA}e 5\n`],
    ['stream', `m 1\n${DATA}m 1\n`],
  ] as const)('%s: %j', (role, sent) => {
    expect(breachOf(role, sent)).toBeUndefined();
  });
});

describe('a client that does not is found out', () => {
  test.each([
    ['owner', 'b 0\n', 'a begin'],
    ['owner', DATA, 'data'],
    ['owner', 'e 5\n', '5 bytes'],
    ['owner', 'e 0\ne 0\n', 'second end'],
    ['stream', 'e 0\nb 0\n', 'after the end'],
    ['stream', `${DATA}e 5\n${DATA}`, 'after the end'],
    ['stream', 'e 0\ne 0\n', 'second end'],
    ['stream', `${DATA}e 4\n`, 'of which 5 have come'],
    ['stream', `${DATA}e 6\n`, 'of which 5 have come'],
    ['stream', 'a 1 2\n', 'server'],
    ['stream', 'k 1 2 3\n', 'server'],
    ['stream', 'r 1 2 3\n', 'server'],
    ['owner', 'x done\n', 'server'],
    ['stream', 'GET / HTTP/1.1\r\n', 'GET'],
  ] as const)('%s: %j', (role, sent, told) => {
    expect(breachOf(role, sent)).toContain(told);
  });
});

test('whatever comes, nothing throws, and what is told can be printed', () => {
  fc.assert(
    fc.property(fc.constantFrom('owner', 'stream'), saidArb, garbageArb, (role, said, garbage) => {
      const breach = breachOf(role, Buffer.concat([bytesOf(said), garbage]));
      if (breach !== undefined) expect(breach).toMatch(/^[ -~]+$/);
    }),
  );
});

describe('markers', () => {
  test('that were held up for a second on the way are no flood', () => {
    expect(breachOf('stream', 'm 1\n'.repeat(MAX_MARKERS_PER_SECOND), SECOND)).toBeUndefined();
  });

  test('that come at full speed are one', () => {
    expect(breachOf('stream', 'm 1\n'.repeat(MAX_MARKERS_PER_SECOND + 1), SECOND)).toContain(
      'markers a second',
    );
  });

  test('one each millisecond for an hour are none', () => {
    const rules = new LoadRules('owner');
    for (let i = 0n; i < 3_600_000n; i++) {
      if (!rules.admits({ kind: 'marker', marker: 1 }, i * MS)) expect.unreachable(rules.breach);
    }
  });
});

describe('a bound on a rate', () => {
  const takenArb = fc.array(fc.tuple(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 0, max: 50 })), {
    minLength: 1,
    maxLength: 100,
  });

  test('is kept by whoever waits as long as it says, but for the burst and the last portion', () => {
    fc.assert(
      fc.property(takenArb, fc.integer({ min: 1_000, max: 1_000_000 }), (taken, perSecond) => {
        const burstNs = 10n * MS;
        const bound = new RateBound(burstNs);
        let nowNs = 5n * SECOND;
        const startNs = nowNs;
        let amount = 0;
        for (const [portion, idleMs] of taken) {
          nowNs += BigInt(idleMs) * MS;
          const allowed = (Number(nowNs - startNs + burstNs) / 1e9) * perSecond;
          expect(amount).toBeLessThanOrEqual(allowed + 1);
          amount += portion;
          nowNs = bound.take(portion, perSecond, nowNs) ?? nowNs;
        }
      }),
    );
  });

  test('does not stop who keeps to it', () => {
    const bound = new RateBound(10n * MS);
    for (let i = 0n; i < 10_000n; i++) {
      expect(bound.take(1_000, 1_000_000, i * MS)).toBeUndefined();
    }
  });
});
