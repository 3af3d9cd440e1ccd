/**
 * Zones of link-local addresses (RFC 4007): fe80::1 is another host on every interface, so the interface is part of
 * the address, as its text has it: `fe80::1%eth0`. What lacks one, or names one that is not there, is named; nobody
 * guesses an interface.
 */
import type { NetworkInterfaceInfo } from 'node:os';
import { usage } from '../../core/errors.ts';
import { ownInterfaces, ownNumber } from './own-interfaces.ts';

export type Interfaces = NodeJS.Dict<readonly Pick<NetworkInterfaceInfo, 'family' | 'address' | 'scopeid'>[]>;

type NumberOf = (interfaceName: string) => number | undefined;

export interface ZoneHints {
  /** The interface that everything goes through, by its name. */
  readonly device?: string | undefined;
  /** The address at the other end, or the one to send from, which may tell. */
  readonly other?: string | undefined;
  /** Default: those of this machine that are up. */
  readonly interfaces?: Interfaces;
  /** Default: as the kernel has it. */
  readonly numberOf?: NumberOf;
}

/** Whether `address` means something else on each interface (fe80::/10). */
export function isLinkLocal(address: string): boolean {
  return /^fe[89ab][0-9a-f]:/i.test(address);
}

/** What stands behind the `%`; undefined where nothing does. */
export function zoneOf(address: string): string | undefined {
  return address.split('%')[1];
}

/**
 * `address` with the name of its interface where it needs one: its own, else what the hints tell.
 * @throws EcholotError `usage` that lists the interfaces there are
 */
export function onInterface(
  address: string,
  { device, other = '', interfaces: known, numberOf = ownNumber }: ZoneHints,
): string {
  const own = zoneOf(address);
  if (own === undefined && !isLinkLocal(address)) return address;
  const interfaces = known ?? ownInterfaces();
  const literal = address.split('%', 1)[0] ?? address;
  if (own !== undefined && !isLinkLocal(address)) {
    throw usage(`${literal} is not link-local: the kernel would pass over its %${own}`, `leave %${own} out`);
  }
  const zone = own ?? device ?? zoneOf(other);
  if (zone === undefined) {
    throw usage(`${address} is link-local: it needs its interface`, examples(literal, interfaces));
  }
  const name = nameOf(zone, interfaces, numberOf);
  if (name === undefined) {
    throw usage(`${literal}%${zone}: no interface ${zone} is up here`, examples(literal, interfaces));
  }
  if (device !== undefined && device !== name) {
    throw usage(`${address} is not on the interface ${device}`, 'let the address and the interface agree');
  }
  return `${literal}%${name}`;
}

/** By its name, or by its number as some systems write it. */
function nameOf(zone: string, interfaces: Interfaces, numberOf: NumberOf): string | undefined {
  if (interfaces[zone] !== undefined) return zone;
  if (!/^\d+$/.test(zone)) return undefined;
  const inAddresses = numberIn(interfaces);
  return Object.keys(interfaces).find((name) => (inAddresses(name) ?? numberOf(name)) === Number(zone));
}

/** As its link-local addresses tell it. */
function numberIn(interfaces: Interfaces): NumberOf {
  return (name) => interfaces[name]?.find(({ scopeid = 0 }) => scopeid > 0)?.scopeid;
}

/** What to write, for every interface that has a link-local address of its own. */
function examples(literal: string, interfaces: Interfaces): string {
  const names = Object.entries(interfaces).flatMap(([name, addresses = []]) =>
    addresses.some(({ address }) => isLinkLocal(address)) ? [name] : [],
  );
  if (names.length === 0)
    return 'no interface of this machine has a link-local address: give another address';
  return `write ${names.map((name) => `${literal}%${name}`).join(' or ')}`;
}
