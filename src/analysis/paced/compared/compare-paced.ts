/** Makes the record of a comparison out of runs of paced probes: what each showed, and what B's say against A's. Pure. */
import { EcholotError, usage } from '../../../core/errors.ts';
import type {
  ComparedPaced,
  PacedComparison,
  PacedFigures,
  PacedStepFigures,
} from '../../../result/paced/paced-comparison.ts';
import type { PacedResult, PacedStepRecord } from '../../../result/paced/paced-result.ts';
import type { PacedStepStatistics } from '../../../result/paced/paced-statistics.ts';
import type { Outcome, ToolInfo } from '../../../result/result.ts';
import type { TurnsRecord } from '../../../result/turns.ts';
import { sizeText } from '../../../text/sizes.ts';
import { perSecondText } from '../../../text/units.ts';
import { pacedFigures } from './figures.ts';

/** The runs of one side, at least one, in the order of time. */
export interface LabelledPaced {
  readonly label: string;
  /** Those they were read from, where they were. */
  readonly files?: readonly string[];
  readonly runs: readonly PacedResult[];
}

export interface PacedComparisonContext {
  readonly tool: ToolInfo;
  /** How the runs took turns, so that the n-th of each side are a pair; null where each was by itself. */
  readonly turns: TurnsRecord | null;
  readonly outcome: Outcome;
}

/** @throws EcholotError `usage` when runs that were apart have no rate in common, or probes of another size */
export function comparePacedResults(
  a: LabelledPaced,
  b: LabelledPaced,
  { tool, turns, outcome }: PacedComparisonContext,
): PacedComparison {
  const interleaved = turns !== null;
  const [ofA, ofB] = [sideOf(a, interleaved), sideOf(b, interleaved)];
  requireOneSize(ofA, ofB);
  const figures = pacedFigures({ a: ofA.runs, b: ofB.runs }, interleaved);
  if (figures.length === 0 && !interleaved) throw nothingInCommon(ofA, ofB);
  return {
    format: 'echolot-paced-comparison',
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

function sideOf({ label, files, runs }: LabelledPaced, interleaved: boolean): ComparedPaced {
  const [first] = runs;
  if (first === undefined) throw new RangeError('a side of a comparison has a run at least');
  const { system, engine, plan, server, addresses } = first;
  const remotes = runs.flatMap(({ connections }) => connections.map(({ remote }) => remote.address));
  return {
    ...{ label, files: files ?? null, system, engine, plan, server, addresses },
    remotes: [...new Set(remotes)],
    runs: runs.map((run, i) => figuresOfRun(run, interleaved ? i + 1 : null)),
  };
}

/** Steps that were cut short are left out: their times are of another length of queue than those of the others. */
function figuresOfRun({ startedAt, steps, statistics }: PacedResult, round: number | null): PacedFigures {
  return {
    round,
    startedAt,
    steps: steps.flatMap((step, i) => {
      const own = statistics.steps[i];
      return step.isComplete && own !== undefined ? [figuresOfStep(step, own)] : [];
    }),
    doubts: statistics.doubts,
  };
}

function figuresOfStep({ counts }: PacedStepRecord, own: PacedStepStatistics): PacedStepFigures {
  const { askedPerSecond, missing, answeredPerSecond, response, service, isSaturated } = own;
  return {
    ...{ askedPerSecond, due: counts.due, missing },
    answeredPerSecond: answeredPerSecond.value,
    responseP50: response?.p50.value ?? null,
    responseP99: response?.p99.value ?? null,
    serviceP50: service?.p50.value ?? null,
    isSaturated,
  };
}

function requireOneSize({ plan: ofA }: ComparedPaced, { plan: ofB }: ComparedPaced): void {
  if (ofA.payloadBytes === ofB.payloadBytes) return;
  throw usage(
    `there is nothing to compare: probes of A have ${sizeText(ofA.payloadBytes)}, those of B ${sizeText(ofB.payloadBytes)}`,
    'measure both sides with one size',
  );
}

function nothingInCommon(a: ComparedPaced, b: ComparedPaced): EcholotError {
  return new EcholotError('usage', `there is nothing to compare: ${stepsText(a)}; ${stepsText(b)}`, {
    advice: 'measure both sides at the same rates, each step to its end',
  });
}

function stepsText({ label, runs }: ComparedPaced): string {
  const rates = new Set(runs.flatMap(({ steps }) => steps.map(({ askedPerSecond }) => askedPerSecond)));
  const names = [...rates].map((rate) => (rate === null ? 'a closed loop' : perSecondText(rate, 15)));
  return `${label} has ${names.length === 0 ? 'no whole step' : `steps of ${names.join(', ')}`}`;
}
