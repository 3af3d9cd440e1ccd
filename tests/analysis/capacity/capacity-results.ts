/** Records of searches for a capacity, made of their tries. */
import { analyseCapacity } from '../../../src/analysis/capacity/analyse-capacity.ts';
import type {
  CapacityOutcome,
  CapacityPlanRecord,
  CapacityRecording,
  CapacityResult,
  CapacityTryRecord,
} from '../../../src/result/capacity/capacity-result.ts';
import { pacedResult } from '../../report/paced/paced-results.ts';

export const MS = 1_000_000;
export const S = 1_000_000_000;

const { engine, server, tool, system, startedAt, plan: paced } = pacedResult();
const { ratesPerSecond: _rates, maxKeptSamples: _kept, ...way } = paced;

export const PLAN: CapacityPlanRecord = {
  ...way,
  arrivals: 'uniform',
  condition: 'response.p99 < 10ms',
  fromPerSecond: 100,
  maxPerSecond: 100_000,
  precision: 0.05,
  maxTimeNs: 180 * S,
  stepNs: 2 * S,
};

export function tryRecord(
  perSecond: number,
  outcome: CapacityOutcome = 'held',
  over: Partial<CapacityTryRecord> = {},
): CapacityTryRecord {
  const p99 = outcome === 'held' ? 4 * MS : 40 * MS;
  const due = Math.round(2 * perSecond);
  const times = { p50: p99 / 4, p90: p99 / 2, p99, p99_9: 1.5 * p99, max: 2 * p99 };
  return {
    perSecond,
    atNs: 0,
    durationNs: 2 * S,
    outcome,
    value: p99,
    counts: { due, sent: due, answered: due, lost: 0 },
    sentPerSecond: perSecond,
    answeredPerSecond: perSecond,
    backlog: 0,
    byThread: 0,
    response: times,
    service: times,
    ...over,
  };
}

export function repeat(times: number, perSecond: number, outcome?: CapacityOutcome): CapacityTryRecord[] {
  return Array.from({ length: times }, () => tryRecord(perSecond, outcome));
}

/** Sure of 950 and of 1,000, but for the tries that are to come. */
export const BRACKET: readonly CapacityTryRecord[] = [
  ...[100, 200, 400, 800].map((rate) => tryRecord(rate)),
  tryRecord(1_600, 'saturated', { response: null, service: null, value: null }),
  tryRecord(1_131.4, 'missed'),
  tryRecord(951.38),
  tryRecord(1_037.5, 'missed'),
  tryRecord(993.51, 'missed'),
  tryRecord(972.21),
];
export const FOUND: readonly CapacityTryRecord[] = [
  ...BRACKET,
  ...repeat(6, 958.83),
  ...repeat(6, 1_007.4, 'missed'),
];

export function capacityResult(
  tries: readonly CapacityTryRecord[] = FOUND,
  over: Partial<CapacityRecording> = {},
): CapacityResult {
  const recording: CapacityRecording = {
    format: 'echolot-capacity',
    version: 1,
    tool,
    system,
    startedAt,
    durationNs: tries.length * 2.5 * S,
    engine,
    plan: PLAN,
    server,
    addresses: null,
    tries: tries.map((one, i) => ({ ...one, atNs: i * 2.5 * S })),
    outcome: { status: 'complete', error: null },
    ...over,
  };
  return { ...recording, statistics: analyseCapacity(recording) };
}
