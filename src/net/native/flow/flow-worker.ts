/** The thread of a lane of flows: the same flows as everywhere, over a reactor. */
import type { MessagePort } from 'node:worker_threads';
import { packError } from '../../errors/packed-error.ts';
import type { Flow, FlowListener, FlowProbes } from '../../flow/flow.ts';
import { LoopFlowLane } from '../../flow/loop-lane.ts';
import { ReactorDialer } from '../lanes/dialer.ts';
import { packOutcome } from '../lanes/packed-outcome.ts';
import { runOnThread } from '../lanes/port-worker.ts';
import { Oversleep } from '../thread/oversleep.ts';
import { type FromFlowThread, packEnd, type ToFlowThread } from './flow-messages.ts';

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
        onTurn: (turn) => this.post({ flow, kind: 'turn', turn }),
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

runOnThread<ToFlowThread>(
  (reactor, port) => {
    // From the start: the kernel takes its time to begin with stamps.
    reactor.stampKeeper.hold();
    return new FlowWorker(new LoopFlowLane(new ReactorDialer(reactor)), port);
  },
  // A probe of a load is timed from its sending, and polling before that takes the processor from the data.
  new Oversleep({ mostNs: 0 }),
);
