/** Makes the record of a comparison out of loads: what each of them showed, and what B's say against A's. Pure. */
import { EcholotError } from '../../../core/errors.ts';
import type {
  ComparedLoads,
  LoadComparison,
  LoadFigures,
  PhaseFigures,
} from '../../../result/load/load-comparison.ts';
import type { LoadResult } from '../../../result/load/load-result.ts';
import type { LoadedPhaseStatistics } from '../../../result/load/load-statistics.ts';
import type { Outcome, ToolInfo } from '../../../result/result.ts';
import type { TurnsRecord } from '../../../result/turns.ts';
import { comparedFigures } from './figures.ts';

/** The loads of one side, at least one, in the order of time. */
export interface LabelledLoads {
  readonly label: string;
  /** Those they were read from, where they were. */
  readonly files?: readonly string[];
  readonly loads: readonly LoadResult[];
}

export interface LoadComparisonContext {
  readonly tool: ToolInfo;
  /** How the loads took turns, so that the n-th of each side are a pair; null where each was run by itself. */
  readonly turns: TurnsRecord | null;
  readonly outcome: Outcome;
}

/** @throws EcholotError `usage` when loads that were apart carried data in no phase alike */
export function compareLoadResults(
  a: LabelledLoads,
  b: LabelledLoads,
  { tool, turns, outcome }: LoadComparisonContext,
): LoadComparison {
  const interleaved = turns !== null;
  const [ofA, ofB] = [sideOf(a, interleaved), sideOf(b, interleaved)];
  const figures = comparedFigures({ a: ofA.loads, b: ofB.loads }, interleaved);
  if (figures.length === 0 && !interleaved) throw nothingInCommon(ofA, ofB);
  return {
    format: 'echolot-load-comparison',
    version: 1,
    tool,
    interleaved,
    turns,
    a: ofA,
    b: ofB,
    figures,
    outcome,
  };
}

function sideOf({ label, files, loads }: LabelledLoads, interleaved: boolean): ComparedLoads {
  const [first] = loads;
  if (first === undefined) throw new RangeError('a side of a comparison has a load at least');
  const { system, engine, plan, granted, addresses } = first;
  const remotes = loads.flatMap(({ streams }) => streams.map(({ remote }) => remote.address));
  return {
    ...{ label, files: files ?? null, system, engine, plan, granted, addresses },
    remotes: [...new Set(remotes)],
    loads: loads.map((load, i) => figuresOfLoad(load, interleaved ? i + 1 : null)),
  };
}

/** Phases that were cut short are left out: what they show is of another time than that of the others. */
function figuresOfLoad({ startedAt, statistics, phases }: LoadResult, round: number | null): LoadFigures {
  const whole = new Set(phases.filter(({ isComplete }) => isComplete).map(({ name }) => name));
  return {
    round,
    startedAt,
    phases: statistics.loaded.filter(({ phase }) => whole.has(phase)).map(figuresOfPhase),
    doubts: statistics.doubts.filter(({ code }) => code !== 'too-short'),
  };
}

function figuresOfPhase({ phase, settledAtNs, directions, increase }: LoadedPhaseStatistics): PhaseFigures {
  const goodput = (way: 'down' | 'up'): number | null =>
    directions.find(({ direction }) => direction === way)?.goodput.value ?? null;
  return {
    phase,
    hasSettled: settledAtNs !== null,
    downBitsPerSecond: goodput('down'),
    upBitsPerSecond: goodput('up'),
    increase: increase?.p50.value ?? null,
  };
}

function nothingInCommon(a: ComparedLoads, b: ComparedLoads): EcholotError {
  const text = ({ label, loads }: ComparedLoads): string => {
    const names = [
      ...new Set(loads.flatMap(({ phases }) => phases.filter(hasFigure).map(({ phase }) => phase))),
    ];
    return `${label} has figures of ${names.length === 0 ? 'no phase' : names.join(', ')}`;
  };
  return new EcholotError('usage', `there is nothing to compare: ${text(a)}; ${text(b)}`, {
    advice: 'load both sides in the same phases, for a second each at least',
  });
}

function hasFigure({ downBitsPerSecond, upBitsPerSecond, increase }: PhaseFigures): boolean {
  return downBitsPerSecond !== null || upBitsPerSecond !== null || increase !== null;
}
