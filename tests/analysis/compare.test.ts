/** The ratios of two results, paired and not, and the verdicts on them. */
import { describe, expect, test } from 'vitest';
import { analyse } from '../../src/analysis/analyse.ts';
import { compareResults, verdictOf } from '../../src/analysis/compare.ts';
import { EcholotError } from '../../src/core/errors.ts';
import type { BlockRecord } from '../../src/result/block-record.ts';
import type { ComparedSeries, Comparison } from '../../src/result/comparison.ts';
import type { Recording, Result } from '../../src/result/result.ts';
import { closedLoop, type WorkloadKind } from '../../src/result/workload.ts';
import { seededRandom } from '../../src/stats/distributions/random.ts';
import { naiveQuantile } from '../stats/naive.ts';
import {
  block,
  cleanRecording,
  MS,
  rawOf,
  recording,
  resampled,
  scaled,
  steadyRtts,
  US,
} from './recordings.ts';

const TOOL = { name: 'echolot', version: '0.0.0', node: '26.0.0' } as const;
const COMPLETE = { status: 'complete', error: null } as const;
const STOP = { reason: 'blocks', rounds: 10, achievedPrecision: null } as const;

function resultOf(recorded: Recording): Result {
  return { ...recorded, ...analyse(recorded) };
}

function inTurns(a: Recording, b: Recording): Comparison {
  return compareResults(
    { label: 'old', result: resultOf(a) },
    { label: 'new', result: resultOf(b) },
    { tool: TOOL, stop: STOP, outcome: COMPLETE },
  );
}

function apart(a: Recording, b: Recording): Comparison {
  return compareResults(
    { label: 'a.json', result: resultOf(a) },
    { label: 'b.json', result: resultOf(b) },
    { tool: TOOL, stop: null, outcome: COMPLETE },
  );
}

function only({ series }: Comparison): ComparedSeries {
  expect(series).toHaveLength(1);
  return series[0] as ComparedSeries;
}

function refusal(action: () => unknown): EcholotError {
  try {
    action();
  } catch (error) {
    if (error instanceof EcholotError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

function measuring(kind: WorkloadKind, options = {}): Recording {
  return cleanRecording({ workloads: [closedLoop(kind, 100)], probes: 60, ...options });
}

describe('blocks that took turns', () => {
  test('of a B that takes a tenth longer show that, closely around 1.1, in the median and in the tail', () => {
    const a = measuring('rtt');
    const { pairs, median, tail } = only(inTurns(a, scaled(a, 1.1)));
    expect(pairs).toBe(10);
    for (const [{ ratio, interval, refused, verdict }, within] of [
      [median, 0.01],
      [tail, 0.04],
    ] as const) {
      expect(ratio).toBeCloseTo(1.1, 4);
      expect(interval?.low).toBeGreaterThan(1.1 - within);
      expect(interval?.high).toBeLessThan(1.1 + within);
      expect(refused).toBeNull();
      expect(verdict).toBe('slower');
    }
    expect(tail.p).toBe(0.99);
  });

  test('cancel out what happened to both of a pair, however large it was', () => {
    const random = seededRandom(3);
    // The path is at times four times as slow as at others, for both.
    const levels = Array.from({ length: 20 }, (_, i) => (i % 4 === 0 ? 400 : 100) * US);
    const side = (factor: number): Recording =>
      recording(
        levels.map((ns, i) =>
          block(steadyRtts(60, ns * factor, 0.01, random), { round: i + 1, layers: null }),
        ),
      );
    expect(only(inTurns(side(1), side(1.1))).median.verdict).toBe('slower');
  });

  test('of two that are alike show no difference, and how small it must be', () => {
    const { median } = only(inTurns(measuring('rtt', { seed: 1 }), measuring('rtt', { seed: 2 })));
    expect(median.verdict).toBe('no-difference-shown');
    expect(median.interval?.low).toBeLessThan(1);
    expect(median.interval?.high).toBeGreaterThan(1);
  });

  test('are matched by their round: a block that one side lacks drops its partner, and shifts nobody', () => {
    const random = seededRandom(5);
    // Round n takes n times as long: whoever matches by position is far off.
    const blocks = Array.from({ length: 12 }, (_, i) =>
      block(steadyRtts(50, (i + 1) * 100 * US, 0.001, random), { round: i + 1, layers: null }),
    );
    const a = recording(blocks.filter(({ round }) => round !== 3));
    const b = scaled(recording(blocks.filter(({ round }) => round !== 7)), 1.2);
    const compared = only(inTurns(a, b));
    expect(compared.pairs).toBe(10);
    expect(compared.median.ratio).toBeCloseTo(1.2, 3);
    const both = blocks
      .filter(({ round }) => round !== 3 && round !== 7)
      .flatMap((each) => each.samples.rttNs);
    expect(compared.median.a).toBeCloseTo(naiveQuantile(both, 0.5), 6);
  });

  test('leave out warm-up on both sides', () => {
    const spoiled = (recorded: Recording, ns: number): Recording => ({
      ...recorded,
      blocks: [
        block(new Array(50).fill(ns), { kind: 'warm-up', round: 0 }),
        ...recorded.blocks.map((each) => {
          const { rttNs, sentAtNs } = rawOf(each);
          return resampled(each, {
            rttNs: [ns, ...rttNs],
            sentAtNs: [0, ...sentAtNs],
            warmupProbes: 1,
            layers: null,
          });
        }),
      ],
    });
    const [a, b] = [measuring('rtt', { seed: 1 }), measuring('rtt', { seed: 2 })];
    const [plain, warm] = [only(inTurns(a, b)), only(inTurns(spoiled(a, MS), spoiled(b, 9 * MS)))];
    expect(warm).toEqual(plain);
  });

  test('are too few below five pairs, and that is said in place of an interval', () => {
    const { median } = only(inTurns(measuring('rtt', { rounds: 4 }), measuring('rtt', { rounds: 4 })));
    expect(median).toMatchObject({ interval: null, refused: 'too-few-pairs', verdict: 'too-noisy' });
    expect(median.ratio).toBe(1);
  });

  test('have no tail of too few samples, though they have a median', () => {
    const { median, tail } = only(
      inTurns(measuring('rtt', { probes: 10 }), measuring('rtt', { probes: 10 })),
    );
    expect(median.interval).not.toBeNull();
    expect(tail).toMatchObject({ interval: null, refused: 'too-few-samples' });
  });
});

describe('a rate', () => {
  test('is faster when it is higher, though its round trips are shorter then', () => {
    const a = measuring('throughput');
    const { median, tail } = only(inTurns(a, scaled(a, 0.5)));
    expect(median.ratio).toBeCloseTo(2, 3);
    expect(median.verdict).toBe('faster');
    // The slow tail of a rate is its low end.
    expect(tail).toMatchObject({ p: 0.01, verdict: 'faster' });
  });

  test('is that of each probe, in bits per second', () => {
    const a = recording(
      [1, 2, 3, 4, 5].map((round) => block([MS, MS, MS], { round, measurement: 'throughput' })),
    );
    expect(only(inTurns(a, a)).median.a).toBe(800_000);
  });
});

describe('the verdict', () => {
  const of = (low: number, high: number, kind: WorkloadKind = 'rtt') => verdictOf({ low, high }, kind);

  test('says faster or slower only when 1 is outside of the interval', () => {
    expect(of(0.8, 0.99)).toBe('faster');
    expect(of(1.001, 1.2)).toBe('slower');
    expect(of(0.8, 0.99, 'throughput')).toBe('slower');
    expect(of(1.001, 1.2, 'throughput')).toBe('faster');
    expect(of(0.8, 1)).toBe('too-noisy');
    expect(of(1, 1.2)).toBe('too-noisy');
  });

  test('says that no difference was shown only when none above 5 % can hide in the interval', () => {
    expect(of(1 / 1.05, 1.05)).toBe('no-difference-shown');
    expect(of(1, 1)).toBe('no-difference-shown');
    expect(of(0.95, 1.01)).toBe('too-noisy');
    expect(of(0.99, 1.051)).toBe('too-noisy');
  });

  test('is too noisy without an interval', () => {
    expect(verdictOf(null, 'rtt')).toBe('too-noisy');
  });

  test('is the other way round when the sides change places', () => {
    const a = measuring('rtt');
    const b = scaled(a, 1.1);
    expect(only(inTurns(b, a)).median.verdict).toBe('faster');
    expect(only(inTurns(b, a)).median.ratio).toBeCloseTo(1 / 1.1, 4);
  });
});

describe('results of separate runs', () => {
  const merged = (seed: number, over = {}): Recording =>
    measuring('rtt', { runCount: 4, rounds: 6, seed, ...over });

  test('of one run a side have a ratio and no verdict, however sure their blocks are', () => {
    const a = measuring('rtt');
    const comparison = apart(a, scaled(measuring('rtt', { seed: 9 }), 2));
    const { pairs, median, tail, runScatter } = only(comparison);
    expect(comparison).toMatchObject({ interleaved: false, stop: null });
    expect(pairs).toBeNull();
    expect(median.ratio).toBeCloseTo(2, 1);
    for (const ratio of [median, tail]) {
      expect(ratio).toMatchObject({ interval: null, refused: 'too-few-runs', verdict: 'too-noisy' });
    }
    expect(runScatter).toEqual({ a: null, b: null });
  });

  test('of one run against several have none either', () => {
    expect(only(apart(measuring('rtt'), scaled(merged(2), 2))).median.refused).toBe('too-few-runs');
  });

  test('count runs, not blocks, where a side has several', () => {
    const { pairs, median, runScatter } = only(apart(merged(1), scaled(merged(2), 1.5)));
    expect(pairs).toBeNull();
    expect(median.interval).toMatchObject({ units: 4, method: 'run-welch' });
    expect(median.verdict).toBe('slower');
    expect(runScatter?.a).toBeGreaterThan(0);
    expect(runScatter?.b).toBeGreaterThan(0);
  });

  test('have the ratio of the values beside it', () => {
    const { median, tail } = only(apart(merged(1, { probes: 600 }), merged(2, { probes: 600 })));
    for (const { a, b, ratio } of [median, tail]) expect(b / a).toBeCloseTo(ratio, 12);
  });

  test('of which a run has too few samples for the slow tail have none of it', () => {
    const { median, tail } = only(apart(merged(1, { probes: 20 }), merged(2, { probes: 20 })));
    expect(median.interval).not.toBeNull();
    expect(tail).toMatchObject({ interval: null, refused: 'too-few-samples' });
  });

  test('are told apart more surely where A and B took turns in time than one after the other', () => {
    const at = (recorded: Recording, startS: number, everyS: number): Recording => ({
      ...recorded,
      runs: recorded.runs.map((run, i) => ({
        ...run,
        startedAt: new Date(1e12 + (startS + i * everyS) * 1_000).toISOString(),
      })),
    });
    const widthOf = (a: Recording, b: Recording): number => {
      const { interval } = only(apart(a, b)).median;
      return (interval?.high ?? Number.NaN) - (interval?.low ?? Number.NaN);
    };
    const [a, b] = [merged(1), merged(2)];
    const inTurn = widthOf(at(a, 0, 20), at(b, 10, 20));
    expect(inTurn).toBeLessThan(widthOf(at(a, 0, 10), at(b, 40, 10)));
    // The order of the files is not that of the runs.
    const reversed = at(b, 10, 20);
    expect(widthOf(at(a, 0, 20), { ...reversed, runs: [...reversed.runs].reverse() })).toBeCloseTo(inTurn, 9);
  });
});

describe('sizes that only one side has', () => {
  const sizes = (...payloads: number[]): Recording =>
    cleanRecording({ workloads: payloads.map((payloadBytes) => closedLoop('rtt', payloadBytes)) });

  test('are told, side by side, and the others compared', () => {
    const { series, leftOut } = apart(sizes(1, 2, 3), sizes(4, 3, 2));
    expect(series.map(({ workload }) => workload.payloadBytes)).toEqual([2, 3]);
    expect(leftOut).toEqual([
      { side: 'a', workload: closedLoop('rtt', 1), reason: 'no-counterpart' },
      { side: 'b', workload: closedLoop('rtt', 4), reason: 'no-counterpart' },
    ]);
  });

  test('and none in common is refused, with what each of them has', () => {
    const { code, message, advice } = refusal(() => apart(sizes(1, 1_024), measuring('throughput')));
    expect(code).toBe('usage');
    expect(message).toBe(
      'there is nothing to compare: a.json has rtt 1 B, rtt 1 KiB; b.json has throughput 100 B',
    );
    expect(advice).toContain('the same sizes');
  });

  test('and a side without any sample is named as that', () => {
    const { message } = refusal(() => apart(sizes(1), recording([block([])])));
    expect(message).toContain('b.json has no samples');
  });

  test('of which a block was begun in vain are none that it has', () => {
    const begun = [...sizes(1).blocks, block([], { payloadBytes: 2 })];
    expect(apart(recording(begun), sizes(1)).leftOut).toEqual([]);
  });
});

describe('a clock that saw no time pass', () => {
  const withZero = (recorded: Recording, payloadBytes: number): Recording => ({
    ...recorded,
    blocks: recorded.blocks.map((each) =>
      each.workload.payloadBytes === payloadBytes && each.round === 2
        ? resampled(each, { rttNs: [0, ...rawOf(each).rttNs.slice(1)] })
        : each,
    ),
  });

  test.each(['rtt', 'throughput'] as const)('leaves out the %s of that size, and says why', (kind) => {
    const workloads = [1, 2].map((payloadBytes) => closedLoop(kind, payloadBytes));
    const a = cleanRecording({ workloads });
    for (const compare of [inTurns, apart]) {
      const comparison = compare(a, withZero(a, 2));
      expect(only(comparison).workload.payloadBytes).toBe(1);
      expect(comparison.leftOut).toEqual([{ side: 'b', workload: closedLoop(kind, 2), reason: 'zero-rtt' }]);
      expect(JSON.parse(JSON.stringify(comparison))).toEqual(comparison);
    }
  });

  test('may leave nothing over, which is a comparison all the same', () => {
    const zero = recording([1, 2, 3, 4, 5].map((round) => block([0, 0, 0], { round })));
    expect(inTurns(zero, zero)).toMatchObject({ series: [], leftOut: [{ side: 'a' }, { side: 'b' }] });
  });
});

test('each side keeps its name, its plan and its doubts, or the reader could not tell what was compared', () => {
  const a = measuring('rtt', { plan: { host: 'a.example' } });
  const b = measuring('rtt', { plan: { host: 'b.example' }, rounds: 2 });
  const comparison = inTurns(a, b);
  expect(comparison.a).toMatchObject({ label: 'old', runs: 1, plan: { host: 'a.example' } });
  expect(comparison.b).toMatchObject({ label: 'new', runs: 1, plan: { host: 'b.example' } });
  expect(comparison.b.warnings).toEqual(resultOf(b).warnings);
  expect(comparison.a.startedAt).toBe('2026-01-01T00:00:00.000Z');
});

test('the same two results give the same comparison again', () => {
  const [a, b] = [measuring('rtt', { seed: 1 }), measuring('rtt', { seed: 2 })];
  expect(inTurns(a, b)).toEqual(inTurns(structuredClone(a), structuredClone(b)));
});

test('blocks in the record stay as they are: comparing sorts copies', () => {
  const a = measuring('rtt');
  const before: readonly BlockRecord[] = structuredClone(a.blocks);
  inTurns(a, a);
  expect(a.blocks).toEqual(before);
});
