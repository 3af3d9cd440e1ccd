/** Whether `echolot measure` is asked for probes that do not wait for each other, and what of the library then. */
import { usage } from '../../../core/errors.ts';
import type { PacedOptions } from '../../../index.ts';
import type { MeasureArguments } from '../../commands/measure.ts';
import { givenSocketOptions } from '../../options/engine.ts';
import { given } from '../../options/given.ts';
import { targetOf } from '../target.ts';
import { givenTls } from '../tls.ts';
import { heldTokenOf } from '../token/held-token.ts';

const BEGINNINGS = { rates: '--rate', connections: '--connections', inFlight: '--in-flight' } as const;

/** Of probes that wait for each other: nothing that is paced could follow them. */
const OTHERS = {
  short: '--short',
  probes: '--probes',
  blocks: '--blocks',
  spreadMs: '--spread',
  precision: '--precision',
  maxTimeMs: '--max-time',
  warmupProbes: '--warmup',
  histograms: '--histograms',
  withWarmUp: '--with-warmup',
  verbose: '--verbose',
} as const;

/** @throws EcholotError `usage` for words that go with none of those that begin it */
export function isPaced(options: MeasureArguments): boolean {
  const { arrivals, durationMs } = options;
  if (beginningOf(options) !== undefined) return true;
  const lone = arrivals !== undefined ? '--arrivals' : durationMs !== undefined ? '--duration' : undefined;
  if (lone === undefined) return false;
  const names = Object.values(BEGINNINGS);
  throw usage(
    `${lone} is of probes that do not wait for each other, and those here do`,
    `add ${names.slice(0, -1).join(', ')} or ${names.at(-1)}, or leave it out`,
  );
}

function beginningOf(options: MeasureArguments): string | undefined {
  const found = (Object.keys(BEGINNINGS) as (keyof typeof BEGINNINGS)[]).find(
    (name) => options[name] !== undefined,
  );
  return found === undefined ? undefined : BEGINNINGS[found];
}

/** @throws EcholotError `usage` for words that do not go together */
export function pacedOptionsOf(options: MeasureArguments): PacedOptions {
  refuseOthers(options);
  const { rates, arrivals, connections, inFlight, durationMs, sizes, seed } = options;
  const { serverDelayMs, delayUnit, protocol, timeoutMs, family, engine, stamps } = options;
  if (arrivals !== undefined && rates === undefined) {
    throw usage('--arrivals are those of a rate, and there is none', 'add --rate, or leave them out');
  }
  return {
    ...targetOf(options),
    ...given({ ratesPerSecond: rates, arrivals, connections, inFlight, stepMs: durationMs, sizes, seed }),
    ...given({ serverDelayMs, delayUnit, protocol, timeoutMs, family, engine, stamps }),
    ...given({ token: heldTokenOf(options.tokenFile, protocol) }),
    socket: { ...givenSocketOptions(options), ...givenTls(options) },
  };
}

function otherOf(options: MeasureArguments): string | undefined {
  const { wait } = options;
  if (wait !== 'adaptive') return '--wait';
  const found = (Object.keys(OTHERS) as (keyof typeof OTHERS)[]).find(
    (name) => options[name] !== undefined && options[name] !== false,
  );
  return found === undefined ? undefined : OTHERS[found];
}

function refuseOthers(options: MeasureArguments): void {
  const beginning = beginningOf(options) ?? '';
  const other = otherOf(options);
  if (other !== undefined) {
    throw usage(
      `${other} is of probes that wait for each other, and with ${beginning} they do not`,
      `leave out ${other} or ${beginning}`,
    );
  }
  const { type, sizes } = options;
  if (type !== undefined && type !== 'rtt') {
    throw usage(
      `--type ${type} has throughput, and with ${beginning} there are response times only`,
      'leave out --type; echolot load tells what a path carries',
    );
  }
  if (sizes !== undefined && new Set(sizes).size > 1) {
    throw usage(`with ${beginning} all probes have one size, and --sizes has several`, 'name one of them');
  }
}
