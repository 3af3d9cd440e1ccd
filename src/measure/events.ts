/** What a run tells while it goes on; iterate over a {@link Measurement} to hear it. */
import type { TracedMessage } from '../net/engine.ts';
import type { DialectAttempt, SessionRecord } from '../result/result.ts';
import type { Plan, PlannedSession } from './plan.ts';
import type { SampleRange } from './recorder.ts';

export type ProgressEvent =
  | { readonly kind: 'plan'; readonly plan: Plan }
  /** A dialect was tried in vain. */
  | { readonly kind: 'attempt'; readonly attempt: DialectAttempt }
  /** A session stands; `index` counts from 0 to `of` - 1. */
  | {
      readonly kind: 'session';
      readonly index: number;
      readonly of: number;
      readonly planned: PlannedSession;
      readonly protocol: string;
    }
  /** A block of samples, warm-up included: as they happen on a slow path, in batches on a fast one. */
  | ({
      readonly kind: 'samples';
      readonly index: number;
      readonly planned: PlannedSession;
      readonly warmupProbes: number;
    } & SampleRange)
  /** Messages on the wire since the last such event; only when tracing was asked for. */
  | { readonly kind: 'messages'; readonly messages: readonly TracedMessage[] }
  | { readonly kind: 'session-end'; readonly index: number; readonly session: SessionRecord };
