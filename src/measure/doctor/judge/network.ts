/** What this machine's network lets a program do: addresses, names, ports, buffers and rights. */
import type { Address } from '../../../facts/connection.ts';
import type { FindingRecord } from '../../../result/doctor/doctor-result.ts';
import { counted } from '../../../text/numbers.ts';
import { memoryText } from '../../../text/sizes.ts';
import type { CongestionFacts, NetworkFacts, RightsFacts } from '../facts.ts';
import { good, judged, limited, missing, type Opinion, type Subject } from './finding.ts';

/** One connection in ten milliseconds, each of which keeps its port for a minute. */
const ENOUGH_PORTS = 6_000;
/** What a path of 100 ms carries with it: 84 Mbit/s. */
const ENOUGH_BUFFER_BYTES: number = 1024 * 1024;
/** Linux before 5.4. */
const ENOUGH_BACKLOG = 128;
const LOOPBACKS: readonly string[] = ['127.0.0.1', '::1'];

const subject = (name: string, weight: Subject['weight'] = 'figures'): Subject => ({
  name,
  area: 'network',
  weight,
});

export function judgeNetwork(facts: NetworkFacts): FindingRecord[] {
  return [
    judged(subject('interfaces', 'measuring'), facts.interfaces, interfacesOpinion),
    judged(subject('IPv6', 'extras'), facts.ipv6, (reach) => IPV6[reach]),
    judged(subject('localhost'), facts.localhost, localhostOpinion),
    judged(subject('congestion control', 'extras'), facts.congestion, congestionOpinion),
    judged(subject('Multipath TCP', 'extras'), facts.multipath, (state) => MULTIPATH[state]),
    judged(subject('ports'), facts.ports, portsOpinion),
    judged(subject('buffers'), facts.buffers, buffersOpinion),
    judged(subject('backlog', 'extras'), facts.backlog, backlogOpinion),
    judged(subject('rights', 'extras'), facts.rights, rightsOpinion),
  ];
}

function interfacesOpinion({
  count,
  names,
}: {
  readonly count: number;
  readonly names: string | null;
}): Opinion {
  if (count === 0) {
    return missing(
      'none is up',
      'no connection can be made, not even to this machine',
      'bring one up (ip link set lo up, ip link set eth0 up), or leave the network namespace',
    );
  }
  const fact = `${counted(count, 'interface')} with an address ${count === 1 ? 'is' : 'are'} up`;
  return good(names === null ? fact : `${fact}: ${names}`);
}

const NO_IPV6 = 'hosts that have IPv6 addresses alone are not reached';
const IPV6: Readonly<Record<'none' | 'host' | 'link' | 'beyond', Opinion>> = {
  none: missing(
    'no interface has it',
    NO_IPV6,
    'sysctl net.ipv6.conf.all.disable_ipv6=0, or measure over IPv4',
  ),
  host: limited(
    'this machine alone',
    NO_IPV6,
    'ask for an address where this network has IPv6, or measure over IPv4',
  ),
  link: limited(
    'this machine and its links',
    NO_IPV6,
    'ask for an address where this network has IPv6, or measure over IPv4',
  ),
  beyond: good('there is an address that others reach'),
};

function localhostOpinion(addresses: readonly Address[]): Opinion {
  const found = addresses.map(({ address }) => address);
  const isOwn = found.every((address) => LOOPBACKS.includes(address));
  if (found.length > 0 && isOwn) return good(found.join(' and '));
  return limited(
    found.length === 0 ? 'it has no address' : 'it is an address of another machine',
    'a server on this machine is not found by that name',
    'give 127.0.0.1 or ::1 instead, and mend its line in /etc/hosts: 127.0.0.1 localhost',
  );
}

function congestionOpinion({ current, available, allowed }: CongestionFacts): Opinion {
  const barred = available.filter((name) => !allowed.includes(name));
  const rest = barred.length === 0 ? '' : `; ${barred.join(', ')} for those with CAP_NET_ADMIN`;
  return good(`${current} unless --cc asks for another; anybody may have ${allowed.join(', ')}${rest}`);
}

const ALONE = '--mptcp has no effect; everything else is as it is elsewhere';
const MULTIPATH: Readonly<Record<'on' | 'off' | 'none', Opinion>> = {
  on: good('this kernel has it'),
  off: limited('turned off', ALONE, 'sysctl net.mptcp.enabled=1'),
  none: missing('this kernel has none', ALONE, 'a kernel from 5.6 on, built with CONFIG_MPTCP'),
};

function portsOpinion({ low, high }: { readonly low: number; readonly high: number }): Opinion {
  const ports = Math.max(0, high - low + 1);
  const fact = `${counted(ports, 'port')} for connections from here (${low} to ${high})`;
  if (ports >= ENOUGH_PORTS) return good(fact);
  return limited(
    fact,
    'each connection keeps its port for a minute: many blocks or handshakes run out of them',
    'sysctl net.ipv4.ip_local_port_range="32768 60999"',
  );
}

function buffersOpinion({
  receiveBytes,
  sendBytes,
}: {
  readonly receiveBytes: number;
  readonly sendBytes: number;
}): Opinion {
  const fact = `up to ${memoryText(receiveBytes)} to receive, ${memoryText(sendBytes)} to send`;
  if (Math.min(receiveBytes, sendBytes) >= ENOUGH_BUFFER_BYTES) return good(fact);
  return limited(
    fact,
    'a load over a long path is bounded by them: a connection carries no more than one in each round trip',
    'sysctl net.ipv4.tcp_rmem="4096 131072 6291456" net.ipv4.tcp_wmem="4096 16384 4194304"',
  );
}

function backlogOpinion(connections: number): Opinion {
  const fact = `${counted(connections, 'connection')} may wait for a server of this machine`;
  if (connections >= ENOUGH_BACKLOG) return good(fact);
  return limited(fact, 'clients that come at once wait a second and more', 'sysctl net.core.somaxconn=4096');
}

function rightsOpinion({ administers, bindsLowPorts, lowestFreePort }: RightsFacts): Opinion {
  if (bindsLowPorts || lowestFreePort <= 1) {
    const more = administers ? 'and any congestion control' : 'but only the allowed congestion controls';
    return good(`any port may be listened on, ${more}`);
  }
  return limited(
    `ports below ${lowestFreePort} may not be listened on; measuring takes no right`,
    'a server cannot stand on such a port',
    `choose a port from ${lowestFreePort} on, or setcap cap_net_bind_service=+ep on node`,
  );
}
