/**
 * About how long a run takes at least, before anything is sent: its schedule with nothing but the server's delay in
 * each round trip. What the path adds is not known yet.
 */
import type { Plan } from './exchange/plan.ts';
import {
  type BlockSpec,
  blocksOfRound,
  hasWarmUpBlock,
  MIN_ROUNDS,
  paceOf,
  warmUpBlocks,
} from './exchange/schedule.ts';

/** @returns ns */
export function expectedDurationNs(plan: Plan): number {
  const { serverDelayNs, spreadNs } = plan;
  const rounds = plan.blocks ?? MIN_ROUNDS;
  const warmUp = hasWarmUpBlock(plan);
  const pace = paceOf(plan, warmUp ? serverDelayNs : Number.POSITIVE_INFINITY);
  const specs: BlockSpec[] = warmUp ? warmUpBlocks(plan) : [];
  // The order within a round makes no difference to its length.
  for (let round = 1; round <= rounds; round++) specs.push(...blocksOfRound(plan, pace, round, () => 0));
  const probes = specs.reduce((sum, spec) => sum + spec.warmupProbes + spec.probes, 0);
  return Math.max(probes * serverDelayNs, warmUp ? spreadNs : 0);
}
