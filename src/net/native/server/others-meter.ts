/**
 * For how long bytes of one connection waited while the thread was busy with others: from their arrival, by the kernel's
 * stamp, to the moment at which the thread began with this connection. Refuses to count a thread that slept, its
 * waking up, and work for this very connection; reads no clock before somebody asks for it.
 */
import type { ConnectionOthers } from '../../connection.ts';
import type { Reactor } from './reactor.ts';

/** Between the last work for a connection and the end of its turn lies no work for another. */
const TURN_END_NS = 1_000n;

export class OthersMeter implements ConnectionOthers {
  busyNs: number = Number.NaN;
  private readonly reactor: Reactor;
  private isOn = false;
  /** When the thread began with this connection in this turn. */
  private beganNs = 0n;
  /** When it was last done with it. */
  private doneNs = 0n;

  constructor(reactor: Reactor) {
    this.reactor = reactor;
  }

  enable(): void {
    if (this.isOn) return;
    this.isOn = true;
    this.reactor.timedConnections++;
    this.done();
  }

  disable(): void {
    if (!this.isOn) return;
    this.isOn = false;
    this.reactor.timedConnections--;
  }

  /** The thread turns to this connection. */
  begin(): void {
    if (this.isOn && this.reactor.wokenNs !== undefined) this.beganNs = this.reactor.nowNs();
  }

  /** It has read. @param stamped whether the stamp reader has the kernel's stamp of it */
  received(stamped: boolean): void {
    if (this.isOn) this.busyNs = Number(this.sinceWoken(stamped));
  }

  /** The thread turns to others, or is free to read from this connection again. */
  done(): void {
    if (this.isOn) this.doneNs = this.reactor.nowNs();
  }

  private sinceWoken(stamped: boolean): bigint {
    const { wokenNs, workedNs } = this.reactor;
    // Others had the thread since, at the end of the turn before: only then the bytes may have come meanwhile.
    const hadOthers = workedNs - this.doneNs > TURN_END_NS;
    if (wokenNs === undefined && !hadOthers) return 0n;
    const arrivedNs = stamped ? this.reactor.arrivalNs(Number.POSITIVE_INFINITY) : wokenNs;
    if (arrivedNs === undefined) return 0n;
    const inTurnNs = wokenNs === undefined ? 0n : span(later(arrivedNs, wokenNs), this.beganNs);
    // Without a stamp nobody knows whether they came so early.
    const beforeNs = stamped && hadOthers ? span(later(arrivedNs, this.doneNs), workedNs) : 0n;
    return inTurnNs + beforeNs;
  }
}

function later(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function span(fromNs: bigint, toNs: bigint): bigint {
  return toNs > fromNs ? toNs - fromNs : 0n;
}
