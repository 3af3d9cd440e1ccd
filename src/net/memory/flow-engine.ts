/** Flows over a pretend network, in virtual time: a link of known rate and queue, to the nanosecond. */
import type { FlowEngine } from '../flow/flow.ts';
import { createLoopFlowEngine } from '../flow/loop-lane.ts';
import type { MemoryNetwork } from './network.ts';

export function memoryFlowEngine(network: MemoryNetwork): FlowEngine {
  return createLoopFlowEngine('memory', network);
}
