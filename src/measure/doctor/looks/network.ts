/** Looks at what the network of this machine lets a program do: settings of the kernel, interfaces, one name. It judges nothing. */
import type { Timekeeper } from '../../../clock/clock.ts';
import type { ReadText } from '../../../net/kernel-text.ts';
import { type LookUp, systemLookUp } from '../../../net/reach/look-up.ts';
import { ownInterfaces } from '../../../net/reach/own-interfaces.ts';
import { type Interfaces, isLinkLocal } from '../../../net/reach/zone.ts';
import type { CongestionFacts, NetworkFacts, RightsFacts } from '../facts.ts';
import { type Hide, look, lookWithin } from './look.ts';
import { numberIn, numbersIn, wordsOf } from './texts.ts';

const IPV4 = '/proc/sys/net/ipv4';
const LOOK_UP_NS = 1_000_000_000;
/** Of rights, by bit (linux/capability.h). */
const CAP_NET_BIND_SERVICE = 10n;
const CAP_NET_ADMIN = 12n;
/** Where the kernel has no such setting. */
const USUAL_LOWEST_PORT = 1_024;

export interface NetworkSources {
  readonly read: ReadText;
  readonly interfaces: () => Interfaces;
  readonly lookUp: LookUp;
  readonly clock: Timekeeper;
}

export const OWN_NETWORK: Pick<NetworkSources, 'interfaces' | 'lookUp'> = {
  interfaces: ownInterfaces,
  lookUp: systemLookUp,
};

/** @param withNames whether interfaces and their addresses are told */
export async function lookAtNetwork(
  { read, interfaces, lookUp, clock }: NetworkSources,
  hide: Hide,
  withNames: boolean,
): Promise<NetworkFacts> {
  return {
    interfaces: look(hide, () => {
      const up = Object.entries(interfaces());
      const names = up.map(([name, own = []]) => [name, ...own.map(({ address }) => address)].join(' '));
      return { count: up.length, names: withNames ? names.join(', ') : null };
    }),
    ipv6: look(hide, () => reachOfIpv6(interfaces())),
    localhost: await lookWithin(hide, { clock, limitNs: LOOK_UP_NS }, () => lookUp('localhost', undefined)),
    congestion: look(hide, () => congestionOf(read)),
    multipath: look(hide, () => {
      if (read(`${IPV4}/tcp_congestion_control`) === undefined) return undefined;
      const enabled = numberIn(read('/proc/sys/net/mptcp/enabled'));
      return enabled === undefined ? 'none' : enabled === 0 ? 'off' : 'on';
    }),
    ports: look(hide, () => {
      const [low, high] = numbersIn(read(`${IPV4}/ip_local_port_range`) ?? '', 2) ?? [];
      return low === undefined || high === undefined ? undefined : { low, high };
    }),
    rights: look(hide, () => rightsOf(read)),
    buffers: look(hide, () => {
      const [, , receiveBytes] = numbersIn(read(`${IPV4}/tcp_rmem`) ?? '', 3) ?? [];
      const [, , sendBytes] = numbersIn(read(`${IPV4}/tcp_wmem`) ?? '', 3) ?? [];
      return receiveBytes === undefined || sendBytes === undefined ? undefined : { receiveBytes, sendBytes };
    }),
    backlog: look(hide, () => numberIn(read('/proc/sys/net/core/somaxconn'))),
  };
}

function reachOfIpv6(interfaces: Interfaces): 'none' | 'host' | 'link' | 'beyond' {
  const own = Object.values(interfaces)
    .flatMap((addresses = []) => addresses)
    .filter(({ family }) => family === 'IPv6')
    .map(({ address }) => address);
  if (own.length === 0) return 'none';
  const others = own.filter((address) => address !== '::1');
  if (others.length === 0) return 'host';
  return others.every(isLinkLocal) ? 'link' : 'beyond';
}

function congestionOf(read: ReadText): CongestionFacts | undefined {
  const [current, available, allowed] = [
    'tcp_congestion_control',
    'tcp_available_congestion_control',
    'tcp_allowed_congestion_control',
  ].map((name) => wordsOf(read(`${IPV4}/${name}`) ?? ''));
  const [name] = current ?? [];
  return name === undefined
    ? undefined
    : { current: name, available: available ?? [], allowed: allowed ?? [] };
}

function rightsOf(read: ReadText): RightsFacts | undefined {
  const [, effective] = /^CapEff:\s*([\da-f]{1,16})$/m.exec(read('/proc/self/status') ?? '') ?? [];
  if (effective === undefined) return undefined;
  const rights = BigInt(`0x${effective}`);
  const has = (bit: bigint): boolean => ((rights >> bit) & 1n) === 1n;
  return {
    administers: has(CAP_NET_ADMIN),
    bindsLowPorts: has(CAP_NET_BIND_SERVICE),
    lowestFreePort: numberIn(read(`${IPV4}/ip_unprivileged_port_start`)) ?? USUAL_LOWEST_PORT,
  };
}
