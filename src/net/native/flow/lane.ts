/**
 * A lane of flows of the native engine, with a thread of its own. This side looks names up, hands over commands, and
 * passes on what the thread tells.
 */
import { EcholotError } from '../../../core/errors.ts';
import { parts } from '../../../parts/parts.ts';
import type { Target } from '../../dialer.ts';
import { unpackError } from '../../errors/packed-error.ts';
import { cancelled } from '../../errors/session-error.ts';
import type { Flow, FlowCommand, FlowLane, FlowListener, FlowOptions, FlowPlan } from '../../flow/flow.ts';
import { lookUp } from '../lanes/look-up.ts';
import { unpackOutcome } from '../lanes/packed-outcome.ts';
import { PortThread } from '../lanes/port-thread.ts';
import { type FromFlowThread, type OpenedFlow, type ToFlowThread, unpackEnd } from './flow-messages.ts';

const SUBJECT = "the native engine's thread of flows";

/** A flow of which something is still to be heard. */
interface Known {
  readonly listener: FlowListener;
  readonly options: FlowOptions;
  readonly opened: PromiseWithResolvers<OpenedFlow>;
  readonly closed: PromiseWithResolvers<void>;
}

/** Its thread is started with its first flow. */
export class NativeFlowLane implements FlowLane {
  private readonly onClosed: () => void;
  private readonly thread: PortThread<ToFlowThread, FromFlowThread>;
  private readonly flows = new Map<number, Known>();
  private count = 0;
  private failure: EcholotError | undefined;

  constructor(onClosed: () => void) {
    this.onClosed = onClosed;
    this.thread = new PortThread({
      entry: parts.thread('flow-worker'),
      subject: SUBJECT,
      hear: (message: FromFlowThread) => this.hear(message),
      onGone: (error) => this.fail(error),
    });
  }

  async open(target: Target, plan: FlowPlan, listener: FlowListener, options: FlowOptions): Promise<Flow> {
    const { signal, epochNs } = options;
    const found = await lookUp(target, plan.socket, { timeoutNs: plan.timeoutNs, signal });
    const { known, flow } = this.begin(listener, options);
    const timeoutNs = Math.max(0, plan.timeoutNs - found.spentNs);
    this.thread.post({
      kind: 'open',
      flow,
      target: found.target,
      plan: { ...plan, timeoutNs, socket: found.socket },
      epochNs,
    });
    const abort = (): void => this.thread.post({ kind: 'cancel', flow });
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted) abort();
    try {
      const opened = await known.opened.promise;
      return {
        ...opened,
        command: (command: FlowCommand) => this.thread.post({ kind: 'command', flow, command }),
        close: () => this.closeFlow(flow, known),
      };
    } catch (error) {
      this.forget(flow);
      throw error;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  cpuShare(): number | undefined {
    return this.thread.cpuShare();
  }

  async close(): Promise<void> {
    this.failure ??= closedLane();
    await Promise.all([...this.flows].map(([flow, known]) => this.closeFlow(flow, known)));
    await this.thread.terminate();
    this.onClosed();
  }

  private begin(listener: FlowListener, options: FlowOptions): { known: Known; flow: number } {
    if (this.failure !== undefined) throw this.failure;
    this.thread.start();
    const flow = ++this.count;
    const known = {
      listener,
      options,
      opened: Promise.withResolvers<OpenedFlow>(),
      closed: Promise.withResolvers<void>(),
    };
    this.flows.set(flow, known);
    this.thread.hold(true);
    return { known, flow };
  }

  private async closeFlow(flow: number, { closed, opened }: Known): Promise<void> {
    if (!this.flows.has(flow)) return;
    // One that is not open yet is given up; nobody has it.
    this.thread.post({ kind: 'cancel', flow });
    opened.reject(cancelled());
    this.thread.post({ kind: 'close', flow });
    await closed.promise;
    this.forget(flow);
  }

  private forget(flow: number): void {
    this.flows.delete(flow);
    if (this.flows.size === 0) this.thread.hold(false);
  }

  /** The thread is gone: so are its flows. */
  private fail(cause: EcholotError): void {
    this.failure ??= cause;
    const error = this.failure;
    for (const [flow, { listener, opened, closed }] of this.flows) {
      this.flows.delete(flow);
      opened.promise.then(
        () => listener.onEnded({ error, reason: undefined, peerSentBytes: undefined }),
        () => {},
      );
      opened.reject(error);
      closed.resolve();
    }
  }

  private hear(message: FromFlowThread): void {
    const known = this.flows.get(message.flow);
    if (known === undefined) return;
    const { listener, options, opened, closed } = known;
    switch (message.kind) {
      case 'dialed':
        options.onDialed?.(unpackOutcome(message.outcome));
        return;
      case 'turn':
        options.onTurn?.(message.turn);
        return;
      case 'opened':
        opened.resolve(message.opened);
        return;
      case 'failed':
        opened.reject(unpackError(message.error));
        return;
      case 'tally':
        listener.onTally(message.tally);
        return;
      case 'report':
        listener.onReport(message.report);
        return;
      case 'probes':
        listener.onProbes(message.probes);
        return;
      case 'ended':
        listener.onEnded(unpackEnd(message.end));
        return;
      case 'closed':
        closed.resolve();
        return;
    }
  }
}

function closedLane(): EcholotError {
  return new EcholotError('internal', `${SUBJECT} is closed`);
}
