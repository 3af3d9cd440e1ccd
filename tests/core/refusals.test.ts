/** A client that is not served is told why, and can tell it from a setup that was wrong. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ClientSession } from '../../src/core/client/client-session.ts';
import { DEFAULT_SESSION_LIMITS, MAX_LOAD_LINE_BYTES } from '../../src/core/limits.ts';
import { LoadGreeting } from '../../src/core/load/load-greeting.ts';
import { ServerSession } from '../../src/core/server/server-session.ts';
import { DIALECTS } from '../../src/core/wire/dialects.ts';
import { asciiBytes, asciiText } from '../../src/core/wire/grammar.ts';
import {
  encodeRefusal,
  REFUSAL_REASONS,
  REFUSALS,
  type Refusal,
  readRefusal,
} from '../../src/core/wire/refusals.ts';

const SETUP = {
  measurement: 'rtt',
  payloadBytes: 100,
  probes: 10,
  delay: { delayNs: 0, unit: 'seconds' },
} as const;

const anyRefusal: fc.Arbitrary<Refusal> = fc
  .record({
    reason: fc.constantFrom(...REFUSAL_REASONS),
    most: fc.option(
      fc.maxSafeNat().map((most) => most % 1e13),
      { nil: undefined },
    ),
    againSeconds: fc.option(fc.nat(99_999), { nil: undefined }),
  })
  .map(({ reason, most, againSeconds }) => ({
    reason,
    ...(most === undefined || REFUSALS[reason].unit === undefined ? {} : { most }),
    ...(againSeconds === undefined ? {} : { againSeconds }),
  }));

describe('the reason why a client is not served', () => {
  test('arrives as it was said, in a line that every client takes for a refusal', () => {
    fc.assert(
      fc.property(anyRefusal, (refusal) => {
        const line = asciiText(encodeRefusal(refusal));
        expect(line).toMatch(/^404 ERROR: Not Served: [^\n]+\n$/);
        expect(line.length).toBeLessThanOrEqual(MAX_LOAD_LINE_BYTES);
        expect(readRefusal(line)).toEqual(refusal);
      }),
    );
  });

  test('that lasts longer than a line has room for is told as a part of that', () => {
    const line = asciiText(encodeRefusal({ reason: 'budget', most: 1e13, againSeconds: 306_807 }));
    expect(readRefusal(line)).toEqual({ reason: 'budget', most: 1e13, againSeconds: 99_999 });
    expect(line.length).toBeLessThanOrEqual(MAX_LOAD_LINE_BYTES);
  });

  test('is read from nothing else, whatever a hostile server sends', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(90), (noise, at) => {
        const line = asciiText(encodeRefusal({ reason: 'full', most: 5, againSeconds: 3 }));
        const spoilt = line.slice(0, at) + noise + line.slice(at);
        const found = readRefusal(spoilt);
        if (found !== undefined) expect(REFUSAL_REASONS).toContain(found.reason);
      }),
    );
    for (const text of [
      '',
      '404 ERROR: Invalid Connection Setup Message',
      '404 ERROR: Not Served: nothing we know',
    ]) {
      expect(readRefusal(text)).toBeUndefined();
    }
  });

  test.each(REFUSAL_REASONS)(
    '%s ends a session and a load with a sentence and an advice of its own',
    (reason) => {
      const line = encodeRefusal({ reason, most: 7 });
      const session = new ClientSession(DIALECTS['size-first'], SETUP);
      session.begin();
      session.handleBytes(line, 0n);
      const load = new LoadGreeting({ kind: 'new', durationMs: 1_000, bitsPerSecond: 0, streams: 1 });
      load.begin();
      load.handleBytes(line);
      for (const failure of [session.failure, load.failure]) {
        expect(failure).toMatchObject({ code: 'limit', advice: expect.stringMatching(/^[a-z]/) });
        expect(failure?.message).toMatch(/^(the server|what this client|this client)/);
      }
    },
  );

  test('comes before anything was asked as well', () => {
    const session = new ClientSession(DIALECTS['size-first'], SETUP);
    session.handleBytes(encodeRefusal({ reason: 'share', most: 16 }), 0n);
    expect(session.failure?.message).toBe('the server takes at most 16 sessions of one client at once');
  });

  test.each([
    ['first', 0, 0],
    ['first', 0, 10],
    ['second', 1, 0],
    ['second', 1, 10],
    ['second', 1, 3],
  ])('comes with the echo of the %s probe, and is not taken for a wrong echo', (_which, before, cutBytes) => {
    const session = new ClientSession(DIALECTS['size-first'], SETUP);
    session.begin();
    session.handleBytes(asciiBytes('200 OK: Ready\n'), 0n);
    for (let i = 0; i < before; i++) session.handleBytes(session.probe().slice(), 0n);
    const both = new Uint8Array([...session.probe(), ...encodeRefusal({ reason: 'budget' })]);
    session.handleBytes(both.slice(0, both.length - cutBytes), 0n);
    if (cutBytes > 0) session.handleBytes(both.slice(both.length - cutBytes), 0n);
    expect(session.failure).toMatchObject({ code: 'limit', refusal: 'budget' });
  });
});

describe('a setup over the limits', () => {
  const limits = { ...DEFAULT_SESSION_LIMITS, maxPayloadBytes: 64, maxProbes: 9, maxDelayNs: 2_000_000 };
  const budget = { reserve: (bytes: number) => bytes < 50, release: () => {} };

  function answerTo(setup: string): string {
    const session = new ServerSession({ dialect: 'auto', limits, budget, delayUnit: undefined }, 0n);
    session.handleBytes(asciiBytes(setup), 0n);
    return asciiText(session.pollTransmit() ?? asciiBytes(''));
  }

  test.each([
    ['s RTT 65 1 0', 'message size (at most 64 bytes)'],
    ['s RTT 1 10 0', 'probes of a session (at most 9 probes)'],
    ['s RTT 1 1 0.003', 'server delay (at most 2 ms)'],
    ['s RTT 60 1 0', 'no memory for messages of this size'],
  ])('is answered with what would be granted, where the client can read it: %s', (setup, granted) => {
    expect(answerTo(`${setup} +stamps\n`)).toBe(`404 ERROR: Not Served: ${granted}\n`);
    expect(answerTo(`${setup}\n`)).toBe('404 ERROR: Invalid Connection Setup Message\n');
  });
});
