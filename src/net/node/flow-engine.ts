/** Flows over node:net, on the caller's thread: without bounds of the kernel on what waits in a sender. */
import type { FlowEngine } from '../flow/flow.ts';
import { createLoopFlowEngine } from '../flow/loop-lane.ts';
import { nodeDialer } from './dialer.ts';
import { watchProcessor } from './processor-share.ts';

export const nodeFlowEngine: FlowEngine = createLoopFlowEngine('node', nodeDialer, watchProcessor);
