/** From a name to addresses: of the family that can be reached, and an error that names what bound it. */
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../src/clock/virtual.ts';
import type { EcholotError } from '../../src/core/errors.ts';
import type { Address } from '../../src/facts/connection.ts';
import type { LookUp } from '../../src/net/reach/look-up.ts';
import { addressesOf } from '../../src/net/reach/resolve.ts';

/** A name that no resolver knows (RFC 2606). */
const NOBODY = 'nobody.invalid';

const SECOND_NS = 1_000_000_000;

function resolve(host: string, family?: 4 | 6, bindAddress?: string): ReturnType<typeof addressesOf> {
  const options = { timekeeper: new VirtualClock(), timeoutNs: SECOND_NS, signal: undefined, bindAddress };
  return addressesOf({ host, port: 9_900, family }, options);
}

function refused(...args: Parameters<typeof resolve>): Promise<EcholotError> {
  return resolve(...args).then(
    (found) => expect.unreachable(`found ${JSON.stringify(found)}`),
    (error: EcholotError) => error,
  );
}

test('an address is taken as it is, from an address of its family too', async () => {
  const found = [{ address: '127.0.0.1', family: 4 }];
  expect(await resolve('127.0.0.1')).toEqual(found);
  expect(await resolve('127.0.0.1', 4)).toEqual(found);
  expect(await resolve('127.0.0.1', undefined, '127.0.0.2')).toEqual(found);
});

test('a name has only addresses that can be reached from the address to send from', async () => {
  const found = await resolve('localhost', undefined, '127.0.0.2');
  expect(found.length).toBeGreaterThan(0);
  for (const { family } of found) expect(family).toBe(4);
});

describe('what cannot be reached names the option that was given', () => {
  test.each([
    ['127.0.0.1', '::1', 'usage', '127.0.0.1 is not an IPv6 address to reach from ::1'],
    ['::1', '127.0.0.1', 'usage', '::1 is not an IPv4 address to reach from 127.0.0.1'],
    [NOBODY, '::1', 'network', `${NOBODY} has no IPv6 address to reach from ::1`],
  ] as const)('--bind: %s from %s', async (host, bindAddress, code, message) => {
    const error = await refused(host, undefined, bindAddress);
    expect(error).toMatchObject({ code, message });
    expect(error.advice).toContain('--bind');
    expect(error.advice).not.toContain('--family');
  });

  test.each([
    ['127.0.0.1', 'usage', '127.0.0.1 is not an IPv6 address'],
    [NOBODY, 'network', `${NOBODY} has no IPv6 address`],
  ] as const)('--family: %s', async (host, code, message) => {
    const error = await refused(host, 6);
    expect(error).toMatchObject({ code, message });
    expect(error.advice).toContain('--family');
    expect(error.advice).not.toContain('--bind');
  });
});

describe('a look-up', () => {
  const NEVER: LookUp = () => new Promise(() => {});

  function startLookUp(lookUp: LookUp, signal?: AbortSignal) {
    const clock = new VirtualClock();
    const options = { timekeeper: clock, timeoutNs: 2 * SECOND_NS, signal, lookUp };
    const found = addressesOf({ host: 'mix', port: 9_900, family: undefined }, options);
    return { clock, found };
  }

  function answer(...addresses: readonly string[]): LookUp {
    return async () =>
      addresses.map((address): Address => ({ address, family: address.includes(':') ? 6 : 4 }));
  }

  test('ends with the time that was given to it, whatever the resolver does', async () => {
    const { clock, found } = startLookUp(NEVER);
    await expect(clock.drive(found)).rejects.toMatchObject({
      code: 'timeout',
      message: 'mix:9900: the name was not looked up within 2000 ms',
      advice: expect.stringContaining('resolver'),
    });
    expect(clock.nowNs()).toBe(BigInt(2 * SECOND_NS));
  });

  test('ends at once when the run is cancelled: nobody waits for a silent resolver', async () => {
    const abort = new AbortController();
    const { clock, found } = startLookUp(NEVER, abort.signal);
    abort.abort();
    await expect(found).rejects.toMatchObject({ code: 'cancelled' });
    expect(clock.nowNs()).toBe(0n);
  });

  test('gives the families in turns, so that a broken one does not use up the time of the other', async () => {
    const { found } = startLookUp(answer('::a', '::b', '::c', '192.0.2.1', '192.0.2.2', '::a'));
    expect((await found).map(({ address }) => address)).toEqual([
      '::a',
      '192.0.2.1',
      '::b',
      '192.0.2.2',
      '::c',
    ]);
  });

  test('of a name with thousands of addresses gives no more than can be tried', async () => {
    const many = Array.from({ length: 4_000 }, (_, i) => `10.0.${i >> 8}.${i & 255}`);
    expect(await startLookUp(answer(...many)).found).toHaveLength(16);
  });
});
