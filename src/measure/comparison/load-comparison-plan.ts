/** Which loads a comparison will be made of, with every default filled in and every value checked. */
import { usage } from '../../core/errors.ts';
import type { TurnsRecord } from '../../result/turns.ts';
import { checkNames, type OptionNames } from '../checks.ts';
import {
  carriesData,
  defaultPhases,
  LOAD_NAMES,
  type LoadOptions,
  type LoadPlan,
  MAX_LOAD_PROBES,
  planLoad,
} from '../load/load-plan.ts';
import { planTurns, type Side, type TurnsOptions } from './turns.ts';

/** Each load is short: the interval rests on their number. */
export const COMPARED_DATA_MS = 4_000;
export const COMPARED_REST_MS = 1_000;
/** Of many loads each may meet somebody else's: without a place in the queue one of them would have no turn, and all be lost. */
export const COMPARED_WAIT_TURN_MS = 300_000;

export interface LoadSide {
  /** What it is called in the report. */
  readonly label: string;
  /** Phases, probe interval and bytes have to be the same on both sides. Phases last 1 s, and 4 s where they carry data; a turn is waited for 5 min. */
  readonly options: Omit<LoadOptions, 'signal'>;
}

export interface CompareLoadsOptions extends TurnsOptions {
  readonly a: LoadSide;
  readonly b: LoadSide;
  /** Cancels the run. */
  readonly signal?: AbortSignal;
}

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
  const turns = planTurns(options);
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
  const probes = 2 * turns.rounds * probesOf(planned.a);
  if (probes > MAX_LOAD_PROBES) {
    throw usage(
      'a comparison cannot have so many probes',
      'ask for fewer rounds, shorter phases or a longer probe interval',
    );
  }
  return { sides, turns };
}

function probesOf({ phases, probeIntervalNs }: LoadPlan): number {
  return phases.reduce((sum, { durationNs }) => sum + durationNs, 0) / probeIntervalNs;
}

/** With the durations of a comparison where none are given. */
function shortened(options: LoadSide['options']): LoadOptions {
  const { echo = false, phases = defaultPhases(echo).filter(({ name }) => name !== 'recovery') } = options;
  return {
    waitTurnMs: COMPARED_WAIT_TURN_MS,
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
