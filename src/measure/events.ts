/** What a run tells while it goes on; iterate over a `Measurement` to hear it. */
import type { TracedMessage } from '../net/engine.ts';
import type { BlockRecord } from '../result/block-record.ts';
import type { DialectAttempt } from '../result/result.ts';
import type { LostEvent } from './activity.ts';
import type { Plan } from './exchange/plan.ts';
import type { SampleRange } from './exchange/recorder.ts';
import type { BlockSpec } from './exchange/schedule.ts';

export type ProgressEvent =
  | LostEvent
  | { readonly kind: 'plan'; readonly plan: Plan }
  /** A dialect was tried in vain. */
  | { readonly kind: 'attempt'; readonly attempt: DialectAttempt }
  /** The session of a block stands; `index` counts all blocks from 0, to `of` - 1 where their number is known. */
  | {
      readonly kind: 'block';
      readonly index: number;
      readonly of: number | null;
      readonly spec: BlockSpec;
      readonly protocol: string;
    }
  /** Samples of a block, warm-up included: as they happen on a slow path, in batches on a fast one. */
  | ({ readonly kind: 'samples'; readonly index: number; readonly spec: BlockSpec } & SampleRange)
  /** Messages on the wire since the last such event; only when tracing was asked for. */
  | { readonly kind: 'messages'; readonly messages: readonly TracedMessage[] }
  | { readonly kind: 'block-end'; readonly index: number; readonly block: BlockRecord }
  /** The path is known: about how long the run will take, in so many rounds of blocks. */
  | {
      readonly kind: 'estimate';
      readonly expectedNs: number;
      readonly rounds: number;
      /** Of the smallest size. */
      readonly rttNs: number;
    }
  /** A round of blocks is over, and so wide is the widest interval that a precision was asked of. */
  | { readonly kind: 'round'; readonly round: number; readonly achievedPrecision: number | null };
