/** Options of `compare` that have nothing to act on in what was asked for: they are refused, not passed over in silence. */
import { usage } from '../../../core/errors.ts';
import type { CompareArguments } from '../../commands/compare.ts';
import { givenNames, type PairedKind } from '../../commands/paired.ts';

/** What is compared. */
export type Compared = 'files' | 'measurements' | 'loads';

/** @throws EcholotError `usage` for an option that is of something else */
export function refuseOthers(options: CompareArguments, compared: Compared): void {
  const [ofMeasurements, ofLoads] = [namesOf(options, 'measurements'), namesOf(options, 'loads')];
  switch (compared) {
    case 'files': {
      const [name] = [...ofMeasurements, ...ofLoads, ...givenNames(options)];
      if (name !== undefined) throw usage(`${name} is for targets, and these are files`, 'leave it out');
      return;
    }
    case 'measurements': {
      const [name] = ofLoads;
      if (name !== undefined) throw usage(`${name} is for loads`, 'add --load, or leave it out');
      refuseCondition(options, 'load-change', 'is of loads', 'add --load, or leave it out');
      return;
    }
    case 'loads': {
      const [name] = ofMeasurements;
      if (name !== undefined) {
        throw usage(`${name} is for measurements, and --load compares loads`, 'leave one of them out');
      }
      refuseCondition(
        options,
        'ratio',
        'is of measurements, and --load compares loads',
        'write it as in down.goodput < 0.9x or up.increase.p50 > +5ms',
      );
    }
  }
}

function refuseCondition(
  { failIf }: CompareArguments,
  kind: 'ratio' | 'load-change',
  what: string,
  advice: string,
): void {
  const condition = failIf.find((one) => one.kind === kind);
  if (condition !== undefined) throw usage(`"${condition.text}" ${what}`, advice);
}

function namesOf(options: CompareArguments, kind: Exclude<PairedKind, 'either'>): string[] {
  const asked = kind === 'loads' ? askedOfLoads(options) : askedOfMeasurements(options);
  const names = Object.entries(asked).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  return [...names, ...givenNames(options, kind)];
}

function askedOfMeasurements(options: CompareArguments): Readonly<Record<string, unknown>> {
  const { type, sizes, precision, blocks, probes, protocol, delayUnit } = options;
  return {
    '--type': type,
    '--sizes': sizes,
    '--precision': precision,
    '--blocks': blocks,
    '--probes': probes,
    '--dialect': protocol,
    '--delay-unit': delayUnit,
  };
}

function askedOfLoads(options: CompareArguments): Readonly<Record<string, unknown>> {
  const { load, rounds, phases, durationMs, echo, probeIntervalMs } = options;
  return {
    '--load': load || undefined,
    '--rounds': rounds,
    '--phases': phases,
    '--duration': durationMs,
    '--echo': echo || undefined,
    '--probe-interval': probeIntervalMs,
  };
}
