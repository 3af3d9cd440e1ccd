/** One connection of the measurement protocol: carries bytes and time between a connection and its session. */
import type { Timekeeper } from '../../clock/clock.ts';
import { Deadline } from '../../clock/deadline.ts';
import type { EcholotError } from '../../core/errors.ts';
import type { CutReason, ServerSessionEvent } from '../../core/server/server-events.ts';
import { ServerSession, type ServerSessionOptions } from '../../core/server/server-session.ts';
import type { SetupReading } from '../../core/wire/messages.ts';
import type { ResidenceLog } from '../../core/wire/residence.ts';
import type { Connection, ConnectionOthers, ConnectionStamps } from '../../net/connection.ts';
import type { Allowance } from '../access/allowance.ts';
import { Linger } from './linger.ts';
import { FAIR_READ_NS, FAIR_START_NS, type ServedConnection } from './served-connection.ts';

/** After a long rest it takes this long until the code that sends an echo has come back to the processor, ns. */
export const MAX_LEAD_NS = 120_000;
/** Of a short delay less: the rest is as short. */
const LEAD_SHARE = 1 / 8;

export interface MeasurementHandlerDeps {
  readonly timekeeper: Timekeeper;
  /** That of its client, who may have shown a token meanwhile; undefined where it has no budgets. */
  readonly allowance: () => Allowance | undefined;
  readonly onSessionEvent: (event: Exclude<ServerSessionEvent, { kind: 'load' }>) => void;
  /** The connection has become one of a load, or waits for one. @param handTo to be told who has it from now on */
  readonly onLoad: (handTo: (successor: ServedConnection) => void) => void;
  readonly onClosed: () => void;
}

export class MeasurementHandler implements ServedConnection {
  private readonly connection: Connection;
  private readonly deps: MeasurementHandlerDeps;
  private readonly session: ServerSession;
  private readonly deadline: Deadline;
  private readonly startNs: bigint;
  /** Since when the peer has not read what was written. */
  private stuckNs = 0n;
  private reading = true;
  private flushed = true;
  private setUp = false;
  private readonly linger: Linger;
  /** How long a peer may take to read its last answers; one that was silent too long is not waited for. */
  private readonly patienceNs: bigint;
  private timedOut = false;
  /** The session's own, once it has been decided whose stamps fill it. */
  private residences: ResidenceLog | undefined;
  /** The kernel's stamps, where residences are made of them. */
  private stamps: ConnectionStamps | undefined;
  /** Who knows how long others kept the thread from this connection, where residences are told. */
  private others: ConnectionOthers | undefined;
  /** For how long the probes waited for others whose stamps are still to come, in their order. */
  private readonly busyTimesNs: number[] = [];
  /** That was asked for. */
  private delayNs = 0;
  /** When the last bytes came. Nothing is read while something is held, so a held probe ended with them. */
  private arrivedNs = 0n;
  /** How long before its moment a held echo is made ready, ns. */
  private leadNs = 0n;
  /** The moment of the echo that is being sent; undefined for as soon as possible. */
  private dueNs: bigint | undefined;
  /** What came and went since the allowance was told, bytes and messages. */
  private unpaidBytes = 0;
  private paidMessages = 0;
  /** Its client has used more than it may: nothing is taken until then. */
  private pausedUntilNs: bigint | undefined;
  /** Who has the connection when it has become one of a load. */
  private successor: ServedConnection | undefined;

  constructor(connection: Connection, options: ServerSessionOptions, deps: MeasurementHandlerDeps) {
    this.connection = connection;
    this.deps = deps;
    this.linger = new Linger(deps.timekeeper, connection);
    this.patienceNs = BigInt(options.limits.idleNs);
    this.startNs = deps.timekeeper.nowNs();
    this.session = new ServerSession(options, this.startNs);
    this.deadline = new Deadline(
      deps.timekeeper,
      () => this.wakeNs(),
      (nowNs) => this.handleDeadline(nowNs),
    );
    this.deadline.arm();
  }

  onBytes(chunk: Uint8Array, nowNs: bigint): void {
    if (this.session.isClosed) {
      this.successor?.onBytes(chunk, nowNs);
      return;
    }
    this.arrivedNs = nowNs;
    this.unpaidBytes += chunk.length;
    this.session.handleBytes(chunk, nowNs);
    this.carry(nowNs);
  }

  onDrain(): void {
    if (this.successor !== undefined) {
      this.successor.onDrain();
      return;
    }
    this.flushed = true;
    const nowNs = this.deps.timekeeper.nowNs();
    this.session.handleDrained(nowNs);
    this.linger.drained();
    this.carry(nowNs);
  }

  onEnd(): void {
    if (this.session.isClosed) {
      this.successor?.onEnd();
      return;
    }
    const nowNs = this.deps.timekeeper.nowNs();
    this.session.handleEnd(nowNs);
    this.carry(nowNs);
  }

  onClose(error: EcholotError | undefined): void {
    if (this.successor !== undefined) {
      this.successor.onClose(error);
      return;
    }
    this.session.handleLost(error?.message ?? 'closed before the termination', error?.code === 'peer');
    this.tell();
    this.deadline.cancel();
    this.linger.cancel();
    this.deps.allowance()?.settle(this.deps.timekeeper.nowNs());
    this.deps.onClosed();
  }

  drain(): boolean {
    if (this.successor !== undefined) return this.successor.drain();
    if (!this.setUp) this.cut('shutdown');
    return this.setUp && !this.session.isClosed;
  }

  cut(reason: CutReason): void {
    if (this.successor !== undefined) {
      this.successor.cut(reason);
      return;
    }
    this.session.cut(reason);
    this.tell();
    // Whoever does not read its answers must not keep the server from closing, nor one that is displaced its place.
    if (this.flushed && reason !== 'displaced') this.connection.close();
    else this.connection.destroy();
  }

  isExpendable(nowNs: bigint): boolean {
    if (this.successor !== undefined) return this.successor.isExpendable(nowNs);
    if (this.session.isClosed) return false;
    if (!this.setUp) return nowNs - this.startNs >= FAIR_START_NS;
    return !this.flushed && nowNs - this.stuckNs >= FAIR_READ_NS;
  }

  /** A held echo is made ready a little early where it can be sent at its very moment. */
  private wakeNs(): bigint | undefined {
    const deadlineNs = this.session.deadlineNs();
    const { pausedUntilNs } = this;
    // What was read before goes on no sooner either; a silence of our own making is none, and begins anew behind the pause.
    if (pausedUntilNs !== undefined) {
      const isLater = this.session.isHolding && deadlineNs !== undefined && deadlineNs > pausedUntilNs;
      return isLater ? deadlineNs : pausedUntilNs;
    }
    const early = this.session.isHolding && this.connection.writeAt !== undefined;
    return early && deadlineNs !== undefined ? deadlineNs - this.leadNs : deadlineNs;
  }

  private handleDeadline(nowNs: bigint): void {
    if (this.pausedUntilNs !== undefined) {
      this.pausedUntilNs = undefined;
      this.session.handleDrained(nowNs);
    }
    const deadlineNs = this.session.deadlineNs();
    if (this.session.isHolding && deadlineNs !== undefined && nowNs < deadlineNs) this.dueNs = deadlineNs;
    this.session.handleDeadline(this.dueNs ?? nowNs);
    this.carry(nowNs);
    this.dueNs = undefined;
  }

  /** Writes and tells what the session has to say, and reads on only when it can take more. */
  private carry(nowNs: bigint): void {
    const { session, connection, flushed: wasFlushed } = this;
    if (session.residences !== this.residences) this.startResidences(session.residences);
    for (let bytes = session.pollTransmit(); bytes !== undefined; bytes = session.pollTransmit()) {
      if (session.polledEcho) this.writeEcho(bytes);
      else this.write(bytes);
    }
    if (!this.flushed) {
      session.handleQueued();
      if (wasFlushed) this.stuckNs = nowNs;
    } else if (connection.tellsSent === true) session.handleSent();
    this.tell();
    if (this.successor !== undefined) return;
    this.pay(nowNs);
    if (session.isClosed) {
      this.deadline.cancel();
      this.linger.start(this.flushed || this.timedOut, this.patienceNs);
      return;
    }
    const mayRead = this.flushed && !session.isHolding && this.pausedUntilNs === undefined;
    if (mayRead !== this.reading) {
      this.reading = mayRead;
      if (mayRead) connection.resume();
      else connection.pause();
    }
    this.deadline.arm();
  }

  /** Settles what this turn has used; a client over its rate waits, and one without a budget is told so and ends. */
  private pay(nowNs: bigint): void {
    const { session } = this;
    const allowance = this.deps.allowance();
    if (allowance === undefined) return;
    const untilNs = allowance.use(session.messages - this.paidMessages, this.unpaidBytes, nowNs);
    this.paidMessages = session.messages;
    this.unpaidBytes = 0;
    if (untilNs !== undefined) this.pausedUntilNs = untilNs;
    if (!allowance.isUsedUp || session.isClosed) return;
    session.cut('budget', { reason: 'budget' });
    for (let bytes = session.pollTransmit(); bytes !== undefined; bytes = session.pollTransmit()) {
      this.write(bytes);
    }
    this.tell();
  }

  private write(bytes: Uint8Array): void {
    const { connection, dueNs } = this;
    this.unpaidBytes += bytes.length;
    this.flushed =
      dueNs === undefined || connection.writeAt === undefined
        ? connection.write(bytes)
        : connection.writeAt(bytes, dueNs);
  }

  private begin(readings: readonly SetupReading[]): void {
    this.setUp = true;
    const delayNs = Math.max(...readings.map(({ setup }) => setup.delay.delayNs));
    this.delayNs = delayNs;
    if (delayNs === 0) return;
    this.connection.stamps?.stampArrivals();
    this.leadNs = BigInt(Math.min(MAX_LEAD_NS, Math.floor(delayNs * LEAD_SHARE)));
  }

  /** By the kernel's stamps where the connection has them, so that they are on before the first probe. */
  private startResidences(residences: ResidenceLog | undefined): void {
    this.residences = residences;
    if (residences === undefined) return;
    const { stamps, others } = this.connection;
    others?.enable();
    this.others = others;
    const note = (residenceNs: number, waitNs: number): void => {
      residences.record(residenceNs, waitNs, this.busyTimesNs.shift());
    };
    if (stamps?.enable(note)) {
      this.stamps = stamps;
      residences.source = 'kernel';
    }
  }

  /** An echo whose residence the client may ask for. */
  private writeEcho(echo: Uint8Array): void {
    // What others took of a delay has made nothing late.
    const busyNs = Math.max(0, (this.others?.busyNs ?? Number.NaN) - this.delayNs);
    if (this.stamps !== undefined) {
      this.write(echo);
      this.busyTimesNs.push(busyNs);
      this.stamps.answered();
      return;
    }
    const leavesNs = this.deps.timekeeper.nowNs();
    this.write(echo);
    this.residences?.record(Number(leavesNs - this.arrivedNs), Number.NaN, busyNs);
  }

  private handOver({ rest, peerEnded }: Extract<ServerSessionEvent, { kind: 'load' }>): void {
    this.deadline.cancel();
    this.deps.onLoad((successor) => {
      this.successor = successor;
    });
    if (rest.length > 0) this.successor?.onBytes(rest, this.arrivedNs);
    if (peerEnded) this.successor?.onEnd();
    else if (!this.reading) this.connection.resume();
  }

  private tell(): void {
    for (let event = this.session.pollEvent(); event !== undefined; event = this.session.pollEvent()) {
      if (event.kind === 'load') {
        this.handOver(event);
        continue;
      }
      if (event.kind === 'setup') this.begin(event.readings);
      if (event.kind === 'end') this.timedOut = event.reason.endsWith('timeout');
      this.deps.onSessionEvent(event);
    }
  }
}
