/**
 * Lanes of flows over a dialer, on the thread that calls: the whole of the portable and the pretend engine, and what
 * runs within each thread of the native one.
 */
import type { EngineName } from '../../facts/engine.ts';
import type { Target } from '../dialer.ts';
import type { LoopNetwork } from '../loop-network.ts';
import { DataTrain } from './data-train.ts';
import { EchoBytes } from './echo-bytes.ts';
import type { Flow, FlowEngine, FlowLane, FlowListener, FlowOptions, FlowPlan } from './flow.ts';
import { LoopFlow, type Supplies } from './loop-flow.ts';

/** @param cpuShare absent in virtual time */
export function createLoopFlowEngine(
  name: EngineName,
  network: LoopNetwork,
  cpuShare?: () => () => number,
): FlowEngine {
  const lanes = new Set<LoopFlowLane>();
  return {
    name,
    hasTcp: false,
    openFlowLane() {
      const lane = new LoopFlowLane(network, cpuShare?.(), () => lanes.delete(lane));
      lanes.add(lane);
      return lane;
    },
    async close() {
      await Promise.all([...lanes].map((lane) => lane.close()));
    },
  };
}

export class LoopFlowLane implements FlowLane {
  private readonly network: LoopNetwork;
  private readonly watch: (() => number) | undefined;
  private readonly onClosed: () => void;
  private readonly supplies: Supplies = { train: new DataTrain(), echoBytes: new EchoBytes() };
  private readonly flows = new Set<LoopFlow>();

  constructor(network: LoopNetwork, watch?: () => number, onClosed = (): void => {}) {
    this.network = network;
    this.watch = watch;
    this.onClosed = onClosed;
  }

  async open(target: Target, plan: FlowPlan, listener: FlowListener, options: FlowOptions): Promise<Flow> {
    const { network, supplies } = this;
    const flow = new LoopFlow({ network, supplies, target, plan, listener, options });
    this.flows.add(flow);
    void flow.closed.then(() => this.flows.delete(flow));
    await flow.open();
    return flow;
  }

  cpuShare(): number | undefined {
    return this.watch?.();
  }

  async close(): Promise<void> {
    await Promise.all([...this.flows].map((flow) => flow.close()));
    this.onClosed();
  }
}
