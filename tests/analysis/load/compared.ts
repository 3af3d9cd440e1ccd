/** Loads of two sides that took turns, with a known truth: figures as each load would have shown them. */
import { comparedFigures } from '../../../src/analysis/load/compared/figures.ts';
import { firstSides } from '../../../src/measure/comparison/turns.ts';
import type {
  ComparedFigure,
  ComparedLoads,
  LoadComparison,
  LoadFigures,
  PhaseFigures,
} from '../../../src/result/load/load-comparison.ts';
import { type Random, seededRandom } from '../../../src/stats/distributions/random.ts';
import { normalDraw } from '../../stats/simulate.ts';
import { loadRecording, MS } from './loads.ts';

/** A load takes ten seconds. */
const EVERY_MS = 10_000;

export interface SimulatedTurns {
  readonly rounds?: number;
  /** Standard deviation of the logarithm of goodput, from load to load; that of the increase is twice as much. */
  readonly scatter?: number;
  /** The share of loads that meet with something else: less goodput, and a longer wait. */
  readonly bad?: number;
  /** Standard deviation of what all loads of a time share, and how much of it the next load takes over. */
  readonly mood?: { readonly scatter: number; readonly correlation: number };
  /** What the second load of a pair carries, against the first. */
  readonly second?: number;
  /** B's goodput, against A's. */
  readonly ratio?: number;
  /** B's increase less A's, ns. */
  readonly difference?: number;
  readonly seed?: number;
}

export function simulatedTurns(turns: SimulatedTurns = {}): {
  readonly a: readonly LoadFigures[];
  readonly b: readonly LoadFigures[];
} {
  const { rounds = 8, scatter = 0.03, bad = 0, second = 1, ratio = 1, difference = 0, seed = 1 } = turns;
  const random = seededRandom(seed);
  const moods = moodsOf(turns, random);
  const sides = { a: [] as LoadFigures[], b: [] as LoadFigures[] };
  for (const [i, first] of firstSides(rounds, random).entries()) {
    const round = i + 1;
    const order = first === 'a' ? (['a', 'b'] as const) : (['b', 'a'] as const);
    for (const [place, side] of order.entries()) {
      const share = place === 1 ? second : 1;
      const harm = random() < bad ? 0.2 + 0.6 * random() : 1;
      const level = moods() * share * (side === 'b' ? ratio : 1) * harm;
      const increase = (10 * MS) / harm + (side === 'b' ? difference : 0);
      const phases = (['down', 'up'] as const).map((phase) =>
        phaseFigures(
          phase,
          100e6 * level * Math.exp(scatter * normalDraw(random)),
          increase + 2 * scatter * 10 * MS * normalDraw(random),
        ),
      );
      const load = loadFigures(round, sides.a.length + sides.b.length, phases);
      sides[side].push(load);
    }
  }
  return sides;
}

export function loadFigures(
  round: number | null,
  place: number,
  phases: readonly PhaseFigures[],
): LoadFigures {
  return { round, startedAt: new Date(1e12 + place * EVERY_MS).toISOString(), phases, doubts: [] };
}

export function phaseFigures(
  phase: 'down' | 'up',
  bitsPerSecond: number,
  increase: number | null,
): PhaseFigures {
  return {
    phase,
    hasSettled: true,
    downBitsPerSecond: phase === 'down' ? bitsPerSecond : null,
    upBitsPerSecond: phase === 'up' ? bitsPerSecond : null,
    increase,
  };
}

export function turnsFigures(turns: SimulatedTurns): ComparedFigure[] {
  return comparedFigures(simulatedTurns(turns), true);
}

export function isDifferent({ verdict }: Pick<ComparedFigure, 'verdict'>): boolean {
  return verdict === 'higher' || verdict === 'lower';
}

/** The record of such a comparison. */
export function turnsComparison(
  turns: SimulatedTurns = {},
  over: Partial<LoadComparison> = {},
): LoadComparison {
  const { a, b } = simulatedTurns(turns);
  const { tool, system, engine, plan, granted, addresses } = loadRecording([{ name: 'idle' }]);
  const side = (label: string, loads: readonly LoadFigures[]): ComparedLoads => ({
    ...{ label, files: null, system, engine, plan, granted, addresses },
    ...{ remotes: ['192.0.2.2'], loads },
  });
  return {
    format: 'echolot-load-comparison',
    version: 1,
    tool,
    interleaved: true,
    turns: { rounds: a.length, maxTimeNs: null, seed: 7 },
    a: side('host.example:9900 --streams 1', a),
    b: side('host.example:9900 --streams 4', b),
    figures: comparedFigures({ a, b }, true),
    outcome: { status: 'complete', error: null },
    ...over,
  };
}

function moodsOf({ mood }: SimulatedTurns, random: Random): () => number {
  if (mood === undefined) return () => 1;
  const { scatter, correlation } = mood;
  let state = normalDraw(random);
  return () => {
    state = correlation * state + Math.sqrt(1 - correlation ** 2) * normalDraw(random);
    return Math.exp(scatter * state);
  };
}
