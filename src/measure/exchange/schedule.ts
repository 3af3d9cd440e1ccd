/**
 * Which blocks run when. Samples that follow each other are alike, so each size is measured in blocks spread
 * over the run: in rounds, each with one block of every size in a random order, at a random moment of its own
 * share of the time. Pure: chance and time are arguments.
 */
import type { Workload } from '../../result/workload.ts';
import type { Random } from '../../stats/distributions/random.ts';
import { leastBlockProbes } from './least-probes.ts';
import type { Plan } from './plan.ts';

const NS_PER_MS = 1_000_000;
/** Ten such blocks support a 99th percentile. */
export const MAX_BLOCK_PROBES = 100;
/** A default run of twelve sizes then takes as long as its blocks are spread. */
export const BLOCK_TIME_NS: number = 25 * NS_PER_MS;
/** A new connection on this machine takes as long to become as fast as it will be. */
export const WARMUP_TIME_NS: number = 2 * NS_PER_MS;
export const MAX_WARMUP_PROBES = 100;
/** Where a precision decides, this many rounds share the spread, and as many more as it takes follow at their pace. */
const ROUNDS_OF_SPREAD = 30;
/** A batch ends after this long: progress and samples are told ten times a second at least. */
export const BATCH_BUDGET_NS: number = 100 * NS_PER_MS;
export const BATCH_PROBES = 1_000;
/** Rounds without which no precision is believed. */
export const MIN_ROUNDS = 10;

export interface BlockSpec {
  readonly workload: Workload;
  /** From 1; 0 for the block before the first round. */
  readonly round: number;
  readonly kind: 'measured' | 'warm-up';
  /** To measure, those of the warm-up not counted. */
  readonly probes: number;
  readonly warmupProbes: number;
}

/** How many probes a block of this path has. */
export interface Pace {
  /** Where the plan has no number of its own. */
  readonly probes: number;
  readonly warmupProbes: number;
}

/** @param leastRttNs of the warm-up block, with the server delay in it */
export function paceOf({ warmupProbes, protocol }: Plan, leastRttNs: number): Pace {
  const fitting = (timeNs: number): number => Math.floor(timeNs / Math.max(leastRttNs, 1));
  return {
    probes: Math.max(leastBlockProbes(protocol), Math.min(MAX_BLOCK_PROBES, fitting(BLOCK_TIME_NS))),
    warmupProbes: warmupProbes ?? Math.min(MAX_WARMUP_PROBES, fitting(WARMUP_TIME_NS)),
  };
}

/** Whether there are blocks before the first round: not in the plain form of one block a size. */
export function hasWarmUpBlock({ blocks }: Plan): boolean {
  return blocks !== 1;
}

/**
 * The blocks before the first round: the smallest size, which passes wherever any does, and by which the dialect is
 * found; then the largest, since it takes the longest to warm up, and sets the pace.
 */
export function warmUpBlocks({ workloads, protocol }: Plan): BlockSpec[] {
  const bySize = workloads.toSorted((a, b) => a.payloadBytes - b.payloadBytes);
  const smallest = bySize[0] as Workload;
  const largest = workloads.find(({ payloadBytes }) => payloadBytes === bySize.at(-1)?.payloadBytes);
  const ends =
    largest === undefined || largest.payloadBytes === smallest.payloadBytes
      ? [smallest]
      : [smallest, largest];
  const probes = leastBlockProbes(protocol);
  return ends.map((workload) => ({ workload, round: 0, kind: 'warm-up', probes, warmupProbes: 0 }));
}

/** The blocks of one round, from 1 on, in the order in which they run. */
export function blocksOfRound(plan: Plan, pace: Pace, round: number, random: Random): BlockSpec[] {
  const { workloads, blocks } = plan;
  const order = blocks === 1 ? workloads : shuffled(workloads, random);
  const probes = probesOfRound(plan, pace, round);
  return order.map((workload) => ({
    workload,
    round,
    kind: 'measured',
    probes,
    warmupProbes: plan.warmupProbes ?? pace.warmupProbes,
  }));
}

/** The first rounds take one probe more where the probes do not part evenly. */
function probesOfRound({ probes, blocks }: Plan, pace: Pace, round: number): number {
  if (probes === null || blocks === null) return pace.probes;
  const share = Math.floor(probes / blocks);
  return round <= probes % blocks ? share + 1 : share;
}

/**
 * When a round begins, ns after the first one did: at random within its own share of the spread, but for the
 * first, which nobody need wait for.
 */
export function roundStartNs({ spreadNs, blocks }: Plan, round: number, random: Random): number {
  const shareNs = spreadNs / (blocks ?? ROUNDS_OF_SPREAD);
  return round === 1 || blocks === 1 ? 0 : Math.round((round - 1 + random()) * shareNs);
}

/** Fisher and Yates, as in Knuth, The Art of Computer Programming, volume 2, algorithm 3.4.2P. */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j] as T, order[i] as T];
  }
  return order;
}
