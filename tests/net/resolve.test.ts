/** From a name to addresses: of the family that can be reached, and an error that names what bound it. */
import { describe, expect, test } from 'vitest';
import type { EcholotError } from '../../src/core/errors.ts';
import { resolveTarget } from '../../src/net/resolve.ts';

/** A name that no resolver knows (RFC 2606). */
const NOBODY = 'nobody.invalid';

function resolve(host: string, family?: 4 | 6, bindAddress?: string): ReturnType<typeof resolveTarget> {
  return resolveTarget({ host, port: 9_900, family }, undefined, bindAddress);
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
