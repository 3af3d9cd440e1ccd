/** The unit of a server's delay, which is on no wire: a client that is told of it writes what the server will read. */
import { describe, expect, test } from 'vitest';
import { readSetup } from '../../src/core/wire/decode.ts';
import { DIALECT_NAMES, DIALECTS } from '../../src/core/wire/dialects.ts';
import { bytes, ClientEnd, makeSetup } from './ends.ts';

const UNITS = ['seconds', 'milliseconds', 'inferred'] as const;

function delayOf(opening: string): string | undefined {
  return /(?:[ \t])([\d.]+)(?:\n|\\n)$/.exec(opening)?.[1];
}

function ended(ns: number): {
  payloadBytes: number;
  probes: number;
  delay: { delayNs: number; unit: 'seconds' };
} {
  return { payloadBytes: 5, probes: 20, delay: { delayNs: ns, unit: 'seconds' } };
}

describe('a delay', () => {
  test.each([
    ['size-first', undefined, 100_000_000, '0.1'],
    ['size-first', 'milliseconds', 100_000_000, '100'],
    ['size-first', 'inferred', 100_000_000, '100'],
    ['probes-first', undefined, 100_000_000, '100'],
    ['probes-first', 'seconds', 100_000_000, '0.1'],
    ['probes-first', 'seconds', 2_000_000_000, '2'],
    ['probes-first', 'milliseconds', 500_000, '0.5'],
    ['hello', 'seconds', 1_500_000_000, '1.5'],
    ['tabs', 'milliseconds', 2_000_000_000, '2000'],
    ['literal-newline', 'seconds', 100_000_000, '0.1'],
  ] as const)('of %s in %s is written as the server reads it', (dialect, delayUnit, ns, written) => {
    const client = new ClientEnd(dialect, ended(ns), { delayUnit });
    expect(delayOf(client.begin())).toBe(written);
  });

  test.each(DIALECT_NAMES)('means the same to a %s server that is told the same unit', (name) => {
    for (const unit of UNITS) {
      for (const ns of [0, 500, 1_000_000, 1_500_000, 2_000_000_000]) {
        const client = new ClientEnd(name, ended(ns), { delayUnit: unit });
        const [reading] = readSetup(bytes(client.begin()), [DIALECTS[name]], unit);
        expect(reading?.setup.delay.delayNs).toBe(ns);
      }
    }
  });
});

describe('silence where a delay was asked for', () => {
  function silent(delayNs: number): ClientEnd {
    const client = ClientEnd.measuring('probes-first', makeSetup({ delay: { delayNs, unit: 'seconds' } }));
    client.session.timeOut(10_000);
    return client;
  }

  test('may be a unit that is a thousand times as long, which the advice tells with what was written', () => {
    const { failure } = silent(100_000_000);
    expect(failure?.code).toBe('timeout');
    expect(failure?.advice).toContain('a delay of "100"');
    expect(failure?.advice).toContain('--delay-unit seconds or milliseconds');
  });

  test('is no matter of units where an echo has come with the delay', () => {
    const delay = { delayNs: 100_000_000, unit: 'seconds' } as const;
    const client = ClientEnd.measuring('probes-first', makeSetup({ delay, probes: 2 }));
    client.receive('m 1 abcde\n');
    client.probe();
    client.session.timeOut(10_000);
    expect(client.failure?.code).toBe('timeout');
    expect(client.failure?.advice).not.toContain('--delay-unit');
  });

  test('is no matter of units where none was asked for, or a setup is not answered', () => {
    expect(silent(0).failure?.advice).not.toContain('--delay-unit');
    const client = new ClientEnd('probes-first', ended(100_000_000));
    client.begin();
    client.session.timeOut(10_000);
    expect(client.failure?.advice).not.toContain('--delay-unit');
  });
});

describe('a first probe that is refused', () => {
  test.each([
    ['size-first', 1, 0],
    ['probes-first', 1, 0],
    ['zero-based', 0, 1],
    ['sample', 0, 1],
  ] as const)('by a server that counts otherwise tells the count: %s', (dialect, number, other) => {
    const client = ClientEnd.measuring(dialect);
    client.receive('404 ERROR: Invalid Measurement Message\n');
    expect(client.failure?.message).toBe(`the server refused probe ${number}`);
    expect(client.failure?.advice).toContain(
      `has the number ${number}: does the server count from ${other}?`,
    );
  });

  test('a later one has nothing to do with the count', () => {
    const client = ClientEnd.measuring('size-first');
    client.receive('m abcde 1\n');
    client.probe();
    client.receive('404 ERROR: Invalid Measurement Message\n');
    expect(client.failure?.advice).not.toContain('count');
  });
});
