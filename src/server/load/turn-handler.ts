/**
 * A connection that waits for its turn: is told each second how long that may be, and becomes one of a load when it is
 * its turn. Whatever the client says before that ends its wait, and so does its leaving.
 */
import type { Timekeeper } from '../../clock/clock.ts';
import type { EcholotError } from '../../core/errors.ts';
import { encodeAnswer, encodeMessage, encodeTurn, type LoadEnd } from '../../core/load/load-messages.ts';
import type { CutReason, EndReason } from '../../core/server/server-events.ts';
import type { Connection } from '../../net/connection.ts';
import { LINGER_NS, Linger } from '../handlers/linger.ts';
import type { ServedConnection } from '../handlers/served-connection.ts';
import { answerOf } from './desk.ts';
import { TICK_NS } from './load-handler.ts';
import type { LoadGrant, TurnTotal } from './load-places.ts';
import type { Turn } from './turn.ts';

/** From one word of how long it may be to the next. */
const TOLD_NS = 1_000_000_000n;

export interface TurnHandlerDeps {
  readonly timekeeper: Timekeeper;
  /** It has been told so; the connection is another's from now on. */
  readonly onGranted: (grant: LoadGrant) => void;
  readonly onEnd: (reason: EndReason, detail: string | undefined, answered: number) => void;
  readonly onClosed: () => void;
}

export class TurnHandler implements ServedConnection {
  private readonly connection: Connection;
  private readonly turn: Turn;
  private readonly deps: TurnHandlerDeps;
  private readonly linger: Linger;
  /** All that was said has been taken by the kernel. */
  private isClear = true;
  private isOver = false;
  private toldNs: bigint;
  private cancelTick: (() => void) | undefined;

  constructor(connection: Connection, turn: Turn, deps: TurnHandlerDeps) {
    this.connection = connection;
    this.turn = turn;
    this.deps = deps;
    this.linger = new Linger(deps.timekeeper, connection);
    this.toldNs = deps.timekeeper.nowNs();
    this.tickLater();
  }

  onBytes(): void {
    this.finish('rules', 'turnsLeft', 'invalid-measurement', 'it spoke before its turn to load');
  }

  onDrain(): void {
    this.isClear = true;
    this.linger.drained();
  }

  onEnd(): void {
    this.finish('done', 'turnsLeft', 'closed-by-peer', 'it left before its turn to load');
  }

  onClose(error: EcholotError | undefined): void {
    this.settle('turnsLeft', 'connection-lost', error?.message);
    this.linger.cancel();
    this.deps.onClosed();
  }

  /** A turn may be long in coming, and would be one at a load that has to end at once. */
  drain(): boolean {
    this.finish('shutdown', undefined, 'shutdown', undefined);
    return false;
  }

  /** It has a load, or waits for one: it is bounded by its own rules. */
  isExpendable(): boolean {
    return false;
  }

  cut(reason: CutReason): void {
    this.finish(reason === 'shutdown' ? 'shutdown' : 'time', 'turnsExpired', reason, undefined);
    if (this.isClear) this.connection.close();
    else this.connection.destroy();
  }

  private tickLater(): void {
    const { timekeeper } = this.deps;
    this.cancelTick = timekeeper.wakeAt(timekeeper.nowNs() + TICK_NS, () => this.tick(timekeeper.nowNs()));
  }

  private tick(nowNs: bigint): void {
    const grant = this.turn.take(nowNs);
    if (grant !== undefined) {
      this.write(encodeAnswer(answerOf(grant)));
      this.deps.onGranted(grant);
      return;
    }
    if (nowNs >= this.turn.endNs) {
      this.expire(nowNs);
      return;
    }
    if (nowNs - this.toldNs >= TOLD_NS && this.isClear) {
      this.toldNs = nowNs;
      this.write(encodeTurn(this.turn.told(nowNs)));
    }
    this.tickLater();
  }

  private expire(nowNs: bigint): void {
    const { afterMs, before } = this.turn.told(nowNs);
    this.write(encodeAnswer({ kind: 'wait', afterMs, before }));
    this.settle('turnsExpired', 'terminated', 'it has waited for its turn to load for as long as it may');
    this.linger.start(this.isClear, LINGER_NS);
  }

  /** Says why it is over, and ends the connection once that is out. */
  private finish(
    word: LoadEnd,
    how: TurnTotal | undefined,
    reason: EndReason,
    detail: string | undefined,
  ): void {
    if (this.isOver) return;
    this.write(encodeMessage({ kind: 'over', reason: word }));
    this.settle(how, reason, detail);
    this.linger.start(this.isClear, LINGER_NS);
  }

  private settle(how: TurnTotal | undefined, reason: EndReason, detail: string | undefined): void {
    if (this.isOver) return;
    this.isOver = true;
    this.cancelTick?.();
    this.turn.leave(how);
    this.deps.onEnd(reason, detail, 0);
  }

  private write(bytes: Uint8Array): void {
    this.isClear = this.connection.write(bytes) && this.isClear;
  }
}
