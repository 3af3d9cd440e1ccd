/** Open loops of two sides: what is the same is not called different, a fifth is found, and nobody wins by losing probes. */
import { describe, expect, test } from 'vitest';
import { analysePaced } from '../../../src/analysis/paced/analyse-paced.ts';
import {
  comparePacedResults,
  type LabelledPaced,
} from '../../../src/analysis/paced/compared/compare-paced.ts';
import { pacedFigures, pacedVerdictOf } from '../../../src/analysis/paced/compared/figures.ts';
import { requirePacedSides } from '../../../src/analysis/paced/compared/sides.ts';
import { EcholotError } from '../../../src/core/errors.ts';
import { jsonReport } from '../../../src/report/json.ts';
import type { PacedComparedFigure, PacedComparison } from '../../../src/result/paced/paced-comparison.ts';
import type { PacedRecording, PacedResult } from '../../../src/result/paced/paced-result.ts';
import { readRecord } from '../reading.ts';
import {
  comparedFiles,
  figuresOfRuns,
  pacedComparison,
  runFigures,
  type SimulatedRuns,
  simulatedRuns,
  stepFigures,
} from './compared.ts';
import { exponential, MS, type Queue, queuedStep, S } from './queues.ts';
import { pacedRecording } from './recordings.ts';

const REPEATS = 300;
const CONTEXT = {
  tool: { name: 'echolot', version: '0.0.0', node: '26.0.0' },
  turns: null,
  outcome: { status: 'complete', error: null },
} as const;

function isDifferent({ verdict }: PacedComparedFigure): boolean {
  return verdict === 'higher' || verdict === 'lower';
}

/** Of so many comparisons the share of which something is said. */
function shareOf(
  runs: SimulatedRuns,
  said: (figures: readonly PacedComparedFigure[]) => boolean,
  interleaved = true,
): number {
  let count = 0;
  for (let seed = 1; seed <= REPEATS; seed++)
    if (said(figuresOfRuns({ ...runs, seed }, interleaved))) count++;
  return count / REPEATS;
}

describe('two runs of one thing are called different in one of twenty at most, with', () => {
  test.each<[string, SimulatedRuns, boolean]>([
    ['runs in turns that scatter by 3 %', {}, true],
    ['a machine with moods', { mood: { scatter: 0.1, correlation: 0.8 } }, true],
    ['one run in ten that met with something else', { bad: 0.1 }, true],
    ['three rates', { rates: [1_000, 2_000, 4_000] }, true],
    ['files of runs in turns', { runs: 5 }, false],
  ])('%s', (_what, runs, interleaved) => {
    expect(shareOf(runs, (figures) => figures.some(isDifferent), interleaved)).toBeLessThanOrEqual(0.06);
  });
});

test('times that are a fifth longer are found in 19 of 20, in turns and from files', () => {
  const isFound = (figures: readonly PacedComparedFigure[]): boolean =>
    figures.filter(({ of }) => of.endsWith('.p50')).every(({ verdict }) => verdict === 'higher');
  expect(shareOf({ ratio: 1.2 }, isFound)).toBeGreaterThanOrEqual(0.95);
  expect(shareOf({ ratio: 1.2, runs: 6 }, isFound, false)).toBeGreaterThanOrEqual(0.95);
});

describe('what is compared', () => {
  test('at each rate: both times, the tail of the response and the answers', () => {
    const figures = figuresOfRuns({ rates: [1_000, 2_000] });
    expect(figures.map(({ of, askedPerSecond }) => `${of} ${askedPerSecond}`)).toEqual([
      ...['response.p50 1000', 'response.p99 1000', 'service.p50 1000', 'answered 1000'],
      ...['response.p50 2000', 'response.p99 2000', 'service.p50 2000', 'answered 2000'],
    ]);
    const answered = figures.filter(({ of }) => of === 'answered');
    expect(answered.map(({ value, verdict }) => [value, verdict])).toEqual([
      [1, 'no-difference-shown'],
      [1, 'no-difference-shown'],
    ]);
  });

  test('of a closed loop, whose probes are sent when they are due, its times are compared once', () => {
    expect(figuresOfRuns({ rates: [null] }).map(({ of }) => of)).toEqual([
      'response.p50',
      'response.p99',
      'answered',
    ]);
  });

  test('a rate that stands twice in a plan is one value of its run, not two units', () => {
    const twice = (ns: number) => [
      stepFigures(2_000, { responseP50: ns }),
      stepFigures(2_000, { responseP50: 4 * ns }),
    ];
    const runs = (ns: number) => [0, 1, 2].map((i) => runFigures(null, i, twice(ns)));
    const [figure] = pacedFigures({ a: runs(1_000), b: runs(3_000) }, false);
    expect(figure).toMatchObject({ of: 'response.p50', interval: { units: 3 } });
    expect(figure?.a).toBeCloseTo(2_000);
    expect(figure?.value).toBeCloseTo(3);
  });

  test('one run a side has a ratio and no verdict', () => {
    for (const figure of figuresOfRuns({ runs: 1, ratio: 3 }, false)) {
      expect(figure).toMatchObject({ interval: null, refused: 'too-few-runs', verdict: 'too-uncertain' });
    }
  });

  test('a side that lost its slow probes does not win by them', () => {
    const { a, b } = simulatedRuns({ ratio: 0.5 });
    const spoiled = b.map((run, i) =>
      i === 3 ? { ...run, steps: [stepFigures(2_000, { responseP99: null, missing: 900 })] } : run,
    );
    const of = (name: string) => pacedFigures({ a, b: spoiled }, true).find((figure) => figure.of === name);
    expect(of('response.p99')).toMatchObject({ value: null, interval: null, refused: 'missing' });
    expect(of('response.p50')).toMatchObject({ verdict: 'lower' });
  });

  test('a p99 of a hundred probes is none', () => {
    const runs = [0, 1].map((i) => runFigures(null, i, [stepFigures(10, { due: 100 })]));
    const tail = pacedFigures({ a: runs, b: runs }, false).find(({ of }) => of === 'response.p99');
    expect(tail).toMatchObject({ interval: null, refused: 'too-few-probes' });
  });

  test.each([
    [1.01, 1.2, 'higher'],
    [0.8, 0.99, 'lower'],
    [0.97, 1.05, 'no-difference-shown'],
    [0.94, 1.04, 'too-uncertain'],
    [0.97, 1.06, 'too-uncertain'],
  ] as const)('an interval from %d to %d is called %s', (low, high, verdict) => {
    const interval = { level: 0.95, low, high, method: 'run-welch', units: 5 } as const;
    expect(pacedVerdictOf(interval)).toBe(verdict);
  });
});

/** A run of a queue, as its file has it. */
function run(queue: Partial<Queue>, startedAt: string, over: Partial<PacedRecording> = {}): PacedResult {
  const made = queuedStep({ perSecond: 2_000, stepNs: 2 * S, arrivals: 'poisson', ...queue });
  const recording = pacedRecording([made.record], { startedAt, ...over });
  return { ...recording, statistics: analysePaced(recording) };
}

function side(label: string, ...runs: readonly PacedResult[]): LabelledPaced {
  return { label, files: runs.map((_, i) => `${label}${i + 1}.json`), runs };
}

const DAYS = Array.from({ length: 8 }, (_, i) => `2026-01-0${i + 1}T00:00:00.000Z`);

function day(i: number): string {
  return DAYS[i] ?? '';
}

describe('a comparison of records', () => {
  const runs = (serviceNs: number, from: number) =>
    [0, 1, 2, 3].map((i) =>
      run({ seed: from + i, arrivals: 'uniform', serviceNs: exponential(serviceNs) }, day(from + i)),
    );

  test('finds a server that takes twice as long, and has of each run what its own report tells', () => {
    const [a, b] = [side('a', ...runs(100_000, 0)), side('b', ...runs(200_000, 4))];
    const comparison = comparePacedResults(a, b, CONTEXT);
    const verdicts = Object.fromEntries(comparison.figures.map(({ of, verdict }) => [of, verdict]));
    expect(verdicts).toMatchObject({
      'response.p50': 'higher',
      'response.p99': 'higher',
      'service.p50': 'higher',
      answered: 'no-difference-shown',
    });
    const [figures] = comparison.a.runs;
    const [step] = a.runs[0]?.statistics.steps ?? [];
    expect(figures?.steps[0]).toMatchObject({
      askedPerSecond: 2_000,
      responseP50: step?.response?.p50.value,
      responseP99: step?.response?.p99.value,
      serviceP50: step?.service?.p50.value,
      answeredPerSecond: step?.answeredPerSecond.value,
    });
  });

  test('leaves out a step that was cut short', () => {
    const whole = run({}, day(0));
    const cut = { ...whole, steps: whole.steps.map((step) => ({ ...step, isComplete: false })) };
    expect(() => comparePacedResults(side('a', cut), side('b', whole), CONTEXT)).toThrow(
      'there is nothing to compare: a has no whole step; b has steps of 2,000/s',
    );
  });

  test('without a rate in common is refused, with what each has', () => {
    const other = run({ perSecond: 3_000 }, day(1));
    expect(() => comparePacedResults(side('a', run({}, day(0))), side('b', other), CONTEXT)).toThrow(
      'there is nothing to compare: a has steps of 2,000/s; b has steps of 3,000/s',
    );
  });

  test('of probes of two sizes is refused', () => {
    const one = run({}, day(0));
    const large = { ...one, plan: { ...one.plan, payloadBytes: 100 } };
    expect(() => comparePacedResults(side('a', one), side('b', large), CONTEXT)).toThrow(
      'probes of A have 1000 B, those of B 100 B',
    );
  });
});

describe('runs from files', () => {
  test('are not taken twice, on whichever side', () => {
    expect(() => requirePacedSides(side('a', run({}, day(0))), side('b', run({}, day(1))))).not.toThrow();
    expect(() =>
      requirePacedSides(side('a', run({}, day(0))), side('b', run({}, day(1)), run({}, day(0)))),
    ).toThrow(`a1.json and b2.json hold the same run, of ${day(0)}`);
  });

  test('of one side are of one plan', () => {
    const first = run({}, day(0));
    const others: readonly (readonly [Partial<PacedResult['plan']>, string])[] = [
      [{ host: 'other.example' }, 'the host of one is server.example, that of the other other.example'],
      [{ payloadBytes: 100 }, 'the size of one is 1000 B, that of the other 100 B'],
      [{ connections: 8 }, 'the number of connections of one is 1, that of the other 8'],
      [{ ratesPerSecond: [2_000, 4_000] }, 'the rate of one is 2,000/s, that of the other 2,000/s, 4,000/s'],
      [{ arrivals: 'uniform' }, 'the kind of arrivals of one is'],
      [{ stepNs: 5 * S }, 'the length of steps of one is'],
      [{ serverDelayNs: MS }, 'the server delay of one is'],
      [{ socket: { ...first.plan.socket, noDelay: false } }, 'the socket option noDelay of one is true'],
    ];
    for (const [over, why] of others) {
      const plan = { ...first.plan, arrivals: 'poisson', ...over } as const;
      const other = { ...run({}, day(1)), plan };
      const base = { ...first, plan: { ...first.plan, arrivals: 'poisson' } } as const;
      expect(() => requirePacedSides(side('a', base, other), side('b', run({}, day(2))))).toThrow(why);
    }
  });
});

describe('a saved comparison', () => {
  function read(comparison: unknown): PacedComparison {
    return readRecord(JSON.stringify(comparison), 'compared.json') as PacedComparison;
  }

  function refusalOf(change: (comparison: PacedComparison) => unknown): string {
    try {
      read(change(pacedComparison({ rates: [1_000, 2_000] })));
    } catch (error) {
      expect(error).toBeInstanceOf(EcholotError);
      return (error as EcholotError).message;
    }
    return '';
  }

  test.each([
    ['of turns', pacedComparison({ rates: [1_000, 2_000], ratio: 1.3 })],
    ['of files', comparedFiles({ runs: 4 })],
    ['of one file each', comparedFiles({ runs: 1 })],
  ])('%s is read as it was written', (_what, comparison) => {
    const text = jsonReport(comparison);
    expect(readRecord(text, 'compared.json')).toEqual(JSON.parse(text));
  });

  test('whose figures or runs were changed by hand is refused', () => {
    expect(
      refusalOf((whole) => ({
        ...whole,
        figures: whole.figures.map((figure, i) => (i === 0 ? { ...figure, value: 0.5 } : figure)),
      })),
    ).toContain('of the comparison is 0.5, its runs give');
    expect(refusalOf((whole) => ({ ...whole, turns: null }))).toContain('took turns, or not');
    expect(refusalOf((whole) => ({ ...whole, a: { ...whole.a, runs: [] } }))).toContain('a has no run');
    expect(
      refusalOf((whole) => ({
        ...whole,
        b: { ...whole.b, runs: whole.b.runs.map((one) => ({ ...one, steps: [stepFigures(5)] })) },
      })),
    ).toContain('b.runs[0] has a step of another rate than planned');
  });
});
