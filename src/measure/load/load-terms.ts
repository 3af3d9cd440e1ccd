/** What is asked of the server for a load, and what is left of the phases where it grants less. Pure. */
import type { LoadAnswer, LoadTerms } from '../../core/load/load-messages.ts';
import type { GrantRecord } from '../../result/load/load-result.ts';
import { carriesData, type LoadPlan, type PlannedPhase } from './load-plan.ts';

const NS_PER_MS = 1_000_000;
/** Asked of the server beyond the phases: connecting, and a moment in which one of both is stopped. */
const SPARE_MS = 2_000;
/** How long a phase with data may take to end, ns: a queue of seconds has to run empty, a path may be cut for a while. */
export const MAX_END_NS = 5_000_000_000;

export function askedTerms({ phases, bitsPerSecond = 0, maxStreams }: LoadPlan): LoadTerms {
  const dataPhases = phases.filter(({ name }) => carriesData(name)).length;
  const phasesMs = Math.ceil(sum(phases.map(({ durationNs }) => durationNs)) / NS_PER_MS);
  const goesBothWays = phases.some(({ name }) => name === 'both');
  return {
    durationMs: phasesMs + SPARE_MS + (dataPhases * MAX_END_NS) / NS_PER_MS,
    bitsPerSecond,
    streams: maxStreams * (goesBothWays ? 2 : 1),
  };
}

export function grantRecord({
  durationMs,
  bitsPerSecond,
  streams,
}: Extract<LoadAnswer, { kind: 'granted' }>): GrantRecord {
  return {
    durationNs: durationMs * NS_PER_MS,
    bitsPerSecond: bitsPerSecond === 0 ? null : bitsPerSecond,
    streams,
  };
}

/** Shorter ones, all by the same factor, where the server does not grant the time. */
export function fittingPhases(
  phases: readonly PlannedPhase[],
  { durationNs: grantedNs }: GrantRecord,
): readonly PlannedPhase[] {
  const wantedNs = sum(phases.map(({ durationNs }) => durationNs));
  const spareNs = Math.min(SPARE_MS * NS_PER_MS, grantedNs / 4);
  const factor = Math.min(1, (grantedNs - spareNs) / wantedNs);
  return phases.map(({ name, durationNs }) => ({ name, durationNs: Math.floor(durationNs * factor) }));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
