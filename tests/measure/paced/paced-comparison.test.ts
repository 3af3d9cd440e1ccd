/** Open loops in turns: a server that takes half as long again is found, all share their moments, and what ends it keeps the rest. */
import { describe, expect, test } from 'vitest';
import { analysePaced } from '../../../src/analysis/paced/analyse-paced.ts';
import { comparePacedResults } from '../../../src/analysis/paced/compared/compare-paced.ts';
import { VirtualClock } from '../../../src/clock/virtual.ts';
import { EcholotError } from '../../../src/core/errors.ts';
import {
  type PacedComparisonEvent,
  type PacedComparisonRun,
  startPacedComparison,
} from '../../../src/measure/comparison/paced-comparison.ts';
import {
  type ComparePacedOptions,
  planPacedComparison,
} from '../../../src/measure/comparison/paced-comparison-plan.ts';
import { ComparePacedError, type PacedComparisonOutcome } from '../../../src/measure/outcome.ts';
import type { PacedOptions } from '../../../src/measure/paced/paced-plan.ts';
import { startPaced } from '../../../src/measure/paced/paced-run.ts';
import { StepRecorder } from '../../../src/measure/paced/step-recorder.ts';
import { advance } from '../watching.ts';
import { S } from './pacing.ts';
import { type PacedScript, ScriptedPaced } from './scripted-paced.ts';

const ORIGIN_NS = 3_600_000_000_000n;
const TARGET = { host: 'server.example', port: 7, protocol: 'size-first', ratesPerSecond: [500] } as const;

interface Setting {
  readonly a?: Partial<PacedOptions>;
  readonly b?: Partial<PacedOptions>;
  readonly over?: Partial<ComparePacedOptions>;
  /** Of the n-th run, from 0. */
  readonly script?: (n: number, options: PacedOptions) => PacedScript;
}

interface Comparing {
  readonly clock: VirtualClock;
  readonly run: PacedComparisonRun;
  /** What each run was asked, in order. */
  readonly asked: PacedOptions[];
}

function sidesOf({ a = {}, b = {}, over = {} }: Setting): ComparePacedOptions {
  return {
    a: { label: 'old', options: { ...TARGET, ...a } },
    b: { label: 'new', options: { ...TARGET, ...b } },
    ...{ seed: 7, rounds: 6 },
    ...over,
  };
}

function comparing(setting: Setting): Comparing {
  const clock = new VirtualClock();
  advance(clock, ORIGIN_NS);
  const asked: PacedOptions[] = [];
  const measure = (options: PacedOptions) => {
    const engine = new ScriptedPaced(clock, setting.script?.(asked.length, options) ?? {});
    asked.push(options);
    return startPaced(
      { engine, clock, recorder: (spec) => new StepRecorder(spec), analyse: analysePaced },
      options,
    );
  };
  const run = startPacedComparison({ clock, measure, compare: comparePacedResults }, sidesOf(setting));
  return { clock, run, asked };
}

async function outcomeOf({ clock, run }: Comparing): Promise<PacedComparisonOutcome> {
  return await clock.drive(run.result);
}

async function failureOf({ clock, run }: Comparing): Promise<ComparePacedError> {
  try {
    await clock.drive(run.result);
  } catch (error) {
    if (error instanceof ComparePacedError) return error;
    throw error;
  }
  throw new Error('the comparison did not fail');
}

/** Each run takes a little more or less than the one before; one to port 8 half as long again. */
function restless(n: number, { port }: PacedOptions): PacedScript {
  const tookNs = 100_000 * (1 + 0.01 * Math.sin(2.3 * n)) * (port === 8 ? 1.5 : 1);
  return { echoNs: (sentNs) => sentNs + tookNs };
}

describe('two targets', () => {
  test('of which B takes half as long again are told apart, with an interval around 1.5', async () => {
    const { comparison, a, b } = await outcomeOf(comparing({ b: { port: 8 }, script: restless }));
    expect([a.length, b.length]).toEqual([6, 6]);
    for (const { of, value, verdict } of comparison.figures) {
      expect(value).toBeCloseTo(of === 'answered' ? 1 : 1.5, 1);
      expect(verdict).toBe(of === 'answered' ? 'no-difference-shown' : 'higher');
    }
  });

  test('that are alike show no difference, even where moments are random', async () => {
    const random = { arrivals: 'poisson' } as const;
    const { comparison } = await outcomeOf(comparing({ a: random, b: random, script: restless }));
    for (const { verdict } of comparison.figures) expect(verdict).toBe('no-difference-shown');
  });

  test('are measured in short steps, and the record says how they took turns', async () => {
    const { comparison, a } = await outcomeOf(comparing({ over: { rounds: 2 } }));
    expect(comparison.a).toMatchObject({ label: 'old', files: null, plan: { stepNs: 2 * S } });
    expect([comparison.interleaved, comparison.turns]).toEqual([
      true,
      { rounds: 2, maxTimeNs: null, seed: 7 },
    ]);
    expect(comparison.a.runs.map(({ round }) => round)).toEqual([1, 2]);
    expect(a[0]?.steps[0]?.samples).toBeNull();
  });
});

describe('turns', () => {
  test('have the same moments at which probes are due, and one run of each side in a pair', async () => {
    const here = comparing({ b: { port: 8 }, over: { rounds: 4 } });
    await outcomeOf(here);
    const pairs = [0, 1, 2, 3].map((i) => here.asked.slice(2 * i, 2 * i + 2));
    for (const pair of pairs) expect(pair.map(({ port }) => port).toSorted()).toEqual([7, 8]);
    expect(new Set(here.asked.map(({ seed }) => seed))).toEqual(new Set([7]));
  });

  test('tell which run it is before they tell of it', async () => {
    const { clock, run } = comparing({ over: { rounds: 1 } });
    const told: PacedComparisonEvent[] = [];
    const collected = (async () => {
      for await (const event of run) told.push(event);
    })();
    await clock.drive(collected);
    const kinds = told.map((event) => (event.kind === 'of-run' ? event.event.kind : event.kind));
    expect(told.filter(({ kind }) => kind === 'run')).toHaveLength(2);
    expect(kinds.slice(0, 2)).toEqual(['run', 'plan']);
  });

  test('end with the time limit, after whole pairs', async () => {
    const { comparison } = await outcomeOf(comparing({ over: { rounds: 8, maxTimeMs: 8_000 } }));
    expect([comparison.a.runs.length, comparison.b.runs.length]).toEqual([2, 2]);
  });
});

describe('what ends it early', () => {
  test('a run that fails keeps the pairs before it', async () => {
    const script = (n: number): PacedScript => (n === 5 ? { lostAtNs: { 0: S } } : {});
    const { code, result } = await failureOf(comparing({ script }));
    expect(code).toBe('network');
    expect(result?.comparison.a.runs).toHaveLength(2);
    expect(result?.comparison.outcome).toMatchObject({ status: 'failed', error: { code: 'network' } });
  });

  test('Ctrl-C ends it within a moment', async () => {
    const here = comparing({});
    const endNs = here.clock.nowNs() + 12_000_000_000n;
    here.clock.wakeAt(endNs, () => here.run.cancel());
    const { code, result } = await failureOf(here);
    expect(code).toBe('cancelled');
    expect(result?.comparison.a.runs).toHaveLength(2);
    expect(Number(here.clock.nowNs() - endNs) / S).toBeLessThan(0.5);
  });

  test('nothing is left of one whose first pair failed', async () => {
    const { result } = await failureOf(comparing({ script: () => ({ lostAtNs: { 0: S } }) }));
    expect(result).toBeUndefined();
  });
});

describe('refused before anything is sent', () => {
  test.each<[Setting, string]>([
    [{ over: { rounds: 0 } }, 'the number of rounds cannot be 0'],
    [{ b: { connections: 0 } }, 'the number of connections cannot be 0'],
    [{ b: { ratesPerSecond: [600] } }, 'both sides of a comparison have the same rates'],
    [{ a: { arrivals: 'poisson' } }, 'both sides of a comparison have the same rates, arrivals'],
    [{ b: { stepMs: 3_000 } }, 'both sides of a comparison have the same rates'],
    [{ over: { round: 3 } as object }, 'there is no option round'],
    [{ b: { stream: 3 } as object }, 'there is no option stream'],
  ])('%j', (setting, message) => {
    try {
      planPacedComparison(sidesOf(setting));
    } catch (error) {
      expect(error).toBeInstanceOf(EcholotError);
      expect((error as EcholotError).message).toContain(message);
      return;
    }
    throw new Error('it was taken');
  });
});
