/** Which blocks of a recording count, and to what. */
import type { BlockRecord } from '../../result/block-record.ts';
import type { Recording } from '../../result/result.ts';
import { sameWorkload, type Workload } from '../../result/workload.ts';
import { countedProbes } from './probes.ts';

/** What is known by a workload: a series, and doubts and findings of it. */
export interface OfWorkload {
  readonly workload: Workload;
}

/** Each workload once, in the order of the plan, of which a block was begun. */
export function workloadsOf({ plan, blocks }: Pick<Recording, 'plan' | 'blocks'>): Workload[] {
  const workloads: Workload[] = [];
  for (const planned of plan.workloads) {
    if (workloads.some((workload) => sameWorkload(workload, planned))) continue;
    if (blocks.some(({ workload }) => sameWorkload(workload, planned))) workloads.push(planned);
  }
  return workloads;
}

/** The blocks of a series whose samples count, in the order in which they ran; each has at least one. */
export function measuredBlocks(blocks: readonly BlockRecord[], workload: Workload): BlockRecord[] {
  return blocks.filter(
    (block) =>
      block.kind === 'measured' && sameWorkload(block.workload, workload) && countedProbes(block) > 0,
  );
}
