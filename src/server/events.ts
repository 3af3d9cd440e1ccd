/** What a server tells whoever watches it: the stuff of its log, as data. */

import type { LoadTerms, LoadTurn } from '../core/load/load-messages.ts';
import type { EndReason } from '../core/server/server-events.ts';
import type { SetupReading } from '../core/wire/messages.ts';
import type { Refusal } from '../core/wire/refusals.ts';
import type { Endpoint } from '../facts/connection.ts';
import type { EngineName } from '../facts/engine.ts';
import type { ClientClass } from './access/policy.ts';
import type { Principal } from './access/tokens.ts';
import type { IdentityFacts } from './certificate.ts';
import type { ServerLimits } from './limits.ts';
import type { LoadSummary } from './load/shared-load.ts';
import type { MemoryBound } from './memory/formula.ts';

export type ServerEvent =
  /** The server accepts connections; this is what it grants them. */
  | {
      readonly kind: 'listening';
      readonly endpoints: readonly Endpoint[];
      readonly limits: ServerLimits;
      /** What it takes of memory at most, by these limits. */
      readonly memory: MemoryBound;
      /** What each class of clients is granted of them; absent where all are alike. */
      readonly classes?: readonly ClientClass[];
      /** Whether it takes part in loads. */
      readonly load: boolean;
      readonly engine: EngineName;
      readonly threads: number;
      /** Why it is not the native engine, where the choice was the server's own. */
      readonly notNative: string | undefined;
      /** Where it speaks TLS, and with which certificate; absent where it does not. */
      readonly tls?: { readonly endpoints: readonly Endpoint[]; readonly certificate: IdentityFacts };
    }
  /** Those who come from now on are shown this certificate. */
  | { readonly kind: 'certificate'; readonly certificate: IdentityFacts }
  /** The server accepts no more and waits for sessions in flight. */
  | { readonly kind: 'closing'; readonly sessionsInFlight: number; readonly graceMs: number }
  | {
      readonly kind: 'connected';
      readonly session: number;
      readonly remote: Endpoint;
      /** Of the client; absent where there are none. */
      readonly class?: string;
    }
  /** A setup was accepted: every value of it, in each dialect it can still be. */
  | { readonly kind: 'setup'; readonly session: number; readonly readings: readonly SetupReading[] }
  | { readonly kind: 'dialect'; readonly session: number; readonly reading: SetupReading }
  /** The client of this session has proved to be the holder of a token. */
  | {
      readonly kind: 'token';
      readonly session: number;
      readonly remote: Endpoint;
      readonly principal: Principal;
    }
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
      readonly class?: string;
      readonly reason: EndReason;
      readonly detail: string | undefined;
      /**
       * Only where it is so: the client left before it had begun anything, as whoever looks whether the server is
       * there does; or a proxy said that this is what it does.
       */
      readonly isHealthCheck?: true;
      /** Probes echoed in the measurement protocol, bytes echoed in plain echo. */
      readonly echoed: number;
      readonly durationNs: number;
    }
  /** The client of this session waits for its turn to load: how long at most, and how many come before. */
  | ({ readonly kind: 'load-turn'; readonly session: number; readonly remote: Endpoint } & Omit<
      LoadTurn,
      'kind'
    >)
  /** A load was granted to the client of this session, and on these terms. */
  | {
      readonly kind: 'load';
      readonly session: number;
      readonly remote: Endpoint;
      readonly granted: LoadTerms;
    }
  /** The load that was granted to this session is over, and all its connections with it. */
  | ({ readonly kind: 'load-end' } & LoadSummary)
  /** A connection that was told why it is not served, before anything was read from it. */
  | ({ readonly kind: 'refused'; readonly remote: Endpoint; readonly class?: string } & Refusal)
  /** A connection of a proxy that did not say, or not rightly, whose it is; it was told no. */
  | { readonly kind: 'unintroduced'; readonly remote: Endpoint; readonly problem: string }
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
