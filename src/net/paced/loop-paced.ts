/**
 * Paced probes on the thread that calls: opens all connections, runs one stretch after the other, tells in portions what
 * it sees, and ends them all.
 */
import { EcholotError } from '../../core/errors.ts';
import type { Asked } from '../../core/wire/extensions.ts';
import type { ProbeLayers } from '../connection.ts';
import { pinned, type Target } from '../dialer.ts';
import type { SessionFacts, SessionOptions } from '../engine.ts';
import { isAnswered404, objectsToSetup } from '../errors/network-error.ts';
import { cancelled, inPhase } from '../errors/session-error.ts';
import type { LoopNetwork } from '../loop-network.ts';
import { Patience } from '../session/farewell.ts';
import {
  PACED_PORTION_NS,
  type PacedListener,
  type PacedPlan,
  type PacedResidences,
  type PacedSession,
  type PacedTally,
  type Stretch,
} from './paced.ts';
import { PacedConnection } from './paced-connection.ts';
import { PacedRun } from './paced-run.ts';
import { askedFor, asksAnything, checkPlan, onlySomeFault } from './paced-terms.ts';
import type { PacedUser } from './paced-user.ts';
import { SampleLog } from './sample-log.ts';
import { Turns } from './turns.ts';

/** More at once would be more than some servers let wait for their accept. */
const OPENED_AT_ONCE = 16;

export interface LoopPacedOptions {
  readonly network: LoopNetwork;
  readonly target: Target;
  readonly plan: PacedPlan;
  readonly listener: PacedListener;
  readonly options: SessionOptions;
  readonly onClosed: () => void;
}

export class LoopPacedSession implements PacedSession, PacedUser<PacedConnection> {
  private readonly about: LoopPacedOptions;
  private readonly opened: PacedConnection[] = [];
  private readonly turns: Turns;
  private readonly log: SampleLog;
  private readonly closing = new AbortController();
  private readonly signal: AbortSignal;
  private target: Target;
  private current: PacedRun | undefined;
  /** Whether a question for residences is under way. */
  private isAsking = false;
  private lastError: EcholotError | undefined;
  /** Since the run was cancelled. */
  private patience: Patience | undefined;
  private closed: Promise<void> | undefined;

  /** @throws EcholotError `usage` */
  constructor(about: LoopPacedOptions) {
    const { plan, listener, target, options } = about;
    checkPlan(plan);
    this.about = about;
    this.target = target;
    this.turns = new Turns(plan.connections);
    this.log = new SampleLog(listener, () => Number(this.nowNs() - options.epochNs));
    const { signal } = this.closing;
    this.signal = options.signal === undefined ? signal : AbortSignal.any([options.signal, signal]);
  }

  get connections(): readonly SessionFacts[] {
    return this.opened.map(({ facts }) => facts);
  }

  /** Whether a stretch is under way. */
  get isRunning(): boolean {
    return this.current?.isOver === false;
  }

  get inFlight(): number {
    return this.first.ring.capacity;
  }

  get readyText(): string | undefined {
    return this.first.session.readyText;
  }

  get messageBytes(): number {
    return this.first.session.messageBytes;
  }

  /** @throws EcholotError when any connection fails; then all of them are closed */
  async open(): Promise<void> {
    try {
      const asks = await this.openFirst();
      await this.openOthers(asks);
    } catch (error) {
      await this.close();
      throw error;
    }
    for (const connection of this.opened) connection.start(this);
  }

  async run(stretch: Stretch): Promise<PacedTally> {
    this.checkIdle();
    if (this.signal.aborted) throw inPhase(cancelled(), 'measurement');
    if (this.isLost) throw this.lastError;
    const { about, opened, turns, log } = this;
    const { network, options } = about;
    const run = new PacedRun(stretch, {
      network,
      epochNs: options.epochNs,
      connections: opened,
      turns,
      log,
    });
    this.current = run;
    const cancelTelling = this.tellEach(stretch.portionNs ?? PACED_PORTION_NS);
    const abort = (): void => this.cancel(run);
    this.signal.addEventListener('abort', abort, { once: true });
    const failure = await run.done.then(
      () => (this.signal.aborted ? cancelled() : undefined),
      (error: EcholotError) => error,
    );
    this.signal.removeEventListener('abort', abort);
    cancelTelling();
    this.current = undefined;
    const tally = log.tell();
    if (failure !== undefined) throw inPhase(failure, 'measurement');
    return tally;
  }

  async residences(timeoutNs: number): Promise<PacedResidences | undefined> {
    this.checkIdle();
    this.isAsking = true;
    const standing = this.opened.filter(({ failure }) => failure === undefined);
    const asked = standing.map((connection) => connection.askResidences(timeoutNs));
    // Each comes to its end: nothing is under way when this is over.
    await Promise.allSettled(asked);
    this.isAsking = false;
    return joined((await Promise.all(asked)).filter((answer) => answer !== undefined));
  }

  close(): Promise<void> {
    this.closed ??= this.closeAll();
    return this.closed;
  }

  onEcho({ index, ring }: PacedConnection, rttNs: number): void {
    this.log.take(index, ring, rttNs);
  }

  onLayers(sentNs: number, layers: ProbeLayers): void {
    this.log.takeLayers(sentNs, layers);
  }

  onStanding(connection: PacedConnection): void {
    this.turns.set(connection.index, connection.standing);
    this.current?.onStanding();
  }

  onLost(connection: PacedConnection, error: EcholotError): void {
    this.lastError = error;
    this.turns.set(connection.index, connection.standing);
    this.about.listener.onLost(connection.index, error);
    if (this.isLost) this.current?.fail(error);
    else this.current?.onStanding();
  }

  private checkIdle(): void {
    if (this.current !== undefined) throw new EcholotError('internal', 'a stretch is under way already');
    if (this.isAsking) throw new EcholotError('internal', 'the server is being asked for residences');
  }

  private get first(): PacedConnection {
    const [first] = this.opened;
    if (first === undefined) throw new EcholotError('internal', 'the session is not open');
    return first;
  }

  private get isLost(): boolean {
    return this.opened.every(({ failure }) => failure !== undefined);
  }

  private nowNs(): bigint {
    return this.about.network.timekeeper.nowNs();
  }

  /**
   * The first shows what the server agrees to, and which address answers.
   * @returns what it was asked for
   */
  private async openFirst(): Promise<Asked> {
    const { plan } = this.about;
    const { listensFirst = false } = plan.session;
    const asks = askedFor(plan);
    try {
      await this.openOne(0, asks, listensFirst);
      return asks;
    } catch (error) {
      // A server that does not know an extension refuses it; the protocol goes on without.
      if (!asksAnything(asks) || !(error instanceof EcholotError) || !objectsToSetup(error)) throw error;
      await this.openOne(0, {}, isAnswered404(error));
      return {};
    }
  }

  private async openOthers(asks: Asked): Promise<void> {
    const { connections, session } = this.about.plan;
    let next = 1;
    let failure: unknown;
    const openSome = async (): Promise<void> => {
      while (next < connections && failure === undefined) {
        await this.openOne(next++, asks, session.listensFirst ?? false).catch((error: unknown) => {
          // Those under way come to their end: how many a server takes is worth knowing.
          failure ??= error;
        });
      }
    };
    await Promise.all(Array.from({ length: OPENED_AT_ONCE }, openSome));
    if (failure === undefined) return;
    const stood = this.opened.filter((connection) => connection.failure === undefined).length;
    throw failure instanceof EcholotError ? onlySomeFault(failure, stood, connections) : failure;
  }

  private async openOne(index: number, asks: Asked, listensFirst: boolean): Promise<void> {
    const { network, plan, options } = this.about;
    const { onDialed } = options;
    const connection = new PacedConnection({
      index,
      network,
      target: this.target,
      plan: plan.session,
      inFlight: plan.inFlight,
      asks,
      options: {
        ...options,
        signal: this.signal,
        onDialed: (outcome) => {
          this.target = pinned(this.target, outcome);
          if (index === 0) onDialed?.(outcome);
        },
      },
    });
    await connection.open(listensFirst);
    this.opened[index] = connection;
  }

  private tellEach(portionNs: number): () => void {
    const { timekeeper } = this.about.network;
    let cancelWake = (): void => {};
    if (portionNs === Number.POSITIVE_INFINITY) return cancelWake;
    const sleep = (fromNs: bigint): void => {
      const nextNs = fromNs + BigInt(portionNs);
      cancelWake = timekeeper.wakeAt(nextNs, () => {
        this.log.tell();
        sleep(timekeeper.nowNs());
      });
    };
    sleep(timekeeper.nowNs());
    return () => cancelWake();
  }

  /** What is under way has a moment left. */
  private cancel(run: PacedRun): void {
    const { timekeeper } = this.about.network;
    const nowNs = timekeeper.nowNs();
    this.patience = new Patience(cancelled(), nowNs);
    const cancelEnd = timekeeper.wakeAt(nowNs + BigInt(this.patience.leftNs(nowNs)), () => {
      for (const connection of this.opened) connection.forgo();
      run.stop();
    });
    void run.done.catch(() => {}).finally(cancelEnd);
    run.stop();
  }

  private async closeAll(): Promise<void> {
    const { current } = this;
    this.closing.abort();
    await current?.done.catch(() => {});
    const wasCancelled = this.about.options.signal?.aborted === true;
    const patience = this.patience ?? new Patience(wasCancelled ? cancelled() : undefined, this.nowNs());
    await Promise.all(this.opened.map((connection) => connection.close(patience)));
    this.about.onClosed();
  }
}

/** Of all connections: they are of one server. */
function joined(answers: readonly PacedResidences[]): PacedResidences | undefined {
  const [first] = answers;
  if (first === undefined) return undefined;
  const all = (of: (answer: PacedResidences) => Float64Array): Float64Array =>
    Float64Array.from(answers.flatMap((answer) => [...of(answer)]));
  return {
    source: first.source,
    residenceNs: all(({ residenceNs }) => residenceNs),
    rttNs: all(({ rttNs }) => rttNs),
    kernelRttNs: all(({ kernelRttNs }) => kernelRttNs),
  };
}
