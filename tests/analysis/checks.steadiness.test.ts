/** A series that does not tell of one and the same thing: drift, outliers, a cold start. */
import { describe, expect, test } from 'vitest';
import { isUnknown, type MeasuredSeries } from '../../src/analysis/checks/check.ts';
import { DRIFT } from '../../src/analysis/checks/steadiness.ts';
import type { BlockRecord } from '../../src/result/block-record.ts';
import type { Recording } from '../../src/result/result.ts';
import { closedLoop } from '../../src/result/workload.ts';
import { seededRandom } from '../../src/stats/distributions/random.ts';
import { codes, findingOf, one, reasonOf } from './looking.ts';
import {
  type BlockOver,
  block,
  cleanRecording,
  gaussian,
  MS,
  PATH,
  PORTABLE,
  recording,
  US,
} from './recordings.ts';

function steady(n: number, ns: number = 100 * US): number[] {
  return new Array<number>(n).fill(ns);
}

/** One block of 50 equal samples for each level. */
function levels(us: readonly number[], over: BlockOver = {}): BlockRecord[] {
  return us.map((level, i) => block(steady(50, level * US), { round: i + 1, ...over }));
}

describe('drift: the path or a machine changed while the run went on', () => {
  const rising = [100, 101, 103, 104, 106, 108, 109, 111, 112, 114];

  test('a rise is told with where it began and where it ended', () => {
    const warning = one('drift', recording(levels(rising, { payloadBytes: 400 })));
    expect(warning).toMatchObject({
      workload: closedLoop('rtt', 400),
      run: 1,
      firstMedianNs: 101 * US,
      lastMedianNs: 112 * US,
    });
    expect(warning.pValue).toBeLessThan(0.001);
    expect(warning.message).toContain('RTT probes of 400 B rose from 101 µs to 112 µs');
  });

  test('a fall is one, too', () => {
    const warning = one('drift', recording(levels(rising.toReversed())));
    expect(warning.message).toContain('fell from');
    expect(warning.advice).toContain('warming up');
  });

  test.each([
    ['too little to matter, however sure', [1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009]],
    ['a change without an order', [100, 114, 101, 112, 103, 111, 104, 109, 106, 108]],
    ['one slow block at the end', [100, 100, 100, 100, 100, 100, 100, 100, 100, 900]],
    ['blocks that are all alike', [100, 100, 100, 100, 100, 100, 100, 100, 100, 100]],
  ])('not raised: %s', (_why, us) => {
    expect(codes(recording(levels(us)))).not.toContain('drift');
  });

  test('with eight blocks it is unknown, not clear', () => {
    expect(reasonOf('drift', recording(levels(rising.slice(0, 8))))).toContain('nine blocks');
    expect(findingOf('drift', recording(levels(rising.slice(0, 9))))).toBe('doubt');
  });

  test('runs that differ from each other do not drift: a new process has a level of its own', () => {
    const three = [100, 120, 140].flatMap((us, i) => levels(steady(10, us), { run: i + 1 }));
    expect(codes(recording(three))).not.toContain('drift');
  });

  test('a drift within the second run is found and told as its own', () => {
    const given = recording([...levels(steady(10, 100)), ...levels(rising, { run: 2 })]);
    const warning = one('drift', given);
    expect(warning.run).toBe(2);
    expect(warning.message).toContain('run 2 of 2');
  });

  test('only the size that drifts is named', () => {
    const given = recording([...levels(steady(10, 100)), ...levels(rising, { payloadBytes: 800 })]);
    expect(one('drift', given).workload.payloadBytes).toBe(800);
  });

  test('of clean runs with twelve sizes at most one in a hundred raises a false alarm', () => {
    const RUNS = 2_000;
    const random = seededRandom(20_260_101);
    const given = recording([]);
    let alarms = 0;
    for (let run = 0; run < RUNS; run++) {
      // Medians that scatter by 15 % pass the bound on the size of a drift easily: the test alone holds.
      const series = Array.from({ length: 12 }, () => scattered(10, 0.15, random));
      const found = DRIFT.look({ recording: given, series });
      expect(isUnknown(found)).toBe(false);
      if (!isUnknown(found) && found.length > 0) alarms++;
    }
    // Within three standard deviations of a share of 1 %.
    expect(alarms / RUNS).toBeLessThan(0.01 + 3 * Math.sqrt((0.01 * 0.99) / RUNS));
    // And the level is used, or real drifts would be missed.
    expect(alarms).toBeGreaterThan(0);
  });

  test('a drift of 30 % in one of twelve sizes is found nearly always', () => {
    const RUNS = 300;
    const random = seededRandom(7);
    let found = 0;
    for (let run = 0; run < RUNS; run++) {
      const series = Array.from({ length: 12 }, (_, i) => scattered(10, 0.02, random, i === 5 ? 0.3 : 0));
      const doubts = DRIFT.look({ recording: recording([]), series });
      if (!isUnknown(doubts) && doubts.length === 1) found++;
    }
    expect(found / RUNS).toBeGreaterThan(0.95);
  });
});

/** A series of which only the medians of its blocks are known: around 100 us, rising by `rise` over all. */
function scattered(blocks: number, spread: number, random: () => number, rise = 0): MeasuredSeries {
  const medians = Array.from({ length: blocks }, (_, i) => {
    const level = 100 * US * (1 + (rise * i) / (blocks - 1));
    return level * Math.exp(spread * gaussian(random));
  });
  const summary = { n: 1, mean: 1, median: 1, p1: 1, p99: 1, min: 1, max: 1, standardDeviation: null };
  const rawBlocks = medians.map((ns, i) => block([ns], { round: i + 1 }));
  return {
    record: {
      workload: closedLoop('rtt', 100),
      blocks,
      leftOutProbes: 0,
      statistics: null,
      layers: null,
      windowBoundBitsPerSecond: null,
      runScatter: null,
      rttHistogram: null,
    },
    statistics: { rttNs: { ...summary, estimates: [] }, goodputBitsPerSecond: null },
    blocks: rawBlocks,
    rawBlocks,
    blockMediansNs: medians,
  };
}

describe('outliers: told, never left out', () => {
  test('blocks far from the others are counted', () => {
    const us = [100, 101, 99, 100, 102, 98, 100, 101, 300, 99];
    const warning = one('outliers', recording(levels(us)));
    expect(warning).toMatchObject({ outlyingBlocks: 1, blocks: 10, medianNs: 100 * US, largestNs: 300 * US });
    expect(warning.message).toContain('1 of 10 blocks of the RTT probes of 100 B is far from the others');
  });

  test('a fast block is as far as a slow one', () => {
    const us = [100, 101, 99, 100, 102, 98, 30, 31, 100, 99];
    expect(one('outliers', recording(levels(us))).outlyingBlocks).toBe(2);
  });

  test.each([
    ['far for their scatter, but within a quarter', [100, 101, 99, 100, 102, 98, 100, 101, 124, 99]],
    ['twice as slow, but they scatter as much', [100, 60, 140, 90, 200, 70, 120, 50, 150, 80]],
    ['four blocks are too few to tell', [100, 101, 99, 300]],
  ])('not raised: %s', (_why, us) => {
    expect(codes(recording(levels(us)))).not.toContain('outliers');
  });

  test('a mean beyond the 90th percentile shows that few samples make it', () => {
    const given = recording([block([...steady(495), ...steady(5, 80 * MS)])]);
    const warning = one('outliers', given);
    expect(warning).toMatchObject({ outlyingBlocks: 0, medianNs: 100 * US, largestNs: 80 * MS });
    expect(warning.message).toContain('make up much of their mean');
  });

  test('a mean a little beyond it is no matter: the clock may be coarse', () => {
    expect(codes(recording([block([...steady(480), ...steady(20, 110 * US)])]))).not.toContain('outliers');
  });

  test('runs that differ from each other are no outliers', () => {
    const given = recording(
      [1, 2, 3, 4, 5, 6].flatMap((run) => levels(steady(5, run === 6 ? 200 : 100), { run })),
    );
    expect(codes(given)).not.toContain('outliers');
  });
});

describe('cold-start: the head of the blocks is far slower than the rest', () => {
  const cold = (n: number, headNs: number): number[] => [
    ...steady(Math.floor(n / 10), headNs),
    ...steady(n - Math.floor(n / 10)),
  ];
  const ofOne = (rttNs: readonly number[], over: BlockOver = {}): Recording =>
    recording([block(rttNs, { connectNs: 100 * US, ...over })]);

  test('the two medians are shown, with the size and the way out', () => {
    const warning = one('cold-start', ofOne(cold(500, 300 * US), { payloadBytes: 400 }));
    expect(warning).toMatchObject({
      workload: closedLoop('rtt', 400),
      firstMedianNs: 300 * US,
      restMedianNs: 100 * US,
    });
    expect(warning.message).toContain('RTT probes of 400 B');
    expect(warning.message).toContain('medians 300 µs and 100 µs');
    expect(warning.advice).toContain('--warmup');
  });

  test('the heads of small blocks are taken together', () => {
    const blocks = Array.from({ length: 10 }, (_, i) => block([300 * US, ...steady(9)], { round: i + 1 }));
    expect(one('cold-start', recording(blocks)).firstMedianNs).toBe(300 * US);
  });

  test('one cold block among warm ones is not a cold start', () => {
    const blocks = Array.from({ length: 10 }, (_, i) =>
      block(i === 0 ? cold(50, 300 * US) : steady(50), { round: i + 1 }),
    );
    expect(codes(recording(blocks))).not.toContain('cold-start');
  });

  test.each([
    ['a first tenth half as slow again is within reason', cold(500, 150 * US)],
    ['fewer than 50 samples have no tenth to speak of', cold(49, 900 * US)],
    ['one slow first probe is not a cold start', [900 * US, ...steady(499)]],
    ['a slow end is not a cold start', cold(500, 900 * US).reverse()],
    [
      'a path that is slow in one case of four anyway',
      [...steady(50, 300 * US), ...steady(340), ...steady(110, 300 * US)],
    ],
  ])('not raised: %s', (_why, samples) => {
    expect(codes(ofOne(samples))).not.toContain('cold-start');
  });

  test.each([50, 500])('raised just beyond one and a half times, with %d samples', (n) => {
    expect(codes(ofOne(cold(n, 151 * US)))).toContain('cold-start');
  });

  test('three slow heads of five are chance: a path that is slow in one case of ten has them often', () => {
    const heads = (slow: number): Recording =>
      recording(
        [1, 2, 3, 4, 5].map((round) =>
          block([round <= slow ? 300 * US : 100 * US, ...steady(8), 250 * US], { round }),
        ),
      );
    expect(codes(heads(3))).not.toContain('cold-start');
    expect(codes(heads(5))).toContain('cold-start');
  });

  test('a warm-up cures it', () => {
    expect(codes(ofOne(cold(600, 300 * US), { warmupProbes: 60 }))).not.toContain('cold-start');
  });

  test('a server delay does not hide it', () => {
    const delayed = cold(500, 300 * US).map((ns) => ns + MS / 10);
    const given = recording([block(delayed, { connectNs: 100 * US })], { plan: { serverDelayNs: MS / 10 } });
    expect(codes(given)).toContain('cold-start');
  });

  test('one doubt is enough: held acknowledgements at the head are not called a cold start too', () => {
    const held = { readsPerEcho: 2, layers: null };
    const given = ofOne([...steady(60, 47 * MS), ...steady(440)], held);
    expect(codes(given)).toContain('delayed-ack');
    expect(codes(given)).not.toContain('cold-start');
  });

  test('a congestion window that had to grow is no cold server', () => {
    const far = { path: { ...PATH, sendMssBytes: 1_448 } };
    const large = ofOne(cold(500, 300 * MS), { ...far, payloadBytes: 32_768 });
    expect(reasonOf('cold-start', large)).toContain('congestion window');
    expect(codes(ofOne(cold(500, 300 * MS), { ...far, payloadBytes: 14_000 }))).toContain('cold-start');
    // After a loss the window is smaller than the first one.
    const lossy = { path: { ...PATH, sendMssBytes: 1_448, congestionWindowSegments: 2 } };
    expect(
      reasonOf('cold-start', ofOne(cold(500, 300 * MS), { ...lossy, payloadBytes: 8_000 })),
    ).toBeTruthy();
  });

  test('an engine that does not see the window takes that of Ethernet, and on loopback a wider one', () => {
    const remote = { address: '192.0.2.1', port: 9_900, family: 4 } as const;
    const portable = { ...PORTABLE, payloadBytes: 32_768 };
    expect(reasonOf('cold-start', ofOne(cold(500, 300 * US), { ...portable, remote }))).toBeTruthy();
    expect(codes(ofOne(cold(500, 300 * US), portable))).toContain('cold-start');
  });

  test('as many samples as a block may hold are no harder than ten', () => {
    expect(findingOf('cold-start', cleanRecording({ rounds: 1, probes: 130_000 }))).toBe('clear');
  });
});
