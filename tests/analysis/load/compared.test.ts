/** Two ways to load a path: what is the same is not called different, and a fifth is found, whatever meets a load or two. */
import { describe, expect, test } from 'vitest';
import { analyseLoad } from '../../../src/analysis/load/analyse-load.ts';
import { compareLoadResults } from '../../../src/analysis/load/compared/compare-loads.ts';
import { comparedFigures, loadVerdictOf } from '../../../src/analysis/load/compared/figures.ts';
import { requireSides } from '../../../src/analysis/load/compared/sides.ts';
import type { ComparedFigure, LoadFigures } from '../../../src/result/load/load-comparison.ts';
import type { LoadResult } from '../../../src/result/load/load-result.ts';
import {
  isDifferent,
  loadFigures,
  phaseFigures,
  type SimulatedTurns,
  simulatedTurns,
  turnsFigures,
} from './compared.ts';
import { loadRecording, MS, ramped, roundTrip, S, type SimulatedPhase } from './loads.ts';

const REPEATS = 400;
const TOOL = { name: 'echolot', version: '0.0.0', node: '26.0.0' } as const;
const COMPLETE = { status: 'complete', error: null } as const;

/** Of so many comparisons the share of which something is said. */
function shareOf(turns: SimulatedTurns, said: (figures: readonly ComparedFigure[]) => boolean): number {
  let count = 0;
  for (let seed = 1; seed <= REPEATS; seed++) if (said(turnsFigures({ ...turns, seed }))) count++;
  return count / REPEATS;
}

const SETTINGS: readonly (readonly [string, SimulatedTurns])[] = [
  ['loads that scatter by 3 %', {}],
  ['loads that scatter by 8 %', { scatter: 0.08 }],
  ['a machine with moods', { mood: { scatter: 0.1, correlation: 0.8 } }],
  ['one load in ten that met with something else', { bad: 0.1 }],
  ['second loads that carry a fifth less', { second: 0.8 }],
  ['the fewest rounds', { rounds: 5 }],
  ['many rounds', { rounds: 12, mood: { scatter: 0.1, correlation: 0.5 } }],
];

describe('two runs of one thing are called different in one of twenty at most, with', () => {
  test.each(SETTINGS)('%s', (_what, turns) => {
    expect(shareOf(turns, (figures) => figures.some(isDifferent))).toBeLessThanOrEqual(0.05);
  });
});

describe('a fifth less goodput is found in 19 of 20, with', () => {
  const isFound = (figures: readonly ComparedFigure[]): boolean =>
    figures.filter(({ of }) => of === 'goodput').every(({ verdict }) => verdict === 'lower');

  test.each<[string, SimulatedTurns]>([
    ['loads that scatter by 3 %', {}],
    ['loads that scatter by 5 %', { scatter: 0.05 }],
    ['a machine with moods', { mood: { scatter: 0.08, correlation: 0.8 } }],
    ['one load in forty that met with something else', { bad: 0.025 }],
    ['the fewest rounds', { rounds: 5 }],
  ])('%s', (_what, turns) => {
    expect(shareOf({ ...turns, ratio: 0.8 }, isFound)).toBeGreaterThanOrEqual(0.95);
  });

  test('and a wait that is half as long again, with its interval around the truth', () => {
    const figures = turnsFigures({ difference: 5 * MS });
    const increases = figures.filter(({ of }) => of === 'increase');
    expect(increases.map(({ verdict }) => verdict)).toEqual(['higher', 'higher']);
    for (const { value, interval } of increases) {
      expect(value / MS).toBeCloseTo(5, 0);
      expect(interval?.low).toBeLessThan(5 * MS);
      expect(interval?.high).toBeGreaterThan(5 * MS);
    }
  });
});

test('intervals hold the truth, all of them together, in 95 of 100', () => {
  const truth = { goodput: 0.9, increase: 2 * MS };
  const held = shareOf({ ratio: truth.goodput, difference: truth.increase }, (figures) =>
    figures.every(
      ({ of, interval }) => interval !== null && interval.low <= truth[of] && truth[of] <= interval.high,
    ),
  );
  expect(held).toBeGreaterThanOrEqual(0.95);
});

describe('the verdict', () => {
  const figure = (of: ComparedFigure['of'], low: number, high: number, a = 10 * MS): string =>
    loadVerdictOf({
      ...{ of, phase: 'down', direction: null, pairs: 8, a, b: a, value: (low + high) / 2, refused: null },
      interval: { level: 0.95, low, high, method: 'rank-sum', units: 8 },
    });

  test.each([
    ['goodput', 1.1, 1.3, 'higher'],
    ['goodput', 0.7, 0.9, 'lower'],
    ['goodput', 0.96, 1.04, 'no-difference-shown'],
    ['goodput', 0.9, 1.04, 'too-uncertain'],
    ['increase', 2 * MS, 3 * MS, 'higher'],
    ['increase', -3 * MS, -2 * MS, 'lower'],
    ['increase', -0.9 * MS, 0.9 * MS, 'no-difference-shown'],
    ['increase', -2 * MS, 0.9 * MS, 'too-uncertain'],
  ] as const)('of %s from %d to %d is %s', (of, low, high, verdict) => {
    expect(figure(of, low, high)).toBe(verdict);
  });

  test('of a long increase takes a twentieth of it for no difference', () => {
    expect(figure('increase', -9 * MS, 9 * MS, 200 * MS)).toBe('no-difference-shown');
  });
});

describe('what cannot be compared', () => {
  const one = (round: number, bitsPerSecond: number, increase: number | null = MS): LoadFigures =>
    loadFigures(round, round, [phaseFigures('down', bitsPerSecond, increase)]);

  test('a load in which nothing arrived is left out with its pair, and there is no ratio of nothing', () => {
    const a = [1, 2, 3, 4, 5, 6].map((round) => one(round, round === 3 ? 0 : 100e6));
    const b = [1, 2, 3, 4, 5, 6].map((round) => one(round, 90e6));
    const [goodput, increase] = comparedFigures({ a, b }, true);
    expect(goodput).toMatchObject({ pairs: 5, verdict: 'lower' });
    expect(increase?.pairs).toBe(6);
    expect(comparedFigures({ a: [one(1, 0, null)], b: [one(1, 0, null)] }, true)).toEqual([]);
  });

  test('without an idle phase there is goodput, and no increase', () => {
    const loads = [1, 2, 3, 4, 5].map((round) => one(round, 100e6, null));
    expect(comparedFigures({ a: loads, b: loads }, true).map(({ of }) => of)).toEqual(['goodput']);
  });

  test('too few pairs have a value and no verdict', () => {
    const [goodput] = turnsFigures({ rounds: 4, ratio: 0.1 });
    expect(goodput).toMatchObject({ interval: null, refused: 'too-few-loads', verdict: 'too-uncertain' });
    expect(goodput?.value).toBeCloseTo(0.1, 2);
  });
});

describe('loads that were apart', () => {
  const apart = (turns: SimulatedTurns): ComparedFigure[] => {
    const { a, b } = simulatedTurns(turns);
    return comparedFigures({ a, b }, false);
  };

  test('of one side are held against those of the other, and a fifth is found', () => {
    for (const { pairs, verdict, interval } of apart({ ratio: 0.8 }).filter(({ of }) => of === 'goodput')) {
      expect([pairs, verdict, interval?.method]).toEqual([null, 'lower', 'run-welch']);
    }
  });

  test('one each claim nothing, however far apart they are', () => {
    for (const figure of apart({ rounds: 1, ratio: 0.1 })) {
      expect(figure).toMatchObject({ interval: null, refused: 'too-few-loads', verdict: 'too-uncertain' });
    }
  });
});

describe('the record', () => {
  const phases = (rate: number, rttNs: number): SimulatedPhase[] => [
    { name: 'idle' },
    {
      name: 'down',
      parts: () => roundTrip(rttNs),
      streams: [{ direction: 'down', rate: ramped(rate) }],
    },
  ];
  const loadOf = (rate: number, rttNs: number, startedAt: string): LoadResult => {
    const recording = loadRecording(phases(rate, rttNs), { startedAt }, 100 * MS);
    return { ...recording, statistics: analyseLoad(recording) };
  };
  const context = { tool: TOOL, turns: null, outcome: COMPLETE };

  test('has of each load what its own report tells', () => {
    const [a, b] = [
      loadOf(100e6, 3 * MS, '2026-01-01T00:00:00.000Z'),
      loadOf(80e6, 5 * MS, '2026-01-02T00:00:00.000Z'),
    ];
    const comparison = compareLoadResults(
      { label: 'a.json', files: ['a.json'], loads: [a] },
      { label: 'b.json', loads: [b] },
      context,
    );
    const [figures] = comparison.a.loads;
    const [loaded] = a.statistics.loaded;
    expect(figures?.phases).toEqual([
      {
        phase: 'down',
        hasSettled: true,
        downBitsPerSecond: loaded?.directions[0]?.goodput.value,
        upBitsPerSecond: null,
        increase: loaded?.increase?.p50.value,
      },
    ]);
    expect([comparison.a.files, comparison.b.files]).toEqual([['a.json'], null]);
    const [goodput, increase] = comparison.figures;
    expect(goodput?.value).toBeCloseTo(0.8, 2);
    expect((increase?.value ?? 0) / MS).toBeCloseTo(2, 1);
  });

  test('of loads without a phase in common is refused, with what each has', () => {
    const up = loadRecording([{ name: 'up', streams: [{ direction: 'up', rate: ramped(1e8) }] }]);
    const ofUp = { ...up, statistics: analyseLoad(up) };
    const compare = () =>
      compareLoadResults(
        { label: 'a.json', loads: [loadOf(1e8, MS, '2026-01-01T00:00:00.000Z')] },
        { label: 'b.json', loads: [ofUp] },
        context,
      );
    expect(compare).toThrow(
      'there is nothing to compare: a.json has figures of down; b.json has figures of up',
    );
  });

  test('leaves out a phase that was cut short: it may not have come to what the others show', () => {
    const whole = loadOf(1e8, MS, '2026-01-01T00:00:00.000Z');
    const cut = { ...whole, phases: whole.phases.map((phase) => ({ ...phase, isComplete: false })) };
    const compare = () =>
      compareLoadResults({ label: 'a.json', loads: [cut] }, { label: 'b.json', loads: [whole] }, context);
    expect(compare).toThrow('a.json has figures of no phase; b.json has figures of down');
  });

  test('does not hold the length of one load against it: the interval is of all of them', () => {
    const short = loadRecording(phases(1e8, MS).map((phase) => ({ ...phase, durationNs: 1.5 * S })));
    const statistics = analyseLoad(short);
    expect(statistics.doubts.map(({ code }) => code)).toContain('too-short');
    const side = { label: 'a.json', loads: [{ ...short, statistics }] };
    const comparison = compareLoadResults(side, side, context);
    expect(comparison.a.loads[0]?.doubts.map(({ code }) => code)).not.toContain('too-short');
  });
});

describe('loads from files', () => {
  const load = (startedAt: string, over: Partial<LoadResult['plan']> = {}): LoadResult => {
    const recording = loadRecording([{ name: 'idle' }], { startedAt }, 100 * MS);
    return { ...recording, plan: { ...recording.plan, ...over }, statistics: analyseLoad(recording) };
  };
  const [monday, friday] = ['2026-01-05T00:00:00.000Z', '2026-01-09T00:00:00.000Z'];
  const side = (label: string, ...loads: readonly LoadResult[]) => ({
    label,
    files: loads.map((_, i) => `${label}${i + 1}.json`),
    loads,
  });

  test('that stand twice are refused: two sides would be more alike than they are', () => {
    expect(() => requireSides(side('a', load(monday)), side('b', load(friday)))).not.toThrow();
    expect(() => requireSides(side('a', load(monday)), side('b', load(friday), load(monday)))).toThrow(
      'a1.json and b2.json hold the same load, of 2026-01-05T00:00:00.000Z',
    );
  });

  test('of two kinds are refused on one side, by what they differ in', () => {
    const { socket } = load(monday).plan;
    const others: readonly (readonly [Partial<LoadResult['plan']>, string])[] = [
      [{ port: 7 }, 'the port of one is 9900, that of the other 7'],
      [{ streams: null }, 'the number of streams of one is 1, that of the other auto'],
      [{ bitsPerSecond: 5e6 }, 'the rate of one is none, that of the other 5000000 bit/s'],
      [{ phases: [] }, 'the plan of phases of one is idle 8 s, that of the other '],
      [
        { socket: { ...socket, congestionControl: 'reno' } },
        'the socket option congestionControl of one is ',
      ],
    ];
    for (const [over, words] of others) {
      expect(() => requireSides(side('a', load(monday), load(friday, over)))).toThrow(
        `a1.json and a2.json cannot be of one side: ${words}`,
      );
    }
    expect(() => requireSides(side('a'))).toThrow('a has no load');
  });
});
