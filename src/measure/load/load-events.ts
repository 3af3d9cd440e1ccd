/** What a load tells while it goes on; iterate over a `Load` to hear it. */
import type { LoadTurn } from '../../core/load/load-messages.ts';
import type { EngineName } from '../../facts/engine.ts';
import type { GrantRecord, LoadPhaseName } from '../../result/load/load-result.ts';
import type { LostEvent } from '../activity.ts';
import type { LoadPlan } from './load-plan.ts';

export type LoadEvent =
  | LostEvent
  | {
      readonly kind: 'plan';
      readonly plan: LoadPlan;
      readonly engine: EngineName;
      readonly fallback: string | null;
    }
  /** Another load is under way: the server is asked again after so many ms. The rest where the server tells it. */
  | ({ readonly kind: 'waiting'; readonly forMs: number } & Partial<Omit<LoadTurn, 'kind'>>)
  /** It waits in the queue of the server: how long at most, ms, and how many come before. Each second. */
  | LoadTurn
  /** What the server allows; shorter phases follow where that is less than was asked for. */
  | { readonly kind: 'granted'; readonly granted: GrantRecord }
  | {
      readonly kind: 'phase';
      readonly phase: LoadPhaseName;
      readonly atNs: number;
      readonly durationNs: number;
    }
  | ({ readonly kind: 'progress' } & LoadProgress);

/** How it goes, ten times a second. */
export interface LoadProgress {
  readonly phase: LoadPhaseName;
  readonly atNs: number;
  readonly leftNs: number;
  /** Payload received since the last one, as a rate; null in a phase without that direction. */
  readonly downBitsPerSecond: number | null;
  readonly upBitsPerSecond: number | null;
  /** Of the last foreign probe that was answered; null before one was. */
  readonly rttNs: number | null;
  readonly streams: number;
}
