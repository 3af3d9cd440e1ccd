/**
 * A server's first line: the real address, which ends with the port. A plain echo server greets in the assignment's
 * words. Who listens on loopback is told that nobody else can come: the most common reason for "nothing listens there".
 */
import { BlockList } from 'node:net';
import type { Endpoint } from '../../facts/connection.ts';
import type { IdentityFacts } from '../../index.ts';
import { endpointText } from '../../text/endpoint.ts';
import { invalidity } from './certificate.ts';

/** What --host is when it is not given; whoever gives an address of a plain echo server need not be told. */
const DEFAULT_HOST = 'localhost';

export interface GreetingOptions {
  readonly echo: boolean;
  readonly host: string;
  readonly quiet: boolean;
}

export function greeting({ echo, host, quiet }: GreetingOptions, endpoints: readonly Endpoint[]): string {
  const isLocal = endpoints.every(isLoopback);
  if (!echo) {
    const scope = isLocal ? ', for this machine only (--host ADDRESS lets others in),' : '';
    return `echolot listening${scope} on ${endpoints.map(endpointText).join(' and ')}\n`;
  }
  const first = `Starting up server on ${host} port ${endpoints[0]?.port}\n`;
  if (quiet) return first;
  const scope =
    isLocal && host === DEFAULT_HOST ? '(for this machine only; --host ADDRESS lets others in)\n' : '';
  return `${first}${scope}Waiting to receive message from client\n`;
}

/** As an event, or a server, tells it. */
export interface TlsGreeted {
  readonly endpoints: readonly Endpoint[];
  readonly certificate: IdentityFacts;
}

/** The line that follows where TLS is spoken, too. */
export function tlsGreeting(tls: TlsGreeted | undefined, nowMs: number): string {
  if (tls === undefined) return '';
  const trouble = invalidity(tls.certificate, nowMs);
  const why = trouble === undefined ? '' : ` (${trouble}: clients will refuse it)`;
  return `TLS on ${tls.endpoints.map(endpointText).join(' and ')}${why}\n`;
}

/** The line that follows where metrics are served as well. */
export function metricsGreeting([endpoint]: readonly Endpoint[]): string {
  return endpoint === undefined ? '' : `metrics on http://${endpointText(endpoint)}/metrics\n`;
}

function isLoopback({ address, family }: Endpoint): boolean {
  const loopback = new BlockList();
  loopback.addSubnet('127.0.0.0', 8, 'ipv4');
  loopback.addAddress('::1', 'ipv6');
  return loopback.check(address.split('%', 1)[0] ?? '', family === 4 ? 'ipv4' : 'ipv6');
}
