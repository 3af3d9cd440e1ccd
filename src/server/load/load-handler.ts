/**
 * One connection of a load, from the grant to its end: reads what the client says, holds it to the rules, and ends in
 * time whatever the client does. What is answered is the business of its part.
 */
import type { Timekeeper } from '../../clock/clock.ts';
import { Deadline } from '../../clock/deadline.ts';
import type { EcholotError } from '../../core/errors.ts';
import { LoadReader } from '../../core/load/load-reader.ts';
import { LoadRules } from '../../core/load/load-rules.ts';
import type { CutReason, EndReason } from '../../core/server/server-events.ts';
import type { Connection } from '../../net/connection.ts';
import type { DataTrain } from '../../net/flow/data-train.ts';
import { LINGER_NS, Linger } from '../handlers/linger.ts';
import type { ServedConnection } from '../handlers/served-connection.ts';
import type { LoadPart } from './load-part.ts';
import type { LoadGrant } from './load-places.ts';
import { OwnerPart } from './owner-part.ts';
import { ProcessorShare, type ProcessorTime } from './processor-share.ts';
import type { LoadEnding, LoadSummary, SharedLoad } from './shared-load.ts';
import { StreamPart } from './stream-part.ts';

/** How often reports are told, and what other members have done is looked at. */
export const TICK_NS = 100_000_000n;
/** An owner that has said nothing for so long has vanished; it says a marker a second. */
export const OWNER_SILENCE_NS = 4_500_000_000n;

export interface LoadHandlerDeps {
  readonly timekeeper: Timekeeper;
  readonly train: DataTrain;
  readonly processorTime: ProcessorTime;
  /** @param answered markers */
  readonly onEnd: (reason: EndReason, detail: string | undefined, answered: number) => void;
  /** It was the last connection of the load. */
  readonly onLoadEnd: (summary: LoadSummary) => void;
  readonly onClosed: () => void;
  /** What the load has carried since the last time. @returns whether its client may use more */
  readonly mayCarry: (bytes: number, nowNs: bigint) => boolean;
}

export class LoadHandler implements ServedConnection {
  private readonly connection: Connection;
  private readonly deps: LoadHandlerDeps;
  private readonly load: SharedLoad;
  private readonly isOwner: boolean;
  private readonly part: LoadPart;
  private readonly rules: LoadRules;
  private readonly reader = new LoadReader();
  private readonly linger: Linger;
  private readonly deadline: Deadline;
  private readonly endNs: bigint;
  private heardNs: bigint;
  private tickNs: bigint;
  private cancelTick: (() => void) | undefined;
  private isOver = false;
  private paidBytes = 0;

  constructor(connection: Connection, { role, load }: LoadGrant, deps: LoadHandlerDeps) {
    const { timekeeper, train, processorTime } = deps;
    this.connection = connection;
    this.deps = deps;
    this.load = load;
    this.isOwner = role === 'owner';
    this.rules = new LoadRules(role);
    const processor = new ProcessorShare(timekeeper, processorTime);
    this.part = this.isOwner
      ? new OwnerPart(connection, timekeeper, load, processor, () =>
          this.finish('done', 'terminated', undefined),
        )
      : new StreamPart(connection, timekeeper, load, processor, train);
    connection.borrow?.();
    this.linger = new Linger(timekeeper, connection);
    this.endNs = load.deadlineNs;
    this.heardNs = timekeeper.nowNs();
    this.tickNs = this.heardNs;
    this.deadline = new Deadline(
      timekeeper,
      () => this.dueNs(),
      (nowNs) => this.handleDeadline(nowNs),
    );
    this.deadline.arm();
    this.tickLater();
  }

  onBytes(chunk: Uint8Array, nowNs: bigint): void {
    if (this.isOver) return;
    this.heardNs = nowNs;
    this.reader.push(chunk);
    for (let heard = this.reader.next(); heard !== undefined && !this.isOver; heard = this.reader.next()) {
      if (this.rules.admits(heard, nowNs)) this.part.take(heard, nowNs);
      else this.finish('rules', 'invalid-measurement', this.rules.breach);
    }
  }

  onDrain(): void {
    this.part.drained();
    if (this.part.isClear) this.linger.drained();
  }

  onEnd(): void {
    const isDone = this.isOwner || this.rules.isEnded;
    this.finish('done', isDone ? 'terminated' : 'closed-by-peer', undefined);
  }

  onClose(error: EcholotError | undefined): void {
    if (!this.isOver) {
      this.part.drop();
      this.settle('done', 'connection-lost', error?.message);
    }
    this.linger.cancel();
    this.deps.onClosed();
  }

  /** A load has no end that a server which closes could wait for. */
  drain(): boolean {
    this.finish('shutdown', 'shutdown', undefined);
    return false;
  }

  /** It has a load, or waits for one: it is bounded by its own rules. */
  isExpendable(): boolean {
    return false;
  }

  cut(reason: CutReason): void {
    this.finish('shutdown', reason, undefined);
    if (this.part.isClear) this.connection.close();
    else this.connection.destroy();
  }

  private dueNs(): bigint | undefined {
    if (this.isOver) return undefined;
    const silentNs = this.heardNs + OWNER_SILENCE_NS;
    return this.isOwner && silentNs < this.endNs ? silentNs : this.endNs;
  }

  private handleDeadline(nowNs: bigint): void {
    if (nowNs >= this.endNs) this.finish('time', 'terminated', undefined);
    else this.finish('vanished', 'idle-timeout', undefined);
  }

  private tickLater(): void {
    const { timekeeper } = this.deps;
    this.tickNs += TICK_NS;
    const nowNs = timekeeper.nowNs();
    // After a stop of the process what was missed is not made up for.
    if (this.tickNs < nowNs) this.tickNs = nowNs + TICK_NS;
    this.cancelTick = timekeeper.wakeAt(this.tickNs, () => {
      const { ending } = this.load;
      if (ending === undefined) {
        const tickedNs = timekeeper.nowNs();
        this.part.tick(tickedNs);
        if (this.paysFor(tickedNs)) this.tickLater();
        // In the words of one whose time is over: that is what its client can make something of.
        else this.finish('time', 'budget', undefined);
      } else this.finish(ending, 'terminated', undefined);
    });
  }

  /** Its owner has the budget. */
  private paysFor(nowNs: bigint): boolean {
    if (!this.isOwner) return true;
    const carried = this.load.get('receivedBytes') + this.load.get('sentBytes');
    const bytes = carried - this.paidBytes;
    this.paidBytes = carried;
    return this.deps.mayCarry(bytes, nowNs);
  }

  /** Says why it is over, and ends the connection once that is out. */
  private finish(reason: LoadEnding, ending: EndReason, detail: string | undefined): void {
    if (this.isOver) return;
    this.isOver = true;
    const isVanished = reason === 'vanished';
    this.part.finish(isVanished ? 'done' : reason);
    this.settle(reason, ending, detail);
    if (!isVanished) this.linger.start(this.part.isClear, LINGER_NS);
    else if (this.part.isClear) this.connection.close();
    else this.connection.destroy();
  }

  private settle(reason: LoadEnding, ending: EndReason, detail: string | undefined): void {
    const { load } = this;
    const { timekeeper, onEnd, onLoadEnd } = this.deps;
    this.isOver = true;
    this.deadline.cancel();
    this.cancelTick?.();
    // A stream that closes has done its part; the load goes on without it.
    if (this.isOwner || reason !== 'done') load.end(reason);
    onEnd(ending, detail, this.part.answered);
    const summary = load.leave(timekeeper.nowNs());
    if (summary !== undefined) onLoadEnd(summary);
  }
}
