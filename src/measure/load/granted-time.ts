/** How much time is asked of a server for the phases of a load, and what becomes of them when it grants less. */
import type { LoadTerms } from '../../core/load/load-messages.ts';
import { carriesData, type LoadPlan, type PlannedPhase } from './load-plan.ts';

const NS_PER_MS = 1_000_000;
/** Needed of the server beyond the phases: connecting, and what is under way at the end of each. */
const SPARE_MS = 2_000;
/** How long a phase may take to end, ns: a queue of seconds has to run empty. */
export const MAX_END_NS = 5_000_000_000;

/** What is asked of the server. */
export function termsOf({ phases, bitsPerSecond = 0, maxStreams }: LoadPlan): LoadTerms {
  // A queue that runs empty for long, or a path that is cut for a while, must not cost the phases after it.
  const endsNs = phases.filter(({ name }) => carriesData(name)).length * MAX_END_NS;
  const durationMs = Math.ceil((timeOf(phases) + endsNs) / NS_PER_MS) + SPARE_MS;
  const goesBothWays = phases.some(({ name }) => name === 'both');
  return { durationMs, bitsPerSecond, streams: maxStreams * (goesBothWays ? 2 : 1) };
}

/**
 * Shorter ones, all by the same factor, where the server does not grant the time.
 * @param grantedNs undefined where nobody grants any
 */
export function fittingPhases(
  phases: readonly PlannedPhase[],
  grantedNs: number | undefined,
): readonly PlannedPhase[] {
  if (grantedNs === undefined) return phases;
  const spareNs = Math.min(SPARE_MS * NS_PER_MS, grantedNs / 4);
  const factor = Math.min(1, (grantedNs - spareNs) / timeOf(phases));
  return phases.map(({ name, durationNs }) => ({ name, durationNs: Math.floor(durationNs * factor) }));
}

function timeOf(phases: readonly PlannedPhase[]): number {
  return phases.reduce((total, { durationNs }) => total + durationNs, 0);
}
