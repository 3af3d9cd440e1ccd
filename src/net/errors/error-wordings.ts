/**
 * What a failed system call means to whoever runs the program: the same error number says one thing of a
 * connection that is made and another of a port that is listened on. The first row that fits is the one. Advice
 * names an option only where every command that can come to the row has it.
 */
import type { ErrorCode } from '../../core/errors.ts';

/** What is known of the call beside its name. */
export interface Circumstances {
  /** The far end's address, numeric; where a server was to listen, that address. */
  readonly address?: string | undefined;
  /** What a server was to listen on. */
  readonly port?: number | undefined;
  /** What the user asked to send from (--bind). */
  readonly bindAddress?: string | undefined;
  /** Whether this machine has an address that could reach `address`. */
  readonly hasOwnAddress?: (() => boolean) | undefined;
}

type Text = string | ((about: Circumstances) => string);

export interface Wording {
  readonly errnos: readonly string[];
  /** The calls that it is about; absent: any. */
  readonly calls?: readonly Call[];
  readonly when?: (about: Circumstances) => boolean;
  /** Default `network`. A `limit` is this machine's: nothing was sent, and the path lost nothing. */
  readonly code?: ErrorCode;
  readonly what: Text;
  readonly advice: Text;
}

export type Call =
  | 'getaddrinfo'
  | 'socket'
  | 'bind'
  | 'listen'
  | 'connect'
  | 'accept'
  | 'send'
  | 'recv'
  | 'pthread_create';

/** As node:net and the C library call the same thing. */
const CALLS: Readonly<Record<string, Call>> = {
  read: 'recv',
  recvmsg: 'recv',
  write: 'send',
  accept4: 'accept',
};

const fromGiven = ({ bindAddress }: Circumstances): boolean => bindAddress !== undefined;
const toPrivileged = ({ port = 0 }: Circumstances): boolean => port > 0 && port < 1_024;
const toAnyPort = ({ port }: Circumstances): boolean => port === 0;
const withoutFamily = ({ hasOwnAddress }: Circumstances): boolean => hasOwnAddress?.() === false;

const familyOf = ({ address = '' }: Circumstances): 'IPv4' | 'IPv6' =>
  address.includes(':') ? 'IPv6' : 'IPv4';
const otherFamily = (about: Circumstances): string => (familyOf(about) === 'IPv6' ? 'IPv4' : 'IPv6');
const routesTo = ({ address }: Circumstances): string =>
  address === undefined ? '"ip route"' : `"ip route get ${address.replace('%', ' dev ')}"`;
const isLoopback = ({ address = '127.0.0.1' }: Circumstances): boolean =>
  address === '::1' || address.startsWith('127.');

const PORTS_USED_UP = {
  code: 'limit',
  what: 'the local ports of this machine are used up',
  advice:
    'wait a minute until those in TIME-WAIT are free again (ss -tan lists them), or widen the range with sysctl net.ipv4.ip_local_port_range',
} as const;
const NO_ADDRESS_TO_SEND_FROM: Text = ({ bindAddress }) =>
  `this machine does not have the address ${bindAddress} to send from`;

export const WORDINGS: readonly Wording[] = [
  { errnos: ['ENOTFOUND'], what: 'unknown host', advice: 'check the spelling of the name' },
  {
    errnos: ['EAI_AGAIN', 'EAI_FAIL'],
    what: 'the name could not be looked up',
    advice: 'check the resolver, or give an address',
  },

  {
    errnos: ['ECONNREFUSED'],
    what: 'connection refused: nothing listens there',
    advice: (about) =>
      isLoopback(about)
        ? 'start a server there (echolot serve) or check the port'
        : `start a server there (echolot serve --host ${familyOf(about) === 'IPv6' ? '::' : '0.0.0.0'}: without --host it is reached from its own machine only) or check the port`,
  },
  {
    errnos: ['EADDRNOTAVAIL'],
    calls: ['connect'],
    when: withoutFamily,
    what: (about) => `this machine has no ${familyOf(about)} address to reach it from`,
    advice: (about) => `give an ${otherFamily(about)} address of the host`,
  },
  { errnos: ['EADDRNOTAVAIL', 'EADDRINUSE'], calls: ['connect'], ...PORTS_USED_UP },
  { errnos: ['EADDRINUSE'], calls: ['bind'], when: fromGiven, ...PORTS_USED_UP },
  {
    errnos: ['EADDRNOTAVAIL'],
    calls: ['bind'],
    when: fromGiven,
    code: 'usage',
    what: NO_ADDRESS_TO_SEND_FROM,
    advice: 'give --bind an address of this machine, see "ip address"',
  },
  {
    errnos: ['EACCES'],
    calls: ['connect'],
    what: 'connecting is prohibited, by a route of this machine or by a firewall',
    advice: (about) => `look at ${routesTo(about)} and at the firewalls`,
  },
  {
    errnos: ['EINVAL'],
    calls: ['connect'],
    when: fromGiven,
    what: ({ bindAddress }) => `it cannot be reached from ${bindAddress}`,
    advice: 'give --bind an address of the interface that leads there, or leave it out',
  },
  {
    errnos: ['EINVAL'],
    calls: ['connect'],
    what: 'a route of this machine drops what goes there (a blackhole)',
    advice: (about) => `look at ${routesTo(about)}`,
  },
  {
    errnos: ['EHOSTUNREACH'],
    what: 'no route to the host',
    advice: (about) => `check that the host is up, and look at ${routesTo(about)}`,
  },
  {
    errnos: ['ENETUNREACH'],
    what: 'the network is unreachable',
    advice: (about) =>
      `check the address, look at ${routesTo(about)}, or give an ${otherFamily(about)} address of the host`,
  },
  {
    errnos: ['ENETDOWN'],
    what: 'the network interface is down',
    advice: 'look at "ip link"',
  },
  {
    errnos: ['ETIMEDOUT'],
    calls: ['send', 'recv'],
    what: 'the peer does not answer any more',
    advice: 'check the path and that the host is up',
  },
  { errnos: ['ETIMEDOUT'], what: 'the connection timed out', advice: 'check the address and firewalls' },

  {
    errnos: ['EADDRINUSE'],
    calls: ['bind', 'listen'],
    when: toAnyPort,
    ...PORTS_USED_UP,
  },
  {
    errnos: ['EADDRINUSE'],
    what: 'the port is taken',
    advice: 'choose another with --port, or --port 0 for any',
  },
  {
    errnos: ['EADDRNOTAVAIL'],
    what: 'this machine does not have that address',
    advice: 'choose another with --host, see "ip address"',
  },
  {
    errnos: ['EACCES'],
    calls: ['bind', 'listen'],
    when: toPrivileged,
    what: 'permission denied',
    advice: 'ports below 1024 need privileges: choose a higher one with --port',
  },

  {
    errnos: ['EAFNOSUPPORT'],
    what: (about) => `this machine has no ${familyOf(about)}`,
    advice: (about) => `give an ${otherFamily(about)} address`,
  },
  {
    errnos: ['EPROTONOSUPPORT', 'ENOPROTOOPT'],
    calls: ['socket'],
    code: 'usage',
    what: 'this machine has no Multipath TCP',
    advice: 'leave it out, or see sysctl net.mptcp.enabled',
  },
  {
    errnos: ['EPERM', 'EACCES'],
    what: 'this machine does not permit it',
    advice: 'look at its firewall (nft list ruleset), and at what its sandbox or container allows',
  },
  {
    errnos: ['ECONNRESET', 'ECONNABORTED'],
    what: 'connection reset by the peer',
    advice: 'the server dropped the connection: look at its log',
  },
  {
    errnos: ['EPIPE'],
    what: 'the peer has closed the connection',
    advice: 'the server dropped the connection: look at its log',
  },
  { errnos: ['EMFILE'], code: 'limit', what: 'too many open files', advice: 'raise the limit (ulimit -n)' },
  {
    errnos: ['ENFILE'],
    code: 'limit',
    what: 'too many open files on this machine',
    advice: 'raise its limit (sysctl fs.file-max)',
  },
  {
    errnos: ['ENOMEM'],
    calls: ['pthread_create'],
    code: 'limit',
    what: 'no memory is left for a thread',
    advice: 'free some, or raise the limit (ulimit -v, memory.max of the cgroup)',
  },
  {
    errnos: ['ENOMEM', 'ENOBUFS'],
    code: 'limit',
    what: 'this machine has no memory left for sockets',
    advice: 'free some, or raise the limit (sysctl net.ipv4.tcp_mem, memory.max of the cgroup)',
  },
  {
    errnos: ['EAGAIN'],
    calls: ['pthread_create'],
    code: 'limit',
    what: 'no further thread may be started here',
    advice: 'raise the limit (ulimit -u, pids.max of the cgroup)',
  },
];

/** The row for a failed call; undefined where there are no better words than the error's own. */
export function wordingOf(errno: string, call: string, about: Circumstances): Wording | undefined {
  const known = CALLS[call] ?? call;
  return WORDINGS.find(
    ({ errnos, calls, when }) =>
      errnos.includes(errno) &&
      (calls === undefined || calls.some((name) => name === known)) &&
      (when === undefined || when(about)),
  );
}

export function textFor(text: Text, about: Circumstances): string {
  return typeof text === 'string' ? text : text(about);
}
