/** Networks as people write them (`192.0.2.0/24`, `2001:db8::/32`, a single address), and which of several an address is in. */
import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { usage } from '../../core/errors.ts';
import { IPV4_BITS, IPV6_BITS, plainAddress, sharedPart } from './client-of.ts';

type Family = 'ipv4' | 'ipv6';

export interface Network {
  /** As it was written. */
  readonly text: string;
  readonly address: string;
  readonly bits: number;
  readonly family: Family;
}

/** @returns undefined for what is no network */
export function readNetwork(text: string): Network | undefined {
  const [address = '', length, ...more] = text.split('/');
  const family = isIPv4(address) ? 'ipv4' : isIPv6(address) && !address.includes('%') ? 'ipv6' : undefined;
  // An IPv4 network in the clothes of IPv6 is written as what it is.
  if (family === undefined || more.length > 0 || plainAddress(address) !== address) return undefined;
  const width = family === 'ipv4' ? IPV4_BITS : IPV6_BITS;
  if (length !== undefined && !/^(?:0|[1-9]\d{0,2})$/.test(length)) return undefined;
  const bits = length === undefined ? width : Number(length);
  return bits > width ? undefined : { text, address, bits, family };
}

/** @throws EcholotError `usage` naming the one that is none, and `where` it stands */
export function readNetworks(texts: readonly string[], where: string): Network[] {
  return texts.map((text) => {
    const network = readNetwork(text);
    if (network !== undefined) return network;
    throw usage(`${where}: ${text} is no network`, 'write one as 192.0.2.0/24, 2001:db8::/32 or an address');
  });
}

/** Whether an address is in any of the networks. */
export class NetworkList {
  readonly isEmpty: boolean;
  private readonly list = new BlockList();

  constructor(networks: readonly Network[]) {
    this.isEmpty = networks.length === 0;
    for (const { address, bits, family } of networks) this.list.addSubnet(address, bits, family);
  }

  has(address: string): boolean {
    if (this.isEmpty) return false;
    const plain = plainAddress(address);
    return this.list.check(plain, familyOf(plain));
  }
}

/** What holds for an address: that of the smallest network that has it. Found by its first bits, however many networks there are. */
export class NetworkTable<T> {
  /** By how many bits, and what these are. */
  private readonly byBits = new Map<number, Map<string, readonly [Network, T]>>();
  private readonly lengths: readonly number[];

  /** @throws EcholotError `usage` for a network that is there twice, however it is written */
  constructor(entries: readonly (readonly [Network, T])[]) {
    for (const entry of entries) this.add(entry);
    this.lengths = [...this.byBits.keys()].sort((a, b) => b - a);
  }

  find(address: string): T | undefined {
    const width = familyOf(plainAddress(address)) === 'ipv4' ? IPV4_BITS : IPV6_BITS;
    for (const bits of this.lengths) {
      const found = bits > width ? undefined : this.byBits.get(bits)?.get(firstBits(address, bits));
      if (found !== undefined) return found[1];
    }
    return undefined;
  }

  private add(entry: readonly [Network, T]): void {
    const [network] = entry;
    const { address, bits } = network;
    const alike = this.byBits.get(bits) ?? new Map<string, readonly [Network, T]>();
    const key = firstBits(address, bits);
    const [same] = alike.get(key) ?? [];
    if (same !== undefined) {
      throw usage(
        `${same.text} and ${network.text} are one network`,
        'name each network in one class; a smaller one inside of it may be in another',
      );
    }
    alike.set(key, entry);
    this.byBits.set(bits, alike);
  }
}

function firstBits(address: string, bits: number): string {
  return sharedPart(address, { ipv4: bits, ipv6: bits });
}

function familyOf(plain: string): Family {
  return plain.includes(':') ? 'ipv6' : 'ipv4';
}
