/** One connection of plain echo (RFC 862): every byte goes back, until the client closes. */
import type { Timekeeper } from '../../clock/clock.ts';
import { Deadline } from '../../clock/deadline.ts';
import type { EcholotError } from '../../core/errors.ts';
import type { CutReason, EndReason } from '../../core/server/server-events.ts';
import type { Connection } from '../../net/connection.ts';
import type { Allowance } from '../access/allowance.ts';
import { Linger } from './linger.ts';
import { FAIR_READ_NS, FAIR_START_NS, type ServedConnection } from './served-connection.ts';

/**
 * So much of one connection is echoed, then the others have their turn: it takes a few tenths of a millisecond, beside which
 * a turn costs nothing.
 */
export const BYTES_PER_TURN: number = 256 * 1024;

export interface EchoHandlerDeps {
  readonly timekeeper: Timekeeper;
  /** How long a connection may stay silent, ns. */
  readonly idleNs: number;
  /** Undefined where the client has no budgets. */
  readonly allowance: Allowance | undefined;
  readonly onEcho: ((bytes: Uint8Array) => void) | undefined;
  readonly onEnd: (reason: EndReason, detail: string | undefined, echoedBytes: number) => void;
  readonly onClosed: () => void;
}

export class EchoHandler implements ServedConnection {
  private readonly connection: Connection;
  private readonly deps: EchoHandlerDeps;
  private readonly deadline: Deadline;
  private readonly idleNs: bigint;
  private readonly startNs: bigint;
  private deadlineNs: bigint;
  private echoedBytes = 0;
  private ended = false;
  private flushed = true;
  /** Since when the peer has not read what was written. */
  private stuckNs = 0n;
  /** Echoed since the last turn was given up. */
  private turnBytes = 0;
  private awaitsTurn = false;
  private readonly linger: Linger;

  constructor(connection: Connection, deps: EchoHandlerDeps) {
    this.connection = connection;
    this.deps = deps;
    this.linger = new Linger(deps.timekeeper, connection);
    this.idleNs = BigInt(deps.idleNs);
    this.startNs = deps.timekeeper.nowNs();
    this.deadlineNs = this.startNs + this.idleNs;
    this.deadline = new Deadline(
      deps.timekeeper,
      () => (this.ended ? undefined : this.deadlineNs),
      () => {
        this.end('idle-timeout', undefined);
        this.connection.destroy();
      },
    );
    this.deadline.arm();
  }

  onBytes(chunk: Uint8Array, nowNs: bigint): void {
    if (this.ended) return;
    this.deadlineNs = nowNs + this.idleNs;
    this.echoedBytes += chunk.length;
    // A client that sends without reading is stopped by its own window.
    const wasFlushed = this.flushed;
    this.flushed = this.connection.write(chunk);
    if (wasFlushed && !this.flushed) this.stuckNs = nowNs;
    this.turnBytes += chunk.length;
    const restNs = this.deps.allowance?.use(0, 2 * chunk.length, nowNs);
    if (this.deps.allowance?.isUsedUp) {
      this.cut('budget');
      return;
    }
    if (restNs !== undefined) this.restUntil(restNs);
    else if (this.turnBytes >= BYTES_PER_TURN) this.restUntil(nowNs);
    if (!this.flushed || this.awaitsTurn) this.connection.pause();
    this.deps.onEcho?.(chunk);
  }

  onDrain(): void {
    this.flushed = true;
    this.linger.drained();
    this.deadlineNs = this.deps.timekeeper.nowNs() + this.idleNs;
    this.readOn();
  }

  onEnd(): void {
    this.end('closed-by-peer', undefined);
    this.linger.start(this.flushed, this.idleNs);
  }

  onClose(error: EcholotError | undefined): void {
    this.end('connection-lost', error?.message);
    this.linger.cancel();
    this.deps.allowance?.settle(this.deps.timekeeper.nowNs());
    this.deps.onClosed();
  }

  /** A plain echo has no end of its own that one could wait for, so it may go on until it is cut. */
  drain(): boolean {
    if (this.echoedBytes === 0) this.cut('shutdown');
    return !this.ended;
  }

  cut(reason: CutReason): void {
    this.end(reason, undefined);
    if (this.flushed && reason !== 'displaced') this.connection.close();
    else this.connection.destroy();
  }

  isExpendable(nowNs: bigint): boolean {
    if (this.ended) return false;
    if (this.echoedBytes === 0) return nowNs - this.startNs >= FAIR_START_NS;
    return !this.flushed && nowNs - this.stuckNs >= FAIR_READ_NS;
  }

  /** Gives up its turn: until the others have had theirs, or its client may use more. */
  private restUntil(atNs: bigint): void {
    this.turnBytes = 0;
    this.awaitsTurn = true;
    this.deadlineNs = atNs + this.idleNs;
    this.deps.timekeeper.wakeAt(atNs, () => {
      this.awaitsTurn = false;
      this.readOn();
    });
  }

  private readOn(): void {
    if (this.flushed && !this.awaitsTurn && !this.ended) this.connection.resume();
  }

  private end(reason: EndReason, detail: string | undefined): void {
    if (this.ended) return;
    this.ended = true;
    this.deadline.cancel();
    this.deps.onEnd(reason, detail, this.echoedBytes);
  }
}
