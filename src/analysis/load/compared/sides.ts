/** What loads from files must be to stand on one side of a comparison, or on both. */
import type { LoadResult } from '../../../result/load/load-result.ts';
import { type KindOfRuns, requireSidesOf } from '../../compared/compared-sides.ts';
import type { LabelledLoads } from './compare-loads.ts';

const LOADS: KindOfRuns<LoadResult> = {
  noun: 'load',
  features: [
    ['host', ({ plan }) => plan.host],
    ['port', ({ plan }) => String(plan.port)],
    ['kind of server', ({ plan }) => plan.protocol],
    ['engine', ({ engine }) => engine.name],
    ['number of streams', ({ plan }) => String(plan.streams ?? 'auto')],
    ['rate', ({ plan }) => (plan.bitsPerSecond === null ? 'none' : `${plan.bitsPerSecond} bit/s`)],
    [
      'plan of phases',
      ({ plan }) => plan.phases.map(({ name, durationNs }) => `${name} ${durationNs / 1e9} s`).join(', '),
    ],
  ],
};

/** @throws EcholotError `usage` */
export function requireSides(...sides: readonly LabelledLoads[]): void {
  requireSidesOf(
    LOADS,
    sides.map(({ label, files, loads }) => ({ label, files, runs: loads })),
  );
}
