/** Network interfaces between their names and the numbers that the kernel has for them. */
import { zoneOf } from '../../reach/zone.ts';
import type { Libc } from './libc.ts';

/** IF_NAMESIZE, net/if.h. */
const NAME_BYTES = 16;

/** What `sin6_scope_id` holds of an address with a zone; 0 where it has none, or there is no such interface. */
export function scopeIdOf(libc: Libc, address: string): number {
  const zone = zoneOf(address);
  return zone === undefined ? 0 : libc.if_nametoindex(new TextEncoder().encode(`${zone}\0`));
}

/** @returns the number as text where its interface is gone */
export function interfaceName(libc: Libc, index: number): string {
  const name = new Uint8Array(NAME_BYTES);
  libc.if_indextoname(index, name);
  return new TextDecoder().decode(name).split('\0', 1)[0] || String(index);
}
