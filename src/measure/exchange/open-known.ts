/**
 * Opens a session in a dialect that is known, and finds out why a server that refuses it does: it may be full, or
 * have taken its one connection. Refuses to try another dialect.
 */
import { oneConnectionFault } from '../../core/client/client-faults.ts';
import { EcholotError } from '../../core/errors.ts';
import type { DialectName } from '../../core/wire/dialects.ts';
import type { EngineSession } from '../../net/engine.ts';
import { isRefusedConnection } from '../../net/errors/network-error.ts';
import type { Opening } from './negotiate.ts';

/** A second connection that fails where the first one was served: such a server is no use to a run of many sessions. */
export class OneConnectionError extends EcholotError {}

/**
 * @param opened how many sessions of the run were opened before
 * @throws OneConnectionError, EcholotError
 */
export async function openKnown(
  protocol: DialectName | 'plain',
  open: (opening: Opening) => Promise<EngineSession>,
  timeoutNs: number,
  opened: number,
): Promise<EngineSession> {
  try {
    return await open({ timeoutNs, listensFirst: false });
  } catch (error) {
    if (!(error instanceof EcholotError)) throw error;
    if (opened === 1 && isNotServed(error)) throw onlyOne(error, protocol);
    if (!isRefusedSetup(error)) throw error;
    return await openListening(open, timeoutNs, error);
  }
}

/** A server that is full refuses in the same words as one that objects to the setup, but before it has heard one. */
async function openListening(
  open: (opening: Opening) => Promise<EngineSession>,
  timeoutNs: number,
  refusal: EcholotError,
): Promise<EngineSession> {
  try {
    return await open({ timeoutNs, listensFirst: true });
  } catch (error) {
    if (error instanceof EcholotError && error.code !== 'limit' && error.code !== 'cancelled') throw refusal;
    throw error;
  }
}

function isRefusedSetup({ phase, received }: EcholotError): boolean {
  return phase === 'setup' && (received?.startsWith('404') ?? false);
}

/** Refused, or taken by the kernel alone: a server that accepts no more has a queue of connections all the same. */
function isNotServed(error: EcholotError): boolean {
  return isRefusedConnection(error) || (error.code === 'timeout' && error.phase === 'setup');
}

function onlyOne(error: EcholotError, protocol: DialectName | 'plain'): OneConnectionError {
  const spoken = protocol === 'plain' ? '--plain' : `--dialect ${protocol}`;
  const { code, message, advice, phase } = oneConnectionFault(error, `${spoken} --blocks 1 --warmup 0`);
  const only = new OneConnectionError(code, message, {
    cause: error,
    ...(advice === undefined ? {} : { advice }),
  });
  only.phase = phase;
  return only;
}
