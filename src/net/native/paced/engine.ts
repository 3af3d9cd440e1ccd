/** The native engine of paced probes: lanes, each with a thread. */
import type { PacedEngine } from '../../paced/paced.ts';
import { NativePacedLane } from './lane.ts';

/** Close it. */
export function createNativePacedEngine(): PacedEngine {
  const lanes = new Set<NativePacedLane>();
  return {
    name: 'native',
    openPacedLane() {
      const lane = new NativePacedLane(() => lanes.delete(lane));
      lanes.add(lane);
      return lane;
    },
    async close() {
      await Promise.all([...lanes].map((lane) => lane.close()));
    },
  };
}
