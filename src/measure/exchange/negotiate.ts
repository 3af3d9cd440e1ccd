/**
 * Finds out which dialect a server speaks: a session in each of the usual ones, each on a fresh connection,
 * until one has echoed a first probe. The first probe belongs to the finding out, since a server may take a
 * setup for what it is not and refuse only then; it is a sample like any other. Silence after a setup that was
 * taken is no matter of dialect: whoever runs the session meets it.
 */
import { oneConnectionFault, oneConnectionOptions } from '../../core/client/client-faults.ts';
import { EcholotError, factsOf } from '../../core/errors.ts';
import { CLIENT_DIALECT_ORDER, DIALECTS, type DialectName } from '../../core/wire/dialects.ts';
import type { EngineSession, SampleBuffer } from '../../net/engine.ts';
import {
  isAnswered404,
  isNotServed,
  isRefusedConnection,
  isRefusedSetup,
} from '../../net/errors/network-error.ts';
import type { DialectAttempt } from '../../result/result.ts';
import { errorRecord } from '../outcome.ts';

/** A server that answers at all answers sooner; only the last dialect is waited for in full. */
export const MAX_ATTEMPT_NS = 3_000_000_000;
/** What differs from the dialects before them in nothing but how fields and lines end. */
const OTHER_ENDS: readonly DialectName[] = ['tabs', 'literal-newline'];
/** These are tried where every answer so far came at once; whoever reads by lines never sees the end of one of them. */
export const MAX_OTHER_ENDS_NS = 1_000_000_000;

export interface Opened<S> {
  readonly protocol: DialectName;
  readonly session: S;
}

export interface Opening {
  /** How long the answer to the setup may take. */
  readonly timeoutNs: number;
  readonly listensFirst: boolean;
  /** See the plan of a session. */
  readonly asksWhy?: boolean;
}

export interface Patience {
  readonly timeoutNs: number;
  /** Whether sessions ask for stamps. */
  readonly asksStamps: boolean;
  /** Whether a server that refuses the first setup is asked why, where sessions ask for nothing that only echolot knows. */
  readonly asksWhy?: boolean;
}

/**
 * @param open opens a session in a dialect, and has it echo a first probe
 * @param onAttempt hears of each dialect tried in vain
 * @throws EcholotError of the network, or one that sums up all attempts
 */
export async function negotiate<S>(
  open: (protocol: DialectName, opening: Opening) => Promise<S>,
  { timeoutNs, asksStamps, asksWhy = false }: Patience,
  onAttempt: (attempt: DialectAttempt) => void,
): Promise<Opened<S>> {
  const attempts: DialectAttempt[] = [];
  const told: string[] = [];
  /** Of the first dialect whose setup was taken. */
  let failedProbe: EcholotError | undefined;
  const remedy = oneConnectionOptions(undefined, asksStamps);
  for (const dialect of CLIENT_DIALECT_ORDER) {
    if (OTHER_ENDS.includes(dialect) && !attempts.every(mayBeOfOtherEnds)) continue;
    try {
      const session = await open(dialect, {
        timeoutNs: Math.min(timeoutNs, patienceNs(dialect)),
        // A server that is full refuses in the same words; the second connection shows which it was.
        listensFirst: !asksWhy && attempts.length === 1 && attempts.every(refusedSetup),
      });
      return { protocol: dialect, session };
    } catch (error) {
      if (!(error instanceof EcholotError)) throw error;
      if (isOneConnection(attempts, error)) {
        throw withAttempts(oneConnectionFault(error, remedy), told);
      }
      if (!isAboutDialect(error) || error.speaksOtherwise) throw withAttempts(error, told);
      const attempt = { dialect, error: errorRecord(error) };
      attempts.push(attempt);
      if (error.phase === 'measurement') failedProbe ??= tookSetup(attempt, error, attempts);
      told.push(lineOf(attempt), ...error.details);
      onAttempt(attempt);
      if (asksWhy && attempts.length === 1 && refusedSetup(attempt)) {
        const session = await askWhy(open, dialect, timeoutNs);
        if (session !== undefined) return { protocol: dialect, session };
      }
    }
  }
  throw withAttempts(failedProbe ?? summary(attempts, remedy), told);
}

/**
 * A server of echolot that keeps to its limits says so to whoever is of echolot, too.
 * @returns the session of a server that takes the setup now; undefined where nothing was learnt
 * @throws EcholotError what it said
 */
async function askWhy<S>(
  open: (protocol: DialectName, opening: Opening) => Promise<S>,
  dialect: DialectName,
  timeoutNs: number,
): Promise<S | undefined> {
  if (!DIALECTS[dialect].extensions.includes('stamps')) return undefined;
  try {
    const ownNs = Math.min(timeoutNs, patienceNs(dialect));
    return await open(dialect, { timeoutNs: ownNs, listensFirst: true, asksWhy: true });
  } catch (error) {
    if (error instanceof EcholotError && error.code !== 'limit' && error.code !== 'cancelled')
      return undefined;
    throw error;
  }
}

function patienceNs(dialect: DialectName): number {
  if (dialect === CLIENT_DIALECT_ORDER.at(-1)) return Number.POSITIVE_INFINITY;
  return OTHER_ENDS.includes(dialect) ? MAX_OTHER_ENDS_NS : MAX_ATTEMPT_NS;
}

/**
 * @param samples takes the first sample
 * @throws EcholotError when the server objects to it; silence is left to the next block of the session
 */
export async function firstProbe(session: EngineSession, samples: SampleBuffer): Promise<void> {
  try {
    await session.runBatch({ probes: 1, budgetNs: 0 }, samples);
  } catch (error) {
    if (error instanceof EcholotError && error.code === 'timeout') return;
    await session.close();
    throw error;
  }
}

/** Whether nobody takes this connection where one was taken before. */
function isOneConnection(attempts: readonly DialectAttempt[], error: EcholotError): boolean {
  if (attempts.length === 0 || error.phase !== 'connect') return false;
  // A server that was silent from the first may be one that nobody gets through to.
  return (
    isRefusedConnection(error) || (isNotServed(error) && attempts.some((each) => !isNotServed(each.error)))
  );
}

/** Whether another dialect may fare better: not when there is no server, nor when the caller has stopped. */
function isAboutDialect({ code, phase }: EcholotError): boolean {
  if (phase === 'connect' || (code === 'timeout' && phase === 'measurement')) return false;
  return code === 'peer' || code === 'timeout' || code === 'network';
}

function refusedSetup({ error }: DialectAttempt): boolean {
  return isRefusedSetup(error);
}

/**
 * Whether a server that refused so may part its fields or end its lines in another way: it has taken no setup, was
 * not silent, which would cost the same again, and has answered with nothing but the word for it, and not of hello.
 */
function mayBeOfOtherEnds({ error: { phase, code, received } }: DialectAttempt): boolean {
  if (phase !== 'setup' || code === 'timeout') return false;
  return received === null || received === 'nothing' || /^404(?!.*hello)/i.test(received);
}

/** A server that took a setup speaks that dialect, and does something else with a probe: that is what to tell of it. */
function tookSetup(
  attempt: DialectAttempt,
  error: EcholotError,
  attempts: readonly DialectAttempt[],
): EcholotError {
  const { dialect } = attempt;
  const { code, message } = error;
  // It may have read the numbers the other way round, and refused the right setup for its size.
  const isMisread = isAnswered404(attempt.error) && attempts.some(refusedSetup);
  const advice = isMisread ? `${LIMIT_ADVICE} else: ${error.advice}` : error.advice;
  const took = new EcholotError(
    code,
    `the server took the setup of ${dialect}, but ${message.replace(/^the server /, '')}`,
    {
      ...factsOf(error),
      cause: error,
      ...(advice === undefined ? {} : { advice }),
    },
  );
  took.phase = error.phase;
  return took;
}

/** A server that keeps to its limits refuses in the same words as one that does not understand. */
const LIMIT_ADVICE = 'ask for less, since servers refuse sizes, probes and delays over their limits; or';

function summary(attempts: readonly DialectAttempt[], remedy: string): EcholotError {
  const [first, ...others] = attempts;
  const silent = (attempt: DialectAttempt): boolean => attempt.error.code === 'timeout';
  const fellSilent =
    first !== undefined && !isNotServed(first.error) && others.every(({ error }) => isNotServed(error));
  const advice = `${attempts.some(refusedSetup) ? `${LIMIT_ADVICE} ` : ''}name its dialect with --dialect, or measure a plain echo server with echolot measure --plain`;
  return new EcholotError(
    attempts.every(silent) ? 'timeout' : 'peer',
    'the server speaks no dialect that was tried',
    {
      advice: fellSilent
        ? `it answered the first connection only: start it again, and try ${remedy}, with --type and one of --sizes; ${advice}`
        : advice,
    },
  );
}

/** The error, with each dialect that was tried before it in a line. */
function withAttempts(error: EcholotError, told: readonly string[]): EcholotError {
  error.details = [...told, ...error.details];
  return error;
}

function lineOf({ dialect, error: { message, received } }: DialectAttempt): string {
  const came = received === null ? '' : ` ("${received.replace(/\\n$/, '')}")`;
  return `${dialect}: ${message.replace(/^the server /, '')}${came}`;
}
