/**
 * The addresses of a target tried in turn on the thread that calls: non-blocking sockets under one ppoll, and the
 * first connection that stands wins. All others are closed.
 */
import { EcholotError } from '../../../core/errors.ts';
import { isSelfConnected } from '../../connection.ts';
import { networkError } from '../../errors/network-error.ts';
import { packError } from '../../errors/packed-error.ts';
import { cancelled } from '../../errors/session-error.ts';
import { Attempts } from '../../reach/attempts.ts';
import { isFinal, noneReached, overtaken, refusedHere, silence } from '../../reach/failures.ts';
import { ERRNO, POLLIN, POLLOUT } from '../kernel/constants.ts';
import { SystemError } from '../kernel/errno.ts';
import { POLLFD, TIMESPEC } from '../kernel/layouts.ts';
import { NativeSocket } from '../kernel/socket.ts';
import { setUpSocket } from '../kernel/socket-setup.ts';
import type { ThreadEnd } from '../thread/thread-end.ts';
import type { DialAddress, DialOrder, DialReport } from './client-messages.ts';

/** A connection is awaited awake for so long: the handshake on a short path takes less. */
const SPIN_NS = 300_000n;
/** Sleeps are cut into pieces, so that a thread that is terminated with no eventfd written still ends. */
const MAX_SLEEP_NS = 1_000_000_000n;
const NS_PER_S = 1_000_000_000n;
/** What ppoll passes over. */
const NO_DESCRIPTOR = -1;

export interface Connected {
  readonly socket: NativeSocket;
  readonly address: DialAddress;
  /** From just before the SYN could leave to the news that the connection stands, ns. */
  readonly connectNs: number;
}

interface Attempt {
  readonly index: number;
  readonly address: DialAddress;
  readonly socket: NativeSocket;
  readonly startNs: bigint;
}

export class Connecting {
  private readonly thread: ThreadEnd;
  private readonly order: DialOrder;
  private readonly attempts: Attempts;
  private readonly underWay: (Attempt | undefined)[];
  private readonly failures: { index: number; address: DialAddress; error: EcholotError }[] = [];
  private winner: Connected | undefined;
  private chosen: number | undefined;
  /** When the last attempt was begun. */
  private begunNs = 0n;
  /** One for each address, and the thread's wake-up. */
  private readonly polled: Int32Array;
  private readonly polledFlags: Int16Array;
  private readonly timeout = new BigInt64Array(TIMESPEC.bytes / 8);

  constructor(thread: ThreadEnd, order: DialOrder) {
    const { addresses, timeoutNs, spentNs } = order;
    this.thread = thread;
    this.order = order;
    this.attempts = new Attempts(addresses.length, process.hrtime.bigint(), Math.max(0, timeoutNs - spentNs));
    this.underWay = addresses.map(() => undefined);
    this.polled = new Int32Array(((addresses.length + 1) * POLLFD.bytes) / 4).fill(0);
    this.polledFlags = new Int16Array(this.polled.buffer);
    for (const index of addresses.keys()) this.watch(index, NO_DESCRIPTOR, POLLOUT);
    this.watch(addresses.length, thread.wakeFd, POLLIN);
  }

  get report(): DialReport {
    return {
      chosen: this.chosen,
      failures: this.failures.map(({ index, error }) => ({ index, error: packError(error) })),
    };
  }

  /** @throws EcholotError of all addresses, `usage` or `cancelled` */
  run(): Connected {
    try {
      for (;;) {
        this.beginDue();
        if (this.winner !== undefined) return this.winner;
        if (this.thread.isAsked) throw cancelled();
        const nowNs = process.hrtime.bigint();
        if (nowNs >= this.attempts.deadlineNs) this.giveUp();
        if (this.attempts.areOver) throw noneReached(this.order, this.failures);
        this.poll(nowNs);
        this.look();
        if (this.winner !== undefined) return this.winner;
      }
    } finally {
      for (const attempt of this.underWay) attempt?.socket.close();
    }
  }

  private beginDue(): void {
    for (;;) {
      const index = this.attempts.take(process.hrtime.bigint());
      if (index === undefined) return;
      this.begin(index, this.order.addresses[index] as DialAddress);
      if (this.winner !== undefined) return;
    }
  }

  private begin(index: number, address: DialAddress): void {
    const { thread, order } = this;
    const { multipath = false } = order.socket;
    let socket: NativeSocket | undefined;
    try {
      socket = NativeSocket.create(thread.libc, thread.descriptors, address.family, multipath);
      setUpSocket(socket, address.family, order.socket);
      const startNs = process.hrtime.bigint();
      this.begunNs = startNs;
      const stands = socket.connect(address.sockaddr);
      const attempt = { index, address, socket, startNs };
      this.underWay[index] = attempt;
      this.watch(index, socket.fd, POLLOUT);
      if (stands) this.win(attempt);
    } catch (error) {
      socket?.close();
      this.drop(index);
      this.fail(index, address, error, true);
    }
  }

  /** What has come of the attempts under way. */
  private look(): void {
    for (const attempt of this.underWay) {
      if (attempt === undefined || this.flags(attempt.index) === 0) continue;
      try {
        const errno = attempt.socket.takeError();
        if (errno !== 0) throw new SystemError('connect', errno);
        this.win(attempt);
        return;
      } catch (error) {
        attempt.socket.close();
        this.drop(attempt.index);
        this.fail(attempt.index, attempt.address, error);
      }
    }
  }

  /** @throws SystemError where there is nobody at the other end after all */
  private win({ index, address, socket, startNs }: Attempt): void {
    const nowNs = process.hrtime.bigint();
    if (isSelfConnected(socket.local, socket.remote)) {
      socket.reset();
      throw new SystemError('connect', ERRNO.ECONNREFUSED);
    }
    this.winner = { socket, address, connectNs: Number(nowNs - startNs) };
    this.chosen = index;
    this.underWay[index] = undefined;
    for (const other of this.underWay) {
      if (other === undefined) continue;
      this.note(other, overtaken(other.address.subject, Number(nowNs - other.startNs), address));
    }
  }

  private fail(index: number, address: DialAddress, cause: unknown, isHere = false): void {
    const { bindAddress } = this.order.socket;
    const about = { address: address.address, bindAddress };
    const error = cause instanceof SystemError ? networkError(address.subject, cause, about) : cause;
    if (!(error instanceof EcholotError)) throw error;
    if (isHere) refusedHere(error);
    this.failures.push({ index, address, error });
    if (isFinal(error)) throw error;
    this.attempts.fail(process.hrtime.bigint());
  }

  private giveUp(): never {
    const { deadlineNs } = this.attempts;
    for (const attempt of this.underWay) {
      if (attempt === undefined) continue;
      this.note(attempt, silence(attempt.address.subject, Number(deadlineNs - attempt.startNs)));
    }
    throw noneReached(this.order, this.failures);
  }

  private note({ index, address }: Attempt, error: EcholotError): void {
    this.failures.push({ index, address, error });
  }

  private drop(index: number): void {
    this.underWay[index] = undefined;
    this.watch(index, NO_DESCRIPTOR, POLLOUT);
  }

  private watch(index: number, fd: number, events: number): void {
    const at = index * POLLFD.bytes;
    this.polled[at / 4] = fd;
    this.polledFlags[(at + POLLFD.events) / 2] = events;
    this.polledFlags[(at + POLLFD.returned) / 2] = 0;
  }

  private flags(index: number): number {
    return this.polledFlags[(index * POLLFD.bytes + POLLFD.returned) / 2] as number;
  }

  private poll(nowNs: bigint): void {
    const { libc } = this.thread;
    const leftNs = this.attempts.wakeAtNs - nowNs;
    const isAwake = nowNs - this.begunNs < SPIN_NS;
    const ns = isAwake || leftNs < 0n ? 0n : leftNs < MAX_SLEEP_NS ? leftNs : MAX_SLEEP_NS;
    this.timeout[0] = ns / NS_PER_S;
    this.timeout[1] = ns % NS_PER_S;
    const count = this.underWay.length + 1;
    if (libc.ppoll(this.polled, count, this.timeout, null) <= 0) {
      for (let index = 0; index < count; index++) {
        this.polledFlags[(index * POLLFD.bytes + POLLFD.returned) / 2] = 0;
      }
    }
    if (this.flags(this.underWay.length) !== 0 && !this.thread.isAsked) this.thread.drain();
  }
}
