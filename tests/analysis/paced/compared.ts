/** Runs of paced probes of two sides with a known truth: figures as each run would have shown them. */
import { pacedFigures } from '../../../src/analysis/paced/compared/figures.ts';
import { firstSides } from '../../../src/measure/comparison/turns.ts';
import type {
  ComparedPaced,
  PacedComparedFigure,
  PacedComparison,
  PacedFigures,
  PacedStepFigures,
} from '../../../src/result/paced/paced-comparison.ts';
import { type Random, seededRandom } from '../../../src/stats/distributions/random.ts';
import { normalDraw } from '../../stats/simulate.ts';
import { queuedStep } from './queues.ts';
import { pacedRecording } from './recordings.ts';

/** A run takes ten seconds. */
const EVERY_MS = 10_000;
const US = 1_000;

export interface SimulatedRuns {
  readonly runs?: number;
  readonly rates?: readonly (number | null)[];
  /** Standard deviation of the logarithm of a time, from run to run; that of p99 is twice as much. */
  readonly scatter?: number;
  /** The share of runs that meet with something else: longer times. */
  readonly bad?: number;
  /** Standard deviation of what runs of a time share, and how much of it the next run takes over. */
  readonly mood?: { readonly scatter: number; readonly correlation: number };
  /** B's times, against A's. */
  readonly ratio?: number;
  readonly seed?: number;
}

export function simulatedRuns(simulated: SimulatedRuns = {}): {
  readonly a: readonly PacedFigures[];
  readonly b: readonly PacedFigures[];
} {
  const { runs = 8, rates = [2_000], scatter = 0.03, bad = 0, ratio = 1, seed = 1 } = simulated;
  const random = seededRandom(seed);
  const mood = moodsOf(simulated, random);
  const sides = { a: [] as PacedFigures[], b: [] as PacedFigures[] };
  for (const [i, first] of firstSides(runs, random).entries()) {
    for (const side of first === 'a' ? (['a', 'b'] as const) : (['b', 'a'] as const)) {
      const harm = random() < bad ? 1.2 + random() : 1;
      const level = mood() * harm * (side === 'b' ? ratio : 1);
      const drawn = (spread: number): number => level * Math.exp(spread * normalDraw(random));
      const steps = rates.map((askedPerSecond) =>
        stepFigures(askedPerSecond, {
          responseP50: 120 * US * drawn(scatter),
          responseP99: 400 * US * drawn(2 * scatter),
          serviceP50: 110 * US * drawn(scatter),
        }),
      );
      sides[side].push(runFigures(i + 1, sides.a.length + sides.b.length, steps));
    }
  }
  return sides;
}

export function runFigures(
  round: number | null,
  place: number,
  steps: readonly PacedStepFigures[],
): PacedFigures {
  return { round, startedAt: new Date(1e12 + place * EVERY_MS).toISOString(), steps, doubts: [] };
}

export function stepFigures(
  askedPerSecond: number | null,
  over: Partial<PacedStepFigures> = {},
): PacedStepFigures {
  return {
    ...{ askedPerSecond, due: 20_000, missing: 0, answeredPerSecond: askedPerSecond ?? 9_000 },
    ...{ responseP50: 120 * US, responseP99: 400 * US, serviceP50: 110 * US, isSaturated: false },
    ...over,
  };
}

/** @param interleaved whether they took turns */
export function figuresOfRuns(simulated: SimulatedRuns, interleaved = true): PacedComparedFigure[] {
  const { a, b } = simulatedRuns(simulated);
  return pacedFigures(interleaved ? { a, b } : { a: apart(a), b: apart(b) }, interleaved);
}

/** Of files. */
export function apart(runs: readonly PacedFigures[]): PacedFigures[] {
  return runs.map((run) => ({ ...run, round: null }));
}

/** The record of such a comparison. */
export function pacedComparison(
  simulated: SimulatedRuns = {},
  over: Partial<PacedComparison> = {},
): PacedComparison {
  const { a, b } = simulatedRuns(simulated);
  const rates = (simulated.rates ?? [2_000]).flatMap((rate) => rate ?? []);
  const recording = pacedRecording([queuedStep({ perSecond: 2_000 }).record]);
  const { tool, system, engine, server, addresses } = recording;
  const plan = { ...recording.plan, ratesPerSecond: rates };
  const side = (label: string, runs: readonly PacedFigures[]): ComparedPaced => ({
    ...{ label, files: null, system, engine, plan, server, addresses },
    ...{ remotes: ['192.0.2.7'], runs },
  });
  return {
    format: 'echolot-paced-comparison',
    version: 1,
    tool,
    interleaved: true,
    turns: { rounds: a.length, maxTimeNs: null, seed: 7 },
    a: side('old.example:9900', a),
    b: side('new.example:9900', b),
    figures: pacedFigures({ a, b }, true),
    outcome: { status: 'complete', error: null },
    ...over,
  };
}

/** The same of files. */
export function comparedFiles(simulated: SimulatedRuns = {}): PacedComparison {
  const whole = pacedComparison(simulated);
  const [a, b] = [apart(whole.a.runs), apart(whole.b.runs)];
  const files = (side: string, { length }: readonly PacedFigures[]): string[] =>
    Array.from({ length }, (_, i) => `${side}-${i + 1}.json`);
  return {
    ...whole,
    ...{ interleaved: false, turns: null },
    a: { ...whole.a, label: 'before-1.json and more', files: files('before', a), runs: a },
    b: { ...whole.b, label: 'after-1.json and more', files: files('after', b), runs: b },
    figures: pacedFigures({ a, b }, false),
  };
}

function moodsOf({ mood }: SimulatedRuns, random: Random): () => number {
  if (mood === undefined) return () => 1;
  const { scatter, correlation } = mood;
  let state = normalDraw(random);
  return () => {
    state = correlation * state + Math.sqrt(1 - correlation ** 2) * normalDraw(random);
    return Math.exp(scatter * state);
  };
}
