/** Paced probes over node:net, on the caller's thread. */
import { createLoopPacedEngine } from '../paced/loop-lane.ts';
import type { PacedEngine } from '../paced/paced.ts';
import { nodeDialer } from './dialer.ts';
import { watchProcessor } from './processor-share.ts';

export const nodePacedEngine: PacedEngine = createLoopPacedEngine('node', nodeDialer, watchProcessor);
