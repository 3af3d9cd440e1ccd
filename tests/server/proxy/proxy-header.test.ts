/** A proxy's word on whose connection it is: read whole in whatever pieces it comes, and nothing of the client is lost. */
import { isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  MAX_PROXY_BYTES,
  type ProxyHeader,
  ProxyHeaderReader,
} from '../../../src/server/access/proxy-header.ts';
import { FAMILY, header, LOCAL, local, PROXY, tcp4, tcp6 } from './headers.ts';

/** Of all chunks the last answer, and what was left of the chunk it came with. */
function read(chunks: readonly Uint8Array[]): [answer: ProxyHeader, rest: Uint8Array, taken: number] {
  const reader = new ProxyHeaderReader();
  let answer: ProxyHeader = { kind: 'more' };
  for (const [i, chunk] of chunks.entries()) {
    answer = reader.read(chunk);
    if (answer.kind === 'more') continue;
    return [answer, answer.kind === 'whole' ? chunk.subarray(answer.bytes) : chunk, i + 1];
  }
  return [answer, new Uint8Array(0), chunks.length];
}

function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, i) => bytes.subarray(at[i], end));
}

const octet = fc.nat(0xff);
const port = fc.nat(0xffff);
const tlvs = fc.uint8Array({ maxLength: 300 });
const places = fc.array(fc.nat(2_000), { maxLength: 8 });
const rest = fc.uint8Array({ maxLength: 50 });

describe('the address of a client', () => {
  test('of IPv4 is the same in whatever pieces it comes, and the client’s bytes are all left', () => {
    fc.assert(
      fc.property(fc.array(octet, { minLength: 4, maxLength: 4 }), port, tlvs, rest, places, (...given) => {
        const [octets, number, more, after, at] = given;
        const bytes = Buffer.concat([tcp4(octets, number, more), after]);
        const chunks = cut(bytes, at);
        const [answer, left, taken] = read(chunks);
        const client = { address: octets.join('.'), port: number, family: 4 };
        expect(answer).toMatchObject({ kind: 'whole', client, isLocal: false });
        expect(Buffer.concat([left, ...chunks.slice(taken)])).toEqual(Buffer.from(after));
      }),
    );
  });

  test('of IPv6 is one that means the same bits', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(0, 0, 1, 0xffff), { minLength: 8, maxLength: 8 }),
        port,
        (groups, number) => {
          const [answer] = read([tcp6(groups, number)]);
          if (answer.kind !== 'whole' || answer.client === undefined) return expect.unreachable();
          const { address, family } = answer.client;
          expect(answer.client.port).toBe(number);
          if (family === 4) {
            expect(groups.slice(0, 6)).toEqual([0, 0, 0, 0, 0, 0xffff]);
            return;
          }
          expect(isIPv6(address)).toBe(true);
          const written = groups.map((group) => group.toString(16)).join(':');
          expect(new URL(`http://[${address}]`).hostname).toBe(new URL(`http://[${written}]`).hostname);
        },
      ),
    );
  });

  test('of IPv4 that is written as IPv6 counts as IPv4, so that nobody is two clients', () => {
    const [answer] = read([tcp6([0, 0, 0, 0, 0, 0xffff, 0xc000, 0x0207], 5)]);
    expect(answer).toMatchObject({ client: { address: '192.0.2.7', port: 5, family: 4 } });
  });

  test('is read when its header is cut at every byte', () => {
    const bytes = tcp6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 1], 443, Buffer.from([4, 0, 1, 0]));
    for (let at = 0; at <= bytes.length; at++) {
      const [answer] = read([bytes.subarray(0, at), bytes.subarray(at)]);
      expect(answer).toMatchObject({ kind: 'whole', client: { address: '2001:db8::1', port: 443 } });
    }
    expect(read([...bytes].map((byte) => Uint8Array.of(byte)))[0].kind).toBe('whole');
  });
});

describe('a proxy without a client that has an address', () => {
  test.each([
    ['speaks for itself', local(), true],
    ['speaks for itself and has more to tell', local(Buffer.alloc(200)), true],
    [
      'speaks for itself, with addresses that mean nothing',
      header(LOCAL, FAMILY.tcp4, Buffer.alloc(12)),
      true,
    ],
    ['does not know it', header(PROXY, FAMILY.unspecified, Buffer.alloc(0)), false],
    ['has it from a Unix socket', header(PROXY, FAMILY.unix, Buffer.alloc(216)), false],
  ])('%s', (_, bytes, isLocal) => {
    expect(read([bytes])[0]).toEqual({ kind: 'whole', bytes: bytes.length, client: undefined, isLocal });
  });
});

describe('is refused', () => {
  test.each([
    ['version 1, by name', Buffer.from('PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n'), 'version 1'],
    ['no header', Buffer.from('s RTT 5 10 0\n'), 'no PROXY header'],
    ['a word that begins like version 1', Buffer.from('PRO\n'), 'no PROXY header'],
    ['version 3', header(0x31, FAMILY.tcp4, Buffer.alloc(12)), 'another version'],
    ['a command that there is not', header(0x22, FAMILY.tcp4, Buffer.alloc(12)), 'command'],
    ['a datagram', header(PROXY, FAMILY.udp4, Buffer.alloc(12)), 'family or transport'],
    ['a family that there is not', header(PROXY, 0x41, Buffer.alloc(12)), 'family or transport'],
    ['too short for its addresses', header(PROXY, FAMILY.tcp4, Buffer.alloc(11)), 'shorter'],
    ['too long', header(PROXY, FAMILY.tcp4, Buffer.alloc(0), MAX_PROXY_BYTES + 1), 'over 4096'],
    ['too long, of a proxy itself', header(LOCAL, 0, Buffer.alloc(0), 0xffff), 'over 4096'],
  ])('%s, as soon as it can be seen', (_, bytes, problem) => {
    expect(read([bytes])[0]).toMatchObject({ kind: 'wrong', problem: expect.stringContaining(problem) });
    const single = read([...bytes].map((byte) => Uint8Array.of(byte)));
    expect(single[0]).toMatchObject({ kind: 'wrong', problem: expect.stringContaining(problem) });
    expect(single[2]).toBeLessThanOrEqual(16);
  });

  test('or taken, but never kept waiting beyond its length: whatever bytes come', () => {
    const near = fc
      .tuple(
        fc.constantFrom(LOCAL, PROXY, 0x11, 0x22),
        fc.nat(255),
        fc.uint8Array({ maxLength: 60 }),
        fc.nat(100),
      )
      .map(([command, family, more, length]) => header(command, family, more, length));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 80 }), near), places, (bytes, at) => {
        const whole = read([bytes])[0];
        const [inPieces, left] = read(cut(bytes, at));
        expect(inPieces.kind).toBe(whole.kind);
        expect(left.length).toBeLessThanOrEqual(bytes.length);
        if (whole.kind === 'more') {
          const length = bytes.length < 16 ? 0 : Buffer.from(bytes).readUInt16BE(14);
          expect(bytes.length).toBeLessThan(16 + length);
        }
      }),
    );
  });
});
