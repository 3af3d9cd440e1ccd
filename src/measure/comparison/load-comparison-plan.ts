/** Which loads a comparison will be made of, with every default filled in and every value checked. */
import { MAX_LOADS_A_SIDE } from '../../analysis/load/compared/figures.ts';
import { usage } from '../../core/errors.ts';
import type { TurnsRecord } from '../../result/load/load-comparison.ts';
import type { Random } from '../../stats/distributions/random.ts';
import { checkDuration, checkInteger, checkNames, type OptionNames } from '../checks.ts';
import { freshSeed, MAX_SEED } from '../exchange/plan.ts';
import { shuffled } from '../exchange/schedule.ts';
import {
  carriesData,
  defaultPhases,
  LOAD_NAMES,
  type LoadOptions,
  type LoadPlan,
  MAX_LOAD_PROBES,
  planLoad,
} from '../load/load-plan.ts';

const NS_PER_MS = 1_000_000;
/**
 * Two and a half minutes. A fifth of goodput is found by so many in 94 of 100 simulated comparisons whose loads scatter
 * by 3 % and of which one in twenty meets with something else; by six in 75.
 */
export const DEFAULT_ROUNDS = 8;
export const MAX_ROUNDS: number = MAX_LOADS_A_SIDE;
/** Each load is short: the interval rests on their number. */
export const COMPARED_DATA_MS = 4_000;
export const COMPARED_REST_MS = 1_000;

export interface LoadSide {
  /** What it is called in the report. */
  readonly label: string;
  /** Phases, probe interval and bytes have to be the same on both sides. Phases last 1 s, and 4 s where they carry data. */
  readonly options: Omit<LoadOptions, 'signal'>;
}

export interface CompareLoadsOptions {
  readonly a: LoadSide;
  readonly b: LoadSide;
  /** Pairs of loads. Default 8. */
  readonly rounds?: number;
  /** No pair begins after this time, ms. Default none. */
  readonly maxTimeMs?: number;
  /** Of the order within the pairs. Default a random one, which is in the record. */
  readonly seed?: number;
  /** Cancels the run. */
  readonly signal?: AbortSignal;
}

export type Side = 'a' | 'b';

const NAMES: OptionNames<CompareLoadsOptions> = {
  ...{ a: true, b: true, rounds: true, maxTimeMs: true, seed: true, signal: true },
};
const SIDE_NAMES: OptionNames<LoadSide> = { label: true, options: true };

/** What is asked of each load of a side. */
export type SideOptions = Readonly<Record<Side, LoadOptions>>;

/** @throws EcholotError `usage` */
export function planLoadComparison(options: CompareLoadsOptions): {
  readonly sides: SideOptions;
  readonly turns: TurnsRecord;
} {
  checkNames(options, NAMES);
  const { rounds = DEFAULT_ROUNDS, maxTimeMs, seed = freshSeed() } = options;
  checkInteger('number of rounds', rounds, 1, MAX_ROUNDS);
  for (const side of [options.a, options.b]) {
    checkNames(side, SIDE_NAMES);
    checkNames(side.options, LOAD_NAMES);
  }
  const sides = { a: shortened(options.a.options), b: shortened(options.b.options) };
  const planned = { a: planLoad(sides.a), b: planLoad(sides.b) };
  if (common(planned.a) !== common(planned.b)) {
    throw usage(
      'both sides of a comparison have the same phases, probe interval, bytes and kind of server',
      'let only the targets differ, or one option of how to load them',
    );
  }
  const probes = 2 * rounds * probesOf(planned.a);
  if (probes > MAX_LOAD_PROBES) {
    throw usage(
      'a comparison cannot have so many probes',
      'ask for fewer rounds, shorter phases or a longer probe interval',
    );
  }
  const maxNs = maxTimeMs === undefined ? null : checkDuration('time limit', maxTimeMs, 1) * NS_PER_MS;
  return {
    sides,
    turns: {
      rounds,
      maxTimeNs: maxNs === null ? null : Math.round(maxNs),
      seed: checkInteger('seed', seed, 0, MAX_SEED),
    },
  };
}

function probesOf({ phases, probeIntervalNs }: LoadPlan): number {
  return phases.reduce((sum, { durationNs }) => sum + durationNs, 0) / probeIntervalNs;
}

/** With the durations of a comparison where none are given. */
function shortened(options: LoadSide['options']): LoadOptions {
  const { echo = false, phases = defaultPhases(echo).filter(({ name }) => name !== 'recovery') } = options;
  return {
    ...options,
    phases: phases.map(({ name, durationMs }) => ({
      name,
      durationMs: durationMs ?? (carriesData(name) ? COMPARED_DATA_MS : COMPARED_REST_MS),
    })),
  };
}

/** What must not differ, as a text. */
function common({ phases, probeIntervalNs, bytes, protocol }: LoadPlan): string {
  return JSON.stringify([phases, probeIntervalNs, bytes, protocol]);
}

/** Which side comes first in each round: each in half of them, as far as that can be. */
export function firstSides(rounds: number, random: Random): Side[] {
  const halves = Array.from({ length: rounds - (rounds % 2) }, (_, i): Side => (i % 2 === 0 ? 'a' : 'b'));
  const odd: Side[] = rounds % 2 === 0 ? [] : [random() < 0.5 ? 'a' : 'b'];
  return shuffled([...halves, ...odd], random);
}
