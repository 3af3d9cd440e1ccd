/** The steps of a run with what they mean, which is told of them together. */
import type { PacedResult, PacedStepRecord } from '../../../result/paced/paced-result.ts';
import {
  PACED_SHARES,
  type PacedDoubt,
  type PacedPercentile,
  type PacedStepStatistics,
} from '../../../result/paced/paced-statistics.ts';
import { supportsQuantile } from '../../../stats/quantile/quantiles.ts';
import { percentText } from '../../../text/numbers.ts';

/** Of the probes of a rate that was kept. */
const MOST_LOST = 0.01;

export interface PacedStep {
  /** From 1. */
  readonly number: number;
  readonly record: PacedStepRecord;
  readonly statistics: PacedStepStatistics;
}

export function stepsOf({ steps, statistics }: PacedResult): PacedStep[] {
  return steps.flatMap((record, i) => {
    const own = statistics.steps[i];
    return own === undefined ? [] : [{ number: i + 1, record, statistics: own }];
  });
}

/** Without a rate, each probe leaves once another one is answered. */
export function isClosed({ plan }: Pick<PacedResult, 'plan'>): boolean {
  return plan.ratesPerSecond.length === 0;
}

/** Most that were under way on one connection: fewer than asked for where the protocol takes one after the other. */
export function inFlightOf({ plan, server }: Pick<PacedResult, 'plan' | 'server'>): number {
  return server?.inFlight ?? plan.inFlight;
}

/** Why a step is no proof that its rate was kept; undefined where it is one. */
export function notKeptWords(
  { number, record, statistics }: PacedStep,
  doubts: readonly PacedDoubt[],
): string | undefined {
  if (statistics.isSaturated) return 'saturated';
  if (doubts.some((doubt) => doubt.kind === 'rate-not-kept' && doubt.step === number)) {
    return 'not sent as asked for';
  }
  const { lost, sent } = record.counts;
  if (lost > MOST_LOST * sent) return `${percentText(lost / sent)} of its probes lost`;
  return record.isComplete ? undefined : 'not run to the end';
}

/**
 * Whether there are probes enough for a percentile: with fewer than five beyond it, it is little more than the longest time.
 * Those that were never sent have a response time, which is the longest, and no service time.
 */
export function isTold(
  { record: { counts } }: PacedStep,
  kind: 'response' | 'service',
  percentile: PacedPercentile,
): boolean {
  return supportsQuantile(kind === 'response' ? counts.due : counts.sent, PACED_SHARES[percentile]);
}
