/** Addresses as text, from their bits: RFC 5952. */

const GROUPS = 8;
const HEX = 16;
const OCTET = 256;

/** Of the eight groups of an IPv6 address, and of an IPv4 address that is written as one (`::ffff:192.0.2.1`) that. */
export function addressText(groups: readonly number[]): { address: string; family: 4 | 6 } {
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (!isMapped) return { address: ipv6Text(groups), family: 6 };
  const octets = groups.slice(6).flatMap((group) => [Math.floor(group / OCTET), group % OCTET]);
  return { address: octets.join('.'), family: 4 };
}

/** Lower case, no leading zeros, the first longest run of two or more zero groups as `::`. */
function ipv6Text(groups: readonly number[]): string {
  let best = { start: 0, length: 1 };
  for (let start = 0; start < GROUPS; start++) {
    let length = 0;
    while (start + length < GROUPS && groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  const text = (part: readonly number[]): string => part.map((group) => group.toString(HEX)).join(':');
  if (best.length === 1) return text(groups);
  return `${text(groups.slice(0, best.start))}::${text(groups.slice(best.start + best.length))}`;
}
