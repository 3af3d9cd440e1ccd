/** The loaded phases in the orders in which they are told. */
import type {
  DirectionStatistics,
  IncreaseStatistics,
  LoadedPhaseStatistics,
} from '../../../result/load/load-statistics.ts';

export type Increased = LoadedPhaseStatistics & { readonly increase: IncreaseStatistics };

/** Phases whose increase is known, the largest first. */
export function byIncrease(loaded: readonly LoadedPhaseStatistics[]): Increased[] {
  return loaded
    .filter((one): one is Increased => one.increase !== null)
    .toSorted((a, b) => b.increase.p50.value - a.increase.p50.value);
}

export interface Named {
  /** Of the phase, with the direction where a phase has two. */
  readonly name: string;
  readonly statistics: DirectionStatistics;
}

export function directionsOf(loaded: readonly LoadedPhaseStatistics[]): Named[] {
  return loaded.flatMap(({ phase, directions }) =>
    directions.map((statistics) => ({
      name: phase === 'both' ? `both, ${statistics.direction}` : phase,
      statistics,
    })),
  );
}
