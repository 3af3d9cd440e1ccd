/** Rounds of blocks over scripted samples: when they run, what counts, and what ends them. */

import { describe, expect, test } from 'vitest';
import { analyse } from '../../src/analysis/analyse.ts';
import { VirtualClock } from '../../src/clock/virtual.ts';
import { EcholotError } from '../../src/core/errors.ts';
import type { ProgressEvent } from '../../src/measure/events.ts';
import type { MeasureOptions } from '../../src/measure/exchange/plan.ts';
import { planMeasurement } from '../../src/measure/exchange/plan.ts';
import { startRun } from '../../src/measure/exchange/run.ts';
import { type RoundEnd, StopRule, WidthWatch } from '../../src/measure/exchange/stop-rule.ts';
import type { BlockRecord, RawBlock } from '../../src/result/block-record.ts';
import type { Result } from '../../src/result/result.ts';
import { countedRttNs } from '../../src/result/samples.ts';
import { block, rawOf } from '../analysis/recordings.ts';
import { MockEngine, type ScriptedSession } from './mock-engine.ts';
import { advance, collect, failureOf, ofKind } from './watching.ts';

const TARGET = { host: 'echo.example', port: 9_900, protocol: 'size-first', seed: 7 } as const;
const MS = 1_000_000;
/** Origin of the clock: an hour, as a real one has been running for long. */
const ORIGIN_NS = 3_600_000_000_000n;
const STEADY: ScriptedSession = { rttNs: [MS] };

interface Setting {
  readonly clock: VirtualClock;
  readonly engine: MockEngine;
}

function setting(...sessions: readonly ScriptedSession[]): Setting {
  const clock = new VirtualClock();
  advance(clock, ORIGIN_NS);
  return { clock, engine: new MockEngine(clock, { sessions }) };
}

function complete({ clock, engine }: Setting, options: Partial<MeasureOptions>): Promise<Result> {
  return clock.drive(startRun({ engine, clock, analyse }, { ...TARGET, type: 'rtt', ...options }).result);
}

function measured({ blocks }: Pick<Result, 'blocks'>): BlockRecord[] {
  return blocks.filter(({ kind }) => kind === 'measured');
}

/** When the first probe of each round was sent, after the first of all, ns. */
function roundStartsNs(result: Result): number[] {
  const first = new Map<number, number>();
  for (const each of measured(result)) {
    if (!first.has(each.round)) first.set(each.round, rawOf(each).sentAtNs[0] ?? Number.NaN);
  }
  const [origin = 0] = first.values();
  return [...first.values()].map((ns) => ns - origin);
}

function reset(): EcholotError {
  return new EcholotError('network', 'the connection was reset');
}

describe('the blocks', () => {
  test('are spread over the time asked for, though they take a fraction of it', async () => {
    const result = await complete(setting(STEADY), { sizes: [100], probes: 100, spreadMs: 3_000 });
    const starts = roundStartsNs(result);
    expect(starts).toHaveLength(10);
    expect(starts.at(-1)).toBeGreaterThanOrEqual(2_700 * MS);
    // A connection of 50 us and a block of 10 ms, and the block before the first round.
    expect(result.runs[0]?.durationNs).toBeLessThan(3_100 * MS);
  });

  test('follow each other at once where they take longer than the spread', async () => {
    const result = await complete(setting(STEADY), { sizes: [100], probes: 1_000, spreadMs: 10 });
    for (const startNs of roundStartsNs(result).slice(1)) expect(startNs).toBeGreaterThanOrEqual(100 * MS);
    expect(result.runs[0]?.durationNs).toBeLessThan(1_200 * MS);
  });

  test('are a session each, opened and ended', async () => {
    const here = setting(STEADY);
    const result = await complete(here, { sizes: [10, 20, 30], probes: 40, blocks: 4 });
    expect(here.engine.plans).toHaveLength(2 + 3 * 4);
    expect(here.engine.closed).toBe(2 + 3 * 4);
    const ports = new Set(result.blocks.map(({ local }) => local.port));
    expect(ports.size).toBe(2 + 3 * 4);
    expect(result.blocks.map(({ round }) => round)).toEqual([0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]);
  });

  test('announce the probes that they send, warm-up included, or a server would end them early', async () => {
    const here = setting(STEADY);
    await complete(here, { sizes: [10], probes: 23, blocks: 2, warmupProbes: 4 });
    expect(here.engine.plans.map(({ setup }) => setup.probes)).toEqual([10, 12 + 4, 11 + 4]);
  });

  test('of a thousand rounds come to an end, with each probe in its place', async () => {
    const result = await complete(setting(STEADY), { sizes: [1], probes: 2_500, blocks: 1_000, spreadMs: 0 });
    expect(measured(result)).toHaveLength(1_000);
    expect(result.series[0]?.statistics?.rttNs.n).toBe(2_500);
    expect(result.stop).toEqual({ reason: 'blocks', rounds: 1_000, achievedPrecision: null });
  });

  test('of one probe are no failure', async () => {
    const result = await complete(setting(STEADY), { sizes: [1], probes: 1 });
    expect(result.blocks.map((each) => [rawOf(each).rttNs.length, each.kind])).toEqual([[1, 'measured']]);
    expect(result.series[0]?.statistics?.rttNs.estimates[0]).toMatchObject({ interval: null });
  });

  test('of a size named twice are measured once', async () => {
    const result = await complete(setting(STEADY), { sizes: [5, 9, 5], probes: 20, blocks: 2 });
    expect(
      result.series.map(({ workload, statistics }) => [workload.payloadBytes, statistics?.rttNs.n]),
    ).toEqual([
      [5, 20],
      [9, 20],
    ]);
  });
});

describe('the blocks before the first round', () => {
  const slowStart = [{ rttNs: [50 * MS] }, { rttNs: [50 * MS] }, STEADY];

  test('are in the record as what they are, and in no statistic', async () => {
    const result = await complete(setting(...slowStart), { sizes: [10, 20], probes: 100 });
    expect(result.blocks.slice(0, 2)).toMatchObject([
      { kind: 'warm-up', round: 0, workload: { payloadBytes: 10 } },
      { kind: 'warm-up', round: 0, workload: { payloadBytes: 20 } },
    ]);
    for (const { statistics } of result.series) {
      expect(statistics?.rttNs).toMatchObject({ n: 100, min: MS, max: MS });
    }
    expect(result.series.map(({ leftOutProbes }) => leftOutProbes)).toEqual(
      result.series.map(({ workload: { payloadBytes } }) => {
        const ofWarmUp = 10;
        const heads = measured(result).filter(({ workload }) => workload.payloadBytes === payloadBytes);
        return ofWarmUp + heads.reduce((sum, each) => sum + rawOf(each).warmupProbes, 0);
      }),
    );
  });

  test('set the pace of all the others', async () => {
    // 25 ms hold 12 probes of 2 ms, and 2 ms one to warm up.
    const result = await complete(setting({ rttNs: [2 * MS] }), { sizes: [10] });
    for (const { rttNs, warmupProbes } of measured(result).map(rawOf)) {
      expect(rttNs).toHaveLength(12 + 1);
      expect(warmupProbes).toBe(1);
    }
  });
});

describe('a run that is cancelled while it waits between rounds', () => {
  async function cancelledWhileWaiting(cancelAtMs: number) {
    const { clock, engine } = setting(STEADY);
    const run = startRun(
      { engine, clock, analyse },
      { ...TARGET, type: 'rtt', sizes: [100], probes: 100, spreadMs: 3_600_000 },
    );
    clock.wakeAt(clock.nowNs() + BigInt(cancelAtMs * MS), () => run.cancel());
    return await failureOf(clock, run);
  }

  test('ends at once with what was measured, not after the hour that it would have waited', async () => {
    const { code, result } = await cancelledWhileWaiting(60_000);
    expect(code).toBe('cancelled');
    expect(result.runs[0]?.durationNs).toBe(60_000 * MS);
    expect(measured(result).map((each) => countedRttNs(rawOf(each)).length)).toEqual([10]);
    expect(result.series[0]?.statistics?.rttNs.n).toBe(10);
    expect(result.stop).toEqual({ reason: 'ended-early', rounds: 1, achievedPrecision: null });
    expect(result.outcome.status).toBe('cancelled');
  });
});

describe('a failure in the middle', () => {
  const failing = (): ScriptedSession => ({ rttNs: [MS], failure: { probe: 3, error: reset() } });

  test('keeps every sample before it, those of the block that failed too', async () => {
    const { clock, engine } = setting(STEADY, STEADY, STEADY, failing());
    const run = startRun(
      { engine, clock, analyse },
      { ...TARGET, type: 'rtt', sizes: [100], probes: 100, warmupProbes: 0, spreadMs: 0 },
    );
    const { code, result } = await failureOf(clock, run);
    expect(code).toBe('network');
    expect(measured(result).map((each) => rawOf(each).rttNs.length)).toEqual([10, 10, 3]);
    expect(result.series[0]?.statistics?.rttNs.n).toBe(23);
    expect(result.stop).toMatchObject({ reason: 'ended-early', rounds: 2 });
    expect(result.outcome).toMatchObject({ status: 'failed', error: { phase: 'measurement' } });
  });

  test('of a session that cannot be opened keeps the blocks before it', async () => {
    const { clock, engine } = setting(STEADY, STEADY, { ...STEADY, refusal: reset() });
    const run = startRun({ engine, clock, analyse }, { ...TARGET, type: 'rtt', sizes: [100], probes: 100 });
    const { result } = await failureOf(clock, run);
    expect(measured(result)).toHaveLength(1);
    expect(result.outcome).toMatchObject({ status: 'failed', error: { phase: 'setup' } });
  });

  test('before the first sample that counts is a result without statistics, not a crash', async () => {
    const { clock, engine } = setting(failing());
    const run = startRun({ engine, clock, analyse }, { ...TARGET, type: 'rtt', sizes: [100], probes: 100 });
    const { result } = await failureOf(clock, run);
    expect(result.blocks.map(({ kind }) => kind)).toEqual(['warm-up']);
    expect(result.series).toMatchObject([{ blocks: 0, leftOutProbes: 3, statistics: null, layers: null }]);
    expect(result.fits).toEqual([]);
  });
});

describe('a limit on time', () => {
  test('begins no round after it, though the round before was over in time', async () => {
    const options = { sizes: [100], probes: 100, spreadMs: 10_000, maxTimeMs: 4_500 };
    const result = await complete(setting(STEADY), options);
    expect(result.stop.reason).toBe('max-time');
    expect(result.stop.rounds).toBeLessThan(6);
    for (const startNs of roundStartsNs(result)) expect(startNs).toBeLessThan(4_500 * MS);
    // Nobody waits for a round that will not be.
    expect(result.runs[0]?.durationNs).toBeLessThan(4_600 * MS);
    expect(result.outcome.status).toBe('complete');
  });

  test('does not cut a round short: each size has as many blocks as the others', async () => {
    const result = await complete(setting(STEADY), {
      ...{ sizes: [1, 2, 3], probes: 1_000, warmupProbes: 0, spreadMs: 0, maxTimeMs: 1_000 },
    });
    expect(result.series.map(({ blocks }) => blocks)).toEqual([4, 4, 4]);
  });
});

describe('a precision', () => {
  const PRECISE = { sizes: [100], precision: 0.02, spreadMs: 0 } as const;

  function roundEvents(events: readonly ProgressEvent[]): (number | null)[] {
    return ofKind(events, 'round').map(({ achievedPrecision }) => achievedPrecision);
  }

  test('is believed at the second narrow end of a round, and not before the tenth round', async () => {
    const { clock, engine } = setting(STEADY);
    const run = startRun({ engine, clock, analyse }, { ...TARGET, type: 'rtt', ...PRECISE });
    const events = await clock.drive(collect(run));
    const { stop } = await run.result;
    expect(stop).toEqual({ reason: 'precision', rounds: 11, achievedPrecision: 0 });
    // One block has no interval.
    expect(roundEvents(events)).toEqual([null, ...new Array(10).fill(0)]);
  });

  test('is not believed before the spread is over: a quiet moment is not the path', async () => {
    const result = await complete(setting(STEADY), { ...PRECISE, spreadMs: 6_000 });
    expect(result.stop.reason).toBe('precision');
    expect(roundStartsNs(result).at(-1)).toBeGreaterThan(5_900 * MS);
    expect(result.stop.rounds).toBeGreaterThanOrEqual(30);
  });

  test('goes on until the interval is narrow, and ends there', async () => {
    // Blocks of 1 and of 1.2 ms in turns: an interval of 2 % takes more than ten of them.
    const sessions = Array.from({ length: 2_000 }, (_, i) => ({ rttNs: [i % 2 === 0 ? MS : 1.2 * MS] }));
    const result = await complete(setting(...sessions), PRECISE);
    expect(result.stop.reason).toBe('precision');
    expect(result.stop.achievedPrecision).toBeLessThanOrEqual(0.02);
    // By hand: 1.96 x 0.1 / sqrt(n / 3) < 0.02 x 1.1 from some 240 blocks on: three neighbours are worth one.
    expect(result.stop.rounds).toBeGreaterThan(220);
    expect(result.stop.rounds).toBeLessThan(270);
  });

  test('of several sizes is that of the widest: the quiet ones end nothing', async () => {
    const noisy = Array.from({ length: 40 }, (_, i) => ({ rttNs: [i % 3 === 0 ? MS : 4 * MS] }));
    const result = await complete(setting(...noisy, STEADY), { ...PRECISE, sizes: [1, 2], maxTimeMs: 2_000 });
    expect(result.stop.reason).toBe('max-time');
    const widths = result.series.map(({ statistics }) => {
      const { value, interval } = statistics?.rttNs.estimates[0] ?? {};
      return ((interval?.high ?? 0) - (interval?.low ?? 0)) / 2 / (value ?? 1);
    });
    expect(result.stop.achievedPrecision).toBeGreaterThanOrEqual(Math.max(...widths) * 0.99);
  });

  test('that is not reached is said, with the width that was', async () => {
    const noisy = Array.from({ length: 2_000 }, (_, i) => ({ rttNs: [i % 2 === 0 ? MS : 3 * MS] }));
    const result = await complete(setting(...noisy), { ...PRECISE, maxTimeMs: 1_000 });
    expect(result.stop.reason).toBe('max-time');
    expect(result.stop.achievedPrecision).toBeGreaterThan(0.02);
    expect(result.outcome.status).toBe('complete');
  });

  test('without a time for two rounds has no width to tell, and says so by null, not by 0', async () => {
    const result = await complete(setting(STEADY), { ...PRECISE, maxTimeMs: 1 });
    expect(result.stop).toEqual({ reason: 'max-time', rounds: 1, achievedPrecision: null });
  });
});

describe('the rule', () => {
  const END: RoundEnd = { round: 20, elapsedNs: 0, nextDueNs: 0, samples: 0, achievedPrecision: 0.01 };

  function rule(options: Partial<MeasureOptions>): StopRule {
    return new StopRule(planMeasurement({ ...TARGET, type: 'rtt', spreadMs: 0, ...options }));
  }

  test('forgets a narrow end when a wide one follows, or chance would end the run', () => {
    const precise = rule({ precision: 0.02 });
    const reasons = [0.01, 0.03, 0.01, null, 0.01, 0.01].map((achievedPrecision, i) =>
      precise.reason({ ...END, round: 20 + i, achievedPrecision }),
    );
    expect(reasons).toEqual([undefined, undefined, undefined, undefined, undefined, 'precision']);
  });

  test('ends a run without a number of probes before the next round would be more than memory holds', () => {
    const open = rule({ precision: 0.02, stamps: false });
    const wide = { ...END, achievedPrecision: 0.5, round: 100 };
    // 12 million fit: a hundredth more of 11,881,188 passes them.
    expect(open.reason({ ...wide, samples: 11_881_187 })).toBeUndefined();
    expect(open.reason({ ...wide, samples: 11_881_189 })).toBe('max-samples');
  });

  test('never takes away probes that were asked for by their number', () => {
    const asked = rule({ probes: 1_000_000, sizes: [1, 2, 3, 4, 5, 6] });
    expect(asked.reason({ ...END, round: 9, samples: 6_000_000 })).toBeUndefined();
    expect(asked.reason({ ...END, round: 10, samples: 6_000_000 })).toBe('blocks');
  });
});

describe('the width that is watched', () => {
  function widthOf(...blocks: readonly RawBlock[]): number | null {
    const watch = new WidthWatch();
    for (const each of blocks) watch.note(each);
    return watch.widest();
  }

  test('leaves out warm-up, blocks to warm up and blocks without a sample that counts', () => {
    const good = [block([100]), block([120])];
    const width = widthOf(...good);
    // The t interval of two values reaches 12.706 standard errors: 12.706 x 10 around 110, and sqrt(3) of neighbours.
    expect(width).toBeCloseTo((Math.sqrt(3) * 12.706_2 * 10) / 110, 4);
    expect(widthOf(block([900], { kind: 'warm-up' }), ...good)).toBe(width);
    expect(widthOf(block([900], { warmupProbes: 1 }), ...good)).toBe(width);
    expect(widthOf(block([900, 100], { warmupProbes: 1 }), block([120]))).toBe(width);
  });

  test('is none while a size has a single block, and none of nothing', () => {
    expect(widthOf()).toBeNull();
    expect(widthOf(block([100]), block([100]), block([100], { payloadBytes: 2 }))).toBeNull();
  });

  test('is not zero where blocks that scatter happen to have equal medians', () => {
    expect(widthOf(block([80, 100, 120]), block([80, 100, 120]))).toBeGreaterThan(0.1);
    expect(widthOf(block([100, 100, 100]), block([100, 100, 100]))).toBe(0);
  });

  test('is none where the clock saw no time pass', () => {
    expect(widthOf(block([0]), block([0]))).toBeNull();
  });
});
