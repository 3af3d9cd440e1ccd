/**
 * What B's runs of paced probes show against A's, at each rate that both were asked for: ratios of response and service
 * times, and of what was answered. Runs are the units, since probes that follow each other wait in one queue. Pure.
 */
import {
  PACED_COMPARED,
  type PacedComparedFigure,
  type PacedComparedOf,
  type PacedComparisonRefusal,
  type PacedFigures,
  type PacedStepFigures,
} from '../../../result/paced/paced-comparison.ts';
import type { ComparedVerdict } from '../../../result/turns.ts';
import { levelOfEach } from '../../../stats/compare/together.ts';
import { supportsQuantile } from '../../../stats/quantile/quantiles.ts';
import { EQUIVALENCE } from '../../compare.ts';
import {
  answersOfBoth,
  type Comparing,
  placesOf,
  type RunsOfSides,
  shiftOfRuns,
} from '../../compared/compared-runs.ts';

interface Question {
  readonly of: PacedComparedOf;
  readonly askedPerSecond: number | null;
}

/** What a run has to a question: its value, or why there is none. */
interface Answer {
  readonly run: PacedFigures;
  readonly told: number | PacedComparisonRefusal;
}

interface Asked {
  readonly question: Question;
  readonly a: readonly Answer[];
  readonly b: readonly Answer[];
}

interface Figure {
  readonly figureIn: (step: PacedStepFigures) => number | null;
  /** Of a percentile. */
  readonly p: number | null;
}

const FIGURES: Readonly<Record<PacedComparedOf, Figure>> = {
  'response.p50': { figureIn: ({ responseP50 }) => responseP50, p: 0.5 },
  'response.p99': { figureIn: ({ responseP99 }) => responseP99, p: 0.99 },
  'service.p50': { figureIn: ({ serviceP50 }) => serviceP50, p: 0.5 },
  answered: { figureIn: ({ answeredPerSecond }) => answeredPerSecond, p: null },
};

/** @param interleaved whether the runs took turns: those of one round are a pair */
export function pacedFigures(sides: RunsOfSides<PacedFigures>, interleaved: boolean): PacedComparedFigure[] {
  const asked = questionsOf(sides.a).map(
    (question): Asked => ({
      question,
      ...answersOfBoth(answersOf(sides.a, question), answersOf(sides.b, question), interleaved),
    }),
  );
  const answered = asked.filter(({ a, b }) => a.length > 0 && b.length > 0);
  if (answered.length === 0) return [];
  const comparing = { interleaved, nominal: levelOfEach(answered.length), places: placesOf(sides) };
  return answered.map((one) => figureOf(one, comparing));
}

/** What is said of B, by how its interval lies to no difference. */
export function pacedVerdictOf(interval: PacedComparedFigure['interval']): ComparedVerdict {
  if (interval === null) return 'too-uncertain';
  const { low, high } = interval;
  if (high < 1) return 'lower';
  if (low > 1) return 'higher';
  return low >= 1 / (1 + EQUIVALENCE) && high <= 1 + EQUIVALENCE ? 'no-difference-shown' : 'too-uncertain';
}

function questionsOf(runs: readonly PacedFigures[]): Question[] {
  const rates = [...new Set(runs.flatMap(({ steps }) => steps.map(({ askedPerSecond }) => askedPerSecond)))];
  return rates.flatMap((askedPerSecond) =>
    PACED_COMPARED.filter((of) => askedPerSecond !== null || of !== 'service.p50').map((of) => ({
      of,
      askedPerSecond,
    })),
  );
}

/** Of runs that had a step of the rate to its end; several of one rate are one answer, as their run is one unit. */
function answersOf(runs: readonly PacedFigures[], { of, askedPerSecond }: Question): Answer[] {
  return runs.flatMap((run): Answer[] => {
    const steps = run.steps.filter((step) => step.askedPerSecond === askedPerSecond);
    return steps.length === 0 ? [] : [{ run, told: toldOf(steps, FIGURES[of]) }];
  });
}

/** On the scale of logarithms. */
function toldOf(steps: readonly PacedStepFigures[], { figureIn, p }: Figure): Answer['told'] {
  let sum = 0;
  for (const step of steps) {
    const value = figureIn(step);
    if (value === null || value <= 0) return 'missing';
    if (p !== null && !supportsQuantile(step.due, p)) return 'too-few-probes';
    sum += Math.log(value);
  }
  return sum / steps.length;
}

/** A run that has no value is not left out: those that remain would be the better ones. */
function figureOf({ question, a, b }: Asked, comparing: Comparing): PacedComparedFigure {
  const untold = [...a, ...b].find(({ told }) => typeof told === 'string')?.told;
  if (typeof untold === 'string') {
    const pairs = comparing.interleaved ? a.length : null;
    const unknown = { a: null, b: null, value: null, interval: null };
    return { ...question, pairs, ...unknown, refused: untold, verdict: 'too-uncertain' };
  }
  const answers = (all: readonly Answer[]) => all.map(({ run, told }) => ({ run, value: told as number }));
  const { pairs, interval, ...logs } = shiftOfRuns(answers(a), answers(b), comparing);
  const ratios = interval === null ? null : { low: Math.exp(interval.low), high: Math.exp(interval.high) };
  const own = interval === null || ratios === null ? null : { ...interval, ...ratios };
  return {
    ...question,
    pairs,
    ...{ a: Math.exp(logs.a), b: Math.exp(logs.b), value: Math.exp(logs.value) },
    interval: own,
    refused: own === null ? 'too-few-runs' : null,
    verdict: pacedVerdictOf(own),
  };
}
