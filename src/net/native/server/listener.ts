/** A server's listening sockets over a reactor; `localhost` listens on the loopback of both families. */
import { isIPv4 } from 'node:net';
import type { Endpoint } from '../../../facts/connection.ts';
import { networkError } from '../../errors/network-error.ts';
import { listenOnHost, listenOnPassed } from '../../listen-on-host.ts';
import type { Accept, Listener, ListenerNetwork, ListenOptions } from '../../listener.ts';
import {
  EPOLLIN,
  ERRNO,
  F_DUPFD_CLOEXEC,
  F_GETFL,
  F_SETFL,
  IPPROTO_IPV6,
  IPPROTO_TCP,
  IPV6_V6ONLY,
  SO_REUSEADDR,
  SO_REUSEPORT,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOL_SOCKET,
  TCP_NODELAY,
} from '../kernel/constants.ts';
import { isPassing, SystemError } from '../kernel/errno.ts';
import { interfaceName } from '../kernel/interfaces.ts';
import { decodeAddress, SOCKADDR_BYTES } from '../kernel/sockaddr.ts';
import { NativeSocket } from '../kernel/socket.ts';
import { NativeConnection } from './connection.ts';
import type { Reactor } from './reactor.ts';

/**
 * Whether other sockets may listen on the same port, the kernel sharing connections out among them
 * (SO_REUSEPORT): `first` of them only where nobody listens yet, so that two servers started by mistake on one
 * port do not each get half of the clients.
 */
export type PortSharing = 'none' | 'first' | 'next';

/** As node:net asks for. */
const BACKLOG = 511;
/** Connections accepted before those that are open have their turn again. */
export const ACCEPTS_PER_TURN = 64;
/** Without a free descriptor, connections wait in the backlog until sessions have ended. */
export const EXHAUSTED_PAUSE_NS = 100_000_000n;
/** Errors of one connection, which is gone before it was accepted, as accept(2) lists them. */
const PASSING: readonly number[] = [
  ERRNO.ECONNABORTED,
  ERRNO.EPROTO,
  ERRNO.ENETDOWN,
  ERRNO.ENOPROTOOPT,
  ERRNO.EHOSTDOWN,
  ERRNO.ENONET,
  ERRNO.EHOSTUNREACH,
  ERRNO.EOPNOTSUPP,
  ERRNO.ENETUNREACH,
];

export function nativeListener(reactor: Reactor, sharing: PortSharing = 'none'): ListenerNetwork {
  return {
    engine: 'native',
    timekeeper: reactor,
    listen: (options: ListenOptions, accept: Accept): Promise<Listener> => {
      const listenerOf = (sockets: readonly NativeSocket[]): Listener =>
        acceptFrom(sockets, (socket) => new Acceptor(reactor, socket, accept, options.onExhausted));
      if (options.sockets !== undefined) {
        return listenOnPassed(options.sockets, {
          takeOver: (fd) => takeOver(reactor, fd, sharing),
          listenerOf,
        });
      }
      return listenOnHost(options, {
        listenOn: (address, port) => listenOn(reactor, address, port, sharing),
        portOf: (socket) => socket.local.port,
        listenerOf,
      });
    },
  };
}

/** All of the sockets, or none. @throws SystemError */
function acceptFrom(
  sockets: readonly NativeSocket[],
  acceptorOf: (socket: NativeSocket) => Acceptor,
): Listener {
  const acceptors: Acceptor[] = [];
  try {
    const endpoints = sockets.map((socket) => socket.local);
    for (const socket of sockets) acceptors.push(acceptorOf(socket));
    return {
      endpoints,
      close: () => {
        for (const acceptor of acceptors) acceptor.close();
      },
    };
  } catch (error) {
    for (const acceptor of acceptors) acceptor.close();
    for (const socket of sockets) socket.close();
    throw error;
  }
}

function listenOn(reactor: Reactor, address: string, port: number, sharing: PortSharing): NativeSocket {
  const family = isIPv4(address) ? 4 : 6;
  const socket = NativeSocket.create(reactor.libc, reactor.descriptors, family);
  try {
    socket.setInt(SOL_SOCKET, SO_REUSEADDR, 1);
    // As node:net has it: a server on `::` takes IPv4 too.
    if (family === 6) socket.setInt(IPPROTO_IPV6, IPV6_V6ONLY, 0);
    // Accepted connections inherit it.
    socket.setInt(IPPROTO_TCP, TCP_NODELAY, 1);
    if (sharing === 'next') socket.setInt(SOL_SOCKET, SO_REUSEPORT, 1);
    socket.bindTo(address, port);
    // After bind(2), which has just refused a port that anybody else listens on.
    if (sharing === 'first') socket.setInt(SOL_SOCKET, SO_REUSEPORT, 1);
    if (reactor.libc.listen(socket.fd, BACKLOG) < 0) throw new SystemError('listen', reactor.libc.errno());
    return socket;
  } catch (error) {
    socket.close();
    throw error;
  }
}

/**
 * A socket that was passed has one owner: the first of the threads that share it has it, the others have copies.
 * @throws SystemError
 */
function takeOver(reactor: Reactor, passed: number, sharing: PortSharing): NativeSocket {
  const { libc, descriptors } = reactor;
  const fd = sharing === 'next' ? libc.fcntl(passed, F_DUPFD_CLOEXEC, 0) : passed;
  if (fd < 0) throw new SystemError('fcntl', libc.errno());
  const socket = NativeSocket.adopt(libc, descriptors, fd);
  try {
    // One that blocks would hold the thread where somebody else has accepted first. systemd passes such.
    const flags = libc.fcntl(fd, F_GETFL, 0);
    if (flags < 0 || libc.fcntl(fd, F_SETFL, flags | SOCK_NONBLOCK) < 0)
      throw new SystemError('fcntl', libc.errno());
    socket.setInt(IPPROTO_TCP, TCP_NODELAY, 1);
    return socket;
  } catch (error) {
    socket.close();
    throw error;
  }
}

/** Takes connections off one listening socket. */
class Acceptor {
  private readonly reactor: Reactor;
  private readonly socket: NativeSocket;
  private readonly accept: Accept;
  private readonly onExhausted: ListenOptions['onExhausted'];
  private isExhausted = false;
  private readonly zoneName = (index: number): string => interfaceName(this.reactor.libc, index);
  private readonly address: Uint8Array = new Uint8Array(SOCKADDR_BYTES);
  private readonly addressBytes: Uint32Array = new Uint32Array(1);
  private cancelPause: (() => void) | undefined;
  private closed = false;

  constructor(
    reactor: Reactor,
    socket: NativeSocket,
    accept: Accept,
    onExhausted: ListenOptions['onExhausted'],
  ) {
    this.reactor = reactor;
    this.socket = socket;
    this.accept = accept;
    this.onExhausted = onExhausted;
    reactor.watch(socket.fd, EPOLLIN, this);
  }

  onReady(): void {
    const { libc } = this.reactor;
    for (let accepts = 0; accepts < ACCEPTS_PER_TURN && !this.closed; accepts++) {
      this.addressBytes[0] = this.address.length;
      const fd = libc.accept4(this.socket.fd, this.address, this.addressBytes, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd >= 0) {
        this.take(fd, decodeAddress(this.address, this.zoneName));
        continue;
      }
      const errno = libc.errno();
      if (errno === ERRNO.EAGAIN) return;
      if (isPassing(errno) || PASSING.includes(errno)) continue;
      this.pause(new SystemError('accept4', errno));
      return;
    }
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.cancelPause?.();
    this.reactor.unwatch(this.socket.fd);
    this.socket.close();
  }

  private take(fd: number, remote: Endpoint): void {
    this.isExhausted = false;
    const socket = NativeSocket.adopt(this.reactor.libc, this.reactor.descriptors, fd);
    const connection = new NativeConnection(this.reactor, socket, remote);
    connection.start(this.accept(connection));
  }

  private resume(): void {
    try {
      this.reactor.watch(this.socket.fd, EPOLLIN, this);
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      this.pause(error);
    }
  }

  private pause(error: SystemError): void {
    if (!this.isExhausted) this.onExhausted?.(networkError('no connection can be accepted', error));
    this.isExhausted = true;
    this.reactor.unwatch(this.socket.fd);
    this.cancelPause = this.reactor.wakeAt(this.reactor.nowNs() + EXHAUSTED_PAUSE_NS, () => this.resume());
  }
}
