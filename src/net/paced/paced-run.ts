/**
 * Sends the probes of one stretch: each when it is due on whichever connection has its turn, or as soon as one can carry
 * it. It sends a bounded number at once, so that echoes are read while much is written.
 */
import { EcholotError } from '../../core/errors.ts';
import type { Waiter } from '../dialer.ts';
import { HOLD_NS, type LoopNetwork } from '../loop-network.ts';
import { type DueProbes, dueProbesOf } from './due-probes.ts';
import { HINDRANCES, type Hindrance, ON_TIME_NS, type Stretch } from './paced.ts';
import type { PacedConnection } from './paced-connection.ts';
import type { SampleLog } from './sample-log.ts';
import type { Turns } from './turns.ts';

/** Then the other side of the connections has its turn. */
const MOST_AT_ONCE = 64;
const HOLD_SHARE = 0.2;
const NS_PER_S = 1_000_000_000;

export interface PacedRunOptions {
  readonly network: LoopNetwork;
  readonly epochNs: bigint;
  readonly connections: readonly PacedConnection[];
  readonly turns: Turns;
  readonly log: SampleLog;
}

export class PacedRun {
  /** Settled when all that were sent are answered or lost. */
  readonly done: Promise<void>;
  private readonly about: PacedRunOptions;
  private readonly settlers = Promise.withResolvers<void>();
  private readonly probes: DueProbes;
  private readonly isPaced: boolean;
  private readonly endNs: number;
  private readonly waiter: Waiter | undefined;
  /** So much too early a probe is made, and held until it is due. */
  private readonly earlyNs: number;
  private isSending = true;
  /** Whether {@link done} is settled. */
  isOver = false;
  /** What is in the way of the next one, at the last look. */
  private block: Hindrance | undefined;
  /** Those that were due by then were held up by {@link blockedBy}. */
  private blockedUntilNs = Number.NEGATIVE_INFINITY;
  private blockedBy: Hindrance = 'none';
  private cancelWake = (): void => {};
  /** When somebody looks again by itself. */
  private wakeNs = Number.NaN;
  private isLooking = false;
  /** What was added to it is to be sent, when the last of that is due. */
  private adding: PacedConnection | undefined;
  private addedDueNs = Number.NaN;

  constructor(stretch: Stretch, about: PacedRunOptions) {
    this.about = about;
    this.done = this.settlers.promise;
    this.probes = dueProbesOf(stretch);
    this.isPaced = stretch.pace !== undefined;
    this.endNs = stretch.startNs + stretch.durationNs;
    this.waiter = about.network.waiter?.();
    this.earlyNs = about.network.holdUntil === undefined ? 0 : earlyNsOf(stretch);
    about.log.begin(stretch, (atNs) => this.probes.countUntil(atNs));
    this.wakeAt(stretch.startNs);
  }

  /** A connection may be able to carry what it could not before, or is gone. */
  onStanding(): void {
    if (this.block !== undefined && !this.isLooking) this.look();
    this.settle();
  }

  /** No more is sent; what is under way is waited for. */
  stop(): void {
    this.isSending = false;
    this.block = undefined;
    this.sleep();
    this.settle();
  }

  fail(error: EcholotError): void {
    if (this.isOver) return;
    this.end();
    this.settlers.reject(error);
  }

  /** Sends what is due, and sees to it that somebody looks again. */
  private readonly look = (): void => {
    if (!this.isSending) return;
    this.isLooking = true;
    let sent = 0;
    while (sent < MOST_AT_ONCE && this.addNext()) sent++;
    this.sendAdded();
    this.isLooking = false;
    if (sent === MOST_AT_ONCE && this.isSending) this.wakeAt(this.nowNs());
    // A write may have shown that a connection is gone, or all that is sent was the last.
    this.settle();
  };

  /** @returns false when there is nothing to send, or no way to */
  private addNext(): boolean {
    const { turns } = this.about;
    // Without a pace only the end is due by itself, and somebody sees to that.
    if (!this.isPaced && this.block !== undefined && !turns.isReady && this.wakeNs === this.endNs)
      return false;
    const nowNs = this.nowNs();
    const dueNs = this.probes.nextNs(nowNs);
    const isEarly = dueNs > nowNs;
    if (dueNs - this.earlyNs > nowNs) {
      this.rest(dueNs - this.earlyNs, nowNs);
      return false;
    }
    // A full write may show that its socket takes no more.
    if (this.adding?.batch.hasRoom === false) this.sendAdded();
    const index = turns.take();
    if (index < 0) {
      this.block = turns.hindrance;
      this.rest(this.endNs, nowNs);
      return false;
    }
    this.unblock(nowNs);
    this.add(index, dueNs, nowNs);
    // What is held until it is due holds up whatever is added behind it.
    if (isEarly) this.sendAdded();
    return true;
  }

  private add(index: number, dueNs: number, nowNs: number): void {
    const { log, connections } = this.about;
    const connection = connections[index];
    if (connection === undefined) return;
    if (connection !== this.adding) this.sendAdded();
    this.adding = connection;
    this.addedDueNs = this.isPaced ? dueNs : Number.NaN;
    this.probes.advance();
    log.sentCount++;
    connection.add(this.addedDueNs, HINDRANCES.indexOf(this.hindranceOf(dueNs, nowNs)));
  }

  /** Those of one connection that follow each other leave together. */
  private sendAdded(): void {
    const { adding } = this;
    if (adding === undefined) return;
    this.adding = undefined;
    adding.send(this.addedDueNs);
    this.waiter?.start(0);
  }

  private hindranceOf(dueNs: number, nowNs: number): Hindrance {
    if (!this.isPaced) return 'none';
    if (dueNs <= this.blockedUntilNs) return this.blockedBy;
    return nowNs - dueNs < ON_TIME_NS ? 'none' : 'thread';
  }

  private unblock(nowNs: number): void {
    if (this.block === undefined) return;
    this.blockedUntilNs = nowNs;
    this.blockedBy = this.block;
    this.block = undefined;
  }

  /** Nothing can be sent before then; at the end of the stretch nothing more is. */
  private rest(untilNs: number, nowNs: number): void {
    if (nowNs >= this.endNs) this.stop();
    else this.wakeAt(Math.min(untilNs, this.endNs));
  }

  /** Looks whether all is over. */
  private settle(): void {
    const { log, connections, turns } = this.about;
    if (this.isOver || log.underWay > 0) return;
    this.waiter?.stop();
    if (connections.every(({ failure }) => failure !== undefined)) return;
    if (!this.isSending) {
      this.end();
      this.settlers.resolve();
    } else if (turns.isOver) {
      this.fail(spent());
    }
  }

  private end(): void {
    this.isSending = false;
    this.isOver = true;
    this.sleep();
    this.waiter?.stop();
  }

  private wakeAt(ns: number): void {
    if (ns === this.wakeNs) return;
    this.sleep();
    const { network, epochNs } = this.about;
    this.wakeNs = ns;
    this.cancelWake = network.timekeeper.wakeAt(epochNs + BigInt(Math.ceil(ns)), () => {
      this.wakeNs = Number.NaN;
      this.look();
    });
  }

  /** Nobody looks by itself. */
  private sleep(): void {
    this.cancelWake();
    this.wakeNs = Number.NaN;
  }

  private nowNs(): number {
    const { network, epochNs } = this.about;
    return Number(network.timekeeper.nowNs() - epochNs);
  }
}

/** What comes meanwhile is read late by that: of the time between two probes a fifth at most. */
function earlyNsOf({ pace }: Stretch): number {
  return pace === undefined ? 0 : Math.min(HOLD_NS, (HOLD_SHARE * NS_PER_S) / pace.perSecond);
}

function spent(): EcholotError {
  return new EcholotError('limit', 'all probes that the setup allows have been sent on every connection', {
    advice: 'ask for a lower rate, less time, or more connections',
  });
}
