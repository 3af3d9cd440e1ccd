/** Flows over node:net, on the caller's thread: without bounds of the kernel on what waits in a sender. */
import type { FlowEngine } from '../flow/flow.ts';
import { createLoopFlowEngine } from '../flow/loop-lane.ts';
import { nodeDialer } from './dialer.ts';

const NS_PER_US = 1_000;

export const nodeFlowEngine: FlowEngine = createLoopFlowEngine('node', nodeDialer, watchProcessor);

/** @returns what tells the share of one processor that this thread has used since it was asked last */
function watchProcessor(): () => number {
  let [atNs, usedNs] = look();
  return () => {
    const [nowNs, nowUsedNs] = look();
    const share = nowNs === atNs ? 0 : (nowUsedNs - usedNs) / (nowNs - atNs);
    [atNs, usedNs] = [nowNs, nowUsedNs];
    return share;
  };
}

function look(): [nowNs: number, usedNs: number] {
  const { user, system } = process.threadCpuUsage();
  return [Number(process.hrtime.bigint()), (user + system) * NS_PER_US];
}
