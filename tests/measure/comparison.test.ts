/** Comparisons of scripted arms: how their blocks take turns, what is found, what ends them. */

import { describe, expect, test } from 'vitest';
import { compareRecordings } from '../../src/analysis/compare.ts';
import { VirtualClock } from '../../src/clock/virtual.ts';
import { EcholotError } from '../../src/core/errors.ts';
import {
  type CompareOptions,
  planComparison,
  startComparison,
} from '../../src/measure/comparison/comparison.ts';
import { RatioWatch } from '../../src/measure/comparison/ratio-watch.ts';
import type { MeasureOptions } from '../../src/measure/exchange/plan.ts';
import { CompareError, type ComparisonOutcome } from '../../src/measure/outcome.ts';
import type { RawBlock } from '../../src/result/block-record.ts';
import type { ComparedSeries } from '../../src/result/comparison.ts';
import { closedLoop } from '../../src/result/workload.ts';
import { seededRandom } from '../../src/stats/distributions/random.ts';
import { type BlockOver, block as blockOf, rawOf } from '../analysis/recordings.ts';
import { MockEngine, type ScriptedSession } from './mock-engine.ts';
import { advance, collect, ofKind } from './watching.ts';

const MS = 1_000_000;
/** Origin of the clock: an hour, as a real one has been running for long. */
const ORIGIN_NS = 3_600_000_000_000n;
const TARGET = { host: 'echo.example', port: 9_900, protocol: 'size-first', seed: 7 } as const;

interface Setting {
  readonly clock: VirtualClock;
  readonly a: MockEngine;
  readonly b: MockEngine;
}

function setting(a: readonly ScriptedSession[], b: readonly ScriptedSession[]): Setting {
  const clock = new VirtualClock();
  advance(clock, ORIGIN_NS);
  return { clock, a: new MockEngine(clock, { sessions: a }), b: new MockEngine(clock, { sessions: b }) };
}

function sidesOf(
  common: Partial<MeasureOptions>,
  ofB: Partial<MeasureOptions> = {},
): Pick<CompareOptions, 'a' | 'b'> {
  return {
    a: { label: 'old', options: { ...TARGET, ...common } },
    b: { label: 'new', options: { ...TARGET, ...common, ...ofB } },
  };
}

function start({ clock, a, b }: Setting, options: Partial<MeasureOptions>) {
  const arm = (engine: MockEngine) => ({ engine, fallback: null });
  return startComparison({ a: arm(a), b: arm(b), clock, compareRecordings }, sidesOf(options));
}

function complete(here: Setting, options: Partial<MeasureOptions>): Promise<ComparisonOutcome> {
  return here.clock.drive(start(here, options).result);
}

async function failureOf(here: Setting, run: ReturnType<typeof start>): Promise<CompareError> {
  try {
    await here.clock.drive(run.result);
  } catch (error) {
    if (error instanceof CompareError) return error;
    throw error;
  }
  throw new Error('the comparison did not fail');
}

function only({ comparison: { series } }: ComparisonOutcome): ComparedSeries {
  expect(series).toHaveLength(1);
  return series[0] as ComparedSeries;
}

/** One session after the other, each at a level of its own around `ns`. */
function restless(ns: number, seed: number, spread = 0.02): ScriptedSession[] {
  const random = seededRandom(seed);
  return Array.from({ length: 600 }, () => {
    const level = ns * (1 + spread * (random() - 0.5));
    return { rttNs: Array.from({ length: 20 }, () => Math.round(level * (1 + 0.01 * random()))) };
  });
}

const STEADY: readonly ScriptedSession[] = [{ rttNs: [MS] }];

describe('two arms', () => {
  test('of which B takes a tenth longer are told apart, with an interval around 1.1', async () => {
    const result = await complete(setting(restless(MS, 1), restless(1.1 * MS, 2)), {});
    const { median } = only(result);
    expect(median.verdict).toBe('slower');
    expect(median.interval?.low).toBeLessThan(1.1);
    expect(median.interval?.high).toBeGreaterThan(1.1);
    expect(median.interval?.low).toBeGreaterThan(1.07);
    expect(median.interval?.high).toBeLessThan(1.13);
    expect(result.comparison.stop?.reason).toBe('precision');
  });

  test('that are alike show no difference', async () => {
    const { median } = only(await complete(setting(restless(MS, 1), restless(MS, 2)), {}));
    expect(median.verdict).toBe('no-difference-shown');
  });

  test('take turns: every block of A has one of B in its round, right beside it', async () => {
    const here = setting(STEADY, STEADY);
    const { a, b } = await complete(here, { sizes: [10, 20, 30], blocks: 8, probes: 80 });
    const order = [
      ...a.blocks.map((each) => ({ side: 'a', each })),
      ...b.blocks.map((each) => ({ side: 'b', each })),
    ]
      .toSorted((x, y) => (rawOf(x.each).sentAtNs[0] ?? 0) - (rawOf(y.each).sentAtNs[0] ?? 0))
      .filter(({ each }) => each.kind === 'measured');
    expect(order).toHaveLength(2 * 3 * 8);
    let aFirst = 0;
    for (let i = 0; i < order.length; i += 2) {
      const [first, second] = [order[i], order[i + 1]];
      expect(first?.each.round).toBe(second?.each.round);
      expect(first?.each.workload).toEqual(second?.each.workload);
      expect([first?.side, second?.side].sort()).toEqual(['a', 'b']);
      if (first?.side === 'a') aFirst++;
    }
    // Whoever always came second would have whatever the first one warmed up.
    expect(aFirst).toBeGreaterThan(4);
    expect(aFirst).toBeLessThan(20);
  });

  test('have blocks of as many probes as the slower of them allows', async () => {
    const { a, b } = await complete(setting([{ rttNs: [MS / 10] }], [{ rttNs: [MS] }]), {});
    for (const each of [...a.blocks, ...b.blocks]) {
      const { rttNs, warmupProbes } = rawOf(each);
      if (each.kind === 'measured') expect([rttNs.length - warmupProbes, warmupProbes]).toEqual([25, 2]);
    }
  });

  test('are warmed up both before the first round', async () => {
    const { a, b } = await complete(setting(STEADY, STEADY), {});
    for (const { blocks } of [a, b]) {
      expect(blocks.map(({ kind }) => kind).indexOf('measured')).toBe(1);
    }
  });

  test('are called by their labels, in the record as well', async () => {
    const { comparison } = await complete(setting(STEADY, STEADY), {});
    expect([comparison.a.label, comparison.b.label]).toEqual(['old', 'new']);
    expect(comparison.interleaved).toBe(true);
  });

  test('are both let go of in the end', async () => {
    const here = setting(STEADY, STEADY);
    const { a, b } = await complete(here, {});
    expect(here.a.closed).toBe(a.blocks.length);
    expect(here.b.closed).toBe(b.blocks.length);
  });

  test('with a clock that saw no time pass are no crash, and no ratio', async () => {
    const zero = [{ rttNs: [MS] }, { rttNs: [0, MS, MS] }];
    const { comparison } = await complete(setting(STEADY, zero), { blocks: 5, probes: 50 });
    expect(comparison.series).toEqual([]);
    expect(comparison.leftOut).toMatchObject([{ side: 'b', reason: 'zero-rtt' }]);
  });

  test('tell on the way how far they are, blocks of both counted', async () => {
    const here = setting(STEADY, STEADY);
    const run = start(here, { sizes: [1, 2], blocks: 5, probes: 50 });
    const events = await here.clock.drive(collect(run));
    expect(ofKind(events, 'plan')).toHaveLength(1);
    const all = 2 * 2 + 2 * 2 * 5;
    expect(ofKind(events, 'block').map(({ index, of }) => [index, of])).toEqual(
      Array.from({ length: all }, (_, i) => [i, all]),
    );
    expect(ofKind(events, 'round')).toHaveLength(5);
  });
});

describe('the end', () => {
  test('comes when the ratio is known well enough, and not when each side is', async () => {
    // Each side jumps between two levels, both at once: the ratio never moves.
    const jumping = (ns: number): ScriptedSession[] =>
      Array.from({ length: 900 }, (_, i) => ({ rttNs: [i % 2 === 0 ? ns : 3 * ns] }));
    const { comparison } = await complete(setting(jumping(MS), jumping(1.1 * MS)), {});
    expect(comparison.stop).toMatchObject({ reason: 'precision' });
    expect(comparison.stop?.achievedPrecision).toBeCloseTo(0, 12);
    expect(comparison.stop?.rounds).toBeLessThan(100);
  });

  test('is not put off by a few blocks that the machine held up', async () => {
    const held = restless(MS, 2).map((session, i) => (i % 15 === 7 ? { rttNs: [40 * MS] } : session));
    const result = await complete(setting(restless(MS, 1), held), { maxTimeMs: 60_000 });
    expect(result.comparison.stop?.reason).toBe('precision');
    expect(result.comparison.stop?.rounds).toBeLessThan(100);
  });

  test('comes by the clock where the ratio stays unknown, and says how well it is known', async () => {
    const options = { precision: 0.001, maxTimeMs: 3_000 } as const;
    const { comparison } = await complete(setting(restless(MS, 1, 1), restless(MS, 2, 1)), options);
    expect(comparison.stop?.reason).toBe('max-time');
    expect(comparison.stop?.achievedPrecision).toBeGreaterThan(0.001);
    expect(comparison.outcome.status).toBe('complete');
  });
});

describe('a comparison that does not come to its end', () => {
  const OPTIONS = { sizes: [10], blocks: 20, probes: 400 } as const;

  test('keeps what was compared when it is cancelled', async () => {
    const here = setting(restless(MS, 1), restless(1.1 * MS, 2));
    const run = start(here, OPTIONS);
    here.clock.wakeAt(here.clock.nowNs() + BigInt(600 * MS), () => run.cancel());
    const { code, result } = await failureOf(here, run);
    expect(code).toBe('cancelled');
    const { comparison } = result as ComparisonOutcome;
    expect(comparison.outcome.status).toBe('cancelled');
    const { pairs, median } = comparison.series[0] as ComparedSeries;
    expect(pairs).toBeGreaterThan(5);
    expect(pairs).toBeLessThan(20);
    expect(median.verdict).toBe('slower');
    expect(comparison.stop).toMatchObject({ reason: 'ended-early' });
  });

  test('keeps what was compared when one side fails, whose block has no partner then', async () => {
    const refusal = new EcholotError('network', 'connection refused');
    const here = setting(STEADY, [
      ...new Array<ScriptedSession>(7).fill({ rttNs: [MS] }),
      { rttNs: [MS], refusal },
    ]);
    const { code, result } = await failureOf(here, start(here, OPTIONS));
    expect(code).toBe('network');
    const { comparison, a } = result as ComparisonOutcome;
    expect(comparison.series[0]?.pairs).toBe(6);
    expect(comparison.outcome).toMatchObject({ status: 'failed', error: { message: 'connection refused' } });
    expect(a.outcome.status).toBe('failed');
  });

  test('has nothing to keep before its first round is over, and says what went wrong', async () => {
    const refusal = new EcholotError('network', 'connection refused');
    const here = setting(STEADY, [{ rttNs: [MS], refusal }]);
    const { code, message, result } = await failureOf(here, start(here, OPTIONS));
    expect([code, message]).toEqual(['network', 'connection refused']);
    expect(result).toBeUndefined();
  });

  test('by a signal that came before the start measures nothing', async () => {
    const here = setting(STEADY, STEADY);
    const arm = (engine: MockEngine) => ({ engine, fallback: null });
    const deps = { a: arm(here.a), b: arm(here.b), clock: here.clock, compareRecordings };
    const run = startComparison(deps, { ...sidesOf({}), signal: AbortSignal.abort() });
    expect((await failureOf(here, run)).code).toBe('cancelled');
    expect(here.a.batches).toEqual([]);
  });
});

describe('the plan', () => {
  function refusal(...sides: Parameters<typeof sidesOf>): EcholotError {
    try {
      planComparison(sidesOf(...sides));
    } catch (error) {
      if (error instanceof EcholotError) return error;
      throw error;
    }
    throw new Error('the plan was made');
  }

  test('is one size and 2 % where nothing is said', () => {
    const { a, b } = planComparison(sidesOf({}));
    expect(a).toEqual(b);
    expect(a).toMatchObject({
      workloads: [closedLoop('rtt', 100)],
      ...{ precision: 0.02, blocks: null, probes: null, spreadNs: 1_000 * MS, maxTimeNs: 60_000 * MS },
    });
  });

  test('has the same seed on both sides, given or not: their blocks have one order', () => {
    const free = { host: 'echo.example', port: 9_900 } as const;
    const seeds = (a: object, b: object): number[] => {
      const plans = planComparison({
        a: { label: 'a', options: { ...free, ...a } },
        b: { label: 'b', options: { ...free, ...b } },
      });
      return [plans.a.seed, plans.b.seed];
    };
    expect(new Set(seeds({}, {})).size).toBe(1);
    expect(seeds({ seed: 3 }, {})).toEqual([3, 3]);
    expect(seeds({}, { seed: 4 })).toEqual([4, 4]);
    expect(() => seeds({ seed: 3 }, { seed: 4 })).toThrow(/seed/);
  });

  test('takes a number of probes or blocks in place of a precision', () => {
    expect(planComparison(sidesOf({ probes: 200 })).a).toMatchObject({
      probes: 200,
      blocks: 10,
      precision: null,
    });
    expect(planComparison(sidesOf({ blocks: 7 })).b).toMatchObject({
      probes: null,
      blocks: 7,
      precision: null,
    });
  });

  test('takes a million probes of the one size that it measures: the limit is on what is measured', () => {
    expect(planComparison(sidesOf({ probes: 1_000_000 })).a.probes).toBe(1_000_000);
  });

  test('counts both sides against what a run can hold', () => {
    const sizes = [1, 2, 3, 4];
    expect(planComparison(sidesOf({ sizes: sizes.slice(1), probes: 1_000_000 })).a.probes).toBe(1_000_000);
    expect(refusal({ sizes, probes: 1_000_000 }).message).toContain('6000000');
  });

  test.each([
    ['sizes', { sizes: [1] }],
    ['types', { type: 'throughput' }],
    ['numbers of blocks', { blocks: 9 }],
    ['precisions', { precision: 0.1 }],
    ['time limits', { maxTimeMs: 5 }],
    ['numbers of warm-up probes', { warmupProbes: 1 }],
  ] as const)('refuses different %s: there would be no pairs', (_what, ofB) => {
    expect(refusal({}, ofB).code).toBe('usage');
  });

  test('refuses a single block, which can be no pair of pairs', () => {
    expect(refusal({ blocks: 1 }).message).toContain('single block');
    expect(refusal({ probes: 15 }).advice).toContain('probes');
  });
});

describe('the width of the ratios that is watched', () => {
  function block(round: number, rttNs: number[], over: BlockOver = {}): RawBlock {
    return blockOf(rttNs, { round, ...over });
  }

  const rounds = [1, 2, 3, 4, 5, 6, 7, 8];
  const side = (levels: readonly number[]): RawBlock[] => levels.map((ns, i) => block(i + 1, [ns]));

  test('is none of fewer than six pairs, and none of nothing', () => {
    expect(new RatioWatch().widest([], [])).toBeNull();
    const five = side([1, 2, 3, 4, 5]);
    expect(new RatioWatch().widest(five, five)).toBeNull();
  });

  test('is the same whether pairs come one by one or all at once', () => {
    const a = side(rounds.map((round) => 1_000 + 10 * round));
    const b = side(rounds.map((round) => 1_100 + 7 * ((round * 5) % 8)));
    const stepwise = new RatioWatch();
    let width: number | null = null;
    for (const n of rounds) width = stepwise.widest(a.slice(0, n), b.slice(0, n));
    expect(width).toBeGreaterThan(0);
    expect(width).toBe(new RatioWatch().widest(a, b));
  });

  test('knows pairs by their round, and leaves out a block without a partner until it has one', () => {
    const a = side(rounds.map((round) => 1_000 * round));
    const b = side(rounds.map((round) => 1_100 * round));
    const watch = new RatioWatch();
    expect(watch.widest(a.slice(1), b.slice(0, -1))).toBeCloseTo(0, 12);
    expect(watch.widest([...a.slice(1), block(1, [1_000])], b.slice(0, -1))).toBeCloseTo(0, 12);
  });

  test('leaves out warm-up of every kind', () => {
    const a = side(rounds.map(() => 1_000));
    const warm = [
      block(0, [9], { kind: 'warm-up' }),
      ...rounds.map((n) => block(n, [9, 1_000], { warmupProbes: 1 })),
    ];
    expect(new RatioWatch().widest(a, warm)).toBe(0);
  });

  test('is that of the size that is known worst', () => {
    const quiet = side(rounds.map(() => 1_000));
    const loud = (scale: number) => rounds.map((n) => block(n, [1_000 + scale * n], { payloadBytes: 2 }));
    const alone = new RatioWatch().widest(loud(0), loud(50));
    expect(new RatioWatch().widest([...quiet, ...loud(0)], [...quiet, ...loud(50)])).toBe(alone);
    expect(alone).toBeGreaterThan(0);
  });

  test('is none where the clock saw no time pass, rather than a number that is none', () => {
    const a = side(rounds.map(() => 1_000));
    expect(new RatioWatch().widest(a, side(rounds.map(() => 0)))).toBeNull();
    expect(new RatioWatch().widest(side(rounds.map(() => 0)), side(rounds.map(() => 0)))).toBeNull();
  });
});
