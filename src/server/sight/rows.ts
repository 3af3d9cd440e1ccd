/** The state of a server in words, once for whatever shows it: a page, or a terminal. */
import { REFUSAL_REASONS, type RefusalReason } from '../../core/wire/refusals.ts';
import { hostPortText } from '../../text/endpoint.ts';
import { memoryText } from '../../text/sizes.ts';
import type { ServerLimits } from '../limits.ts';
import type { EchoServer } from '../server.ts';
import { limitRows, type Row } from './limit-rows.ts';
import type { ServerStatus } from './status.ts';

const MS_PER_S = 1_000;

/** Why somebody was not served. */
const REFUSED: Readonly<Record<RefusalReason, string>> = {
  full: 'too many sessions',
  share: 'too many sessions of their client',
  rate: 'too many new sessions of their client',
  budget: 'their budget was used up',
  denied: 'their address is not served',
  token: 'they had no token',
  size: 'messages over the limit',
  probes: 'probes over the limit',
  delay: 'a delay over the limit',
  memory: 'no memory for their messages',
  strained: 'the server was short of memory',
  loads: 'as many loads as they may have',
};

/** What is shown of a server. */
export type Shown = Pick<EchoServer, 'endpoints' | 'limits' | 'status'>;

export interface Section {
  /** Undefined for what comes first. */
  readonly title: string | undefined;
  readonly rows: readonly Row[];
}

/** @param startSeconds when the program began, since the epoch */
export function sectionsOf(server: Shown, startSeconds: number): Section[] {
  const status = server.status();
  return [
    { title: undefined, rows: serves(server, status, new Date(startSeconds * MS_PER_S).toISOString()) },
    { title: 'Now', rows: now(status, server.limits) },
    { title: 'Since the start', rows: past(status) },
    { title: 'Limits for a client', rows: limitRows(status, server.limits) },
  ];
}

function serves({ endpoints }: Shown, status: ServerStatus, since: string): Row[] {
  return [
    ['state', status.isAccepting ? 'accepts clients' : 'is ending: accepts no more'],
    ['serves', status.mode === 'echo' ? 'plain echo' : 'the measurement protocol'],
    ['on', endpoints.map(({ address, port }) => hostPortText(address, port)).join(' and ')],
    ['since', since],
    ['engine', `${status.engine}, ${status.threads === 1 ? '1 thread' : `${status.threads} threads`}`],
  ];
}

function now(status: ServerStatus, limits: ServerLimits): Row[] {
  return [
    ['sessions', `${status.sessions} of ${limits.maxSessions}`],
    ['clients, without this machine', status.clients],
    [
      'message sizes of open sessions',
      `${memoryText(status.reservedPayloadBytes)} of ${memoryText(limits.maxTotalPayloadBytes)}`,
    ],
    [
      'memory of the program',
      `${memoryText(process.memoryUsage.rss())} of ${memoryText(status.memory.totalBytes)} at most`,
    ],
    ...(status.load
      ? [
          ['loads', `${status.loads.underWay} of ${limits.maxLoads}`] as const,
          [
            'clients that wait for their turn to load',
            `${status.loads.waiting} of ${limits.maxLoadsWaiting}`,
          ] as const,
        ]
      : []),
  ];
}

/** Refusals of which there were none are not worth a line. */
function past(status: ServerStatus): Row[] {
  const { sessionsBegun, sessionsEnded, echoed, mode, refused, dropped, proxy, load, loads } = status;
  const refusals: Row[] = [
    ...REFUSAL_REASONS.map((reason): Row => [`refused: ${REFUSED[reason]}`, refused[reason]]),
    ['dropped: too many were being refused', dropped.untold],
    ['dropped: the server was closing', dropped.closing],
    ['health checks of proxies', proxy.checks],
    ['refused: wrong PROXY header', proxy.wrong],
    ['dropped: too many without PROXY header', proxy.dropped],
    ['told to wait for a load', loads.busy],
    ['connections that could join no load', loads.joinsRefused],
  ];
  const ends = Object.entries(sessionsEnded).map(
    ([outcome, sessions]): Row => [`ended: ${outcome}`, sessions],
  );
  const isSome = ([, times]: Row): boolean => times !== 0;
  return [
    ['sessions', sessionsBegun],
    ...ends.filter(isSome),
    ...refusals.filter(isSome),
    mode === 'echo' ? ['echoed', memoryText(echoed)] : ['probes echoed', echoed],
    ...(load
      ? [
          ['loads', loads.begun] as const,
          [
            'carried by loads',
            `${memoryText(loads.receivedBytes)} in, ${memoryText(loads.sentBytes)} out`,
          ] as const,
        ]
      : []),
  ];
}
