/** Which metrics there are, under which names, and what each of them says. Names are forever. */

import { type Buckets, counter, type Family, gauge, histogram, info } from '../../text/open-metrics.ts';
import type { ServerLimits } from '../limits.ts';
import type { ServerStatus } from './status.ts';

const NS_PER_S = 1e9;

/** Of the program around the server. */
export interface ProcessFacts {
  readonly version: string;
  readonly node: string;
  /** Since the epoch. */
  readonly startSeconds: number;
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  readonly loopDelay: Buckets;
  readonly logLinesDropped: number;
  /** Connections to the metrics themselves that were over their bound. */
  readonly metricsDropped: number;
}

export function processFamilies(facts: ProcessFacts): Family[] {
  return [
    info('echolot_build', 'The program and what it runs on.', { version: facts.version, node: facts.node }),
    gauge('process_start_time_seconds', 'When the program began, since the epoch.', facts.startSeconds),
    counter('process_cpu_seconds', 'CPU time of all threads.', facts.cpuSeconds),
    gauge('process_resident_memory_bytes', 'Memory in use.', facts.residentBytes),
    histogram(
      'echolot_event_loop_delay_seconds',
      'How late the event loop was, measured ten times a second; threads of the native engine have loops of their own.',
      facts.loopDelay,
    ),
    counter(
      'echolot_log_lines_dropped',
      'Log lines that were not read, or could not be written.',
      facts.logLinesDropped,
    ),
    counter(
      'echolot_metrics_connections_dropped',
      'Connections to these metrics over their bound.',
      facts.metricsDropped,
    ),
  ];
}

export function serverFamilies(status: ServerStatus, limits: ServerLimits): Family[] {
  const { sessionsEnded, loads, tokens, dropped, mode } = status;
  const echoed = 'in sessions that have ended';
  return [
    info('echolot_server', 'How it serves.', { engine: status.engine, mode }),
    gauge(
      'echolot_accepting',
      '1 while connections are accepted, 0 once the server ends.',
      Number(status.isAccepting),
    ),
    gauge('echolot_threads', 'Threads that serve.', status.threads),
    gauge('echolot_sessions', 'Sessions open now.', status.sessions),
    gauge(
      'echolot_clients',
      'Clients that have sessions now, without this machine; about, where they are many.',
      status.clients,
    ),
    gauge('echolot_sessions_limit', 'Most sessions at once.', limits.maxSessions),
    gauge(
      'echolot_client_sessions_limit',
      'Most of these of one client that is not this machine.',
      limits.maxClientSessions,
    ),
    gauge(
      'echolot_session_limit_seconds',
      'Longest that a session may take.',
      limits.maxSessionNs / NS_PER_S,
    ),
    counter('echolot_sessions_begun', 'Sessions since the start.', status.sessionsBegun),
    counter(
      'echolot_sessions_ended',
      'Sessions that have ended, by how they did.',
      Object.entries(sessionsEnded).map(([outcome, sessions]) => [{ outcome }, sessions]),
    ),
    gauge(
      'echolot_connections_lingering',
      'Connections of ended sessions that are not closed yet.',
      status.lingering,
    ),
    counter(
      'echolot_connections_refused',
      'Connections and setups that were told why they are not served.',
      Object.entries(status.refused).map(([reason, refused]) => [{ reason }, refused]),
    ),
    counter(
      'echolot_connections_dropped',
      'Connections closed without a word: too many were being refused, or the server was closing.',
      [
        [{ reason: 'refusals' }, dropped.untold],
        [{ reason: 'closing' }, dropped.closing],
      ],
    ),
    counter(
      'echolot_proxy_connections_unused',
      "Connections of proxies that became no client's: health checks, wrong headers, too many without one.",
      [
        [{ reason: 'health-check' }, status.proxy.checks],
        [{ reason: 'header' }, status.proxy.wrong],
        [{ reason: 'too-many' }, status.proxy.dropped],
      ],
    ),
    counter(
      'echolot_accept_exhausted',
      'Times that the system had no descriptor or no memory for another connection (native engine only).',
      status.exhausted,
    ),
    mode === 'echo'
      ? counter('echolot_echoed_bytes', `Bytes sent back ${echoed}.`, status.echoed)
      : counter('echolot_probes_echoed', `Probes, and markers of loads, answered ${echoed}.`, status.echoed),
    gauge(
      'echolot_reserved_payload_bytes',
      'Sum of the message sizes of all open sessions.',
      status.reservedPayloadBytes,
    ),
    gauge('echolot_reserved_payload_limit_bytes', 'Most that it may be.', limits.maxTotalPayloadBytes),
    gauge(
      'echolot_memory_limit_bytes',
      'What the program takes of memory at most, by its limits.',
      status.memory.totalBytes,
    ),
    gauge('echolot_loads', 'Loads under way.', loads.underWay),
    gauge('echolot_loads_waiting', 'Clients that wait for their turn to load.', loads.waiting),
    counter('echolot_load_turns_given', 'Loads of clients that had waited for their turn.', loads.turnsGiven),
    counter('echolot_load_turns_lost', 'Clients that waited for their turn, and had none.', [
      [{ reason: 'left' }, loads.turnsLost.left],
      [{ reason: 'patience' }, loads.turnsLost.expired],
    ]),
    counter('echolot_loads_begun', 'Loads since the start.', loads.begun),
    counter(
      'echolot_loads_refused',
      'Clients told to wait for a load, and connections that could join none.',
      [
        [{ reason: 'busy' }, loads.busy],
        [{ reason: 'join' }, loads.joinsRefused],
      ],
    ),
    counter('echolot_load_received_bytes', 'Payload of loads received.', loads.receivedBytes),
    counter('echolot_load_sent_bytes', 'Payload of loads sent.', loads.sentBytes),
    counter('echolot_tokens_accepted', 'Connections whose client has shown a token.', tokens.accepted),
    counter(
      'echolot_tokens_busy',
      'Connections refused since too many tokens were being checked.',
      tokens.busy,
    ),
    counter('echolot_events_dropped', 'Events that the log was not told of.', status.eventsDropped),
  ];
}
