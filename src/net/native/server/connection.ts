/** A connection over a socket of our own, driven by the readiness that a reactor tells. */
import type { EcholotError } from '../../../core/errors.ts';
import type { Endpoint } from '../../../facts/connection.ts';
import { endpointText } from '../../../text/endpoint.ts';
import type {
  Connection,
  ConnectionHandler,
  ConnectionMarks,
  ConnectionStamps,
  ConnectionTcp,
  OnResidence,
} from '../../connection.ts';
import { networkError } from '../../errors/network-error.ts';
import { EPOLLERR, EPOLLHUP, EPOLLIN, EPOLLOUT, ERRNO, MSG_NOSIGNAL, SHUT_WR } from '../kernel/constants.ts';
import { isPassing, SystemError } from '../kernel/errno.ts';
import { Holes } from '../kernel/holes.ts';
import type { NativeSocket } from '../kernel/socket.ts';
import { enableArrivalStamps, enableStamps } from '../kernel/timestamps.ts';
import { MarkMeter } from './mark-meter.ts';
import type { StampMeter } from './meter.ts';
import { OthersMeter } from './others-meter.ts';
import type { Reactor, Watcher } from './reactor.ts';
import { ResidenceMeter } from './residence.ts';
import { TcpControl } from './tcp-control.ts';

/** Full buffers read from one connection before the others have their turn. */
export const READS_PER_TURN = 4;
/** Whoever sends so much without waiting for a word is not waiting for one. */
const BULK_BYTES = 1024 * 1024;

export class NativeConnection implements Connection, Watcher {
  readonly remote: Endpoint;
  readonly stamps: ConnectionStamps;
  readonly marks: ConnectionMarks;
  readonly tcp: ConnectionTcp;
  readonly others: OthersMeter;
  readonly tellsSent = true;
  private readonly reactor: Reactor;
  private readonly socket: NativeSocket;
  private handler: ConnectionHandler | undefined;
  /** What the kernel did not take yet, oldest first. */
  private readonly queue: Uint8Array[] = [];
  /** Somebody wants to know when little is left unsent. */
  private awaitsRoom = false;
  private paused = false;
  private peerEnded = false;
  private ending = false;
  private closing = false;
  private destroyed = false;
  private failure: EcholotError | undefined;
  private wrote = false;
  /** Received since anything was written. */
  private unansweredBytes = 0;
  /** The events that are watched; 0 while the reactor does not know the socket. */
  private watched = 0;
  /** Takes the kernel's stamps, for one purpose or the other. */
  private meter: StampMeter | undefined;
  private residences: ResidenceMeter | undefined;
  private marked: MarkMeter | undefined;
  private stampsArrivals = false;
  private readonly holes: Holes;

  constructor(reactor: Reactor, socket: NativeSocket, remote: Endpoint) {
    this.reactor = reactor;
    this.socket = socket;
    this.holes = new Holes(socket);
    this.others = new OthersMeter(reactor);
    this.remote = remote;
    this.tcp = new TcpControl(socket, {
      awaitRoom: () => this.awaitRoom(),
      retry: () => {
        if (this.queue.length > 0) this.flush();
      },
      fix: (bytes) => reactor.fixedBytes.add(bytes),
    });
    this.marks = {
      enable: () => this.enableMarks(),
      mark: () => this.marked?.mark(),
      layersOf: (index, sentNs, arrivedNs) => this.marked?.layersOf(index, sentNs, arrivedNs),
    };
    this.stamps = {
      enable: (onResidence) => this.enableStamps(onResidence),
      answered: () => this.residences?.answered(),
      stampArrivals: () => this.stampArrivals(),
    };
  }

  /** From now on `handler` hears of it. */
  start(handler: ConnectionHandler): void {
    this.handler = handler;
    this.watch();
  }

  get local(): Endpoint {
    return this.socket.local;
  }

  write(bytes: Uint8Array): boolean {
    if (this.destroyed || this.ending) return false;
    this.wrote = true;
    this.unansweredBytes = 0;
    if (this.queue.length === 0) {
      const sent = this.send(bytes);
      this.meter?.wrote(bytes.length);
      if (sent < 0) return false;
      if (sent === bytes.length) return true;
      this.enqueue(sent === 0 ? bytes : bytes.subarray(sent));
    } else {
      this.meter?.wrote(bytes.length);
      this.enqueue(bytes);
    }
    this.watch();
    return false;
  }

  writeAt(bytes: Uint8Array, atNs: bigint): boolean {
    const { reactor } = this;
    reactor.rehearsal.run();
    // Of no bytes at all the kernel sends nothing, but it looks at this very socket.
    if (!this.destroyed) reactor.libc.send(this.socket.fd, bytes, 0, MSG_NOSIGNAL);
    while (reactor.nowNs() < atNs);
    return this.write(bytes);
  }

  pause(): void {
    this.paused = true;
    this.watch();
  }

  resume(): void {
    this.paused = false;
    this.others.done();
    this.watch();
  }

  end(): void {
    if (this.ending || this.destroyed) return;
    this.ending = true;
    if (this.queue.length === 0) this.finish();
  }

  close(): void {
    this.closing = true;
    if (this.ending && this.queue.length === 0) this.destroy();
    else this.end();
  }

  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.queue.length = 0;
    this.watch();
    if (this.meter !== undefined) this.reactor.stampKeeper.release();
    this.others.disable();
    this.socket.close();
    this.reactor.later(() => this.handler?.onClose(this.failure));
  }

  onReady(events: number): void {
    this.others.begin();
    let readable = (events & (EPOLLIN | EPOLLHUP)) !== 0;
    if ((events & EPOLLERR) !== 0) {
      // Stamps of sent bytes show as an error until they are taken; a true one comes with a hang-up.
      if (this.meter === undefined) readable = true;
      else this.meter.drain(this.socket.fd);
    }
    if ((events & EPOLLOUT) !== 0) this.flush();
    if (readable) this.read();
    this.others.done();
  }

  get isBulk(): boolean {
    return this.unansweredBytes > BULK_BYTES;
  }

  look(): boolean {
    if (!this.mayRead || !this.read()) return false;
    this.others.done();
    return true;
  }

  /** @returns whether anything was there */
  private read(): boolean {
    const { receiveBuffer } = this.reactor;
    for (let reads = 0; reads < READS_PER_TURN && this.mayRead; reads++) {
      const received = this.receive();
      if (received === -ERRNO.EAGAIN) return reads > 0;
      const nowNs = this.arrivalNs();
      if (received > 0) {
        this.unansweredBytes += received;
        this.handler?.onBytes(this.reactor.receivedView(received), nowNs);
        if (this.meter?.awaits && !this.destroyed) this.meter.drain(this.socket.fd);
        // Less than there was room for: the socket is empty.
        if (received < receiveBuffer.length) return true;
      } else {
        if (received === 0) this.endOfPeer();
        else this.isPassing('recv', -received);
        return true;
      }
    }
    return true;
  }

  /** When the last bytes came: to the kernel, where that matters, else to this program. */
  private arrivalNs(): bigint {
    if (!this.stampsArrivals) return process.hrtime.bigint();
    const stampedNs = this.reactor.arrivalNs();
    const nowNs = process.hrtime.bigint();
    if (!this.holes.explain(Number(nowNs - stampedNs))) return stampedNs;
    // It was not whole before: a delay counts from now.
    this.meter?.receivedNow();
    return nowNs;
  }

  private get mayRead(): boolean {
    return !(this.paused || this.peerEnded || this.destroyed);
  }

  /** @returns bytes, 0 for FIN, or an error number below zero */
  private receive(): number {
    const { libc, receiveBuffer, receiveAddress, stampReader } = this.reactor;
    const { fd } = this.socket;
    if (this.meter !== undefined || this.stampsArrivals) {
      const received = stampReader.receive(fd, 0, receiveBuffer.length);
      if (received <= 0) return received;
      this.meter?.received();
      this.others.received(stampReader.stamped);
      return received;
    }
    const received = libc.recvAt(fd, receiveAddress, receiveBuffer.length, 0);
    this.others.received(false);
    return received < 0 ? -libc.errno() : received;
  }

  private endOfPeer(): void {
    this.peerEnded = true;
    this.watch();
    this.handler?.onEnd();
    // Both directions are closed.
    if (this.ending && this.queue.length === 0) this.destroy();
  }

  /** @returns how many bytes the kernel took; below zero when the connection is lost */
  private send(bytes: Uint8Array): number {
    const { libc, receiveBuffer, receiveAddress, fixedBytes } = this.reactor;
    const { fd } = this.socket;
    const uncopied = fixedBytes.send(fd, bytes);
    if (uncopied !== undefined) return uncopied;
    // An echo leaves from where it came in, whose address is known.
    const sent =
      bytes.buffer === receiveBuffer.buffer
        ? libc.sendAt(fd, receiveAddress + bytes.byteOffset, bytes.length, MSG_NOSIGNAL)
        : libc.send(fd, bytes, bytes.length, MSG_NOSIGNAL);
    if (sent >= 0) return sent;
    return this.isPassing('send', libc.errno()) ? 0 : sent;
  }

  /** @returns whether it was no error but a socket that is not ready */
  private isPassing(syscall: string, errno: number): boolean {
    if (isPassing(errno)) return true;
    this.failure ??= networkError(endpointText(this.remote), new SystemError(syscall, errno));
    this.destroy();
    return false;
  }

  /** What lies in the receive buffer is copied, as the next read overwrites it. */
  private enqueue(bytes: Uint8Array): void {
    const volatile = bytes.buffer === this.reactor.receiveBuffer.buffer;
    this.queue.push(volatile ? new Uint8Array(bytes) : bytes);
  }

  private flush(): void {
    for (let first = this.queue[0]; first !== undefined; first = this.queue[0]) {
      const sent = this.send(first);
      if (sent < first.length) {
        if (sent > 0) this.queue[0] = first.subarray(sent);
        return;
      }
      this.queue.shift();
    }
    if (this.destroyed) return;
    this.awaitsRoom = false;
    this.watch();
    if (this.ending) this.finish();
    else this.handler?.onDrain();
  }

  /** All has been sent that ever will be. */
  private finish(): void {
    this.socket.shutdown(SHUT_WR);
    if (this.closing || this.peerEnded) this.destroy();
  }

  /**
   * Has the reactor watch what matters now. A socket of which nothing is wanted is not watched at all: epoll
   * tells errors and hang-ups even to those who did not ask, again and again.
   */
  private watch(): void {
    const wanted = (this.mayRead ? EPOLLIN : 0) | (this.queue.length > 0 || this.awaitsRoom ? EPOLLOUT : 0);
    const { watched, reactor } = this;
    if (wanted === watched || this.handler === undefined) return;
    try {
      if (wanted === 0) reactor.unwatch(this.socket.fd);
      else if (watched === 0) reactor.watch(this.socket.fd, wanted, this);
      else reactor.rewatch(this.socket.fd, wanted);
      this.watched = wanted;
    } catch (error) {
      // A connection that cannot be watched is lost; the others have nothing to do with it.
      this.failure ??= networkError(endpointText(this.remote), error);
      this.destroy();
    }
  }

  private awaitRoom(): void {
    this.awaitsRoom = true;
    this.watch();
  }

  private enableStamps(onResidence: OnResidence): boolean {
    if (!this.turnOnStamps(false)) return false;
    const { stampReader, wallClock } = this.reactor;
    this.residences = new ResidenceMeter(stampReader, wallClock, this.holes, onResidence);
    this.meter = this.residences;
    return true;
  }

  private enableMarks(): boolean {
    if (!this.turnOnStamps(true)) return false;
    const { libc, stampReader } = this.reactor;
    this.marked = new MarkMeter(libc, stampReader, this.holes, this.socket.fd);
    this.meter = this.marked;
    return true;
  }

  /** @param sched whether also when a packet enters the local queue @returns false where there are none to be had */
  private turnOnStamps(sched: boolean): boolean {
    if (this.meter !== undefined || this.destroyed) return false;
    if (!enableStamps(this.socket, { sched, fresh: !this.wrote })) return false;
    this.reactor.stampKeeper.hold();
    return true;
  }

  private stampArrivals(): void {
    if (this.meter !== undefined) this.stampsArrivals = true;
    else if (!this.destroyed) this.stampsArrivals = enableArrivalStamps(this.socket);
  }
}
