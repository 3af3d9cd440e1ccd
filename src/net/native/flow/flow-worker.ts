/**
 * The thread of a lane of flows: the same flows as everywhere, over a reactor that sleeps for all of them. Between two
 * of its turns Node has its own, in which messages of the lane are read and promises are settled.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { packError } from '../../errors/packed-error.ts';
import type { Flow, FlowListener, FlowProbes } from '../../flow/flow.ts';
import { LoopFlowLane } from '../../flow/loop-lane.ts';
import { Descriptors } from '../kernel/descriptors.ts';
import { loadLibc } from '../kernel/libc.ts';
import { Reactor } from '../server/reactor.ts';
import { REQUEST, type ThreadControl } from '../thread/thread.ts';
import { ThreadEnd } from '../thread/thread-end.ts';
import { ReactorDialer } from './dialer.ts';
import {
  CPU_AT,
  CPU_USED,
  type FromFlowThread,
  packEnd,
  packOutcome,
  type ToFlowThread,
} from './flow-messages.ts';

/** A thread that waits in the kernel can only be ended when the wait is over. */
const MAX_WAIT_NS = 1_000_000_000;
const CPU_EVERY_NS = 50_000_000n;
const NS_PER_US = 1_000;

type OpenOrder = Extract<ToFlowThread, { kind: 'open' }>;

class FlowWorker {
  private readonly lane: LoopFlowLane;
  private readonly port: MessagePort;
  private readonly aborts = new Map<number, AbortController>();
  private readonly flows = new Map<number, Flow>();

  constructor(lane: LoopFlowLane, port: MessagePort) {
    this.lane = lane;
    this.port = port;
  }

  take(message: ToFlowThread): void {
    const { flow } = message;
    switch (message.kind) {
      case 'open':
        void this.open(message);
        return;
      case 'cancel':
        this.aborts.get(flow)?.abort();
        return;
      case 'command':
        this.flows.get(flow)?.command(message.command);
        return;
      case 'close':
        void this.close(flow);
        return;
    }
  }

  private async open({ flow, target, plan, epochNs }: OpenOrder): Promise<void> {
    const abort = new AbortController();
    this.aborts.set(flow, abort);
    try {
      const opened = await this.lane.open(target, plan, this.listener(flow), {
        epochNs,
        signal: abort.signal,
        onDialed: (outcome) => this.post({ flow, kind: 'dialed', outcome: packOutcome(outcome) }),
      });
      this.flows.set(flow, opened);
      const { local, remote, handshakeRttNs, socket, answer } = opened;
      this.post({ flow, kind: 'opened', opened: { local, remote, handshakeRttNs, socket, answer } });
    } catch (error) {
      this.post({ flow, kind: 'failed', error: packError(error) });
    } finally {
      this.aborts.delete(flow);
    }
  }

  private async close(flow: number): Promise<void> {
    await this.flows.get(flow)?.close();
    this.flows.delete(flow);
    this.post({ flow, kind: 'closed' });
  }

  private listener(flow: number): FlowListener {
    return {
      onTally: (tally) => this.post({ flow, kind: 'tally', tally }),
      onReport: (report) => this.post({ flow, kind: 'report', report }),
      onProbes: (probes) => this.post({ flow, kind: 'probes', probes }, buffersOf(probes)),
      onEnded: (end) => this.post({ flow, kind: 'ended', end: packEnd(end) }),
    };
  }

  private post(message: FromFlowThread, transfer: ArrayBuffer[] = []): void {
    this.port.postMessage(message, transfer);
  }
}

function buffersOf({ count: _, ...lists }: FlowProbes): ArrayBuffer[] {
  return Object.values(lists).map(({ buffer }) => buffer as ArrayBuffer);
}

function run(control: ThreadControl, cpu: SharedArrayBuffer, port: MessagePort): void {
  const { libc, reason } = loadLibc();
  if (libc === undefined) throw new Error(`a thread of the native engine only: ${reason}`);
  const descriptors = new Descriptors(control.descriptors);
  const thread = new ThreadEnd(libc, descriptors, control);
  const reactor = new Reactor(libc, descriptors);
  // From the start: the kernel takes its time to begin with stamps.
  reactor.stampKeeper.hold();
  const worker = new FlowWorker(new LoopFlowLane(new ReactorDialer(reactor)), port);
  port.on('message', (message: ToFlowThread) => worker.take(message));
  // Nothing to do but to wake up: what was sent is read between two turns.
  reactor.wakeBy(thread.wakeFd, () => {});
  const tellCpu = (): void => {
    const used = new BigInt64Array(cpu);
    const { user, system } = process.threadCpuUsage();
    Atomics.store(used, CPU_USED, BigInt((user + system) * NS_PER_US));
    Atomics.store(used, CPU_AT, reactor.nowNs());
    reactor.wakeAt(reactor.nowNs() + CPU_EVERY_NS, tellCpu);
  };
  tellCpu();
  const turn = (): void => {
    if (thread.request === REQUEST.stop) {
      descriptors.closeAll(libc);
      port.close();
      return;
    }
    reactor.turn(MAX_WAIT_NS);
    setImmediate(turn);
  };
  turn();
}

const { control, cpu }: { control: ThreadControl; cpu: SharedArrayBuffer } = workerData;
if (parentPort === null) throw new Error('a thread of the native engine only');
run(control, cpu, parentPort);
