/**
 * A lane of paced probes of the native engine, with a thread of its own. This side looks names up, hands over what is to
 * be run, and passes on what the thread tells.
 */
import { EcholotError } from '../../../core/errors.ts';
import { parts } from '../../../parts/parts.ts';
import type { Target } from '../../dialer.ts';
import type { SessionFacts, SessionOptions } from '../../engine.ts';
import { unpackError } from '../../errors/packed-error.ts';
import { cancelled, inPhase } from '../../errors/session-error.ts';
import type {
  PacedLane,
  PacedListener,
  PacedPlan,
  PacedResidences,
  PacedSession,
  PacedTally,
  Stretch,
} from '../../paced/paced.ts';
import { checkPlan } from '../../paced/paced-terms.ts';
import { lookUp } from '../lanes/look-up.ts';
import { unpackOutcome } from '../lanes/packed-outcome.ts';
import { PortThread } from '../lanes/port-thread.ts';
import type { FromPacedThread, OpenedPaced, ToPacedThread } from './paced-messages.ts';

const SUBJECT = "the native engine's thread of paced probes";

type Thread = PortThread<ToPacedThread, FromPacedThread>;

/** Its thread is started with its first session. */
export class NativePacedLane implements PacedLane {
  private readonly onClosed: () => void;
  private readonly thread: Thread;
  private readonly sessions = new Map<number, ThreadSession>();
  private count = 0;
  private failure: EcholotError | undefined;

  constructor(onClosed: () => void) {
    this.onClosed = onClosed;
    this.thread = new PortThread({
      entry: parts.thread('paced-worker'),
      subject: SUBJECT,
      hear: (message: FromPacedThread) => this.sessions.get(message.session)?.hear(message),
      onGone: (error) => this.fail(error),
    });
  }

  async open(
    target: Target,
    plan: PacedPlan,
    listener: PacedListener,
    options: SessionOptions,
  ): Promise<PacedSession> {
    checkPlan(plan);
    const { timeoutNs, socket = {} } = plan.session;
    const found = await lookUp(target, socket, { timeoutNs, signal: options.signal });
    if (this.failure !== undefined) throw this.failure;
    this.thread.start();
    const number = ++this.count;
    const session = new ThreadSession(number, this.thread, listener, options, () => this.forget(number));
    this.sessions.set(number, session);
    this.thread.hold(true);
    await session.open(found.target, { ...plan, session: { ...plan.session, socket: found.socket } });
    return session;
  }

  cpuShare(): number | undefined {
    return this.thread.cpuShare();
  }

  async close(): Promise<void> {
    this.failure ??= new EcholotError('internal', `${SUBJECT} is closed`);
    await Promise.all([...this.sessions.values()].map((session) => session.close()));
    await this.thread.terminate();
    this.onClosed();
  }

  private forget(session: number): void {
    this.sessions.delete(session);
    if (this.sessions.size === 0) this.thread.hold(false);
  }

  /** The thread is gone: so are its sessions. */
  private fail(error: EcholotError): void {
    this.failure ??= error;
    for (const session of this.sessions.values()) session.fail(this.failure);
  }
}

/** A session on the thread, of which something is still to be heard. */
class ThreadSession implements PacedSession {
  private readonly number: number;
  private readonly thread: Thread;
  private readonly listener: PacedListener;
  private readonly options: SessionOptions;
  private readonly onGone: () => void;
  private readonly opening = Promise.withResolvers<OpenedPaced>();
  private readonly closing = Promise.withResolvers<void>();
  private running: PromiseWithResolvers<PacedTally> | undefined;
  private asking: PromiseWithResolvers<PacedResidences | undefined> | undefined;
  private opened: OpenedPaced | undefined;
  private failure: EcholotError | undefined;
  private isClosing = false;
  private readonly abort = (): void => this.thread.post({ kind: 'cancel', session: this.number });

  constructor(
    number: number,
    thread: Thread,
    listener: PacedListener,
    options: SessionOptions,
    onGone: () => void,
  ) {
    this.number = number;
    this.thread = thread;
    this.listener = listener;
    this.options = options;
    this.onGone = onGone;
  }

  get connections(): readonly SessionFacts[] {
    return this.known.connections;
  }

  get inFlight(): number {
    return this.known.inFlight;
  }

  get readyText(): string | undefined {
    return this.known.readyText;
  }

  get messageBytes(): number {
    return this.known.messageBytes;
  }

  /** @throws EcholotError */
  async open(target: Target, plan: PacedPlan): Promise<void> {
    const { epochNs, signal, trace } = this.options;
    this.thread.post({
      kind: 'open',
      session: this.number,
      target,
      plan,
      epochNs,
      trace: trace !== undefined,
    });
    signal?.addEventListener('abort', this.abort, { once: true });
    if (signal?.aborted) this.abort();
    try {
      this.opened = await this.opening.promise;
    } catch (error) {
      this.leave();
      throw error;
    }
  }

  async run(stretch: Stretch): Promise<PacedTally> {
    this.checkIdle();
    this.running = Promise.withResolvers<PacedTally>();
    this.thread.post({ kind: 'run', session: this.number, stretch });
    return await this.running.promise.finally(() => {
      this.running = undefined;
    });
  }

  async residences(timeoutNs: number): Promise<PacedResidences | undefined> {
    this.checkIdle();
    this.asking = Promise.withResolvers<PacedResidences | undefined>();
    this.thread.post({ kind: 'ask', session: this.number, timeoutNs });
    return await this.asking.promise.finally(() => {
      this.asking = undefined;
    });
  }

  async close(): Promise<void> {
    if (!this.isClosing && this.failure === undefined) {
      // One that is not open yet is given up; nobody has it.
      if (this.opened === undefined) this.abort();
      this.opening.reject(cancelled());
      this.asking?.reject(inPhase(cancelled(), 'measurement'));
      this.thread.post({ kind: 'close', session: this.number });
    }
    this.isClosing = true;
    if (this.failure === undefined) await this.closing.promise;
    this.leave();
  }

  /** The thread is gone. */
  fail(error: EcholotError): void {
    this.failure = error;
    this.opening.reject(error);
    this.running?.reject(error);
    this.asking?.reject(error);
    this.closing.resolve();
  }

  hear(message: FromPacedThread): void {
    const { listener, options } = this;
    switch (message.kind) {
      case 'dialed':
        options.onDialed?.(unpackOutcome(message.outcome));
        return;
      case 'traced':
        options.trace?.(message.message);
        return;
      case 'opened':
        this.opening.resolve(message.opened);
        return;
      case 'failed':
        this.opening.reject(unpackError(message.error));
        return;
      case 'samples':
        listener.onSamples(message.samples);
        return;
      case 'tally':
        listener.onTally(message.tally);
        return;
      case 'lost':
        listener.onLost(message.connection, unpackError(message.error));
        return;
      case 'ran':
        this.running?.resolve(message.tally);
        return;
      case 'broken':
        this.running?.reject(unpackError(message.error));
        return;
      case 'told':
        this.asking?.resolve(message.residences);
        return;
      case 'untold':
        this.asking?.reject(unpackError(message.error));
        return;
      case 'closed':
        this.closing.resolve();
        return;
    }
  }

  /** @throws EcholotError where nothing can be begun */
  private checkIdle(): void {
    if (this.failure !== undefined) throw this.failure;
    if (this.isClosing) throw inPhase(cancelled(), 'measurement');
    if (this.running !== undefined) throw new EcholotError('internal', 'a stretch is under way already');
    if (this.asking !== undefined)
      throw new EcholotError('internal', 'the server is being asked for residences');
  }

  private get known(): OpenedPaced {
    if (this.opened === undefined) throw new EcholotError('internal', 'the session is not open');
    return this.opened;
  }

  /** Nothing more is to be heard. */
  private leave(): void {
    this.options.signal?.removeEventListener('abort', this.abort);
    this.onGone();
  }
}
