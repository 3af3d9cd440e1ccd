/**
 * One connection of the client's loop: sends, waits and receives in sequence on the thread that calls, and
 * stamps what comes first thing after the system call. Every wait ends at a deadline, or when the thread is
 * asked for something else. Nothing in here allocates while an echo is awaited, but for the clock's readings.
 */

import type { ProbeStamps } from '../client/probe-stamps.ts';
import { ERRNO, MSG_DONTWAIT, MSG_NOSIGNAL, POLLERR, POLLIN, POLLOUT, SHUT_WR } from '../kernel/constants.ts';
import { isPassing, SystemError } from '../kernel/errno.ts';
import { POLLFD, TIMESPEC } from '../kernel/layouts.ts';
import type { Libc } from '../kernel/libc.ts';
import type { NativeSocket } from '../kernel/socket.ts';
import { armQuickAck } from '../kernel/socket-setup.ts';
import type { ThreadEnd } from './thread-end.ts';
import type { EchoWait } from './wait.ts';

/** What {@link Channel.receive} returns instead of a number of bytes; 0 is the peer's end. */
export const WOULD_BLOCK = -1;
export const TIMED_OUT = -2;
export const INTERRUPTED = -3;

/** As large as pays for a receiver: larger reads gain nothing. */
const MIN_RECEIVE_BYTES = 256 * 1024;
/** An echo up to this size is received whole before anybody looks at it; a larger one in pieces of this size. */
const MAX_RECEIVE_BYTES = 4 * 1024 * 1024;
/** Less than this can be a refusal instead of an echo, and is looked at whatever else is expected. */
const TELLING_BYTES = 1_024;
/** Larger messages are sent from where they are: what copying saves is nothing beside sending them. */
const SEND_BYTES = 64 * 1024;
const SEND_FLAGS = MSG_NOSIGNAL | MSG_DONTWAIT;
/** Reading the clock costs a tenth of a turn: it is looked at only now and then. */
const TURNS_PER_LOOK = 32;
/** Sleeps are cut into pieces, so that a thread that is terminated with no eventfd written still ends. */
export const MAX_SLEEP_NS = 1_000_000_000;
const NS_PER_S = 1_000_000_000;
/** A send that makes no progress for this long is waited for asleep. */
const SEND_SPIN_NS = 300_000;
/** Stamps are taken during a wait that is longer than this; in a shorter one it would find the echo late. */
const COLLECT_AFTER_NS = 1_000_000;

type OnBytes = (bytes: number) => void;

/** Whether it is worth trying again: nothing there, a signal, or no memory for the moment. */
function passes(errno: number): boolean {
  return isPassing(errno) || errno === ERRNO.ENOBUFS;
}

export class Channel {
  readonly socket: NativeSocket;
  /** What was received, from its start. */
  readonly received: Uint8Array;
  /** When the last bytes came, on the clock of `process.hrtime.bigint`. */
  arrivedNs = 0n;
  /** When the first send call of the last message returned: the kernel had taken what it would take at once. */
  takenNs = 0n;
  /** How many reads brought bytes; whoever counts sets it back. */
  reads = 0;
  /** Set once stamps are to be taken. */
  stamps: ProbeStamps | undefined;
  /** Whether what comes is acknowledged at once. */
  quickAck = false;
  /** Called before every look at the socket; only where both ends are on one thread. */
  beforeLook: (() => void) | undefined;

  readonly libc: Libc;
  private readonly thread: ThreadEnd;
  private readonly fd: number;
  private staged: Uint8Array = new Uint8Array(0);
  private stagedAddress = 0;
  private readonly receivedAddress: number;
  /** Messages are sent from here: an array of the caller's may be moved while its address is known. */
  private readonly outgoing: Uint8Array = new Uint8Array(SEND_BYTES);
  private readonly outgoingAddress: number;
  private readonly polled = new Int32Array((2 * POLLFD.bytes) / 4);
  private readonly polledFlags: Int16Array;
  private readonly timeout = new BigInt64Array(TIMESPEC.bytes / 8);

  /** Bytes in `received` that were not handed over yet. */
  private filled = 0;

  /** @param echoBytes how many bytes the longest answer may have */
  constructor(thread: ThreadEnd, socket: NativeSocket, echoBytes: number) {
    this.libc = thread.libc;
    this.received = new Uint8Array(Math.min(Math.max(echoBytes, MIN_RECEIVE_BYTES), MAX_RECEIVE_BYTES));
    this.thread = thread;
    this.socket = socket;
    this.fd = socket.fd;
    this.receivedAddress = Number(this.libc.address(this.received));
    this.outgoingAddress = Number(this.libc.address(this.outgoing));
    this.polledFlags = new Int16Array(this.polled.buffer);
    this.polled[0] = socket.fd;
    this.polled[POLLFD.bytes / 4] = thread.wakeFd;
    this.polledFlags[(POLLFD.bytes + POLLFD.events) / 2] = POLLIN;
  }

  /**
   * One look, without waiting.
   * @returns how many bytes there are now, 0 at the peer's end, {@link WOULD_BLOCK} @throws SystemError
   */
  tryReceive(): number {
    const { stamps, filled } = this;
    const room = this.received.length - filled;
    const n =
      stamps === undefined
        ? this.libc.recvAt(this.fd, this.receivedAddress + filled, room, MSG_DONTWAIT)
        : stamps.receive(this.fd, filled, room);
    if (n > 0) {
      this.arrivedNs = process.hrtime.bigint();
      this.filled = filled + n;
      this.reads++;
      return this.filled;
    }
    if (n === 0) return 0;
    const errno = stamps === undefined ? this.libc.errno() : -n;
    if (passes(errno)) return WOULD_BLOCK;
    throw new SystemError('recv', errno);
  }

  /** Hands over what `received` holds: the next bytes come to its start again. */
  take(): number {
    const { filled } = this;
    this.filled = 0;
    return filled;
  }

  /**
   * Waits for bytes as `wait` says, and hands them over. Copying and comparing a large echo piece by piece
   * would hold up the rest of it.
   * @param wanted how many bytes there will be if all is well; no more than is there is waited for in vain
   * @param sentNs what the wait's times count from
   * @param timeoutNs how long after `sentNs` to give up
   * @returns bytes, 0 at the peer's end, {@link TIMED_OUT}, {@link INTERRUPTED}
   * @throws SystemError
   */
  receive(wanted: number, sentNs: bigint, timeoutNs: number, wait: EchoWait): number {
    if (this.filled > 0 && this.isEnough(wanted)) return this.take();
    // What was received before was not all.
    if (this.quickAck && this.reads > 0) this.acknowledge();
    if (wait.sleepUntilNs > 0) this.sleepUntilDue(sentNs, wait);
    const turns = wait.spinUntilNs > 0 ? TURNS_PER_LOOK : 1;
    for (;;) {
      for (let turn = 0; turn < turns; turn++) {
        this.beforeLook?.();
        const n = this.tryReceive();
        if (n === WOULD_BLOCK) continue;
        if (n === 0 || this.isEnough(wanted)) return this.take();
        // More is on its way, and may need the memory that stamps of a message in pieces lie in.
        this.stamps?.collect(this.fd);
        if (this.quickAck) this.acknowledge();
        turn = 0;
      }
      if (this.thread.isAsked) return INTERRUPTED;
      const elapsedNs = Number(process.hrtime.bigint() - sentNs);
      if (elapsedNs >= timeoutNs) return this.filled > 0 ? this.take() : TIMED_OUT;
      if (elapsedNs >= wait.spinUntilNs) this.sleep(timeoutNs - elapsedNs);
      else if (elapsedNs >= COLLECT_AFTER_NS) this.stamps?.collect(this.fd);
    }
  }

  /** While stamps lie in its memory the kernel believes that more is to be read, and goes on waiting. */
  private acknowledge(): void {
    this.stamps?.drain(this.fd);
    armQuickAck(this.socket);
  }

  private isEnough(wanted: number): boolean {
    const { filled } = this;
    return filled >= wanted || filled < TELLING_BYTES || filled === this.received.length;
  }

  /** Makes `message` ready for {@link send}; before the clock is read, so that copying it is not timed. */
  stage(message: Uint8Array): void {
    this.staged = message;
    this.stagedAddress = 0;
    if (message.length > SEND_BYTES) return;
    this.outgoing.set(message);
    this.stagedAddress = this.outgoingAddress;
  }

  /**
   * Sends all of the staged message, in one call where the kernel takes it. While it does not, what comes is
   * read.
   * @param awake whether to try again without sleeping
   * @param onBytes told of bytes that cannot wait, in {@link received}
   * @returns false when interrupted or timed out @throws SystemError
   */
  send(timeoutNs: number, awake: boolean, onBytes: OnBytes): boolean {
    const { staged, stagedAddress } = this;
    const sent =
      stagedAddress === 0
        ? this.libc.send(this.fd, staged, staged.length, SEND_FLAGS)
        : this.libc.sendAt(this.fd, stagedAddress, staged.length, SEND_FLAGS);
    if (this.stamps !== undefined) this.takenNs = process.hrtime.bigint();
    if (sent === staged.length) {
      this.stamps?.noteSent(sent);
      if (this.quickAck) this.acknowledge();
      return true;
    }
    return this.sendRest(sent, timeoutNs, awake, onBytes);
  }

  private sendRest(firstResult: number, timeoutNs: number, awake: boolean, onBytes: OnBytes): boolean {
    const startNs = process.hrtime.bigint();
    let movedNs = startNs;
    let rest = this.staged;
    for (let result = firstResult; ; result = this.libc.send(this.fd, rest, rest.length, SEND_FLAGS)) {
      const nowNs = process.hrtime.bigint();
      if (result >= 0) {
        this.stamps?.noteSent(result);
        rest = rest.subarray(result);
        if (this.quickAck) this.acknowledge();
        if (rest.length === 0) return true;
        movedNs = nowNs;
      } else {
        const errno = this.libc.errno();
        if (!passes(errno)) throw new SystemError('send', errno);
      }
      const leftNs = timeoutNs - Number(nowNs - startNs);
      if (leftNs <= 0 || this.thread.isAsked) return false;
      // Each piece has stamps of its own.
      this.stamps?.drain(this.fd);
      if (!awake || Number(nowNs - movedNs) > SEND_SPIN_NS) {
        this.poll(POLLIN | POLLOUT, leftNs);
      }
      const n = this.tryReceive();
      if (n === 0) throw new SystemError('send', ERRNO.EPIPE);
      if (n > 0 && (n < TELLING_BYTES || n === this.received.length)) onBytes(this.take());
    }
  }

  get isInterrupted(): boolean {
    return this.thread.isAsked;
  }

  /** Sends FIN after what was sent, then lets go of the connection. */
  close(): void {
    this.socket.shutdown(SHUT_WR);
    this.socket.close();
  }

  /** Stamps of a message that leaves piece by piece come into the sleep; it goes on. */
  private sleepUntilDue(sentNs: bigint, wait: EchoWait): void {
    this.stamps?.drain(this.fd);
    for (;;) {
      const startNs = process.hrtime.bigint();
      const leftNs = Math.floor(wait.sleepUntilNs - Number(startNs - sentNs));
      if (leftNs <= 0) return;
      const events = this.poll(POLLIN, leftNs);
      if (events === 0) {
        if (this.thread.isAsked) return;
        if (leftNs >= MAX_SLEEP_NS) continue;
        wait.noteSleep(leftNs, Number(process.hrtime.bigint() - startNs));
        return;
      }
      if ((events & POLLIN) !== 0) wait.noteCutShort();
      if (events !== POLLERR || this.stamps?.drain(this.fd) !== true) return;
    }
  }

  /** Sleeps in the kernel until there is something to look at. */
  private sleep(maxNs: number): void {
    // A send stamp in the error queue would end the sleep at once, and again and again.
    this.stamps?.drain(this.fd);
    if (this.poll(POLLIN, maxNs) === POLLERR) this.stamps?.drain(this.fd);
  }

  /** @returns the events of the socket; 0 when none came in time, or when something else is asked for. */
  private poll(events: number, maxNs: number): number {
    // Asked before this wait began: the eventfd may have been made unreadable since.
    if (this.thread.isAsked) return 0;
    const ns = Math.min(maxNs, MAX_SLEEP_NS);
    this.polledFlags[POLLFD.events / 2] = events;
    this.polledFlags[POLLFD.returned / 2] = 0;
    this.polledFlags[(POLLFD.bytes + POLLFD.returned) / 2] = 0;
    this.timeout[0] = BigInt(Math.floor(ns / NS_PER_S));
    this.timeout[1] = BigInt(Math.floor(ns % NS_PER_S));
    if (this.libc.ppoll(this.polled, 2, this.timeout, null) <= 0) return 0;
    if (this.polledFlags[(POLLFD.bytes + POLLFD.returned) / 2] !== 0 && !this.thread.isAsked) {
      this.thread.drain();
    }
    return this.polledFlags[POLLFD.returned / 2] as number;
  }
}
