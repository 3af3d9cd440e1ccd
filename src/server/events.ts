/** What a server tells whoever watches it: the stuff of its log, as data. */

import type { SessionLimits } from '../core/limits.ts';
import type { LoadTerms } from '../core/load/load-messages.ts';
import type { EndReason } from '../core/server/server-events.ts';
import type { SetupReading } from '../core/wire/messages.ts';
import type { Endpoint } from '../facts/connection.ts';
import type { EngineName } from '../facts/engine.ts';
import type { LoadSummary } from './load/shared-load.ts';

export interface ServerLimits extends SessionLimits {
  /** Sessions at once; one that has ended is none, though its connection may linger for two seconds. */
  readonly maxSessions: number;
  /** Sum of the payload sizes that all open sessions have agreed on, bytes. */
  readonly maxTotalPayloadBytes: number;
  /** Longest a load may take, ms. */
  readonly maxLoadMs: number;
  /** Most that a load may carry in each direction, bit/s of payload; 0 for no bound. */
  readonly maxLoadBitsPerSecond: number;
  /** Most connections of a load that carry data. */
  readonly maxLoadStreams: number;
}

export type ServerEvent =
  /** The server accepts connections; this is what it grants them. */
  | {
      readonly kind: 'listening';
      readonly endpoints: readonly Endpoint[];
      readonly limits: ServerLimits;
      /** Whether it takes part in loads. */
      readonly load: boolean;
      readonly engine: EngineName;
      readonly threads: number;
      /** Why it is not the native engine, where the choice was the server's own. */
      readonly notNative: string | undefined;
    }
  /** The server accepts no more and waits for sessions in flight. */
  | { readonly kind: 'closing'; readonly sessionsInFlight: number; readonly graceMs: number }
  | { readonly kind: 'connected'; readonly session: number; readonly remote: Endpoint }
  /** A setup was accepted: every value of it, in each dialect it can still be. */
  | { readonly kind: 'setup'; readonly session: number; readonly readings: readonly SetupReading[] }
  | { readonly kind: 'dialect'; readonly session: number; readonly reading: SetupReading }
  /** Plain echo: bytes that are being sent back. The array is valid during the call only. */
  | {
      readonly kind: 'echo';
      readonly session: number;
      readonly remote: Endpoint;
      readonly bytes: Uint8Array;
    }
  | {
      readonly kind: 'end';
      readonly session: number;
      readonly remote: Endpoint;
      readonly reason: EndReason;
      readonly detail: string | undefined;
      /** Probes echoed in the measurement protocol, bytes echoed in plain echo. */
      readonly echoed: number;
      readonly durationNs: number;
    }
  /** A load was granted to the client of this session, and on these terms. */
  | {
      readonly kind: 'load';
      readonly session: number;
      readonly remote: Endpoint;
      readonly granted: LoadTerms;
    }
  /** The load that was granted to this session is over, and all its connections with it. */
  | ({ readonly kind: 'load-end' } & LoadSummary)
  /** A connection over the limit on sessions. */
  | { readonly kind: 'refused'; readonly remote: Endpoint; readonly sessions: number }
  /**
   * The system has no descriptor or no memory for another connection: clients wait until sessions end. Told
   * once, until one is accepted again, and by the native engine only: the portable one does not hear of it.
   */
  | { readonly kind: 'exhausted'; readonly message: string; readonly advice: string | undefined }
  /**
   * So many events before this one were not told: whoever listens was thousands of them behind, and no client waits
   * for that. By the native engine only; the portable one tells each as it happens.
   */
  | { readonly kind: 'dropped'; readonly events: number };

export type OnServerEvent = (event: ServerEvent) => void;
