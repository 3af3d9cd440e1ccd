/** What the native engine uses of the kernel, from its own declarations: calls, structures, socket options. */

import type { SocketOptions } from '../../src/facts/socket.ts';
import * as layouts from '../../src/net/native/kernel/layouts.ts';
import type { Libc } from '../../src/net/native/kernel/libc.ts';
import { OPTION_RIGHTS } from '../../src/net/native/kernel/socket-setup.ts';
import { code, table } from './markdown.ts';
import { constantComments } from './source-comments.ts';

/** Functions of {@link Libc} that are no calls of their own: an address, errno, and the same call twice. */
type NoCall = 'address' | 'errno' | 'sendAt' | 'recvAt';

const CALLS: Readonly<Record<Exclude<keyof Libc, NoCall>, string>> = {
  socket:
    'TCP sockets (or MPTCP), non-blocking; one UDP socket that keeps receive stamps on; one that tells systemd',
  connect: 'starts the handshake; the wait for it ends at `--timeout`',
  bind: '`--bind`, and where a server listens',
  listen: 'servers, and the echo with itself before a run',
  accept4: "takes connections, non-blocking from birth; tells the peer's address with it",
  getsockname: 'the own address and port, for the record',
  getpeername: "the peer's, for the record",
  getsockopt: 'TCP_INFO, why a connection failed (SO_ERROR), and every option as it came out',
  setsockopt: 'stamps, and every option that was asked for',
  send: 'one call for a probe; `MSG_NOSIGNAL`, since a lost peer is an error and no signal',
  recv: 'bytes without stamps; `MSG_DONTWAIT` on the client',
  recvmsg: 'bytes with their receive stamp; with `MSG_ERRQUEUE` the stamps of what was sent',
  shutdown: 'FIN after the last byte',
  close: 'every descriptor, by whoever is left to do it',
  fcntl:
    'makes a socket that was passed at the start one that does not block, and copies it for each further thread',
  read: 'empties an eventfd',
  write: 'wakes a thread by its eventfd',
  eventfd: 'one for each thread: the only way to reach a thread that waits in the kernel',
  memfd_create: 'a file in memory for the data frames of a load; optional',
  sendfile: 'sends them from there without a copy; Node ignores the SIGPIPE of a lost peer',
  ppoll: "the client's sleeps: socket and eventfd, to the nanosecond",
  epoll_create1: "the server's loop, one for each thread",
  epoll_ctl: 'what the loop watches',
  epoll_wait: 'looks without sleeping; sleeps where the next one is missing',
  epoll_pwait2: 'sleeps to the nanosecond (Linux 5.11, glibc 2.35); optional',
  if_nametoindex: 'the interface of a link-local address, from its text',
  if_indextoname: 'and back again, for the record',
  clock_gettime: "the clock of the kernel's stamps, beside the program's own, before and after each block",
  adjtimex: 'whether a time daemon keeps the wall clock, for `echolot doctor`; optional',
  prctl: 'timer slack of 1 ns: by default a sleep may last 50 µs longer',
  malloc_trim: 'memory that is free goes back to the kernel when a crowd has left (glibc only)',
};

export function nativeCalls(): string {
  return table(
    ['call', 'what for'],
    Object.entries(CALLS).map(([name, reason]) => [code(name), reason]),
  );
}

const NO_STRUCTURES = ['TCP_INFO_BYTES', 'EPOLL_EVENT', 'TCP_INFO_FIELDS'];

/** Every structure with its header, its size and its offsets. */
export function nativeLayouts(): string {
  const comments = constantComments('src/net/native/kernel/layouts.ts');
  const sourceOf = (name: string): string =>
    (comments.get(name) ?? '').split(/[.:;]? (?=It grows)|[.:;](?= |$)/)[0] ?? '';
  const row = (source: string, { bytes, ...fields }: Readonly<Record<string, number>>): string[] => {
    const [structure = '', header = ''] = source.split(', ');
    const offsets = Object.entries(fields).map(([field, at]) => `${field} ${at}`);
    return [code(structure), code(header), bytes === undefined ? 'grows' : String(bytes), offsets.join(', ')];
  };
  // The order of a module's exports is nobody's business: tools differ.
  const named = Object.entries(layouts).sort(([a], [b]) => (a < b ? -1 : 1));
  const plain = named.flatMap(([name, layout]) =>
    NO_STRUCTURES.includes(name) || typeof layout !== 'object'
      ? []
      : [row(sourceOf(name), layout as Readonly<Record<string, number>>)],
  );
  const epoll = Object.entries(layouts.EPOLL_EVENT).map(([machine, { ...layout }]) => {
    const [structure = '', ...others] = row(sourceOf('EPOLL_EVENT'), layout);
    return [`${structure} on ${machine}`, ...others];
  });
  return table(
    ['structure', 'header', 'bytes', 'fields and where they begin'],
    [...plain, ...epoll, row(sourceOf('TCP_INFO_FIELDS'), layouts.TCP_INFO_FIELDS)],
  );
}

interface OptionDoc {
  readonly option: string;
  readonly kernel: string;
  readonly note: string;
}

/** TLS is none of the kernel's. */
type NativeOption = Exclude<keyof SocketOptions, 'tls'>;

const OPTIONS: Readonly<Record<NativeOption, OptionDoc>> = {
  congestionControl: {
    option: '--cc',
    kernel: 'TCP_CONGESTION',
    note: 'only for one that `net.ipv4.tcp_allowed_congestion_control` does not name',
  },
  trafficClass: {
    option: '--tos, --dscp',
    kernel: 'IP_TOS, IPV6_TCLASS',
    note: 'any value for anybody on current kernels; routers may change it',
  },
  maxSegmentBytes: {
    option: '--mss',
    kernel: 'TCP_MAXSEG',
    note: 'set before the SYN, so that it is announced, too',
  },
  sendBufferBytes: {
    option: '--sndbuf',
    kernel: 'SO_SNDBUF',
    note: 'the kernel cuts it to `net.core.wmem_max` without a word; the result has what came out',
  },
  receiveBufferBytes: {
    option: '--rcvbuf',
    kernel: 'SO_RCVBUF',
    note: 'likewise, `net.core.rmem_max`; set before the SYN, since the window scale goes with it',
  },
  noDelay: { option: '--nodelay', kernel: 'TCP_NODELAY', note: 'on by default' },
  quickAck: {
    option: '--quickack',
    kernel: 'TCP_QUICKACK',
    note: 'after each send and each part of an echo anew: the kernel forgets it',
  },
  multipath: {
    option: '--mptcp',
    kernel: 'IPPROTO_MPTCP',
    note: 'falls back to plain TCP where the peer has none; the result says which it was',
  },
  bindAddress: { option: '--bind', kernel: 'bind(2)', note: 'the port is left to the kernel' },
  device: {
    option: '--interface',
    kernel: 'SO_BINDTODEVICE',
    note: 'only before Linux 5.7',
  },
};

/** Rights that a refusal names come from the code that refuses. */
export function socketOptionTable(): string {
  const names = Object.keys(OPTIONS) as NativeOption[];
  return table(
    ['option', 'kernel', 'right', 'note'],
    names.map((name) => {
      const { option, kernel, note } = OPTIONS[name];
      const right = OPTION_RIGHTS[name];
      const options = option.split(', ').map(code).join(', ');
      return [options, kernel, right === undefined ? 'none' : code(right), note];
    }),
  );
}
