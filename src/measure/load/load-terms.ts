/** What is asked of the server for a load, and what is left of the phases where it grants less. Pure. */
import type { LoadAnswer, LoadTerms } from '../../core/load/load-messages.ts';
import { MAX_END_NS } from '../../facts/load.ts';
import type { GrantRecord } from '../../result/load/load-result.ts';
import { SEARCH_NS } from './data-phase.ts';
import { carriesData, type LoadPlan, type PlannedPhase } from './load-plan.ts';

const NS_PER_MS = 1_000_000;
/** Asked of the server beyond the phases: connecting, and a moment in which one of both is stopped. */
const SPARE_MS = 2_000;

export function askedTerms(plan: LoadPlan): LoadTerms {
  const { phases, bitsPerSecond = 0, maxStreams } = plan;
  const dataPhases = phases.filter(({ name }) => carriesData(name)).length;
  const phasesMs = Math.ceil((plannedNs(phases) + longestSearchNs(plan)) / NS_PER_MS);
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

/**
 * Shorter ones, all by the same factor, where the server does not grant the time. Where it grants a single stream, data that
 * was to go both ways at once goes one way after the other.
 */
export function fittingPhases(
  phases: readonly PlannedPhase[],
  granted: GrantRecord,
): readonly PlannedPhase[] {
  const factor = Math.max(0, Math.min(1, timeForPhasesNs(granted) / plannedNs(phases)));
  const fitting = granted.streams === 1 ? oneWayEach(phases) : phases;
  return fitting.map(({ name, durationNs }) => ({ name, durationNs: Math.floor(durationNs * factor) }));
}

/** Each phase once: one that is there already has its own time. */
function oneWayEach(phases: readonly PlannedPhase[]): PlannedPhase[] {
  const others = phases.map(({ name }) => name);
  return phases.flatMap((phase): PlannedPhase[] => {
    if (phase.name !== 'both') return [phase];
    const ways = (['down', 'up'] as const).filter((way) => !others.includes(way));
    return ways.map((name) => ({ name, durationNs: phase.durationNs / 2 }));
  });
}

/** For how much longer than these `phases` a load may go on while the number of streams is searched for, ns. */
export function spareOf(plan: LoadPlan, phases: readonly PlannedPhase[], granted: GrantRecord): number {
  return Math.max(0, Math.min(longestSearchNs(plan), timeForPhasesNs(granted) - plannedNs(phases)));
}

/** What is granted, less what is needed beside the phases. */
function timeForPhasesNs({ durationNs }: GrantRecord): number {
  return durationNs - Math.min(SPARE_MS * NS_PER_MS, durationNs / 4);
}

/** How long the number of streams may be searched for in all phases. */
function longestSearchNs({ phases, streams, untilStable, maxStreams }: LoadPlan): number {
  if (streams !== undefined || untilStable) return 0;
  return phases.filter(({ name }) => carriesData(name)).length * maxStreams * SEARCH_NS;
}

function plannedNs(phases: readonly PlannedPhase[]): number {
  return phases.reduce((total, { durationNs }) => total + durationNs, 0);
}
