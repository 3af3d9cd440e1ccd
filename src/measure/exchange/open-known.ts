/**
 * Opens a session in a dialect that is known, and finds out why a server that refuses it does: it may be full.
 * Refuses to try another dialect.
 */
import { EcholotError } from '../../core/errors.ts';
import { isRefusedSetup } from '../../net/errors/network-error.ts';
import type { Opening } from './negotiate.ts';

/** @throws EcholotError */
export async function openKnown<S>(open: (opening: Opening) => Promise<S>, timeoutNs: number): Promise<S> {
  try {
    return await open({ timeoutNs, listensFirst: false });
  } catch (error) {
    if (!(error instanceof EcholotError) || !isRefusedSetup(error)) throw error;
    return await openListening(open, timeoutNs, error);
  }
}

/** A server that is full refuses in the same words as one that objects to the setup, but before it has heard one. */
async function openListening<S>(
  open: (opening: Opening) => Promise<S>,
  timeoutNs: number,
  refusal: EcholotError,
): Promise<S> {
  try {
    return await open({ timeoutNs, listensFirst: true, asksWhy: true });
  } catch (error) {
    if (error instanceof EcholotError && error.code !== 'limit' && error.code !== 'cancelled') throw refusal;
    throw error;
  }
}
