/** The Quality of Outcome of a load: by the draft's own example, and never of a profile that makes no sense. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyseLoad } from '../../../src/analysis/load/analyse-load.ts';
import { loadQoo, withQoo } from '../../../src/analysis/load/load-qoo.ts';
import {
  checkQooProfile,
  parseQooProfile,
  QOO_PROFILES,
  qooProfile,
} from '../../../src/analysis/load/qoo-profiles.ts';
import { type QooScore, qoo } from '../../../src/analysis/load/waiting/qoo.ts';
import { EcholotError } from '../../../src/core/errors.ts';
import type { LoadRecording, LoadResult, QooProfileRecord } from '../../../src/result/load/load-result.ts';
import { sorted } from '../../../src/stats/quantile/quantiles.ts';
import { loadRecording, MS, ramped, roundTrip, S } from './loads.ts';

const EXAMPLE = qooProfile('example');

/** Round trips of which the 99th percentile is the one and the 99.9th the other, in ms. */
function scoreOf(p99: number, p999: number, lossShare: number, bitsPerSecond: number): QooScore {
  const ns = [
    ...Array.from({ length: 980 }, () => 10),
    ...Array.from({ length: 18 }, () => p99),
    p999,
    p999,
  ].map((ms) => ms * MS);
  const score = qoo(EXAMPLE, {
    blocks: [{ run: 1, samples: sorted(ns) }],
    series: ns,
    lossShare,
    bitsPerSecond,
  });
  if (score === null) throw new Error('no score');
  return score;
}

describe('the score', () => {
  test("is 50 in the draft's example", () => {
    const score = scoreOf(350, 375, 0.02, 28e6);
    expect(score).toMatchObject({ throughput: 100, probes: 1_000, interval: null, decidedBy: 0.99 });
    expect(score.score).toBeCloseTo(50, 9);
    expect(score.latency).toBeCloseTo(50, 9);
    expect(score.loss).toBeCloseTo(75, 9);
  });

  test.each([
    [100, 100, 0, 4e6, 100],
    [200, 300, 0.01, 4e6, 100],
    [500, 500, 0, 4e6, 0],
    [200, 600, 0, 4e6, 0],
    [200, 450, 0, 4e6, 50],
    [100, 100, 0.03, 4e6, 50],
    [100, 100, 0.2, 4e6, 0],
    [100, 100, 0, 3.9e6, 0],
  ])('of %d and %d ms, a loss of %d and %d bit/s is %d', (p99, p999, loss, rate, score) => {
    expect(scoreOf(p99, p999, loss, rate).score).toBeCloseTo(score, 9);
  });

  test('lies within its interval, between 0 and 100', () => {
    const times = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 10, maxLength: 60 });
    fc.assert(
      fc.property(
        fc.array(times, { minLength: 5, maxLength: 8 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (all, lossShare) => {
          const blocks = all.map((ms) => ({ run: 1, samples: sorted(ms.map((one) => one * MS)) }));
          const profile: QooProfileRecord = {
            ...EXAMPLE,
            latencies: [{ p: 0.5, optimalNs: 200 * MS, unacceptableNs: 500 * MS }],
          };
          const score = qoo(profile, { blocks, series: all.flat(), lossShare, bitsPerSecond: 5e6 });
          expect(score?.interval).not.toBeNull();
          expect(score?.score).toBeGreaterThanOrEqual(Math.max(0, score?.interval?.low ?? 0) - 1e-9);
          expect(score?.score).toBeLessThanOrEqual(Math.min(100, score?.interval?.high ?? 0) + 1e-9);
        },
      ),
    );
  });

  test('is not made up where no probe was answered', () => {
    expect(qoo(EXAMPLE, { blocks: [], series: [], lossShare: 1, bitsPerSecond: 1 })).toBeNull();
  });
});

test('of a load is that of idle, and of each phase that settled', () => {
  const recording = loadRecording([
    { name: 'idle' },
    { name: 'down', parts: () => roundTrip(350 * MS), streams: [{ direction: 'down', rate: ramped(40e6) }] },
    { name: 'up', parts: () => roundTrip(20 * MS), streams: [{ direction: 'up', rate: ramped(2e6) }] },
    { name: 'both', streams: [{ direction: 'both', rate: (ns) => 2e6 * 2 ** (ns / S) }] },
  ]);
  const scores = loadQoo({ ...recording, statistics: analyseLoad(recording) }, EXAMPLE);
  expect(scores.map(({ phase, score }) => [phase, Math.round(score)])).toEqual([
    ['idle', 100],
    ['down', 50],
    ['up', 0],
  ]);
  expect(scores[0]).toMatchObject({ latency: 100, throughput: null });
  expect(scores[2]).toMatchObject({ latency: 100, throughput: 0 });
});

describe('among the statistics of a load', () => {
  const recording = (profile: QooProfileRecord | null): LoadRecording => {
    const load = loadRecording([
      { name: 'idle' },
      { name: 'up', parts: () => roundTrip(20 * MS), streams: [{ direction: 'up', rate: ramped(40e6) }] },
    ]);
    return { ...load, plan: { ...load.plan, qoo: profile } };
  };

  test('is that for the profile of its plan, and none without', () => {
    expect(analyseLoad(recording(null)).qoo).toBeNull();
    expect(analyseLoad(recording(EXAMPLE)).qoo?.map(({ phase, score }) => [phase, score])).toEqual([
      ['idle', 100],
      ['up', 100],
    ]);
  });

  test('is that for another application once it is asked for, though the load ran for one that has all it needs', () => {
    const ran = recording(EXAMPLE);
    const saved: LoadResult = { ...ran, statistics: analyseLoad(ran) };
    const hasty: QooProfileRecord = {
      ...EXAMPLE,
      ...{ name: 'hasty', latencies: [{ p: 0.5, optimalNs: 10 * MS, unacceptableNs: 30 * MS }] },
    };
    const { plan, statistics } = withQoo(saved, hasty);
    expect(plan.qoo).toBe(hasty);
    expect(statistics).toEqual({ ...saved.statistics, qoo: analyseLoad(recording(hasty)).qoo });
    expect(statistics.qoo?.map(({ phase, score }) => [phase, Math.round(score)])).toContainEqual(['up', 50]);
    expect(saved.statistics.qoo?.every(({ score }) => score === 100)).toBe(true);
    expect(() => withQoo(saved, { ...hasty, latencies: [] })).toThrow(
      'the profile is none: it has no latencies',
    );
  });

  test('is none of a load in which nothing was answered', () => {
    const load = recording(EXAMPLE);
    const { foreignProbes } = load;
    const silent = { ...foreignProbes, rttNs: foreignProbes.rttNs.map(() => null) };
    expect(analyseLoad({ ...load, foreignProbes: silent }).qoo).toEqual([]);
  });
});

describe('a profile', () => {
  const TIMES = { percentile: 99, optimalMs: 200, unacceptableMs: 500 };
  const text = (over: object): string =>
    JSON.stringify({
      ...{ name: 'calls', bitsPerSecond: 4e6, loss: { optimal: 0.01, unacceptable: 0.05 } },
      latencies: [{ percentile: 99.9, optimalMs: 200, unacceptableMs: 500 }],
      ...over,
    });

  test('is known by its name, or read from a file', () => {
    for (const profile of QOO_PROFILES) expect(qooProfile(profile.name)).toBe(profile);
    expect(() => qooProfile('toString')).toThrow('there is no profile toString');
    expect(parseQooProfile(text({}), 'calls.json')).toEqual({
      ...{ name: 'calls', bitsPerSecond: 4e6, loss: { optimal: 0.01, unacceptable: 0.05 } },
      latencies: [{ p: 0.999, optimalNs: 200 * MS, unacceptableNs: 500 * MS }],
    });
  });

  test.each([
    ['{', 'it is not JSON'],
    ['[]', 'it is no object'],
    [text({ name: 7 }), 'it has no name'],
    [text({ name: ' ' }), 'it has no name'],
    [text({ name: 'x'.repeat(41) }), 'its name has what cannot be seen, or more than 40 characters'],
    [text({ name: 'a\u001b[2J' }), 'its name has what cannot be seen'],
    [text({ name: 'a\nb' }), 'its name has what cannot be seen'],
    [text({ latency: [] }), 'it has latency, which no profile has'],
    [text({ '\u001b': 1 }), 'it has \\u001b, which no profile has'],
    [text({ bitsPerSecond: 1e300 }), 'bitsPerSecond is no rate'],
    [text({ latencies: Array.from({ length: 17 }, () => TIMES) }), 'it has more than 16 latencies'],
    [text({ latencies: [{ ...TIMES, unacceptableMs: 4e6 }] }), 'latencies[0] is longer than an hour'],
    [text({ latencies: [{ ...TIMES, unit: 's' }] }), 'latencies[0] has unit, which none has'],
    [text({ latencies: { length: 1e9 } }), 'it has no latencies'],
    [text({ loss: { optimal: 0, unacceptable: 0.1, share: 1 } }), 'it has share, which no profile has'],
    [text({ bitsPerSecond: -1 }), 'bitsPerSecond is no rate'],
    [text({ latencies: [] }), 'it has no latencies'],
    [
      text({ latencies: [{ percentile: 101, optimalMs: 1, unacceptableMs: 2 }] }),
      'latencies[0].percentile is none',
    ],
    [
      text({ latencies: [{ percentile: 99, optimalMs: 2, unacceptableMs: 2 }] }),
      'latencies[0] has no optimalMs below',
    ],
    [text({ latencies: [7] }), 'latencies[0].percentile is none'],
    [text({ loss: { optimal: 0.05, unacceptable: 0.01 } }), 'loss has no share optimal below'],
    [text({ loss: null }), 'loss has no share'],
  ])('that cannot be is refused with what is wrong: %s', (given, words) => {
    expect(() => parseQooProfile(given, 'calls.json')).toThrow(`calls.json is no profile: ${words}`);
  });

  test('that a program gives is checked as well', () => {
    for (const profile of QOO_PROFILES) expect(checkQooProfile(profile)).toBe(profile);
    const [latency] = EXAMPLE.latencies;
    for (const wrong of [
      ...[undefined, null, 7, [], {}, 'voice', { ...EXAMPLE, latencies: [] }],
      { ...EXAMPLE, latencies: [{ ...latency, p: 99 }] },
      { ...EXAMPLE, latencies: [{ ...latency, optimalNs: Number.NaN }] },
      { ...EXAMPLE, loss: { optimal: 0, unacceptable: 2 } },
    ]) {
      expect(() => checkQooProfile(wrong)).toThrow('the profile is none: ');
    }
  });

  test('of any text is one, or an error of usage', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (given) => {
        try {
          parseQooProfile(given, 'calls.json');
        } catch (error) {
          expect(error).toBeInstanceOf(EcholotError);
        }
      }),
    );
  });
});
