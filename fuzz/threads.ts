/** Shares out what is fuzzed without sockets among the processors, and adds up what came of it. */
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { FuzzInput } from './input.ts';
import type { Counted } from './phases.ts';

export interface ThreadTask {
  readonly seed: number;
  readonly serverSeconds: number;
  readonly clientSeconds: number;
  readonly corpus: readonly FuzzInput[];
}

export interface FromThread {
  /** Of each part, in their order. */
  readonly counted: readonly Counted[];
  readonly classes: ReadonlyMap<string, number>;
}

/** @param signal ends all of them early */
export async function inThreads(task: ThreadTask, signal: AbortSignal): Promise<FromThread> {
  const threads = Array.from({ length: availableParallelism() }, async (_, index): Promise<FromThread> => {
    // Neighbouring seeds have nothing in common.
    const workerData: ThreadTask = { ...task, seed: task.seed + index };
    const worker = new Worker(new URL('./thread.ts', import.meta.url), { workerData });
    const stop = (): void => worker.postMessage('stop');
    signal.addEventListener('abort', stop);
    const [result] = (await once(worker, 'message')) as [FromThread];
    signal.removeEventListener('abort', stop);
    return result;
  });
  return (await Promise.all(threads)).reduce(together);
}

function together(one: FromThread, other: FromThread): FromThread {
  const counted = one.counted.map((count, i) => {
    const more = other.counted[i] ?? count;
    return {
      ...count,
      inputs: count.inputs + more.inputs,
      seconds: Math.max(count.seconds, more.seconds),
      processorSeconds: count.processorSeconds + more.processorSeconds,
      differences: count.differences + more.differences,
      ends: added(count.ends, more.ends),
    };
  });
  return { counted, classes: added(one.classes, other.classes) };
}

/** The sums of two counts. */
export function added(
  one: ReadonlyMap<string, number>,
  other: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const sums = new Map(one);
  for (const [name, count] of other) sums.set(name, (sums.get(name) ?? 0) + count);
  return sums;
}
