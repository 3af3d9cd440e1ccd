/** Which runs of paced probes a comparison will be made of, with every default filled in and every value checked. */
import { usage } from '../../core/errors.ts';
import type { TurnsRecord } from '../../result/turns.ts';
import { checkNames, type OptionNames } from '../checks.ts';
import { PACED_NAMES, type PacedOptions, type PacedPlan, planPaced } from '../paced/paced-plan.ts';
import { planTurns, type Side, type TurnsOptions } from './turns.ts';

/** Each step is short: the interval rests on the number of runs. */
export const COMPARED_STEP_MS = 2_000;

export interface PacedSide {
  /** What it is called in the report. */
  readonly label: string;
  /** Rates, arrivals, size and times have to be the same on both sides. Steps last 2 s; the seed is that of the turns. */
  readonly options: Omit<PacedOptions, 'signal' | 'seed'>;
}

export interface ComparePacedOptions extends TurnsOptions {
  readonly a: PacedSide;
  readonly b: PacedSide;
  /** Cancels the run. */
  readonly signal?: AbortSignal;
}

const NAMES: OptionNames<ComparePacedOptions> = {
  ...{ a: true, b: true, rounds: true, maxTimeMs: true, seed: true, signal: true },
};
const SIDE_NAMES: OptionNames<PacedSide> = { label: true, options: true };

/** What is asked of each run of a side, but for its seed. */
export type PacedSideOptions = Readonly<Record<Side, PacedOptions>>;

/** @throws EcholotError `usage` */
export function planPacedComparison(options: ComparePacedOptions): {
  readonly sides: PacedSideOptions;
  readonly turns: TurnsRecord;
} {
  checkNames(options, NAMES);
  const turns = planTurns(options);
  for (const side of [options.a, options.b]) {
    checkNames(side, SIDE_NAMES);
    checkNames(side.options, PACED_NAMES);
  }
  const sides = { a: shortened(options.a.options), b: shortened(options.b.options) };
  if (common(planPaced(sides.a)) !== common(planPaced(sides.b))) {
    throw usage(
      'both sides of a comparison have the same rates, arrivals, size, duration and warm-up',
      'let only the targets differ, or one option of how to measure them',
    );
  }
  return { sides, turns };
}

/** With the duration of a comparison where none is given; samples one by one would be kept of every run. */
function shortened(options: PacedSide['options']): PacedOptions {
  return { stepMs: COMPARED_STEP_MS, maxKeptSamples: 0, ...options };
}

/** What must not differ, as a text. */
function common({ ratesPerSecond, arrivals, payloadBytes, stepNs, warmupNs }: PacedPlan): string {
  return JSON.stringify([ratesPerSecond, arrivals, payloadBytes, stepNs, warmupNs]);
}
