/** Paced probes over a pretend network, in virtual time: each leaves when it is due, to the nanosecond. */
import { createLoopPacedEngine } from '../paced/loop-lane.ts';
import type { PacedEngine } from '../paced/paced.ts';
import type { MemoryNetwork } from './network.ts';

export function memoryPacedEngine(network: MemoryNetwork): PacedEngine {
  return createLoopPacedEngine('memory', network);
}
