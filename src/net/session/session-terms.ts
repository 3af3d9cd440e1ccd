/**
 * What the plan of a session means to a client's loop, whichever it is: the session of core that speaks for it, whose
 * turn it is in that, how long to listen before anything is said, and how long the answers may take. Refuses to wait
 * for them: each loop has its own way.
 */
import { ClientSession } from '../../core/client/client-session.ts';
import type { EchoSession } from '../../core/client/echo-session.ts';
import { PlainSession } from '../../core/client/plain-session.ts';
import { DIALECTS } from '../../core/wire/dialects.ts';
import { holderOf } from '../../token/held-token.ts';
import type { BatchPlan, SessionPlan } from '../engine.ts';
import { NODE_TOOLS } from './byte-tools.ts';

export const NS_PER_MS = 1_000_000;
/** A server has to notice the connection before it can refuse it. */
export const MIN_LISTEN_NS = 50_000_000;
/** The refusal needs one round trip from the moment at which the connection stands; lost ones take longer. */
const LISTEN_ROUND_TRIPS = 3;

/** @param stamps whether to ask the server for its stamps */
export function sessionOf(plan: SessionPlan, stamps: boolean): EchoSession {
  const { protocol, setup, delayUnit, asksWhy = false } = plan;
  if (protocol === 'plain') return new PlainSession(setup.payloadBytes, NODE_TOOLS);
  const holder = plan.token && holderOf(plan.token);
  const options = { stamps: stamps || asksWhy, delayUnit, tools: NODE_TOOLS, holder };
  return new ClientSession(DIALECTS[protocol], setup, options);
}

/** Whether the server owes an answer. */
export function owesAnswer({ state }: EchoSession): boolean {
  return state !== 'measurement' && state !== 'closed' && state !== 'setup';
}

/**
 * How long to listen to a new connection first, see `listensFirst` of a plan.
 * @param roundTripNs about the time of one, such as that of the handshake; 0 where it is not known
 */
export function listenNs(roundTripNs: number): number {
  return Math.max(MIN_LISTEN_NS, LISTEN_ROUND_TRIPS * roundTripNs);
}

/** How long the answer to the setup may take. */
export function openTimeoutNs({ openTimeoutNs: ownNs, timeoutNs }: SessionPlan): number {
  return ownNs ?? timeoutNs;
}

/** How long an echo may take; the server delay comes on top. */
export function echoTimeoutNs({ timeoutNs, setup }: SessionPlan, batch: BatchPlan): number {
  return (batch.timeoutNs ?? timeoutNs) + setup.delay.delayNs;
}
