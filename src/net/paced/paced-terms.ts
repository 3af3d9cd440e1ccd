/** What the plan of paced probes means to each of its connections: the session of core that speaks, and how much may wait. */
import { type PipelinedSession, pipelined, pipelinedPlain } from '../../core/client/pipelined-session.ts';
import { EcholotError } from '../../core/errors.ts';
import { DIALECTS } from '../../core/wire/dialects.ts';
import type { Asked, ExtensionName } from '../../core/wire/extensions.ts';
import { holderOf } from '../../token/held-token.ts';
import type { Target } from '../dialer.ts';
import type { SessionOptions, SessionPlan } from '../engine.ts';
import { isNotServed, objectsToSetup } from '../errors/network-error.ts';
import type { LoopNetwork } from '../loop-network.ts';
import { NODE_TOOLS } from '../session/byte-tools.ts';
import { MOST_CONNECTIONS, MOST_IN_ALL, MOST_IN_FLIGHT, type PacedPlan } from './paced.ts';

/** Of one connection. */
export interface PacedConnectionOptions {
  /** Which connection of the session, from 0. */
  readonly index: number;
  readonly network: LoopNetwork;
  readonly target: Target;
  readonly plan: SessionPlan;
  /** Most under way, if the protocol allows it. */
  readonly inFlight: number;
  /** What to ask the server for beyond the protocol. */
  readonly asks: Asked;
  readonly options: SessionOptions;
}

/** @throws EcholotError `usage` for a plan that no memory is kept for */
export function checkPlan({ connections, inFlight }: PacedPlan): void {
  check('connections', connections, MOST_CONNECTIONS);
  check('probes under way on a connection', inFlight, MOST_IN_FLIGHT);
  check('probes under way on all connections', connections * inFlight, MOST_IN_ALL);
}

function check(what: string, count: number, most: number): void {
  if (Number.isInteger(count) && count >= 1 && count <= most) return;
  throw new EcholotError('usage', `${count} ${what}: from 1 to ${most} are possible`, {
    advice: `ask for ${most} at most`,
  });
}

/** What the server is asked for: several probes under way, and how long it keeps each. */
export function askedFor({ inFlight, residences = false, session: { protocol } }: PacedPlan): Asked {
  const known: readonly ExtensionName[] = protocol === 'plain' ? [] : DIALECTS[protocol].extensions;
  return {
    pipeline: inFlight > 1 && known.includes('pipeline'),
    stamps: residences && known.includes('stamps'),
  };
}

export function asksAnything({ pipeline, stamps }: Asked): boolean {
  return pipeline === true || stamps === true;
}

/**
 * What to tell when one connection failed where others stand: the server has no place for so many, or something else has
 * happened to this one.
 */
export function onlySomeFault(error: EcholotError, stood: number, connections: number): EcholotError {
  const isFull: boolean = error.code === 'limit' || objectsToSetup(error) || isNotServed(error);
  if (!isFull) {
    error.details = [...error.details, `${stood} of ${connections} connections stood by then`];
    return error;
  }
  const fault = new EcholotError(
    'limit',
    `the server took ${stood} of ${connections} connections: ${error.message}`,
    {
      cause: error,
      ...(error.received === undefined ? {} : { received: error.received }),
      advice:
        'ask for fewer connections, or let it take more (echolot serve --max-sessions, --max-client-sessions)',
    },
  );
  fault.phase = error.phase;
  return fault;
}

/** @param asks of a server that may know it */
export function pipelinedSessionOf(
  { protocol, setup, delayUnit, token }: SessionPlan,
  asks: Asked,
): PipelinedSession {
  if (protocol === 'plain') return pipelinedPlain(setup.payloadBytes, NODE_TOOLS);
  const holder = token && holderOf(token);
  return pipelined(DIALECTS[protocol], setup, { ...asks, delayUnit, tools: NODE_TOOLS, holder });
}

/** Whether the server owes an answer. */
export function owesAnswer({ state, underWay }: PipelinedSession): boolean {
  return underWay > 0 || (state !== 'measurement' && state !== 'closed' && state !== 'setup');
}
