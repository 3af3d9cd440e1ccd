/** What a lane of paced probes and its thread say to each other. Every message is of one session, by its number. */
import type { Target } from '../../dialer.ts';
import type { SessionFacts, TracedMessage } from '../../engine.ts';
import type { PackedError } from '../../errors/packed-error.ts';
import type {
  PacedPlan,
  PacedResidences,
  PacedSamples,
  PacedSession,
  PacedTally,
  Stretch,
} from '../../paced/paced.ts';
import type { PackedOutcome } from '../lanes/packed-outcome.ts';

export type ToPacedThread = { readonly session: number } & (
  | {
      readonly kind: 'open';
      /** With its addresses. */
      readonly target: Target;
      readonly plan: PacedPlan;
      readonly epochNs: bigint;
      readonly trace: boolean;
    }
  | { readonly kind: 'run'; readonly stretch: Stretch }
  | { readonly kind: 'ask'; readonly timeoutNs: number }
  /** Ends what is under way as cancelled. */
  | { readonly kind: 'cancel' }
  | { readonly kind: 'close' }
);

/** What a session knows when it is open. */
export interface OpenedPaced extends Pick<PacedSession, 'inFlight' | 'readyText' | 'messageBytes'> {
  readonly connections: readonly SessionFacts[];
}

export type FromPacedThread = { readonly session: number } & (
  | { readonly kind: 'dialed'; readonly outcome: PackedOutcome }
  | { readonly kind: 'traced'; readonly message: TracedMessage }
  | { readonly kind: 'opened'; readonly opened: OpenedPaced }
  /** It could not be opened. */
  | { readonly kind: 'failed'; readonly error: PackedError }
  | { readonly kind: 'samples'; readonly samples: PacedSamples }
  | { readonly kind: 'tally'; readonly tally: PacedTally }
  | { readonly kind: 'lost'; readonly connection: number; readonly error: PackedError }
  /** A stretch is over. */
  | { readonly kind: 'ran'; readonly tally: PacedTally }
  | { readonly kind: 'broken'; readonly error: PackedError }
  /** What came of a question for residences. */
  | { readonly kind: 'told'; readonly residences: PacedResidences | undefined }
  | { readonly kind: 'untold'; readonly error: PackedError }
  | { readonly kind: 'closed' }
);
