/**
 * Runs of two sides in turns: pairs, one run of each side, in random order. Half of the pairs, as far as that can be, begin
 * with A: what the first run of a pair does to the second is then no difference.
 */

import { MAX_RUNS_A_SIDE } from '../../analysis/compared/compared-runs.ts';
import type { TurnsRecord } from '../../result/turns.ts';
import { type Random, seededRandom } from '../../stats/distributions/random.ts';
import { checkDuration, checkInteger } from '../checks.ts';
import { freshSeed, MAX_SEED } from '../exchange/plan.ts';
import { shuffled } from '../exchange/schedule.ts';

const NS_PER_MS = 1_000_000;
/**
 * A fifth of goodput is found by so many in 94 of 100 simulated comparisons whose loads scatter by 3 % and of which one in
 * twenty meets with something else; by six in 75.
 */
export const DEFAULT_ROUNDS = 8;
export const MAX_ROUNDS: number = MAX_RUNS_A_SIDE;

export type Side = 'a' | 'b';

export interface TurnsOptions {
  /** Pairs of runs. Default 8. */
  readonly rounds?: number;
  /** No pair begins after this time, ms. Default none. */
  readonly maxTimeMs?: number;
  /** Of the order within the pairs, and of random moments. Default a random one, which is in the record. */
  readonly seed?: number;
}

/** @throws EcholotError `usage` */
export function planTurns({
  rounds = DEFAULT_ROUNDS,
  maxTimeMs,
  seed = freshSeed(),
}: TurnsOptions): TurnsRecord {
  const maxNs = maxTimeMs === undefined ? null : checkDuration('time limit', maxTimeMs, 1) * NS_PER_MS;
  return {
    rounds: checkInteger('number of rounds', rounds, 1, MAX_ROUNDS),
    maxTimeNs: maxNs === null ? null : Math.round(maxNs),
    seed: checkInteger('seed', seed, 0, MAX_SEED),
  };
}

/** Which side comes first in each round: each in half of them, as far as that can be. */
export function firstSides(rounds: number, random: Random): Side[] {
  const halves = Array.from({ length: rounds - (rounds % 2) }, (_, i): Side => (i % 2 === 0 ? 'a' : 'b'));
  const odd: Side[] = rounds % 2 === 0 ? [] : [random() < 0.5 ? 'a' : 'b'];
  return shuffled([...halves, ...odd], random);
}

/** Runs of complete rounds, in their order. */
export type RunsInTurns<R> = Readonly<Record<Side, R[]>>;

/**
 * Runs the pairs one after the other.
 * @param kept where the runs of each round go as soon as it is complete
 * @throws whatever a run throws
 */
export async function runInTurns<R>(
  { rounds, maxTimeNs, seed }: TurnsRecord,
  nowNs: () => bigint,
  kept: RunsInTurns<R>,
  run: (side: Side, round: number) => Promise<R>,
): Promise<void> {
  const startNs = nowNs();
  for (const [i, first] of firstSides(rounds, seededRandom(seed)).entries()) {
    if (i > 0 && maxTimeNs !== null && nowNs() - startNs > BigInt(maxTimeNs)) return;
    const one = await run(first, i + 1);
    const other = await run(first === 'a' ? 'b' : 'a', i + 1);
    kept.a.push(first === 'a' ? one : other);
    kept.b.push(first === 'a' ? other : one);
  }
}
