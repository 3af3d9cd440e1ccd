/**
 * Whom an address belongs to. Of IPv6 a site has a /64 at least, and may come from any address in it; programs of this
 * machine are nobody that could be told apart.
 */

/** How much of an address tells clients apart, bits. */
export interface ClientBits {
  readonly ipv4: number;
  readonly ipv6: number;
}

/** Each IPv4 address is somebody; of IPv6, a site is. */
export const DEFAULT_CLIENT_BITS: ClientBits = { ipv4: 32, ipv6: 64 };
export const IPV4_BITS = 32;
export const IPV6_BITS = 128;
const OCTET_BITS = 8n;
const OCTET = 0xffn;
const GROUP_BITS = 16n;
const GROUP = 0xffffn;
const GROUPS = 8;
const MAPPED = /^::ffff:(?=\d+\.)/i;

/** Without its zone, and as IPv4 where it is that in the clothes of IPv6. */
export function plainAddress(address: string): string {
  return (address.split('%')[0] as string).replace(MAPPED, '');
}

/** @returns what all addresses of a client have in common; undefined for this machine itself */
export function clientOf(address: string): string | undefined {
  return isLoopback(address) ? undefined : sharedPart(address, DEFAULT_CLIENT_BITS);
}

/** What all addresses of a client have in common, where it is told apart by so many bits. */
export function sharedPart(address: string, bits: ClientBits): string {
  const plain = plainAddress(address);
  if (plain.includes(':')) return groupsText(masked(ipv6Value(plain), IPV6_BITS, bits.ipv6), bits.ipv6);
  if (bits.ipv4 === IPV4_BITS) return plain;
  return `${octetsText(masked(ipv4Value(plain), IPV4_BITS, bits.ipv4))}/${bits.ipv4}`;
}

export function isLoopback(address: string): boolean {
  const plain = plainAddress(address);
  return plain === '::1' || plain.startsWith('127.');
}

/** The bits behind the first ones are zero. */
function masked(value: bigint, width: number, bits: number): bigint {
  const rest = BigInt(width - bits);
  return (value >> rest) << rest;
}

function octetsText(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & OCTET).join('.');
}

/** The groups that the bits reach into. */
function groupsText(value: bigint, bits: number): string {
  const groups = Array.from({ length: Math.ceil(bits / Number(GROUP_BITS)) }, (_, i) => {
    return ((value >> (BigInt(GROUPS - 1 - i) * GROUP_BITS)) & GROUP).toString(16);
  });
  return `${groups.join(':')}${groups.length < GROUPS ? '::' : ''}/${bits}`;
}

function ipv4Value(address: string): bigint {
  return address.split('.').reduce((value, octet) => (value << OCTET_BITS) + BigInt(octet), 0n);
}

function ipv6Value(address: string): bigint {
  const [head, tail] = address.split('::').map(listed) as [string[], string[] | undefined];
  const zeros = new Array<string>(Math.max(0, GROUPS - head.length - (tail?.length ?? 0))).fill('0');
  const groups = tail === undefined ? head : [...head, ...zeros, ...tail];
  return groups.reduce((value, group) => (value << GROUP_BITS) + BigInt(`0x${group}`), 0n);
}

/** The groups of a part of an IPv6 address; its last 32 bits may be written as in IPv4. */
function listed(part: string): string[] {
  if (part === '') return [];
  return part.split(':').flatMap((group) => {
    if (!group.includes('.')) return [group];
    const value = ipv4Value(group);
    return [(value >> GROUP_BITS).toString(16), (value % (1n << GROUP_BITS)).toString(16)];
  });
}
