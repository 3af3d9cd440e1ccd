/**
 * Opens the connections of a run. Where the dialect is to be found out, one connection does that; it stays where it is
 * the only one.
 */
import type { DialectName } from '../../core/wire/dialects.ts';
import type { SessionOptions, SessionPlan } from '../../net/engine.ts';
import type { PacedLane, PacedListener, PacedSession } from '../../net/paced/paced.ts';
import type { DialectAttempt } from '../../result/result.ts';
import { negotiate, type Opening } from '../exchange/negotiate.ts';
import { openKnown } from '../exchange/open-known.ts';
import type { Route } from '../route.ts';
import { announcedProbes, type PacedPlan } from './paced-plan.ts';

export interface PacedWay {
  readonly lane: PacedLane;
  readonly route: Route;
  readonly listener: PacedListener;
  /** Whether to ask the server to keep how long it had each probe; default false. */
  readonly residences?: boolean;
  readonly options: Omit<SessionOptions, 'onDialed'>;
  readonly onAttempt: (attempt: DialectAttempt) => void;
}

export interface OpenedPaced {
  readonly protocol: DialectName | 'plain';
  readonly session: PacedSession;
}

/** Nobody sends on a connection that only finds out the dialect. */
const NOBODY: PacedListener = { onSamples: () => {}, onTally: () => {}, onLost: () => {} };

/** @throws EcholotError when any connection fails, or no dialect is understood */
export async function openPaced(plan: PacedPlan, way: PacedWay): Promise<OpenedPaced> {
  const { timeoutNs, protocol } = plan;
  if (protocol !== 'auto') return await openAll(plan, way, protocol);
  const isAlone = plan.connections === 1;
  const found = await negotiate(
    (dialect, opening) =>
      open(isAlone ? plan : { ...plan, connections: 1, inFlight: 1 }, way, dialect, opening, isAlone),
    { timeoutNs, asksStamps: false },
    way.onAttempt,
  );
  if (isAlone) return found;
  await found.session.close();
  return await openAll(plan, way, found.protocol);
}

async function openAll(
  plan: PacedPlan,
  way: PacedWay,
  protocol: DialectName | 'plain',
): Promise<OpenedPaced> {
  const session = await openKnown((opening) => open(plan, way, protocol, opening, true), plan.timeoutNs);
  return { protocol, session };
}

/** @param isHeard whether it is more than a try */
function open(
  plan: PacedPlan,
  { lane, route, listener, residences = false, options }: PacedWay,
  protocol: DialectName | 'plain',
  { timeoutNs: openTimeoutNs, listensFirst }: Opening,
  isHeard: boolean,
): Promise<PacedSession> {
  const { connections, inFlight, payloadBytes, serverDelayNs, delayUnit, timeoutNs, socket, token } = plan;
  const session: SessionPlan = {
    protocol,
    setup: {
      measurement: 'rtt',
      payloadBytes,
      probes: announcedProbes(plan),
      delay: { delayNs: serverDelayNs, unit: 'seconds' },
    },
    delayUnit,
    token,
    timeoutNs,
    openTimeoutNs,
    listensFirst,
    stamps: plan.stamps,
    socket,
  };
  const paced = { session, connections, inFlight, residences };
  return lane.open(route.target, paced, isHeard ? listener : NOBODY, { ...options, onDialed: route.note });
}
