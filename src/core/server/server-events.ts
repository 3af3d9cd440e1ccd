/** What a server's session tells of itself: the stuff of a log. */
import type { SetupReading } from '../wire/messages.ts';

export type EndReason =
  | 'terminated'
  | 'closed-by-peer'
  | 'connection-lost'
  | 'invalid-setup'
  | 'invalid-measurement'
  | 'invalid-termination'
  | 'first-message-timeout'
  | 'idle-timeout'
  | 'shutdown';

export type ServerSessionEvent =
  /** A setup was accepted; `readings` has one entry for each dialect it can still be. */
  | { readonly kind: 'setup'; readonly readings: readonly SetupReading[] }
  /** The first probe settled which dialect is spoken. */
  | { readonly kind: 'dialect'; readonly reading: SetupReading }
  /** The connection belongs to a load from now on; the session has nothing more to say. */
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
      readonly probesEchoed: number;
    };
