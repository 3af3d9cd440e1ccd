/** The native engine of flows: lanes, each with a thread. */
import type { FlowEngine } from '../../flow/flow.ts';
import { NativeFlowLane } from './lane.ts';

/** Close it. */
export function createNativeFlowEngine(): FlowEngine {
  const lanes = new Set<NativeFlowLane>();
  return {
    name: 'native',
    hasTcp: true,
    openFlowLane() {
      const lane = new NativeFlowLane(() => lanes.delete(lane));
      lanes.add(lane);
      return lane;
    },
    async close() {
      await Promise.all([...lanes].map((lane) => lane.close()));
    },
  };
}
