/** Makes the runs of a target, whatever its kind. What a run has learnt for the next, such as the dialect, stays here. */
import type { Clock } from '../../clock/clock.ts';
import { EcholotError } from '../../core/errors.ts';
import type { DialectName } from '../../core/wire/dialects.ts';
import type { Address } from '../../facts/connection.ts';
import { LoadError } from '../../measure/outcome.ts';
import type { Instrument } from '../../measure/standing/instrument.ts';
import type { ShortRun } from '../../measure/standing/short-run.ts';
import type { EchoTarget, LoadTarget, PingTarget, Target } from '../plan/target.ts';
import { Addresses } from './addresses.ts';
import { failureReason } from './failures.ts';
import { loadFound } from './load-found.ts';
import { ResidenceTurns } from './residence-turns.ts';
import { failed, NOTHING, present, type RunFound, type RunInterval, timesOf } from './run.ts';

/** One at a time. Never rejects, but where it was given up: then with `cancelled`. */
export type Runner = (signal: AbortSignal) => Promise<RunFound>;

/** A share of late sends beyond which times are those of this machine. */
const LATE_SHARE = 0.1;

export function runnerOf(target: Target, instrument: Instrument, clock: Clock): Runner {
  switch (target.kind) {
    case 'measure':
      return echoRunner(target, instrument, clock);
    case 'ping':
      return pingRunner(target, instrument, clock);
    case 'load':
      return (signal) => carry(target, instrument, signal);
  }
}

function echoRunner({ paced }: EchoTarget, instrument: Instrument, clock: Clock): Runner {
  const { timeoutNs } = paced;
  const addresses = new Addresses(clock, (signal) => instrument.lookUp(paced, paced, { timeoutNs, signal }));
  /** Found out once, until it is no longer understood. */
  let dialect: DialectName | 'plain' | undefined;
  const turns = new ResidenceTurns();
  return answeredBy(addresses, failed, async (found, signal) => {
    const run = await instrument.echo(
      { ...paced, protocol: dialect ?? paced.protocol },
      { signal, addresses: found, residences: turns.take() },
    );
    if (run.protocol !== null && run.protocol !== 'auto') dialect = run.protocol;
    if (run.error?.phase === 'setup') dialect = undefined;
    const untold = turns.note(run);
    return untold === undefined ? echoFound(run) : { ...echoFound(run), untold };
  });
}

function pingRunner(target: PingTarget, instrument: Instrument, clock: Clock): Runner {
  const { host, port, family, timeoutNs, socket } = target;
  const addresses = new Addresses(clock, (signal) =>
    instrument.lookUp(target, target, { timeoutNs, signal }),
  );
  return answeredBy(addresses, handshakeFailed, async (found, signal) =>
    handshakeFound(
      await instrument.handshake({ host, port, family, addresses: found }, target, { timeoutNs, signal }),
      socket.tls !== undefined,
    ),
  );
}

/** A port that takes a connection and resets it has answered the handshake; how long that took was not to be read any more. */
function handshakeFailed(error: unknown): Pick<RunFound, 'interval' | 'trouble'> {
  const nothing: RunInterval = { ...NOTHING, probes: 1 };
  if (!(error instanceof EcholotError) || failureReason(error) !== 'reset') return failed(error, nothing);
  const interval = { ...nothing, answeredRuns: 1, answered: 1, doubts: { 'reset-at-once': 1 } };
  return { interval, trouble: { reason: 'reset', text: error.message } };
}

/** @param ifFailed what a run that fails before its end has found */
function answeredBy(
  addresses: Addresses,
  ifFailed: (error: unknown) => Pick<RunFound, 'interval' | 'trouble'>,
  run: (found: readonly Address[], signal: AbortSignal) => Promise<RunFound>,
): Runner {
  return async (signal) => {
    let found: RunFound;
    try {
      signal.throwIfAborted();
      found = await run(await addresses.now(signal), signal);
    } catch (error) {
      found = { address: null, ...ifFailed(error) };
    }
    signal.throwIfAborted();
    addresses.note(found.interval.answered > 0 ? found.address : null);
    // What did not answer is known where there was one address to try.
    const [only, ...others] = addresses.tried;
    return found.address === null && others.length === 0
      ? { ...found, address: only?.address ?? null }
      : found;
  };
}

export function echoFound(run: ShortRun): RunFound {
  const { due, responseNs, kernelRttNs, networkRttNs, residenceNs, handshakeRttNs, late, remote, error } =
    run;
  const answered = responseNs.length;
  const interval: RunInterval = {
    ...NOTHING,
    answeredRuns: answered > 0 ? 1 : 0,
    probes: due,
    answered,
    doubts: {
      ...(late > LATE_SHARE * due ? { 'generator-late': 1 } : {}),
      ...(run.residenceError === null ? {} : { 'residence-untold': 1 }),
    },
    layers: present({
      application: timesOf(responseNs),
      kernel: timesOf(kernelRttNs),
      network: timesOf(networkRttNs),
      residence: timesOf(residenceNs),
      handshake: timesOf(handshakeRttNs === null ? [] : [handshakeRttNs]),
    }),
  };
  const address = remote?.address ?? null;
  if (error === null) return { address, interval, trouble: null };
  return { address, ...failed(error, interval, Math.max(1, due - answered)) };
}

function handshakeFound(found: Awaited<ReturnType<Instrument['handshake']>>, isSecured: boolean): RunFound {
  const { handshakeRttNs, connectNs, tls, remote, resentSyns = 0 } = found;
  const tlsNs = isSecured ? tls?.handshakeNs : undefined;
  return {
    address: remote.address,
    interval: {
      ...NOTHING,
      answeredRuns: 1,
      probes: 1,
      answered: 1,
      doubts: resentSyns > 0 ? { 'syn-resent': 1 } : {},
      layers: present({
        handshake: timesOf(handshakeRttNs === undefined ? [] : [handshakeRttNs]),
        connect: timesOf([connectNs]),
        tls: timesOf(tlsNs === undefined ? [] : [tlsNs]),
      }),
    },
    trouble: null,
  };
}

async function carry({ load }: LoadTarget, instrument: Instrument, signal: AbortSignal): Promise<RunFound> {
  signal.throwIfAborted();
  try {
    return loadFound(await instrument.load({ ...load, signal }));
  } catch (error) {
    signal.throwIfAborted();
    const seen = error instanceof LoadError ? loadFound(error.result) : undefined;
    return { address: seen?.address ?? null, ...failed(error, seen?.interval ?? NOTHING) };
  }
}
