/**
 * Tells a server that takes one connection and no other from one that has dropped a session for another reason: by
 * asking once more for what it has served before. Refuses to judge a server that has answered.
 */
import { oneConnectionFault, oneConnectionOptions } from '../../core/client/client-faults.ts';
import { EcholotError } from '../../core/errors.ts';
import type { DialectName } from '../../core/wire/dialects.ts';
import type { EngineSession } from '../../net/engine.ts';
import { isNotServed, isRefusedConnection } from '../../net/errors/network-error.ts';
import { Recorder } from './recorder.ts';

export interface SecondSession {
  readonly spoken: DialectName | 'plain';
  /** Why it failed, before its first echo. */
  readonly error: EcholotError;
  readonly asksStamps: boolean;
  /** Opens a session like the first, which was served. */
  readonly openAgain: () => Promise<EngineSession>;
}

/**
 * @returns the error that names such a server; undefined where it is none
 * @throws EcholotError when the caller stops it
 */
export async function oneConnectionOf(second: SecondSession): Promise<EcholotError | undefined> {
  const { spoken, error, asksStamps } = second;
  if (!isUnserved(error, spoken)) return undefined;
  // Where nothing listens any more there is nobody to ask. All else a server may do to a larger size, too.
  if (!isRefusedConnection(error) && (await isServedAgain(second))) return undefined;
  return oneConnectionFault(error, oneConnectionOptions(spoken, asksStamps));
}

/** Plain echo has no setup: its first probe is the first thing that is asked. */
function isUnserved(error: EcholotError, spoken: DialectName | 'plain'): boolean {
  return isNotServed(error, spoken === 'plain' ? 'measurement' : 'setup');
}

async function isServedAgain({ spoken, openAgain }: SecondSession): Promise<boolean> {
  let session: EngineSession | undefined;
  try {
    session = await openAgain();
    if (spoken === 'plain')
      await session.runBatch({ probes: 1, budgetNs: 0 }, new Recorder(1, false).samples);
    return true;
  } catch (error) {
    if (!(error instanceof EcholotError) || error.code === 'cancelled') throw error;
    return !isUnserved(error, spoken);
  } finally {
    await session?.close();
  }
}
