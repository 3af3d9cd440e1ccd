/** Connects sockets of our own within a reactor, whose other connections go on meanwhile. */
import { EcholotError } from '../../../core/errors.ts';
import type { Address } from '../../../facts/connection.ts';
import { type ConnectionHandler, isSelfConnected } from '../../connection.ts';
import type { Target } from '../../dialer.ts';
import { networkError } from '../../errors/network-error.ts';
import type { LoopDialed, LoopDialOptions, LoopNetwork } from '../../loop-network.ts';
import { refusedHere, subjectOf } from '../../reach/failures.ts';
import { type AttemptEnd, race } from '../../reach/race.ts';
import { EPOLLOUT, ERRNO } from '../kernel/constants.ts';
import { SystemError } from '../kernel/errno.ts';
import { scopeIdOf } from '../kernel/interfaces.ts';
import { encodeAddress } from '../kernel/sockaddr.ts';
import { NativeSocket } from '../kernel/socket.ts';
import { readSocketOptions, setUpSocket } from '../kernel/socket-setup.ts';
import { TcpInfo } from '../kernel/tcp-info.ts';
import { NativeConnection } from '../server/connection.ts';
import type { Reactor } from '../server/reactor.ts';

export class ReactorDialer implements LoopNetwork {
  readonly timekeeper: Reactor;

  constructor(reactor: Reactor) {
    this.timekeeper = reactor;
  }

  /** @param target with its addresses: names are looked up elsewhere */
  dial(target: Target, handler: ConnectionHandler, options: LoopDialOptions): Promise<LoopDialed> {
    const start = (address: Address, end: AttemptEnd<LoopDialed>): (() => void) =>
      new Attempt(this.timekeeper, target, address, handler, options, end).begin();
    return race(target, target.addresses ?? [], start, {
      ...options,
      timekeeper: this.timekeeper,
      spentNs: 0,
    });
  }

  holdUntil(ns: bigint): bigint {
    let nowNs = process.hrtime.bigint();
    while (nowNs < ns) nowNs = process.hrtime.bigint();
    return nowNs;
  }
}

class Attempt {
  private readonly reactor: Reactor;
  private readonly target: Target;
  private readonly address: Address;
  private readonly handler: ConnectionHandler;
  private readonly options: LoopDialOptions;
  private readonly end: AttemptEnd<LoopDialed>;
  private socket: NativeSocket | undefined;
  private startNs = 0n;

  constructor(
    reactor: Reactor,
    target: Target,
    address: Address,
    handler: ConnectionHandler,
    options: LoopDialOptions,
    end: AttemptEnd<LoopDialed>,
  ) {
    this.reactor = reactor;
    this.target = target;
    this.address = address;
    this.handler = handler;
    this.options = options;
    this.end = end;
  }

  /** @returns a function that gives it up */
  begin(): () => void {
    const { reactor, address, target, options } = this;
    const { libc, descriptors } = reactor;
    try {
      const { multipath = false } = options.socket;
      this.tryLater();
      const socket = NativeSocket.create(libc, descriptors, address.family, multipath);
      this.socket = socket;
      setUpSocket(socket, address.family, options.socket);
      const sockaddr = encodeAddress(address.address, target.port, scopeIdOf(libc, address.address));
      this.startNs = reactor.nowNs();
      if (socket.connect(sockaddr)) this.stands(socket);
      else reactor.watch(socket.fd, EPOLLOUT, { onReady: () => this.look(socket) });
    } catch (error) {
      this.fail(error, true);
    }
    return () => this.letGo();
  }

  /** @throws EcholotError `usage` */
  private tryLater(): void {
    const { reactor, address, options } = this;
    if (options.laterSocket === undefined) return;
    const socket = NativeSocket.create(reactor.libc, reactor.descriptors, address.family, false);
    try {
      setUpSocket(socket, address.family, options.laterSocket);
    } finally {
      socket.close();
    }
  }

  private look(socket: NativeSocket): void {
    this.reactor.unwatch(socket.fd);
    try {
      const errno = socket.takeError();
      if (errno !== 0) throw new SystemError('connect', errno);
      this.stands(socket);
    } catch (error) {
      this.fail(error, false);
    }
  }

  /** @throws SystemError where there is nobody at the other end after all */
  private stands(socket: NativeSocket): void {
    const { reactor, address } = this;
    const connectNs = Number(reactor.nowNs() - this.startNs);
    const { local, remote } = socket;
    if (isSelfConnected(local, remote)) {
      socket.reset();
      throw new SystemError('connect', ERRNO.ECONNREFUSED);
    }
    const { handshakeRttNs, resentSegments: resentSyns } = new TcpInfo().read(socket);
    const options = readSocketOptions(socket, address.family);
    const connection = new NativeConnection(reactor, socket, remote);
    this.socket = undefined;
    connection.start(this.handler);
    this.end.stands({ connection, connectNs, handshakeRttNs, resentSyns, socket: options });
  }

  private fail(cause: unknown, isHere: boolean): void {
    this.letGo();
    const { target, address, options } = this;
    const { bindAddress } = options.socket;
    const about = { address: address.address, bindAddress };
    const error =
      cause instanceof SystemError ? networkError(subjectOf(target, address), cause, about) : cause;
    if (!(error instanceof EcholotError)) throw error;
    this.end.fails(isHere ? refusedHere(error) : error);
  }

  private letGo(): void {
    if (this.socket === undefined) return;
    this.reactor.unwatch(this.socket.fd);
    this.socket.close();
    this.socket = undefined;
  }
}
