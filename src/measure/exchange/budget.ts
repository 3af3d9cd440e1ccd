/**
 * How long a run will take, once the path is known, and how much of it fits into its budget. Fewer blocks come before
 * fewer probes in each: the message that opens a session costs as much as a probe. Pure.
 */
import type { RawBlock } from '../../result/block-record.ts';
import { leastOf } from '../../stats/extremes.ts';
import { MIN_BLOCKS } from '../../stats/quantile/interval.ts';
import { quantile, sorted } from '../../stats/quantile/quantiles.ts';
import type { Plan } from './plan.ts';
import { BATCH_BUDGET_NS, BATCH_PROBES, type Pace } from './schedule.ts';

/** Quantile of the probes of a first block, whose code and connection are still cold: what the others will take. */
const SETTLED = 0.25;
/** Beside its probes a session has a setup and a termination, each answered. */
const ANSWERS_BESIDE = 2;
/** Intervals are worth this many budgets: fewer blocks than they take come only then. */
const BUDGETS_FOR_INTERVALS = 2;

/** What the blocks before the first round cost. */
export interface PathCost {
  readonly connectNs: number;
  /** Of the smallest size and of the largest, the server delay in both; the same where there is one. */
  readonly ends: readonly [least: SizeCost, most: SizeCost];
  /** Whether the server is asked after each batch how long it kept the probes: on a far path one costs as much as a probe. */
  readonly asksResidences: boolean;
}

interface SizeCost {
  readonly payloadBytes: number;
  readonly rttNs: number;
}

export interface Fit {
  readonly rounds: number;
  readonly expectedNs: number;
}

/** @returns undefined where nothing was measured yet */
export function pathCost(blocks: readonly RawBlock[]): PathCost | undefined {
  const measured = blocks
    .filter(({ samples }) => samples.rttNs.length > 0)
    .toSorted((a, b) => a.workload.payloadBytes - b.workload.payloadBytes);
  const [least, most] = [measured[0], measured.at(-1)];
  if (least === undefined || most === undefined) return undefined;
  const cost = ({ workload, samples }: RawBlock): SizeCost => ({
    payloadBytes: workload.payloadBytes,
    rttNs: quantile(sorted(samples.rttNs), SETTLED),
  });
  return {
    connectNs: leastOf(measured.map(({ connectNs }) => connectNs)),
    ends: [cost(least), cost(most)],
    asksResidences: measured.some(({ samples }) => (samples.layers?.residenceSource ?? null) !== null),
  };
}

/**
 * @param arms what each side of the run costs; a measurement has one
 * @returns undefined where a precision decides how long it takes
 */
export function fitBudget(plan: Plan, pace: Pace, arms: readonly PathCost[]): Fit | undefined {
  const { blocks, budgetNs, spreadNs } = plan;
  if (blocks === null) return undefined;
  const roundNs = arms.reduce((sum, cost) => sum + costOfRound(plan, pace, cost), 0);
  const fits = (ns: number): number => Math.max(1, Math.floor(ns / roundNs));
  const rounds =
    budgetNs === null || roundNs * blocks <= budgetNs
      ? blocks
      : Math.min(
          blocks,
          Math.max(fits(budgetNs), Math.min(MIN_BLOCKS, fits(BUDGETS_FOR_INTERVALS * budgetNs))),
        );
  return { rounds, expectedNs: Math.max(roundNs * rounds, blocks === 1 ? 0 : spreadNs) };
}

/** ns for one block of every size. */
function costOfRound(plan: Plan, pace: Pace, cost: PathCost): number {
  const { workloads, probes, blocks, serverDelayNs } = plan;
  const each = pace.warmupProbes + (probes === null ? pace.probes : probes / (blocks ?? 1));
  // The server delays nothing but echoes.
  const answerNs = Math.max(0, cost.ends[0].rttNs - serverDelayNs);
  return workloads.reduce((sum, { payloadBytes }) => {
    const rttNs = rttOf(payloadBytes, cost);
    const questions = cost.asksResidences ? batchesOf(each, rttNs) : 0;
    return sum + cost.connectNs + (ANSWERS_BESIDE + questions) * answerNs + each * rttNs;
  }, 0);
}

function batchesOf(probes: number, rttNs: number): number {
  const fitting = Math.ceil(BATCH_BUDGET_NS / Math.max(rttNs, 1));
  return Math.ceil(probes / Math.min(BATCH_PROBES, fitting));
}

/** On the line between the two ends. */
function rttOf(payloadBytes: number, { ends: [least, most] }: PathCost): number {
  const span = most.payloadBytes - least.payloadBytes;
  if (span <= 0) return least.rttNs;
  const share = Math.min(1, Math.max(0, (payloadBytes - least.payloadBytes) / span));
  return least.rttNs + share * Math.max(0, most.rttNs - least.rttNs);
}
