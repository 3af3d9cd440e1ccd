/**
 * A flow from its dialling to its close, on the thread that calls: connects, asks, hands the connection over to whoever
 * drives it, and sees that it is gone in the end.
 */
import { EcholotError } from '../../core/errors.ts';
import { LoadGreeting, type LoadVerdict } from '../../core/load/load-greeting.ts';
import type { LoadTurn } from '../../core/load/load-messages.ts';
import type { Endpoint } from '../../facts/connection.ts';
import type { SocketRecord } from '../../facts/socket.ts';
import type { TlsRecord } from '../../facts/tls.ts';
import { holderOf } from '../../token/held-token.ts';
import type { Connection, ConnectionHandler } from '../connection.ts';
import type { Target } from '../dialer.ts';
import { inPhase } from '../errors/session-error.ts';
import type { LoopDialed, LoopNetwork } from '../loop-network.ts';
import { Pending } from '../pending.ts';
import type { DataTrain } from './data-train.ts';
import type { EchoBytes } from './echo-bytes.ts';
import { EchoFlow } from './echo-flow.ts';
import type { Flow, FlowCommand, FlowListener, FlowOptions, FlowPlan } from './flow.ts';
import type { FlowDriver } from './flow-driver.ts';
import { LoadFlow } from './load-flow.ts';
import { MAX_SILENCE_MS } from './silence-watch.ts';

const NS_PER_MS = 1_000_000;
const NO_BYTES = new Uint8Array(0);
/** So long at least a server may say nothing to a client that waits for its turn. */
const TURN_SILENCE_NS: number = MAX_SILENCE_MS * NS_PER_MS;
/** A connection that was ended waits so long for the peer's own end. */
const LEAVE_NS = 1_000_000_000n;

/** Bytes to send, made once for all flows of a thread. */
export interface Supplies {
  readonly train: DataTrain;
  readonly echoBytes: EchoBytes;
}

export interface LoopFlowOptions {
  readonly network: LoopNetwork;
  readonly supplies: Supplies;
  readonly target: Target;
  readonly plan: FlowPlan;
  readonly listener: FlowListener;
  readonly options: FlowOptions;
}

export class LoopFlow implements Flow, ConnectionHandler {
  answer: LoadVerdict | undefined;
  /** Settled once the connection is gone, or never was. */
  readonly closed: Promise<void>;
  private readonly about: LoopFlowOptions;
  private readonly opening = new Pending();
  private dialed: LoopDialed | undefined;
  /** A socket that is closed does not tell them any more. */
  private knownEnds: { readonly local: Endpoint; readonly remote: Endpoint } | undefined;
  private greeting: LoadGreeting | undefined;
  /** What was heard last while it waited for its turn. */
  private heardTurn: LoadTurn | undefined;
  private driver: FlowDriver | undefined;
  /** What has happened since the answer, until the caller has the flow. */
  private held: (() => void)[] | undefined;
  private readonly abort = new AbortController();
  private isGone = false;
  private tellClosed = (): void => {};
  private failure: EcholotError | undefined;
  private cancelTimer = (): void => {};

  constructor(about: LoopFlowOptions) {
    this.about = about;
    this.closed = new Promise((resolve) => {
      this.tellClosed = resolve;
    });
  }

  /** @throws EcholotError before it is open, as does {@link remote} */
  get local(): Endpoint {
    return this.ends.local;
  }

  get remote(): Endpoint {
    return this.ends.remote;
  }

  get handshakeRttNs(): number | undefined {
    return this.dialed?.handshakeRttNs;
  }

  get tls(): TlsRecord | undefined {
    return this.dialed?.tls;
  }

  get socket(): SocketRecord | undefined {
    return this.dialed?.socket;
  }

  /** @throws EcholotError */
  async open(): Promise<void> {
    const { network, plan, options } = this.about;
    const { timekeeper } = network;
    const startNs = timekeeper.nowNs();
    const { signal } = this.abort;
    const given = options.signal === undefined ? signal : AbortSignal.any([options.signal, signal]);
    try {
      await this.dial(given);
    } catch (error) {
      this.tellClosed();
      throw inPhase(error, 'connect');
    }
    try {
      const leftNs = plan.timeoutNs - Number(timekeeper.nowNs() - startNs);
      await this.greet(Math.max(0, leftNs), given);
    } catch (error) {
      this.connection.destroy();
      throw inPhase(error, 'setup');
    } finally {
      this.cancelTimer();
    }
  }

  command(command: FlowCommand): void {
    this.driver?.command(command);
  }

  async close(): Promise<void> {
    const { driver, about } = this;
    const { timekeeper } = about.network;
    this.abort.abort();
    driver?.close();
    if (this.dialed !== undefined && !this.isGone) {
      this.cancelTimer();
      if (driver?.hasEnded === true) {
        this.connection.end();
        const dropNs = timekeeper.nowNs() + LEAVE_NS;
        this.cancelTimer = timekeeper.wakeAt(dropNs, () => this.connection.destroy());
      } else {
        this.connection.destroy();
      }
    }
    await this.closed;
  }

  onBytes(chunk: Uint8Array, nowNs: bigint): void {
    const { driver, held } = this;
    if (driver === undefined) {
      this.hear(chunk);
    } else if (held === undefined) {
      driver.onBytes(chunk, nowNs);
    } else {
      const copy = new Uint8Array(chunk);
      held.push(() => driver.onBytes(copy, nowNs));
    }
  }

  onDrain(): void {
    this.driver?.onDrain();
  }

  onEnd(): void {
    if (this.driver !== undefined) {
      this.whenBegun(() => this.driver?.onEnd());
      return;
    }
    this.greeting?.handleEnd();
    this.settle();
  }

  onClose(error: EcholotError | undefined): void {
    this.isGone = true;
    this.cancelTimer();
    this.failure = error;
    if (this.driver !== undefined) {
      this.whenBegun(() => this.driver?.onClose(error));
    } else {
      if (error === undefined) this.greeting?.handleEnd();
      this.settle();
    }
    this.tellClosed();
  }

  private get connection(): Connection {
    if (this.dialed === undefined) throw notConnected();
    return this.dialed.connection;
  }

  private get ends(): { readonly local: Endpoint; readonly remote: Endpoint } {
    if (this.knownEnds === undefined) throw notConnected();
    return this.knownEnds;
  }

  private async dial(signal: AbortSignal): Promise<void> {
    const { network, target, plan, options } = this.about;
    this.dialed = await network.dial(target, this, {
      timeoutNs: plan.timeoutNs,
      signal,
      onDialed: options.onDialed,
      socket: plan.socket,
      laterSocket: plan.laterSocket,
    });
    const { local, remote } = this.connection;
    this.knownEnds = { local, remote };
    if (plan.stamps) this.connection.marks?.enable();
  }

  private async greet(timeoutNs: number, signal: AbortSignal): Promise<void> {
    const { plan } = this.about;
    if (plan.protocol.kind === 'echo') return this.begin(NO_BYTES);
    const { question, token } = plan.protocol;
    const greeting = new LoadGreeting(question, token && holderOf(token));
    this.greeting = greeting;
    const answered = this.opening.wait(signal, (error) => this.opening.reject(error));
    this.limitSilence(greeting, timeoutNs);
    const patienceNs = question.kind === 'turn' ? question.patienceMs * NS_PER_MS : 0;
    const cancelPatience = this.after(timeoutNs + TURN_SILENCE_NS + patienceNs, () => {
      const what = 'the server keeps this client waiting for longer than it asked to';
      this.opening.reject(new EcholotError('peer', what));
    });
    this.connection.write(greeting.begin());
    try {
      await answered;
    } finally {
      cancelPatience();
    }
  }

  private limitSilence(greeting: LoadGreeting, silenceNs: number): void {
    this.cancelTimer();
    this.cancelTimer = this.after(silenceNs, () => {
      this.opening.reject(greeting.handleSilence(Math.ceil(silenceNs / NS_PER_MS)));
    });
  }

  private after(ns: number, happen: () => void): () => void {
    const { timekeeper } = this.about.network;
    return timekeeper.wakeAt(timekeeper.nowNs() + BigInt(Math.ceil(ns)), happen);
  }

  /** What the server says to the setup and the question. */
  private hear(chunk: Uint8Array): void {
    const { greeting } = this;
    if (greeting === undefined || greeting.isOver) return;
    const next = greeting.handleBytes(chunk);
    if (next !== undefined) this.connection.write(next);
    if (greeting.turn !== undefined && greeting.turn !== this.heardTurn)
      this.hearTurn(greeting, greeting.turn);
    this.settle();
  }

  /** The server lets it wait, and says so each second. */
  private hearTurn(greeting: LoadGreeting, turn: LoadTurn): void {
    const { plan, options } = this.about;
    this.heardTurn = turn;
    if (greeting.isOver) return;
    this.limitSilence(greeting, Math.max(plan.timeoutNs, TURN_SILENCE_NS));
    options.onTurn?.(turn);
  }

  private settle(): void {
    const { greeting } = this;
    const failure = this.failure ?? greeting?.failure;
    if (failure !== undefined) {
      this.opening.reject(failure);
      return;
    }
    if (greeting?.answer === undefined || !this.opening.isOpen) return;
    this.answer = greeting.answer;
    if (greeting.answer.kind === 'granted') this.begin(greeting.rest);
    else this.connection.close();
    this.opening.resolve();
  }

  /** The flow speaks from now on; it hears once the caller has it. */
  private begin(rest: Uint8Array): void {
    const { network, supplies, plan, listener, options } = this.about;
    const { timekeeper } = network;
    const shared = {
      connection: this.connection,
      timekeeper,
      listener,
      epochNs: options.epochNs,
      timeoutNs: plan.timeoutNs,
    };
    const { protocol } = plan;
    const driver =
      protocol.kind === 'load'
        ? new LoadFlow({ ...shared, train: supplies.train, isOwner: protocol.question.kind !== 'join' })
        : new EchoFlow({ ...shared, ...protocol, bytes: supplies.echoBytes });
    this.driver = driver;
    this.held = rest.length === 0 ? [] : [() => driver.onBytes(rest, timekeeper.nowNs())];
    timekeeper.wakeAt(timekeeper.nowNs(), () => {
      const { held = [] } = this;
      this.held = undefined;
      for (const happen of held) happen();
    });
  }

  private whenBegun(happen: () => void): void {
    if (this.held === undefined) happen();
    else this.held.push(happen);
  }
}

function notConnected(): EcholotError {
  return new EcholotError('internal', 'the flow is not connected');
}
