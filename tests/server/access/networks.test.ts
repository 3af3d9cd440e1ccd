/** Whoever is let in or kept out by his network is so however his address is written. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sharedPart } from '../../../src/server/access/client-of.ts';
import { NetworkList, NetworkTable, readNetwork } from '../../../src/server/access/networks.ts';

function network(text: string) {
  const found = readNetwork(text);
  if (found === undefined) throw new Error(`no network: ${text}`);
  return found;
}

describe('a network', () => {
  test.each([
    ['192.0.2.0/24', '192.0.2.200', true],
    ['192.0.2.0/24', '192.0.3.1', false],
    ['192.0.2.0/24', '::ffff:192.0.2.7', true],
    ['192.0.2.7', '192.0.2.7', true],
    ['192.0.2.7', '192.0.2.8', false],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['fe80::/10', 'fe80::1%eth0', true],
  ])('%s has %s: %s', (text, address, isIn) => {
    expect(new NetworkList([network(text)]).has(address)).toBe(isIn);
  });

  test.each([
    '',
    '192.0.2.0/33',
    '192.0.2/24',
    '2001:db8::/129',
    '192.0.2.0/-1',
    '192.0.2.0/24/8',
    'example.org',
    '::1%lo',
    '1.2.3.4/08',
    '::ffff:192.0.2.0/120',
  ])('is not read from %j', (text) => {
    expect(readNetwork(text)).toBeUndefined();
  });

  test('is read from nothing that is none, whatever it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const found = readNetwork(text);
        if (found !== undefined) expect(new NetworkList([found]).has(found.address)).toBe(true);
      }),
    );
  });

  test('that lies in a larger one is the one that counts, in whichever order they are written', () => {
    const entries = (['10.0.0.0/8', '10.1.0.0/16', '10.1.2.3'] as const).map(
      (text) => [network(text), text] as const,
    );
    for (const order of [entries, [...entries].reverse()]) {
      const table = new NetworkTable(order);
      expect(['10.9.9.9', '10.1.9.9', '10.1.2.3', '11.0.0.1'].map((address) => table.find(address))).toEqual([
        '10.0.0.0/8',
        '10.1.0.0/16',
        '10.1.2.3',
        undefined,
      ]);
    }
  });

  test('that is named twice is found, however it is written', () => {
    const table = (...texts: string[]) =>
      new NetworkTable(texts.map((text) => [network(text), text] as const));
    expect(() => table('10.0.0.0/8', '10.1.0.0/16', '10.9.9.9/8')).toThrow(
      '10.0.0.0/8 and 10.9.9.9/8 are one',
    );
    expect(() => table('2001:db8::/32', '2001:0db8:0::1/32')).toThrow('are one network');
    expect(table('10.0.0.0/8', '10.0.0.0/16', '::/8').find('10.0.0.1')).toBe('10.0.0.0/16');
  });

  test('is found as fast among ten thousand as among ten', () => {
    const entries = Array.from(
      { length: 10_000 },
      (_, i) => [network(`10.${i >> 8}.${i & 255}.0/24`), i] as const,
    );
    const table = new NetworkTable(entries);
    for (let i = 0; i < 10_000; i++) expect(table.find(`10.${i >> 8}.${i & 255}.7`)).toBe(i);
  });
});

describe('a client', () => {
  test.each([
    ['192.0.2.77', { ipv4: 24, ipv6: 64 }, '192.0.2.1', '192.0.3.1'],
    ['2001:db8:1:2:3::4', { ipv4: 32, ipv6: 48 }, '2001:db8:1:ffff::1', '2001:db8:2::1'],
    ['2001:db8:1:2:3::4', { ipv4: 32, ipv6: 56 }, '2001:db8:1:f2::1', '2001:db8:1:102::1'],
    ['2001:db8::1.2.3.4', { ipv4: 32, ipv6: 128 }, '2001:db8::102:304', '2001:db8::102:305'],
  ] as const)('of %s with %j is that of %s and not that of %s', (address, bits, same, other) => {
    expect(sharedPart(same, bits)).toBe(sharedPart(address, bits));
    expect(sharedPart(other, bits)).not.toBe(sharedPart(address, bits));
  });
});
