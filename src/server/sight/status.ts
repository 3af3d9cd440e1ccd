/** What a server does now and has done since its start, as numbers: for whoever operates it. */
import { REFUSAL_REASONS, type RefusalReason } from '../../core/wire/refusals.ts';
import type { EngineName } from '../../facts/engine.ts';
import type { ClientClass } from '../access/policy.ts';
import { END_OUTCOMES, type EndOutcome, type ServerCounters } from '../counters.ts';
import type { LoadPlaces } from '../load/load-places.ts';
import type { MemoryBound } from '../memory/formula.ts';
import type { ServerPlan } from '../plan.ts';

export interface ServerCounts {
  /** Open now. */
  readonly sessions: number;
  /** Clients that have sessions now, without this machine; of a thousand clients about one in a hundred off. */
  readonly clients: number;
  /** Connections of ended sessions that are not closed yet. */
  readonly lingering: number;
  /** Sum of the payload sizes that open sessions have agreed on. */
  readonly reservedPayloadBytes: number;
  readonly sessionsBegun: number;
  readonly sessionsEnded: Readonly<Record<EndOutcome, number>>;
  /** Probes in the measurement protocol, bytes in plain echo; of sessions that have ended. */
  readonly echoed: number;
  /** Connections and setups that were told why they are not served. */
  readonly refused: Readonly<Record<RefusalReason, number>>;
  readonly dropped: {
    /** Over the limit as well, and too many were being told so. */
    readonly untold: number;
    /** They came while the server closed. */
    readonly closing: number;
  };
  /** Connections of proxies that became no client's. */
  readonly proxy: {
    /** They left without a word, as a health check does. */
    readonly checks: number;
    /** They did not say, or not rightly, whose they are. */
    readonly wrong: number;
    /** Too many had not said it yet. */
    readonly dropped: number;
  };
  /** How often the system had no descriptor or no memory for another connection. */
  readonly exhausted: number;
  /** Events that nobody was told of. */
  readonly eventsDropped: number;
  readonly tokens: {
    /** Connections whose client has shown a token that is good. */
    readonly accepted: number;
    /** Those that were refused since too many were being checked; other refusals are ends of sessions. */
    readonly busy: number;
  };
  readonly loads: {
    readonly underWay: number;
    /** Clients that wait for their turn now. */
    readonly waiting: number;
    readonly begun: number;
    /** Clients that were told to ask again later. */
    readonly busy: number;
    /** Loads of clients that had waited for their turn. */
    readonly turnsGiven: number;
    readonly turnsLost: {
      /** The client left, or broke the rules. */
      readonly left: number;
      /** It had waited for as long as it wanted, or may. */
      readonly expired: number;
    };
    /** Connections that wanted to join a load and could not. */
    readonly joinsRefused: number;
    readonly receivedBytes: number;
    readonly sentBytes: number;
  };
}

export interface ServerStatus extends ServerCounts {
  /** Listens, and does not close. */
  readonly isAccepting: boolean;
  readonly engine: EngineName;
  readonly threads: number;
  readonly mode: ServerPlan['mode'];
  /** Whether it takes part in loads. */
  readonly load: boolean;
  /** What it takes of memory at most, by its limits. */
  readonly memory: MemoryBound;
  /** What each class of clients is granted who come now; absent where all are alike. */
  readonly classes?: readonly ClientClass[];
}

export function countsOf(counters: ServerCounters, places: LoadPlaces): ServerCounts {
  return {
    sessions: counters.get('sessions'),
    clients: counters.clients.clients,
    lingering: counters.get('lingering'),
    reservedPayloadBytes: counters.get('reservedBytes'),
    sessionsBegun: counters.get('sessionNumbers'),
    sessionsEnded: Object.fromEntries(
      END_OUTCOMES.map((outcome) => [outcome, counters.get(`ended ${outcome}`)]),
    ) as Record<EndOutcome, number>,
    echoed: counters.get('echoed'),
    refused: Object.fromEntries(
      REFUSAL_REASONS.map((reason) => [reason, counters.get(`refused ${reason}`)]),
    ) as Record<RefusalReason, number>,
    dropped: { untold: counters.get('droppedUntold'), closing: counters.get('droppedClosing') },
    proxy: {
      checks: counters.get('proxyChecks'),
      wrong: counters.get('proxyWrong'),
      dropped: counters.get('proxyDropped'),
    },
    exhausted: counters.get('exhausted'),
    eventsDropped: counters.get('eventsDropped'),
    tokens: { accepted: counters.get('tokensAccepted'), busy: counters.get('tokensBusy') },
    loads: {
      underWay: places.underWay,
      waiting: places.queue.waiting,
      begun: places.total('begun'),
      busy: places.total('busy'),
      turnsGiven: places.total('turnsGiven'),
      turnsLost: { left: places.total('turnsLeft'), expired: places.total('turnsExpired') },
      joinsRefused: places.total('joinsRefused'),
      receivedBytes: places.total('receivedBytesInAll'),
      sentBytes: places.total('sentBytesInAll'),
    },
  };
}
