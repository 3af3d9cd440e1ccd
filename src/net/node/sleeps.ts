/** How late the timers of Node end, which count in whole milliseconds of a clock that is read once a turn. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SleepPlan } from '../engine.ts';

const NS_PER_MS = 1_000_000;

/** @returns of each sleep, ns; below zero for one that ended early */
export async function oversleepsNs({ askedNs, budgetNs, signal }: SleepPlan): Promise<Float64Array> {
  const lateNs: number[] = [];
  const endNs = process.hrtime.bigint() + BigInt(Math.round(budgetNs));
  while (!signal?.aborted) {
    const startNs = process.hrtime.bigint();
    if (startNs >= endNs) break;
    await sleep(askedNs / NS_PER_MS);
    lateNs.push(Number(process.hrtime.bigint() - startNs) - askedNs);
  }
  return Float64Array.from(lateNs);
}
