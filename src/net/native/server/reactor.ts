/**
 * The event loop of one thread over epoll: sockets, timers that are never early and hardly late, and a way to
 * be woken by another thread. Whoever owns the thread calls {@link Reactor.turn} again and again. A loop that
 * has just had an event polls for a moment before it sleeps, since waking up costs more than most round trips.
 */
import type { Timekeeper } from '../../../clock/clock.ts';
import { TimerHeap } from '../../../clock/timer-heap.ts';
import {
  EPOLL_CLOEXEC,
  EPOLL_CTL_ADD,
  EPOLL_CTL_DEL,
  EPOLL_CTL_MOD,
  EPOLLIN,
  ERRNO,
  PR_SET_TIMERSLACK,
} from '../kernel/constants.ts';
import type { Descriptors } from '../kernel/descriptors.ts';
import { SystemError } from '../kernel/errno.ts';
import { FixedBytes } from '../kernel/fixed-bytes.ts';
import { EPOLL_EVENT, type EpollEventLayout, TIMESPEC } from '../kernel/layouts.ts';
import type { Libc } from '../kernel/libc.ts';
import { WallClock } from '../kernel/realtime.ts';
import { StampKeeper, StampReader, stampDistanceNs } from '../kernel/timestamps.ts';
import { MOST_NS, Oversleep } from '../thread/oversleep.ts';
import { Polling } from './polling.ts';
import { Rehearsal } from './rehearsal.ts';
import { Yields } from './yields.ts';

export interface Watcher {
  /** @param events of epoll; they may be out of date, so only the socket itself knows what is true */
  onReady(events: number): void;
  /** Looks at the socket without having been told of anything. @returns whether there was something */
  look?(): boolean;
  /** Whether so much comes that looking for it again at once would only find it in small pieces. */
  readonly isBulk?: boolean;
}

/** One buffer for all sockets of a thread: what was read is copied or sent before the next read. */
const RECEIVE_BYTES: number = 256 * 1024;
/** Events taken at once; the rest comes with the next turn. */
const CAPACITY = 256;
/** Nobody takes this long to wake up. */
const MAX_AGO_NS = 100_000_000;
/** Looks at the one busy socket between two looks at all of them. */
const LOOKS = 8;
/** Then all of them are looked at, even if that one had something each time. */
const MOST_IN_A_ROW = 32;
const NS_PER_MS = 1_000_000;
const NS_PER_S = 1_000_000_000;

export interface ReactorOptions {
  readonly oversleep?: Oversleep;
  readonly receiveBytes?: number;
}

export class Reactor implements Timekeeper {
  readonly name = 'process.hrtime.bigint';
  readonly libc: Libc;
  readonly descriptors: Descriptors;
  readonly receiveBuffer: Uint8Array;
  readonly receiveAddress: number;
  private view: Uint8Array;
  readonly fixedBytes: FixedBytes;
  readonly stampReader: StampReader;
  readonly stampKeeper: StampKeeper;
  readonly rehearsal: Rehearsal;
  private readonly epoll: number;
  private readonly layout: EpollEventLayout = process.arch === 'arm64' ? EPOLL_EVENT.arm64 : EPOLL_EVENT.x64;
  private readonly eventWords: Uint32Array;
  private readonly events: Uint8Array;
  /** One event, for epoll_ctl. */
  private readonly request: Uint32Array;
  private readonly timeout: Uint32Array = new Uint32Array(TIMESPEC.bytes / 4);
  private preciseSleep: Libc['epoll_pwait2'];
  /** By descriptor. */
  private readonly watchers: (Watcher | undefined)[] = [];
  private readonly timers = new TimerHeap();
  private readonly yields = new Yields();
  private soon: (() => void)[] = [];
  private readonly oversleep: Oversleep;
  readonly wallClock: WallClock;
  private readonly polling = new Polling();
  /** What the last events were of, and whether they were of nothing else: then it is asked directly. */
  private last: Watcher | undefined;
  private isAlone = false;
  private looks = 0;
  /** When the last turn ended. */
  private turnNs: bigint = process.hrtime.bigint();
  /** When the last turn ended in which there was something to do. */
  workedNs: bigint = this.turnNs;
  /** How many connections ask how long others kept the thread from them; without one the clock is not read for it. */
  timedConnections = 0;
  /** When this turn began to handle what has happened; undefined where nobody asks, or nothing came before what is asked of. */
  wokenNs: bigint | undefined;

  /** @param oversleep how much it polls before something is due @throws SystemError */
  /** @param how `receiveBytes` are read of a socket at once, 256 KiB by default */
  constructor(
    libc: Libc,
    descriptors: Descriptors,
    { oversleep = new Oversleep(), receiveBytes = RECEIVE_BYTES }: ReactorOptions = {},
  ) {
    this.receiveBuffer = new Uint8Array(receiveBytes);
    this.view = this.receiveBuffer;
    this.libc = libc;
    this.descriptors = descriptors;
    this.oversleep = oversleep;
    this.receiveAddress = Number(libc.address(this.receiveBuffer));
    this.stampReader = new StampReader(libc, this.receiveBuffer);
    this.fixedBytes = new FixedBytes(libc, descriptors);
    this.wallClock = new WallClock(libc);
    this.rehearsal = new Rehearsal(libc, descriptors);
    this.stampKeeper = new StampKeeper(libc, descriptors);
    this.eventWords = new Uint32Array((CAPACITY * this.layout.bytes) / 4);
    this.events = new Uint8Array(this.eventWords.buffer);
    this.request = new Uint32Array(this.layout.bytes / 4);
    this.preciseSleep = libc.epoll_pwait2;
    // The kernel may wake a thread up to 50 us late to save power, unless the thread forbids it.
    libc.prctl(PR_SET_TIMERSLACK, 1);
    const epoll = libc.epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) throw new SystemError('epoll_create1', libc.errno());
    this.epoll = descriptors.add(epoll);
  }

  /** The first `bytes` of the receive buffer; the same view as long as the number stays the same. */
  receivedView(bytes: number): Uint8Array {
    if (this.view.length !== bytes) this.view = this.receiveBuffer.subarray(0, bytes);
    return this.view;
  }

  /** When the last turn ended. */
  get turnedNs(): bigint {
    return this.turnNs;
  }

  nowNs(): bigint {
    return process.hrtime.bigint();
  }

  /**
   * When the bytes of the last receive came to the kernel, by their stamp; now, where they have none.
   * @param mostAgoNs what is longer ago by the stamp counts as none
   */
  arrivalNs(mostAgoNs: number = MAX_AGO_NS): bigint {
    const { stampReader, wallClock } = this;
    // The wall clock first: what passes between the two makes the arrival late, never early.
    wallClock.read();
    const nowNs = this.nowNs();
    if (!stampReader.stamped) return nowNs;
    const { seconds, nanoseconds } = stampReader;
    const agoNs = stampDistanceNs(seconds, nanoseconds, wallClock.seconds, wallClock.nanoseconds);
    // Otherwise the wall clock was set in between, or cannot be read.
    return agoNs >= 0 && agoNs <= mostAgoNs ? nowNs - BigInt(agoNs) : nowNs;
  }

  wallMs(): number {
    return Date.now();
  }

  wakeAt(deadlineNs: bigint, callback: () => void): () => void {
    // Due at once: who asks so wants the others to have their turn first.
    return deadlineNs <= this.nowNs() ? this.yields.add(callback) : this.timers.add(deadlineNs, callback);
  }

  /** Calls `callback` at the end of this turn, or in the next one. */
  later(callback: () => void): void {
    this.soon.push(callback);
  }

  /** Tells `watcher` whenever one of `events` holds. @throws SystemError */
  watch(fd: number, events: number, watcher: Watcher): void {
    try {
      this.control(EPOLL_CTL_ADD, fd, events);
    } catch (error) {
      // An earlier unwatch(), of which nobody hears, has failed.
      if (!(error instanceof SystemError) || error.errno !== ERRNO.EEXIST) throw error;
      this.control(EPOLL_CTL_MOD, fd, events);
    }
    this.watchers[fd] = watcher;
  }

  /** @throws SystemError */
  rewatch(fd: number, events: number): void {
    this.control(EPOLL_CTL_MOD, fd, events);
  }

  unwatch(fd: number): void {
    this.watchers[fd] = undefined;
    this.isAlone = false;
    this.libc.epoll_ctl(this.epoll, EPOLL_CTL_DEL, fd, this.request);
  }

  /** Lets another thread wake this one by writing to an eventfd, which stays its own. @throws SystemError */
  wakeBy(eventFd: number, woken: () => void): void {
    const count = new Uint8Array(8);
    this.watch(eventFd, EPOLLIN, {
      onReady: () => {
        this.libc.read(eventFd, count, count.length);
        woken();
      },
    });
  }

  /**
   * Waits until something happens, at most `maxWaitNs`, and handles all that has. With 0 it does not wait.
   * A native call cannot be interrupted, so `maxWaitNs` is how long the end of the thread may have to wait.
   */
  turn(maxWaitNs: number): void {
    this.wokenNs = undefined;
    const hasLooked = this.yields.isEmpty && this.lookAtLast();
    const count = hasLooked ? 0 : this.wait(maxWaitNs);
    if (count > 1 && this.timedConnections > 0) this.wokenNs = this.nowNs();
    if (count > 0) this.dispatch(count);
    const nowNs = this.nowNs();
    this.turnNs = nowNs;
    if (count > 0) this.noteEvents(nowNs, count);
    // Both, each time: where some timer is always due, what was to come soon would never come.
    const ran = this.timers.run(nowNs) + this.runSoon() + Number(this.yields.runOne());
    if (ran > 0) this.turnNs = this.nowNs();
    if (ran > 0 || hasLooked || count > 0) this.workedNs = this.turnNs;
  }

  close(): void {
    this.descriptors.close(this.libc, this.epoll);
  }

  private dispatch(count: number): void {
    const { layout, eventWords, last } = this;
    const stride = layout.bytes / 4;
    this.looks = 0;
    for (let i = 0; i < count; i++) {
      const fd = eventWords[i * stride + layout.data / 4] ?? -1;
      const watcher = this.watchers[fd];
      this.last = watcher;
      watcher?.onReady(eventWords[i * stride] ?? 0);
    }
    this.isAlone = count === 1 && this.last === last;
  }

  /** While one socket alone is busy, asking it for its next message is faster than asking epoll which it is. */
  private lookAtLast(): boolean {
    if (!this.isAlone || this.last?.look === undefined || !this.polling.isWorthIt(this.turnNs)) return false;
    // However busy it is, the others are not forgotten.
    if (++this.looks % MOST_IN_A_ROW === 0) return false;
    for (let i = 0; i < LOOKS; i++) {
      if (!this.last.look()) continue;
      this.noteEvents(this.nowNs(), 1);
      return true;
    }
    return false;
  }

  private noteEvents(nowNs: bigint, count: number): void {
    if (this.last?.isBulk === true) this.polling.rest();
    else this.polling.noteEvents(nowNs, count);
  }

  /** @returns how many events there are */
  private wait(maxWaitNs: number): number {
    if (maxWaitNs === 0 || this.soon.length > 0 || !this.yields.isEmpty) return this.poll();
    const nowNs = this.turnNs;
    if (this.polling.isWorthIt(nowNs)) return this.pollUntilDue();
    const { nextNs } = this.timers;
    let sleepNs = maxWaitNs;
    if (nextNs !== undefined) {
      const leftNs = Number(nextNs - nowNs);
      sleepNs = Math.min(leftNs - this.oversleep.marginNs(leftNs), maxWaitNs);
    }
    const count = sleepNs > 0 ? this.sleep(nowNs, Math.floor(sleepNs)) : 0;
    return count === 0 ? this.pollUntilDue() : count;
  }

  /** Looks again and again where a timer is nearly due: whoever turns would come back too late. */
  private pollUntilDue(): number {
    const { nextNs = this.turnNs } = this.timers;
    let count = this.poll();
    const nowNs = this.nowNs();
    if (nextNs - nowNs > MOST_NS) return count;
    while (count === 0 && this.nowNs() < nextNs) count = this.poll();
    return count;
  }

  private poll(): number {
    return this.libc.epoll_wait(this.epoll, this.events, CAPACITY, 0);
  }

  private sleep(nowNs: bigint, sleepNs: number): number {
    if (this.preciseSleep === undefined) {
      // Rounded down: what is left of the last millisecond is polled.
      return this.libc.epoll_wait(this.epoll, this.events, CAPACITY, Math.floor(sleepNs / NS_PER_MS));
    }
    this.timeout[TIMESPEC.seconds / 4] = Math.floor(sleepNs / NS_PER_S);
    this.timeout[TIMESPEC.nanoseconds / 4] = sleepNs % NS_PER_S;
    const count = this.preciseSleep(this.epoll, this.events, CAPACITY, this.timeout, null);
    // The C library has it, but not the kernel (before Linux 5.11), or a filter forbids it.
    if (count < 0 && this.libc.errno() !== ERRNO.EINTR) this.preciseSleep = undefined;
    if (count === 0) this.oversleep.learn(sleepNs, Number(this.nowNs() - nowNs) - sleepNs);
    return count;
  }

  /** @returns how many there were */
  private runSoon(): number {
    let count = 0;
    while (this.soon.length > 0) {
      const callbacks = this.soon;
      this.soon = [];
      for (const callback of callbacks) callback();
      count += callbacks.length;
    }
    return count;
  }

  private control(operation: number, fd: number, events: number): void {
    this.request[this.layout.events / 4] = events;
    this.request[this.layout.data / 4] = fd;
    if (this.libc.epoll_ctl(this.epoll, operation, fd, this.request) < 0) {
      throw new SystemError('epoll_ctl', this.libc.errno());
    }
  }
}
