/** Options of `compare` that have nothing to act on in what was asked for: they are refused, not passed over in silence. */
import { type EcholotError, usage } from '../../../core/errors.ts';
import type { CompareArguments } from '../../commands/compare.ts';
import { givenNames, type PairedKind, sideOptions } from '../../commands/turns/paired.ts';
import { refuseTrust } from '../tls.ts';
import { asksTls } from './side.ts';

/** What is compared. */
export type Compared = 'files' | 'history' | PairedKind;

/** What each option is of, but those that may differ. */
const ASKED: Readonly<Record<string, Asked>> = {
  '--type': { of: ['measurements', 'paced'], value: ({ type }) => type },
  '--sizes': { of: ['measurements', 'paced'], value: ({ sizes }) => sizes },
  '--precision': { of: ['measurements'], value: ({ precision }) => precision },
  '--blocks': { of: ['measurements'], value: ({ blocks }) => blocks },
  '--probes': { of: ['measurements'], value: ({ probes }) => probes },
  '--dialect': { of: ['measurements', 'paced'], value: ({ protocol }) => protocol },
  '--delay-unit': { of: ['measurements', 'paced'], value: ({ delayUnit }) => delayUnit },
  '--token': { of: ['measurements', 'loads', 'paced'], value: ({ tokenFile }) => tokenFile },
  '--load': { of: ['loads'], value: ({ load }) => load || undefined },
  '--rounds': { of: ['loads', 'paced'], value: ({ rounds }) => rounds },
  '--phases': { of: ['loads'], value: ({ phases }) => phases },
  '--duration': { of: ['loads', 'paced'], value: ({ durationMs }) => durationMs },
  '--echo': { of: ['loads'], value: ({ echo }) => echo || undefined },
  '--probe-interval': { of: ['loads'], value: ({ probeIntervalMs }) => probeIntervalMs },
  '--tls-ca': { of: ['measurements', 'loads', 'paced'], value: ({ tlsCa }) => tlsCa },
  '--tls-name': { of: ['measurements', 'loads', 'paced'], value: ({ tlsName }) => tlsName },
  '--arrivals': { of: ['paced'], value: ({ arrivals }) => arrivals },
};

interface Asked {
  readonly of: readonly PairedKind[];
  readonly value: (options: CompareArguments) => unknown;
}

/** @throws EcholotError `usage` for an option that is of something else */
export function refuseOthers(options: CompareArguments, compared: Compared): void {
  if (compared === 'files' || compared === 'history') {
    const [name] = [...askedNames(options), ...givenNames(options)];
    const what = compared === 'files' ? 'and these are files' : 'and --between measures nothing';
    if (name !== undefined) throw usage(`${name} is for targets, ${what}`, 'leave it out');
    return;
  }
  const [name] = [...askedNames(options, compared), ...givenNames(options, compared)];
  if (name !== undefined) throw refusalOf(name, kindOf(name, options), compared);
  if (!asksTls(options)) refuseTrust(options);
  refuseRate(options, compared);
  refuseConditions(options, compared);
}

/** @param but those of this kind */
function askedNames(options: CompareArguments, but?: PairedKind): string[] {
  return Object.entries(ASKED)
    .filter(([, { of, value }]) => value(options) !== undefined && (but === undefined || !of.includes(but)))
    .map(([name]) => name);
}

function kindOf(name: string, options: CompareArguments): PairedKind {
  const kinds: readonly PairedKind[] = ['measurements', 'loads', 'paced'];
  const own = ASKED[name]?.of ?? kinds.filter((kind) => !givenNames(options, kind).includes(name));
  return own[0] ?? 'measurements';
}

const NAMES: Readonly<Record<PairedKind, string>> = {
  measurements: 'measurements',
  loads: 'loads',
  paced: 'open loops',
};

function refusalOf(name: string, of: PairedKind, compared: PairedKind): EcholotError {
  switch (compared) {
    case 'measurements':
      return of === 'loads'
        ? usage(`${name} is for loads`, 'add --load, or leave it out')
        : usage(`${name} is for open loops`, 'add a --rate such as 2000/s, or leave it out');
    case 'loads':
      return usage(`${name} is for ${NAMES[of]}, and --load compares loads`, 'leave one of them out');
    case 'paced':
      return usage(
        `${name} is for ${NAMES[of]}, and probes that do not wait for each other are compared`,
        'leave one of them out',
      );
  }
}

/** One name for two things, told apart by their units. */
function refuseRate(options: CompareArguments, compared: PairedKind): void {
  const { bitsPerSecond, ratesPerSecond } = sideOptions(options, 0);
  if (bitsPerSecond !== undefined && compared !== 'loads') {
    throw compared === 'measurements'
      ? usage('--rate is for loads', 'add --load, or leave it out')
      : usage('--rate is in bit/s, as for loads', 'write how often probes are due, such as 2000/s');
  }
  if (ratesPerSecond !== undefined && compared === 'loads') {
    throw usage(
      '--rate is of probes, as for open loops, and --load compares loads',
      'give bit/s, such as 90M, or leave out --load',
    );
  }
}

function refuseConditions({ failIf }: CompareArguments, compared: PairedKind): void {
  const refuse = (kind: (typeof failIf)[number]['kind'], what: string, advice: string): void => {
    const condition = failIf.find((one) => one.kind === kind);
    if (condition !== undefined) throw usage(`"${condition.text}" ${what}`, advice);
  };
  switch (compared) {
    case 'measurements':
      refuse('load-change', 'is of loads', 'add --load, or leave it out');
      refuse('paced-change', 'is of paced probes', 'give a --rate such as 2000/s, or leave it out');
      return;
    case 'loads':
      refuse(
        'ratio',
        'is of measurements, and --load compares loads',
        'write it as in down.goodput < 0.9x or up.increase.p50 > +5ms',
      );
      refuse('paced-change', 'is of paced probes, and --load compares loads', 'leave one of them out');
      return;
    case 'paced':
      refuse('load-change', 'is of loads', 'write it as in response.p99 > 1.1x or answered < 0.95x');
  }
}
