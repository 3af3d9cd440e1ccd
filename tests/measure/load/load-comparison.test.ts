/** Loads that take turns: each side has its half of first places, a fifth of rate is found, and what ends it keeps the rest. */
import { describe, expect, test } from 'vitest';
import { analyseLoad } from '../../../src/analysis/load/analyse-load.ts';
import { compareLoadResults } from '../../../src/analysis/load/compared/compare-loads.ts';
import { VirtualClock } from '../../../src/clock/virtual.ts';
import { EcholotError } from '../../../src/core/errors.ts';
import {
  type LoadComparisonEvent,
  type LoadComparisonRun,
  startLoadComparison,
} from '../../../src/measure/comparison/load-comparison.ts';
import {
  type CompareLoadsOptions,
  planLoadComparison,
} from '../../../src/measure/comparison/load-comparison-plan.ts';
import { firstSides } from '../../../src/measure/comparison/turns.ts';
import type { LoadOptions } from '../../../src/measure/load/load-plan.ts';
import { startLoad } from '../../../src/measure/load/load-run.ts';
import { CompareLoadsError, type LoadComparisonOutcome } from '../../../src/measure/outcome.ts';
import { seededRandom } from '../../../src/stats/distributions/random.ts';
import { advance } from '../watching.ts';
import { type FlowScript, ScriptedFlows } from './scripted-flows.ts';

const S = 1_000_000_000;
const MBIT = 1_000_000;
const ORIGIN_NS = 3_600_000_000_000n;
const TARGET = { host: 'server.example', port: 7 } as const;

interface Comparing {
  readonly clock: VirtualClock;
  readonly run: LoadComparisonRun;
  /** What each load was asked, in order. */
  readonly asked: LoadOptions[];
}

interface Setting {
  readonly a?: Partial<LoadOptions>;
  readonly b?: Partial<LoadOptions>;
  readonly over?: Partial<CompareLoadsOptions>;
  /** Of the n-th load, from 0. */
  readonly script?: (n: number) => FlowScript;
}

function sidesOf({ a = {}, b = {}, over = {} }: Setting): CompareLoadsOptions {
  return {
    a: { label: 'old', options: { ...TARGET, ...a } },
    b: { label: 'new', options: { ...TARGET, ...b } },
    seed: 7,
    ...over,
  };
}

function comparing(setting: Setting): Comparing {
  const clock = new VirtualClock();
  advance(clock, ORIGIN_NS);
  const asked: LoadOptions[] = [];
  const run = startLoadComparison(
    {
      clock,
      load: (options) => {
        const engine = new ScriptedFlows(clock, setting.script?.(asked.length) ?? {});
        asked.push(options);
        return startLoad({ engine, clock, analyse: analyseLoad }, options);
      },
      compare: compareLoadResults,
    },
    sidesOf(setting),
  );
  return { clock, run, asked };
}

async function outcomeOf({ clock, run }: Comparing): Promise<LoadComparisonOutcome> {
  return await clock.drive(run.result);
}

async function failureOf({ clock, run }: Comparing): Promise<CompareLoadsError> {
  try {
    await clock.drive(run.result);
  } catch (error) {
    if (error instanceof CompareLoadsError) return error;
    throw error;
  }
  throw new Error('the comparison did not fail');
}

/** Each load carries a little more or less than the one before. */
function restless(n: number): FlowScript {
  const level = 1 + 0.01 * Math.sin(2.3 * n);
  return { carries: () => 100 * MBIT * level };
}

describe('two settings', () => {
  test('of which B has four fifths of the rate are told apart, with an interval around 0.8', async () => {
    const rates = { a: { bitsPerSecond: 50 * MBIT }, b: { bitsPerSecond: 40 * MBIT } };
    const { comparison, a, b } = await outcomeOf(comparing(rates));
    expect([a.length, b.length]).toEqual([8, 8]);
    const goodput = comparison.figures.filter(({ of }) => of === 'goodput');
    expect(goodput.map(({ phase, direction }) => [phase, direction])).toEqual([
      ['down', 'down'],
      ['up', 'up'],
    ]);
    for (const { value, verdict } of goodput) {
      expect(value).toBeCloseTo(0.8, 3);
      expect(verdict).toBe('lower');
    }
  });

  test('that are alike show no difference', async () => {
    const { comparison } = await outcomeOf(comparing({ script: restless }));
    for (const { verdict } of comparison.figures) expect(verdict).toBe('no-difference-shown');
  });

  test('are called by their labels, and the record says how they took turns', async () => {
    const { comparison } = await outcomeOf(comparing({ over: { rounds: 2 } }));
    expect([comparison.a.label, comparison.b.label]).toEqual(['old', 'new']);
    expect([comparison.interleaved, comparison.turns]).toEqual([
      true,
      { rounds: 2, maxTimeNs: null, seed: 7 },
    ]);
    expect(comparison.a.loads.map(({ round }) => round)).toEqual([1, 2]);
  });

  test('have short loads by default: a second idle, and four in each direction', async () => {
    const { comparison } = await outcomeOf(comparing({ over: { rounds: 1 } }));
    expect(comparison.a.plan.phases).toEqual([
      { name: 'idle', durationNs: S },
      { name: 'down', durationNs: 4 * S },
      { name: 'up', durationNs: 4 * S },
    ]);
    const echo = await outcomeOf(comparing({ a: { echo: true }, b: { echo: true }, over: { rounds: 1 } }));
    expect(echo.comparison.a.plan.phases.map(({ name }) => name)).toEqual(['idle', 'both']);
  });
});

describe('turns', () => {
  test('are in random order, and each side comes first in half of the rounds', async () => {
    const here = comparing({ a: { streams: 1 }, b: { streams: 2 }, over: { rounds: 6 } });
    await outcomeOf(here);
    const streams = here.asked.map((options) => options.streams);
    const pairs = Array.from({ length: 6 }, (_, i) => streams.slice(2 * i, 2 * i + 2));
    for (const pair of pairs) expect(pair.toSorted()).toEqual([1, 2]);
    expect(pairs.filter(([first]) => first === 1)).toHaveLength(3);
  });

  test('come in the same order again with the same seed, and another one with another', () => {
    const orderOf = (seed: number): string => firstSides(20, seededRandom(seed)).join('');
    expect(orderOf(1)).toBe(orderOf(1));
    expect(orderOf(1)).not.toBe(orderOf(2));
    const odd = [1, 2, 3, 4, 5, 6].map(
      (seed) => firstSides(5, seededRandom(seed)).filter((one) => one === 'a').length,
    );
    expect(new Set(odd)).toEqual(new Set([2, 3]));
  });

  test('tell which load it is before they tell of it', async () => {
    const { clock, run } = comparing({ over: { rounds: 1 } });
    const told: LoadComparisonEvent[] = [];
    const collected = (async () => {
      for await (const event of run) told.push(event);
    })();
    await clock.drive(collected);
    const kinds = told.map((event) => (event.kind === 'of-load' ? event.event.kind : event.kind));
    expect(told.filter(({ kind }) => kind === 'load')).toHaveLength(2);
    expect(kinds.slice(0, 2)).toEqual(['load', 'plan']);
  });

  test('end with the time limit, after whole pairs', async () => {
    const { comparison } = await outcomeOf(comparing({ over: { rounds: 8, maxTimeMs: 30_000 } }));
    expect(comparison.a.loads).toHaveLength(2);
    expect(comparison.b.loads).toHaveLength(2);
    expect(comparison.outcome.status).toBe('complete');
  });
});

describe('what ends it early', () => {
  test('a load that fails keeps the pairs before it', async () => {
    const script = (n: number): FlowScript => (n === 5 ? { lostAtNs: { 1: 2 * S } } : {});
    const { code, result } = await failureOf(comparing({ script }));
    expect(code).toBe('network');
    expect(result?.comparison.a.loads).toHaveLength(2);
    expect(result?.comparison.outcome).toMatchObject({ status: 'failed', error: { code: 'network' } });
  });

  test('Ctrl-C in any load ends it within a moment', async () => {
    for (const afterMs of [500, 12_000, 30_000]) {
      const here = comparing({});
      const endNs = here.clock.nowNs() + BigInt(afterMs) * 1_000_000n;
      here.clock.wakeAt(endNs, () => here.run.cancel());
      const { code, result } = await failureOf(here);
      expect(code).toBe('cancelled');
      expect(result?.comparison.a.loads.length ?? 0).toBe(Math.floor(afterMs / 18_500));
      expect(Number(here.clock.nowNs() - endNs) / S).toBeLessThan(0.5);
    }
  });

  test('nothing is left of one whose first pair failed', async () => {
    const { result } = await failureOf(comparing({ script: () => ({ lostAtNs: { 0: S } }) }));
    expect(result).toBeUndefined();
  });
});

describe('refused before anything is sent', () => {
  const refusalOf = (setting: Setting): string => {
    try {
      planLoadComparison(sidesOf(setting));
    } catch (error) {
      if (error instanceof EcholotError && error.code === 'usage') return error.message;
      throw error;
    }
    return 'taken';
  };

  test.each<[Setting, string]>([
    [{ over: { rounds: 0 } }, 'the number of rounds cannot be 0'],
    [{ over: { rounds: 1_001 } }, 'the number of rounds cannot be 1001'],
    [{ over: { rounds: Number.NaN } }, 'the number of rounds cannot be NaN'],
    [{ over: { seed: -1 } }, 'the seed cannot be -1'],
    [{ over: { maxTimeMs: 0 } }, 'the time limit cannot be 0 ms'],
    [{ b: { streams: 0 } }, 'the number of streams cannot be 0'],
    [
      { a: { phases: [{ name: 'down' }] }, b: { phases: [{ name: 'up' }] } },
      'both sides of a comparison have the same phases, probe interval, bytes and kind of server',
    ],
    [
      { over: { rounds: 1_000 }, a: { probeIntervalMs: 1 }, b: { probeIntervalMs: 1 } },
      'a comparison cannot have so many probes',
    ],
    [{ over: { round: 3 } as object }, 'there is no option round'],
    [{ b: { stream: 3 } as object }, 'there is no option stream'],
  ])('%j', (setting, message) => {
    expect(refusalOf(setting)).toBe(message);
  });
});
