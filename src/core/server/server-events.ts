/** What a server's session tells of itself: the stuff of a log. */
import type { SetupReading } from '../wire/messages.ts';
import type { RefusalReason } from '../wire/refusals.ts';

export const END_REASONS = [
  'terminated',
  'closed-by-peer',
  'connection-lost',
  'invalid-setup',
  'invalid-measurement',
  'invalid-termination',
  'refused-token',
  'first-message-timeout',
  'idle-timeout',
  'session-timeout',
  'not-served',
  'budget',
  'displaced',
  'shutdown',
] as const;

export type EndReason = (typeof END_REASONS)[number];

/** Why a server ends a session that has done nothing wrong. */
export type CutReason = Extract<EndReason, 'session-timeout' | 'budget' | 'displaced' | 'shutdown'>;

export type ServerSessionEvent =
  /** A setup was accepted; `readings` has one entry for each dialect it can still be. */
  | { readonly kind: 'setup'; readonly readings: readonly SetupReading[] }
  /** The first probe settled which dialect is spoken. */
  | { readonly kind: 'dialect'; readonly reading: SetupReading }
  /** The connection belongs to a load from now on, or waits for its turn; the session has nothing more to say. */
  | {
      readonly kind: 'load';
      /** What came behind the question, valid during the call only. */
      readonly rest: Uint8Array;
      /** The peer sends no more than that. */
      readonly peerEnded: boolean;
    }
  | {
      readonly kind: 'end';
      readonly reason: EndReason;
      /** What was wrong, for the log. */
      readonly detail: string | undefined;
      /** Why the client was not served, where it was told so. */
      readonly refusal: RefusalReason | undefined;
      readonly probesEchoed: number;
    };
