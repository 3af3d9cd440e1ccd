/** Addresses between their text and the kernel's `sockaddr`. */
import type { Endpoint } from '../../../facts/connection.ts';
import { addressText } from '../../../text/address.ts';
import { isLinkLocal } from '../../reach/zone.ts';
import { AF_INET, AF_INET6 } from './constants.ts';
import { SOCKADDR_IN, SOCKADDR_IN6 } from './layouts.ts';

/** Room for an address of either family. */
export const SOCKADDR_BYTES: number = SOCKADDR_IN6.bytes;
const GROUPS = 8;
const HEX = 16;

/** @param scopeId of a link-local address: the index of its interface, whose name the text has behind a `%` */
export function encodeAddress(address: string, port: number, scopeId = 0): Uint8Array {
  const [literal = ''] = address.split('%', 1);
  if (!literal.includes(':')) {
    const bytes = new Uint8Array(SOCKADDR_IN.bytes);
    const view = new DataView(bytes.buffer);
    view.setUint16(SOCKADDR_IN.family, AF_INET, true);
    view.setUint16(SOCKADDR_IN.port, port);
    bytes.set(literal.split('.').map(Number), SOCKADDR_IN.address);
    return bytes;
  }
  const bytes = new Uint8Array(SOCKADDR_IN6.bytes);
  const view = new DataView(bytes.buffer);
  view.setUint16(SOCKADDR_IN6.family, AF_INET6, true);
  view.setUint16(SOCKADDR_IN6.port, port);
  for (const [i, group] of groupsOf(literal).entries()) view.setUint16(SOCKADDR_IN6.address + 2 * i, group);
  view.setUint32(SOCKADDR_IN6.scopeId, scopeId, true);
  return bytes;
}

/** The eight groups of an IPv6 literal, `::` and an IPv4 tail included. */
function groupsOf(literal: string): number[] {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(literal);
  const text =
    dotted === null
      ? literal
      : `${dotted[1]}${pairText(dotted[2], dotted[3])}:${pairText(dotted[4], dotted[5])}`;
  const [head = '', tail] = text.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : GROUPS - before.length - after.length;
  return [...before, ...Array<string>(zeros).fill('0'), ...after].map((group) => Number.parseInt(group, HEX));
}

function pairText(high = '0', low = '0'): string {
  return (Number(high) * 256 + Number(low)).toString(HEX);
}

/**
 * An IPv4 client of a dual-stack listener shows as `::ffff:a.b.c.d`: it is an IPv4 connection.
 * @param zoneName of the interface with an index, which is part of a link-local address
 */
export function decodeAddress(bytes: Uint8Array, zoneName: (index: number) => string = String): Endpoint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const port = view.getUint16(SOCKADDR_IN.port);
  if (view.getUint16(SOCKADDR_IN.family, true) === AF_INET) {
    return {
      address: bytes.subarray(SOCKADDR_IN.address, SOCKADDR_IN.address + 4).join('.'),
      port,
      family: 4,
    };
  }
  const groups = Array.from({ length: GROUPS }, (_, i) => view.getUint16(SOCKADDR_IN6.address + 2 * i));
  const { address: text, family } = addressText(groups);
  if (family === 4) return { address: text, port, family };
  const scopeId = view.getUint32(SOCKADDR_IN6.scopeId, true);
  const address = scopeId !== 0 && isLinkLocal(text) ? `${text}%${zoneName(scopeId)}` : text;
  return { address, port, family: 6 };
}
