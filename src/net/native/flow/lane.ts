/**
 * A lane of flows of the native engine, with a thread of its own. This side looks names up, hands over commands, and
 * passes on what the thread tells.
 */
import { monotonic } from '../../../clock/monotonic.ts';
import { EcholotError } from '../../../core/errors.ts';
import type { Target } from '../../dialer.ts';
import { unpackError } from '../../errors/packed-error.ts';
import { cancelled, inPhase } from '../../errors/session-error.ts';
import type { Flow, FlowCommand, FlowLane, FlowListener, FlowOptions, FlowPlan } from '../../flow/flow.ts';
import { addressesOf, sourceFor } from '../../reach/resolve.ts';
import { NativeThread, REQUEST, threadEntry, threadFailure } from '../thread/thread.ts';
import {
  CPU_AT,
  CPU_USED,
  type FromFlowThread,
  type OpenedFlow,
  type ToFlowThread,
  unpackEnd,
  unpackOutcome,
} from './flow-messages.ts';

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
  private thread: NativeThread | undefined;
  private readonly flows = new Map<number, Known>();
  private count = 0;
  private failure: EcholotError | undefined;
  private readonly cpu = new BigInt64Array(new SharedArrayBuffer(2 * BigInt64Array.BYTES_PER_ELEMENT));
  private cpuUsedNs = 0n;
  private cpuAtNs = 0n;

  constructor(onClosed: () => void) {
    this.onClosed = onClosed;
  }

  async open(target: Target, plan: FlowPlan, listener: FlowListener, options: FlowOptions): Promise<Flow> {
    const { signal, epochNs } = options;
    const startNs = monotonic.nowNs();
    const { bindAddress, device } = plan.socket;
    const addresses = await addressesOf(target, {
      timekeeper: monotonic,
      timeoutNs: plan.timeoutNs,
      signal,
      bindAddress,
      device,
    }).catch(inConnectPhase);
    const spentNs = Number(monotonic.nowNs() - startNs);
    const { known, flow } = this.begin(listener, options);
    this.post({
      kind: 'open',
      flow,
      target: { ...target, addresses },
      plan: {
        ...plan,
        timeoutNs: Math.max(0, plan.timeoutNs - spentNs),
        socket: { ...plan.socket, ...sourceFor(plan.socket, addresses) },
      },
      epochNs,
    });
    const abort = (): void => this.post({ kind: 'cancel', flow });
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted) abort();
    try {
      const opened = await known.opened.promise;
      return {
        ...opened,
        command: (command: FlowCommand) => this.post({ kind: 'command', flow, command }),
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
    const usedNs = Atomics.load(this.cpu, CPU_USED);
    const atNs = Atomics.load(this.cpu, CPU_AT);
    const passedNs = Number(atNs - this.cpuAtNs);
    const isKnown = this.cpuAtNs !== 0n && passedNs > 0;
    const share = isKnown ? Number(usedNs - this.cpuUsedNs) / passedNs : undefined;
    [this.cpuUsedNs, this.cpuAtNs] = [usedNs, atNs];
    return share;
  }

  async close(): Promise<void> {
    const { thread } = this;
    this.failure ??= closedLane();
    if (thread !== undefined) {
      await Promise.all([...this.flows].map(([flow, known]) => this.closeFlow(flow, known)));
      await thread.terminate();
    }
    this.onClosed();
  }

  private begin(listener: FlowListener, options: FlowOptions): { known: Known; flow: number } {
    if (this.failure !== undefined) throw this.failure;
    this.start();
    const flow = ++this.count;
    const known = {
      listener,
      options,
      opened: Promise.withResolvers<OpenedFlow>(),
      closed: Promise.withResolvers<void>(),
    };
    this.flows.set(flow, known);
    this.thread?.worker.ref();
    return { known, flow };
  }

  private async closeFlow(flow: number, { closed, opened }: Known): Promise<void> {
    if (!this.flows.has(flow)) return;
    // One that is not open yet is given up; nobody has it.
    this.post({ kind: 'cancel', flow });
    opened.reject(cancelled());
    this.post({ kind: 'close', flow });
    await closed.promise;
    this.forget(flow);
  }

  private forget(flow: number): void {
    this.flows.delete(flow);
    if (this.flows.size === 0) this.thread?.worker.unref();
  }

  private post(message: ToFlowThread): void {
    if (this.thread === undefined) return;
    this.thread.worker.postMessage(message);
    // It sleeps in the kernel, and reads what was sent once it is awake.
    this.thread.ask(REQUEST.none);
  }

  private start(): void {
    if (this.thread !== undefined) return;
    try {
      this.thread = new NativeThread(threadEntry('flow-worker', import.meta.url), { cpu: this.cpu.buffer });
    } catch (error) {
      throw threadFailure(SUBJECT, error);
    }
    const { worker } = this.thread;
    worker.on('message', (message: FromFlowThread) => this.hear(message));
    worker.once('error', (error) => this.fail(error));
    worker.once('exit', () => this.fail(undefined));
  }

  /** The thread is gone: so are its flows. */
  private fail(cause: unknown): void {
    this.failure ??= threadFailure(SUBJECT, cause);
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

function inConnectPhase(error: unknown): never {
  throw inPhase(error, 'connect');
}

function closedLane(): EcholotError {
  return new EcholotError('internal', `${SUBJECT} is closed`);
}
