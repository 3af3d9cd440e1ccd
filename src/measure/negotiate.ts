/**
 * Finds out which dialect a server speaks: a session in each of the usual ones, each on a fresh connection,
 * until one has echoed a first probe. The first probe belongs to the finding out, since a server may take a
 * setup for what it is not and refuse only then; it is a sample like any other.
 */
import { CLIENT_DIALECT_ORDER, type DialectName } from '../core/dialects.ts';
import { EcholotError } from '../core/errors.ts';
import type { Engine, EngineSession, SampleBuffer } from '../net/engine.ts';
import type { DialectAttempt } from '../result/result.ts';
import { errorRecord } from './outcome.ts';

/** A server that answers at all answers sooner; only the last dialect is waited for in full. */
const MAX_ATTEMPT_NS = 3_000_000_000;

export interface Opened {
  readonly protocol: DialectName;
  readonly session: EngineSession;
}

/**
 * @param open opens a session in a dialect, with a time limit for its answers
 * @param samples takes the first sample
 * @param onAttempt hears of each dialect tried in vain
 * @throws EcholotError of the network, or one that sums up all attempts
 */
export async function negotiate(
  open: (protocol: DialectName, timeoutNs: number) => ReturnType<Engine['open']>,
  timeoutNs: number,
  samples: SampleBuffer,
  onAttempt: (attempt: DialectAttempt) => void,
): Promise<Opened> {
  const attempts: DialectAttempt[] = [];
  for (const dialect of CLIENT_DIALECT_ORDER) {
    try {
      const last = dialect === CLIENT_DIALECT_ORDER.at(-1);
      const limitNs = last ? timeoutNs : Math.min(timeoutNs, MAX_ATTEMPT_NS);
      const session = await open(dialect, limitNs);
      await firstProbe(session, samples, limitNs);
      return { protocol: dialect, session };
    } catch (error) {
      if (!(error instanceof EcholotError) || !isAboutDialect(error)) throw error;
      if (error.isPlainEcho) throw error;
      const attempt = { dialect, error: errorRecord(error) };
      attempts.push(attempt);
      onAttempt(attempt);
    }
  }
  throw summary(attempts);
}

async function firstProbe(session: EngineSession, samples: SampleBuffer, timeoutNs: number): Promise<void> {
  try {
    await session.runBlock({ probes: 1, budgetNs: 0, timeoutNs }, samples);
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** Whether another dialect may fare better: not when there is no server, nor when the caller has stopped. */
function isAboutDialect({ code, phase }: EcholotError): boolean {
  return phase !== 'connect' && (code === 'peer' || code === 'timeout' || code === 'network');
}

/** A server that keeps to its limits refuses in the same words as one that does not understand. */
const LIMIT_ADVICE = 'ask for less, since servers refuse sizes, probes and delays over their limits; or ';

function summary(attempts: readonly DialectAttempt[]): EcholotError {
  const refused = attempts.some(({ error }) => error.phase === 'setup' && error.received?.startsWith('404'));
  const silent = attempts.every(({ error }) => error.code === 'timeout');
  const told = attempts
    .map(({ dialect, error }) => {
      const received = error.received === null ? '' : ` ("${error.received.replace(/\\n$/, '')}")`;
      return `${dialect}: ${error.message.replace(/^the server /, '')}${received}`;
    })
    .join('; ');
  return new EcholotError(
    silent ? 'timeout' : 'peer',
    `the server speaks no dialect that was tried: ${told}`,
    {
      advice: `${refused ? LIMIT_ADVICE : ''}name its dialect with --dialect, or measure a plain echo server with --plain`,
    },
  );
}
