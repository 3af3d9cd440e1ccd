/** What a run tells while it goes on; iterate over a {@link Measurement} to hear it. */
import type { TracedMessage } from '../net/engine.ts';
import type { BlockRecord } from '../result/block-record.ts';
import type { DialectAttempt } from '../result/result.ts';
import type { Plan } from './plan.ts';
import type { SampleRange } from './recorder.ts';
import type { BlockSpec } from './schedule.ts';

export type ProgressEvent =
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
  /** A round of blocks is over, and so wide is the widest interval that a precision was asked of. */
  | { readonly kind: 'round'; readonly round: number; readonly achievedPrecision: number | null };
