import { describe, expect, test } from 'vitest';
import { analyseLoad } from '../../../src/analysis/load/analyse-load.ts';
import { gradeOf } from '../../../src/analysis/load/waiting/grade.ts';
import { pairMeaning } from '../../../src/analysis/load/waiting/pair.ts';
import { trimmedMean } from '../../../src/analysis/load/waiting/responsiveness.ts';
import type { LoadRecording, StreamRecord } from '../../../src/result/load/load-result.ts';
import type {
  IncreaseStatistics,
  LatencyStatistics,
  LoadEstimate,
  LoadedPhaseStatistics,
} from '../../../src/result/load/load-statistics.ts';
import { sorted } from '../../../src/stats/quantile/quantiles.ts';
import { loadRecording, MS, ramped, roundTrip, S, type SimulatedPhase } from './loads.ts';

const IDLE: SimulatedPhase = { name: 'idle' };

function withStream(
  recording: LoadRecording,
  change: (stream: StreamRecord) => Partial<StreamRecord>,
): LoadRecording {
  return { ...recording, streams: recording.streams.map((stream) => ({ ...stream, ...change(stream) })) };
}

describe('responsiveness', () => {
  const carrying = (foreignNs: number, ownNs: number, durationNs: number): SimulatedPhase => ({
    name: 'up',
    durationNs,
    parts: () => roundTrip(foreignNs),
    streams: [{ direction: 'up', rate: () => 40e6, ownRttNs: () => ownNs }],
  });
  const responsiveness = (...phases: SimulatedPhase[]): unknown =>
    analyseLoad(loadRecording(phases)).loaded[0]?.responsiveness;

  test('is the mean of both kinds of probe, each of them told', () => {
    // 60 s over 20 ms, and over 60 ms.
    expect(responsiveness(IDLE, carrying(20 * MS, 60 * MS, 8 * S))).toEqual({
      rpm: 2_000,
      foreignRpm: 3_000,
      ownRpm: 1_000,
      confidence: 'medium',
    });
  });

  test('is of the last four seconds, in which the queue is as long as it gets', () => {
    const filling: SimulatedPhase = {
      ...carrying(20 * MS, 60 * MS, 10 * S),
      parts: (ns) => roundTrip(ns < 5 * S ? 20 * MS : 60 * MS),
    };
    expect(responsiveness(filling)).toMatchObject({ rpm: 1_000 });
  });

  test('is sure once goodput and then responsiveness were stable, and never of less than four seconds', () => {
    const confidenceOf = (phase: SimulatedPhase): unknown => ({ confidence: responsiveness(phase) });
    const word = (confidence: string): unknown => ({ confidence: expect.objectContaining({ confidence }) });
    expect(confidenceOf(carrying(20 * MS, 60 * MS, 3.9 * S))).toEqual(word('low'));
    expect(confidenceOf(carrying(20 * MS, 60 * MS, 4 * S))).toEqual(word('medium'));
    // Four moving averages over four seconds each, and four of responsiveness from the last of them on.
    expect(confidenceOf(carrying(20 * MS, 60 * MS, 9.9 * S))).toEqual(word('medium'));
    expect(confidenceOf(carrying(20 * MS, 60 * MS, 10 * S))).toEqual(word('high'));
    const moody: SimulatedPhase = {
      ...carrying(20 * MS, 60 * MS, 20 * S),
      parts: (ns) => roundTrip(ns < 17 * S ? 20 * MS : 90 * MS),
    };
    expect(confidenceOf(moody)).toEqual(word('medium'));
  });

  test('is as sure as the run was that ended for it', () => {
    const recording = loadRecording([carrying(20 * MS, 60 * MS, 8 * S)]);
    const phases = recording.phases.map((phase) => ({ ...phase, stableAtNs: phase.toAtNs }));
    expect(analyseLoad({ ...recording, phases }).loaded[0]?.responsiveness).toMatchObject({
      confidence: 'high',
    });
  });

  test('leaves out the slowest twentieth', () => {
    expect(trimmedMean(sorted([...Array.from({ length: 19 }, () => 2), 100]))).toBe(2);
    expect(trimmedMean(sorted([1, 2, 3]))).toBe(1.5);
    expect(trimmedMean(sorted([7]))).toBe(7);
  });

  test('is not told where one kind of probe is missing, or a stream was lost', () => {
    const { streams: _, ...bare } = carrying(MS, MS, 8 * S);
    expect(responsiveness({ ...bare, streams: [{ direction: 'up', rate: () => 40e6 }] })).toBeNull();
    const lost = withStream(loadRecording([carrying(MS, MS, 8 * S)]), () => ({
      error: { code: 'network', message: 'reset', advice: null, expected: null, received: null, phase: null },
    }));
    expect(analyseLoad(lost).loaded[0]?.responsiveness).toBeNull();
  });
});

function estimate(low: number, high: number): LoadEstimate {
  return { value: (low + high) / 2, interval: { low, high, method: 'difference' }, refused: null };
}

function increase(lowMs: number, highMs: number): IncreaseStatistics {
  const one = estimate(lowMs * MS, highMs * MS);
  return { p50: one, p99: one };
}

describe('the pair of probes', () => {
  test.each<readonly [string, readonly [number, number], readonly [number, number], string]>([
    ['that wait alike', [12, 14], [13, 16], 'shared'],
    ['of which only the own ones wait', [0.1, 0.8], [12, 14], 'own-flow'],
    ['of which the others wait a tenth', [5, 9], [90, 110], 'own-flow'],
    [
      'of which the others wait a full queue, and the own ones for what is sent again',
      [38, 41],
      [250, 265],
      'shared',
    ],
    ['of which the others may wait a tenth or a third', [5, 33], [90, 110], 'unknown'],
    ['of which the others wait a third', [28, 33], [90, 110], 'shared'],
    ['of which the others may wait 2 ms or not', [1, 3], [8, 9], 'unknown'],
    ['that do not wait', [-0.1, 0.3], [0.1, 1.9], 'none'],
    ['of which nobody knows whether the own ones wait', [-0.1, 0.3], [0.1, 9], 'unknown'],
    ['of which the own ones hardly wait', [0.1, 1.9], [2.1, 3], 'unknown'],
  ])('%s', (_what, foreign, own, meaning) => {
    expect(pairMeaning(increase(...foreign), increase(...own))).toBe(meaning);
  });

  test('of which one is missing, or has no interval, means nothing', () => {
    const bare = {
      ...increase(1, 2),
      p50: { value: MS, interval: null, refused: 'too-few-blocks' } as const,
    };
    expect(pairMeaning(null, increase(20, 30))).toBe('unknown');
    expect(pairMeaning(increase(20, 30), null)).toBe('unknown');
    expect(pairMeaning(bare, increase(20, 30))).toBe('unknown');
    expect(pairMeaning(increase(20, 30), bare)).toBe('unknown');
  });
});

describe('the grade', () => {
  const idle = { p50: estimate(0, 1) } as unknown as LatencyStatistics;
  const phase = (name: 'down' | 'up' | 'both', low: number, high: number): LoadedPhaseStatistics =>
    ({ phase: name, settledAtNs: 1, increase: increase(low, high) }) as unknown as LoadedPhaseStatistics;

  test.each<readonly [number, number, string, string]>([
    [-1, 4.9, 'A+', 'A+'],
    [4, 6, 'A+', 'A'],
    [5, 29, 'A', 'A'],
    [30, 59, 'B', 'B'],
    [60, 199, 'C', 'C'],
    [200, 399, 'D', 'D'],
    [399, 400, 'D', 'F'],
    [400, 9_000, 'F', 'F'],
  ])('of %d to %d ms is %s to %s', (low, high, best, worst) => {
    expect(gradeOf(idle, [phase('down', low, high)])).toEqual({
      grade: { best, worst, phase: 'down' },
      noGrade: null,
    });
  });

  test('is that of the worse direction, and not of both at once where there is one alone', () => {
    expect(gradeOf(idle, [phase('down', 1, 2), phase('up', 50, 55), phase('both', 300, 310)])).toMatchObject({
      grade: { best: 'B', worst: 'B', phase: 'up' },
    });
    expect(gradeOf(idle, [phase('both', 300, 310)])).toMatchObject({ grade: { best: 'D', phase: 'both' } });
  });

  test('is open where the other direction may be the worse one', () => {
    expect(gradeOf(idle, [phase('down', 26, 29), phase('up', 10, 40)])).toMatchObject({
      grade: { best: 'A', worst: 'B', phase: 'down' },
    });
  });

  test('is not given without its reason', () => {
    const unsettled = { ...phase('down', 1, 2), settledAtNs: null };
    const bare = { ...phase('down', 1, 2), increase: null };
    expect(gradeOf(idle, [])).toEqual({ grade: null, noGrade: 'no-load' });
    expect(gradeOf(null, [phase('up', 1, 2)])).toEqual({ grade: null, noGrade: 'no-idle' });
    expect(gradeOf(idle, [phase('up', 1, 2), unsettled])).toEqual({ grade: null, noGrade: 'not-settled' });
    expect(gradeOf(idle, [phase('up', 1, 2), bare])).toEqual({ grade: null, noGrade: 'no-interval' });
  });
});

describe('whose queue', () => {
  const OWNERS = { own: 'own-machine', network: 'network', server: 'server' } as const;

  test.each(['own', 'network', 'server'] as const)('is found where it is: %s', (where) => {
    const queued = (ns: number): ReturnType<typeof roundTrip> => {
      const base = roundTrip(MS);
      return { ...base, [where]: base[where] + 12 * MS + (ns % 7) * 1_000 };
    };
    const streams = [{ direction: 'up' as const, rate: () => 40e6 }];
    const { queues } =
      analyseLoad(loadRecording([IDLE, { name: 'up', parts: queued, streams }])).loaded[0] ?? {};
    expect(queues?.largest).toBe(OWNERS[where]);
    expect(queues?.largestShare).toBeGreaterThan(0.99);
    const { ownMachine = 0, network = 0, server = 0 } = queues ?? {};
    expect(ownMachine + network + server).toBeCloseTo(12 * MS, -4);
  });

  test('is of nobody where there is no increase, and not told without stamps or idle', () => {
    const phase: SimulatedPhase = { name: 'both', streams: [{ direction: 'both', rate: () => 40e6 }] };
    const calm = loadRecording([IDLE, phase]);
    expect(analyseLoad(calm).loaded[0]?.queues).toMatchObject({
      largest: null,
      largestShare: null,
      direction: null,
    });
    const { foreignProbes } = calm;
    const bare = { ...calm, foreignProbes: { ...foreignProbes, layers: null } };
    expect(analyseLoad(bare).loaded[0]?.queues).toBeNull();
    expect(analyseLoad(loadRecording([phase])).loaded[0]?.queues).toBeNull();
  });

  test('is not told by some µs that grew, where the increase of the others is of ms', () => {
    const recording = loadRecording([
      IDLE,
      {
        name: 'up',
        parts: (ns) => {
          const base = roundTrip(MS);
          return { ...base, server: base.server + 2_000, network: base.network + 40 * MS + (ns % 7) };
        },
        streams: [{ direction: 'up', rate: () => 40e6 }],
      },
    ]);
    const { foreignProbes } = recording;
    const { layers, rttNs } = foreignProbes;
    if (layers === null) throw new Error('no layers');
    // All that waited lack a stamp, and one that did not wait has all of them.
    const isLate = rttNs.map((ns) => (ns ?? 0) > 30 * MS);
    const one = isLate.lastIndexOf(true);
    const kernelRttNs = layers.kernelRttNs.map((ns, i) =>
      i === one ? 1 * MS + 2_000 : isLate[i] ? null : ns,
    );
    const probes = { ...foreignProbes, layers: { ...layers, kernelRttNs } };
    const { queues, increase } = analyseLoad({ ...recording, foreignProbes: probes }).loaded[0] ?? {};
    expect(increase?.p50.value).toBeGreaterThan(35 * MS);
    expect(queues).toMatchObject({ largest: null, largestShare: null });
  });

  test('is nobody’s where a short run finds some µs, of which nobody knows how sure they are', () => {
    const short = { durationNs: S };
    const { queues, increase } =
      analyseLoad(
        loadRecording([
          { ...IDLE, ...short },
          {
            name: 'up',
            ...short,
            parts: () => roundTrip(1.4 * MS),
            streams: [{ direction: 'up', rate: () => 40e6 }],
          },
        ]),
      ).loaded[0] ?? {};
    expect(increase?.p50.interval).toBeNull();
    expect(increase?.p50.value).toBeGreaterThan(0);
    expect(queues).toMatchObject({ largest: null, largestShare: null });
  });
});

test('an echo is counted once, and goes both ways', () => {
  const recording = loadRecording([
    IDLE,
    { name: 'both', streams: [{ direction: 'both', rate: ramped(20e6) }] },
  ]);
  const { directions } = analyseLoad(recording).loaded[0] ?? {};
  expect(directions?.map(({ direction, goodput }) => [direction, Math.round(goodput.value / 1e5)])).toEqual([
    ['down', 200],
    ['up', 200],
  ]);
});

test('recovery counts once the longest round trip of the load is over', () => {
  // 300 ms of load, of which 0.3 s of recovery still tell.
  const phases: SimulatedPhase[] = [
    IDLE,
    { name: 'down', parts: () => roundTrip(300 * MS), streams: [{ direction: 'down', rate: () => 1e6 }] },
    { name: 'recovery', durationNs: 5 * S, parts: (ns) => roundTrip(ns < 290 * MS ? 250 * MS : MS) },
  ];
  const { recovery } = analyseLoad(loadRecording(phases));
  expect(recovery).toMatchObject({ max: MS, probes: 470 });
});
