/** How the parts about open loops ask for one, and find in its record what they hold against the truth. */
import type { PacedResult } from '../../../src/index.ts';
import type { PacedPercentile, PacedStepStatistics } from '../../../src/result/paced/paced-statistics.ts';
import { type Reached, runJson, type TruthContext, unlessFailed } from '../part.ts';

/** Beyond the step: starting the program, connecting, warming up, and its end. */
const SPARE_MS = 30_000;
const MS_PER_S = 1_000;

export interface Asked {
  readonly perSecond: number;
  /** Default 1. */
  readonly connections?: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly flags?: readonly string[];
  /** Is told the id of the client's process. */
  readonly onStart?: (pid: number) => void;
}

/** @returns undefined of a run that did not end well, which is told, and right about nothing */
export async function paced(
  context: TruthContext,
  { host, port, namespace }: Pick<Reached, 'host' | 'port' | 'namespace'>,
  { perSecond, connections = 1, bytes, seconds, flags = [], onStart }: Asked,
): Promise<PacedStepStatistics | undefined> {
  const rate = ['--rate', `${perSecond}/s`, '--connections', String(connections)];
  const what = [...rate, '--sizes', String(bytes), '--duration', `${seconds}s`, ...flags];
  const timeoutMs = SPARE_MS + seconds * MS_PER_S;
  const run = runJson<PacedResult>(context, ['measure', host, port, ...what], {
    ...{ timeoutMs, namespace, onStart },
  });
  const result = await unlessFailed(context, `an open loop of ${perSecond}/s`, run);
  return result?.statistics.steps[0];
}

/** Of a run that failed, and of a percentile among probes that were never answered, longer than any. */
export function responseNs(step: PacedStepStatistics | undefined, percentile: PacedPercentile): number {
  return step?.response?.[percentile].value ?? Number.POSITIVE_INFINITY;
}

/** The middle one and both ends, in a unit of so many ns. */
export function rangeText(values: readonly number[], unitNs: number, digits: number): string {
  const ascending = [...values].sort((a, b) => a - b);
  const text = (value: number | undefined): string => ((value ?? Number.NaN) / unitNs).toFixed(digits);
  return `${text(ascending[ascending.length >> 1])} (${text(ascending[0])} to ${text(ascending.at(-1))})`;
}
