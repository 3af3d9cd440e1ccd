/**
 * A host as people write it: a name or an address, an IPv6 address in brackets or not, with a port behind a colon or
 * not. One reading for all commands and for the library; it looks nothing up.
 */
import { isIPv4, isIPv6 } from 'node:net';
import { type EcholotError, usage } from '../../core/errors.ts';

export interface HostText {
  /** Without brackets; a link-local address keeps its zone (`fe80::1%eth0`). */
  readonly host: string;
  /** Undefined where the text has none. */
  readonly port: number | undefined;
}

const MAX_PORT = 65_535;
/** The authority is captured, without the name of a user. */
const URL = /^[a-z][a-z0-9+.-]*:\/\/(?:[^@/?#]*@)?([^/?#]*)/i;
const IN_BRACKETS = /^\[([^[\]]*)\](?::(.*))?$/;
const NAME_AND_PORT = /^([^:]*):([^:]*)$/;

/** @throws EcholotError `usage` that names the mistake and what to write instead */
export function readHost(text: string): HostText {
  if (typeof text !== 'string') throw NO_HOST();
  refuseUrl(text);
  const [, literal, portBehind] = IN_BRACKETS.exec(text) ?? [];
  if (literal !== undefined) {
    if (!isIPv6Text(literal)) throw usage(`${text}: in brackets goes an IPv6 address`, 'write [::1]:9900');
    return { host: literal, port: portBehind === undefined ? undefined : readPort(portBehind) };
  }
  const [, name, port] = NAME_AND_PORT.exec(text) ?? [];
  if (name !== undefined && port !== undefined) return { host: named(name), port: readPort(port) };
  if (text.includes(':') && !isIPv6Text(text)) {
    throw usage(`${text} is no address`, 'write an IPv6 address with a port as [ADDRESS]:PORT');
  }
  return { host: named(text), port: undefined };
}

/**
 * A host where no port belongs behind it.
 * @param instead what to do with a port
 * @throws EcholotError `usage`
 */
export function readHostAlone(text: string, instead: string): string {
  const [, authority = ''] = (typeof text === 'string' && URL.exec(text)) || [];
  if (authority !== '') {
    const [, literal = authority.replace(/:\d*$/, '')] = IN_BRACKETS.exec(authority) ?? [];
    throw usage(`${text} is a URL`, `give the host alone: ${literal}`);
  }
  const { host, port } = readHost(text);
  if (port === undefined) return host;
  throw usage(`the host ${text} has a port`, instead);
}

/** @throws EcholotError `usage` for anything but a port that can be called */
export function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= MAX_PORT) return port;
  throw usage(`${JSON.stringify(text)} is no port`, `give a whole number from 1 to ${MAX_PORT}`);
}

/** @throws EcholotError `usage` when it is a URL */
export function refuseUrl(text: string): void {
  const [, authority] = URL.exec(text) ?? [];
  if (authority === undefined) return;
  const target = /:\d+$/.test(authority) ? authority : `${authority || 'HOST'} PORT`;
  throw usage(`${text} is a URL`, `give host and port alone: ${target}`);
}

/** How to write an IPv6 address with a port, of one that may have been meant to have one. */
export function inBrackets(text: string): string {
  const [, address = '', port = ''] = /^(.*[^:]):(\d{1,5})$/.exec(text) ?? [];
  return isIPv6Text(address) ? `[${address}]:${port}` : `[${text}]:PORT`;
}

/** With or without a zone. What a zone may be called is for the system to say, not for `isIPv6`. */
function isIPv6Text(text: string): boolean {
  const [literal = '', ...zone] = text.split('%');
  return isIPv6(literal) && (zone.length === 0 || (zone.length === 1 && zone[0] !== ''));
}

/** Of a numeric address, with or without a zone; undefined for anything else. */
export function familyOf(text: string): 4 | 6 | undefined {
  return isIPv4(text) ? 4 : isIPv6Text(text) ? 6 : undefined;
}

function named(host: string): string {
  if (host === '') throw NO_HOST();
  return host;
}

const NO_HOST = (): EcholotError => usage('the host is empty', 'name a host or give an address');
