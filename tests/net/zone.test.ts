/** Link-local addresses keep their interface, and whoever leaves it out, or gets it wrong, is told what there is. */
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../src/clock/virtual.ts';
import type { EcholotError } from '../../src/core/errors.ts';
import { decodeAddress, encodeAddress } from '../../src/net/native/kernel/sockaddr.ts';
import { addressesOf, sourceFor } from '../../src/net/reach/resolve.ts';
import { type Interfaces, isLinkLocal, onInterface, type ZoneHints } from '../../src/net/reach/zone.ts';

const v6 = (address: string, scopeid: number) => ({ family: 'IPv6' as const, address, scopeid });
const v4 = (address: string) => ({ family: 'IPv4' as const, address });
/** A global address first, as on most machines. */
const INTERFACES: Interfaces = {
  lo: [v4('127.0.0.1'), v6('::1', 0)],
  eth0: [v4('192.0.2.1'), v6('2001:db8::1', 0), v6('fe80::1', 2)],
  br_lan: [v6('fe80::2', 7)],
};

function told(address: string, hints: ZoneHints = {}): string {
  const numberOf = (name: string) => (name === 'lo' ? 1 : undefined);
  return onInterface(address, { interfaces: INTERFACES, numberOf, ...hints });
}

function refused(address: string, hints: ZoneHints = {}): EcholotError {
  try {
    return expect.unreachable(`taken as ${told(address, hints)}`);
  } catch (error) {
    return error as EcholotError;
  }
}

describe('the interface of an address', () => {
  test.each([
    ['fe80::b%eth0', {}, 'fe80::b%eth0'],
    ['fe80::b%2', {}, 'fe80::b%eth0'],
    ['fe80::b%1', {}, 'fe80::b%lo'],
    ['fe80::b%br_lan', {}, 'fe80::b%br_lan'],
    ['fe80::b', { device: 'eth0' }, 'fe80::b%eth0'],
    ['fe80::b', { other: 'fe80::1%eth0' }, 'fe80::b%eth0'],
    ['fe80::b%7', { device: 'br_lan' }, 'fe80::b%br_lan'],
    ['FEBF::1', { device: 'eth0' }, 'FEBF::1%eth0'],
  ])('%s with %j is %s', (address, hints, text) => {
    expect(told(address, hints)).toBe(text);
  });

  test.each(['127.0.0.1', '::1', '2001:db8::7', 'fec0::1', 'fe8::1', '::ffff:192.0.2.7'])(
    '%s needs none',
    (address) => {
      expect(isLinkLocal(address)).toBe(false);
      expect(told(address, { device: 'eth0' })).toBe(address);
    },
  );

  test.each([
    ['fe80::b', {}, 'fe80::b is link-local: it needs its interface'],
    ['fe80::b%nope', {}, 'fe80::b%nope: no interface nope is up here'],
    ['fe80::b%3', {}, 'fe80::b%3: no interface 3 is up here'],
  ])('%s is refused with those there are', (address, hints, message) => {
    const error = refused(address, hints);
    expect(error.code).toBe('usage');
    expect(error.message).toContain(message);
    const literal = address.split('%')[0];
    expect(error.advice).toBe(`write ${literal}%eth0 or ${literal}%br_lan`);
  });

  test('two that contradict each other are told', () => {
    expect(refused('fe80::b%eth0', { device: 'br_lan' }).message).toBe(
      'fe80::b%eth0 is not on the interface br_lan',
    );
  });

  test('a machine without any says so', () => {
    const interfaces = { lo: INTERFACES['lo'] };
    expect(refused('fe80::b', { interfaces }).advice).toContain('no interface of this machine');
  });
});

test.each(['2001:db8::7%eth0', '2001:db8::7%nope', '::1%lo'])(
  'the interface of %s is not dropped in silence: it is no link-local address',
  (address) => {
    const error = refused(address);
    expect(error.code).toBe('usage');
    expect(error.message).toContain('is not link-local');
    expect(error.advice).toMatch(/^leave %\w+ out$/);
  },
);

describe('a name that stands for link-local addresses', () => {
  const found = (...addresses: readonly string[]) =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }) as const);
  const resolve = (answer: ReturnType<typeof found>, hints: { device?: string; bindAddress?: string } = {}) =>
    addressesOf(
      { host: 'printer.local', port: 9_900, family: undefined },
      {
        timekeeper: new VirtualClock(),
        timeoutNs: 1e9,
        signal: undefined,
        lookUp: async () => answer,
        ...hints,
      },
    );

  test('is reached by what else it stands for: no resolver tells the interface', async () => {
    expect(await resolve(found('fe80::b', '192.0.2.7'))).toEqual(found('192.0.2.7'));
  });

  test('is reached there where the interface is known', async () => {
    expect(await resolve(found('fe80::b'), { device: 'eth0' })).toEqual(found('fe80::b%eth0'));
    expect(await resolve(found('fe80::b'), { bindAddress: 'fe80::1%eth0' })).toEqual(found('fe80::b%eth0'));
  });

  test('alone is an error that says what to write', async () => {
    await expect(resolve(found('fe80::b'))).rejects.toMatchObject({
      code: 'usage',
      message: 'printer.local is link-local (fe80::b): it needs its interface',
      advice: expect.stringContaining('fe80::b%eth0'),
    });
  });
});

test('what is no link-local address is sent from as it is', () => {
  expect(sourceFor({ bindAddress: '192.0.2.1' }, [])).toEqual({ bindAddress: '192.0.2.1' });
  expect(sourceFor({ device: 'eth0' }, [])).toEqual({});
});

describe('as the kernel has them', () => {
  const zoneName = (index: number): string => `if${index}`;

  test('the interface of a link-local address comes back with it', () => {
    const address = decodeAddress(encodeAddress('fe80::b%eth0', 9_900, 7), zoneName);
    expect(address).toEqual({ address: 'fe80::b%if7', port: 9_900, family: 6 });
  });

  test('that of any other address is no part of it', () => {
    expect(decodeAddress(encodeAddress('2001:db8::7', 1, 7), zoneName).address).toBe('2001:db8::7');
    expect(decodeAddress(encodeAddress('fe80::b', 1), zoneName).address).toBe('fe80::b');
    expect(decodeAddress(encodeAddress('192.0.2.7', 1), zoneName).address).toBe('192.0.2.7');
  });
});
