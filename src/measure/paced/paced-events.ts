/** What a run of paced probes tells while it goes on; iterate over a `Paced` to hear it. */
import type { EngineName } from '../../facts/engine.ts';
import type { ErrorRecord } from '../../result/error-record.ts';
import type { PacedServerRecord, PacedStepRecord } from '../../result/paced/paced-result.ts';
import type { DialectAttempt } from '../../result/result.ts';
import type { LostEvent } from '../activity.ts';
import type { PacedPlan } from './paced-plan.ts';

export type PacedEvent =
  | LostEvent
  | {
      readonly kind: 'plan';
      readonly plan: PacedPlan;
      readonly engine: EngineName;
      readonly fallback: string | null;
    }
  /** A dialect was tried in vain. */
  | { readonly kind: 'attempt'; readonly attempt: DialectAttempt }
  /** All connections stand. */
  | { readonly kind: 'opened'; readonly connections: number; readonly server: PacedServerRecord }
  /** A step begins with its warm-up; steps are counted from 1. */
  | {
      readonly kind: 'step';
      readonly step: number;
      readonly of: number;
      readonly askedPerSecond: number | null;
      readonly atNs: number;
      readonly warmupNs: number;
      readonly durationNs: number;
    }
  | ({ readonly kind: 'progress' } & PacedProgress)
  /** A connection is gone, counted from 1; the others go on. */
  | {
      readonly kind: 'connection-lost';
      readonly connection: number;
      readonly atNs: number;
      readonly error: ErrorRecord;
    }
  | { readonly kind: 'step-end'; readonly step: number; readonly record: PacedStepRecord };

/** How a step goes, four times a second. */
export interface PacedProgress {
  readonly step: number;
  readonly atNs: number;
  /** Of the step, its warm-up included. */
  readonly leftNs: number;
  readonly isWarmup: boolean;
  /** Since the step began, with its warm-up. */
  readonly due: number;
  readonly sent: number;
  readonly answered: number;
  readonly lost: number;
  /** Due and not sent. */
  readonly backlog: number;
  /** Echoes a second since the last of these events. */
  readonly answeredPerSecond: number;
  /** Median response time of the step so far, warm-up left out, ns; null before one was answered. */
  readonly responseP50Ns: number | null;
}
