/** The statistics of a series, against a second computation by the definitions. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seriesOf } from '../../src/analysis/series.ts';
import type { BlockRecord } from '../../src/result/block-record.ts';
import type { SeriesRecord } from '../../src/result/series-record.ts';
import { closedLoop } from '../../src/result/workload.ts';
import { NanosecondHistogram } from '../../src/stats/histogram.ts';
import { naiveQuantile } from '../stats/naive.ts';
import { type BlockOver, block, cleanRecording, MS, recording } from './recordings.ts';

function only(blocks: readonly BlockRecord[]): SeriesRecord {
  const all = seriesOf(recording(blocks));
  expect(all).toHaveLength(1);
  return all[0] as SeriesRecord;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

interface ScriptedBlock {
  readonly warmup: readonly number[];
  readonly counted: readonly number[];
  readonly suspendedProbes: number;
  readonly kind: 'measured' | 'warm-up';
}

const times = fc.array(fc.integer({ min: 1, max: 100 * MS }), { maxLength: 12 });
const blocks: fc.Arbitrary<ScriptedBlock[]> = fc.array(
  fc.record({
    warmup: times,
    counted: times,
    suspendedProbes: fc.integer({ min: 0, max: 3 }),
    kind: fc.constantFrom('measured', 'measured', 'warm-up'),
  }),
  { minLength: 1, maxLength: 8 },
);

function recorded(scripted: readonly ScriptedBlock[], over: BlockOver = {}): BlockRecord[] {
  return scripted.map(({ warmup, counted, suspendedProbes, kind }, i) =>
    block([...warmup, ...counted], {
      ...{ round: i + 1, warmupProbes: warmup.length, suspendedProbes, kind, ...over },
    }),
  );
}

describe('the statistics', () => {
  test('are those of the samples that count, and of no other: no warm-up, no block to warm up', () => {
    fc.assert(
      fc.property(blocks, (scripted) => {
        const { statistics, blocks: filled } = only(recorded(scripted));
        const measured = scripted.filter(({ kind, counted }) => kind === 'measured' && counted.length > 0);
        expect(filled).toBe(measured.length);
        const samples = measured.flatMap(({ counted }) => counted);
        if (samples.length === 0) {
          expect(statistics).toBeNull();
          return;
        }
        const { rttNs } = statistics as NonNullable<typeof statistics>;
        expect(rttNs.n).toBe(samples.length);
        expect(rttNs.min).toBe(Math.min(...samples));
        expect(rttNs.max).toBe(Math.max(...samples));
        expect(rttNs.mean / mean(samples)).toBeCloseTo(1, 9);
        for (const { p, value } of rttNs.estimates) {
          expect(value / naiveQuantile(samples, p)).toBeCloseTo(1, 9);
        }
        expect(rttNs.median).toBe(rttNs.estimates[0]?.value);
      }),
    );
  });

  test('every probe that was sent counts, or is among those left out: none gets lost between the two', () => {
    fc.assert(
      fc.property(blocks, (scripted) => {
        const { statistics, leftOutProbes } = only(recorded(scripted));
        const sent = scripted.reduce(
          (sum, { warmup, counted, suspendedProbes }) =>
            sum + warmup.length + counted.length + suspendedProbes,
          0,
        );
        expect((statistics?.rttNs.n ?? 0) + leftOutProbes).toBe(sent);
      }),
    );
  });

  test('of the goodput are those of the rates of the same samples, one for each probe', () => {
    fc.assert(
      fc.property(blocks, fc.integer({ min: 1, max: 65_536 }), (scripted, payloadBytes) => {
        const { statistics } = only(recorded(scripted, { measurement: 'throughput', payloadBytes }));
        const goodput = statistics?.goodputBitsPerSecond ?? null;
        if (statistics === null || goodput === null) return;
        const rates = scripted
          .filter(({ kind }) => kind === 'measured')
          .flatMap(({ counted }) => counted)
          .map((ns) => (8 * payloadBytes) / (ns / 1e9));
        expect(goodput.n).toBe(statistics.rttNs.n);
        expect(goodput.mean / mean(rates)).toBeCloseTo(1, 9);
        expect(goodput.estimates.map(({ p }) => p)).toEqual([0.5, 0.1, 0.01, 0.001]);
        for (const { p, value } of goodput.estimates) {
          expect(value / naiveQuantile(rates, p)).toBeCloseTo(1, 9);
        }
      }),
    );
  });

  test('are the same when they are computed again, or a file would contradict itself', () => {
    const measured = cleanRecording({ rounds: 12, probes: 40 });
    expect(seriesOf(measured)).toEqual(seriesOf(structuredClone(measured)));
  });
});

describe('a clock that saw no time pass', () => {
  test('leaves the round-trip times as they are and tells no rate, which would be infinite', () => {
    const { statistics } = only([block([0, 40, 80]), block([40, 40, 40], { round: 2 })]);
    expect(statistics?.rttNs).toMatchObject({ n: 6, min: 0, max: 80 });
    expect(statistics?.goodputBitsPerSecond).toBeNull();
  });
});

describe('intervals', () => {
  function medianOf(measured: readonly BlockRecord[]) {
    return only(measured).statistics?.rttNs.estimates[0];
  }

  const blockAt = (ns: number, over: BlockOver): BlockRecord =>
    block(
      Array.from({ length: 11 }, (_, i) => ns - 5 + i),
      over,
    );

  test('are refused to a single block, with the reason: how it would differ from the next is unknown', () => {
    expect(medianOf([blockAt(1_000, {})])).toMatchObject({ interval: null, refused: 'too-few-blocks' });
  });

  test('of one run are by its blocks: that of Student around their medians, as neighbours have it', () => {
    const levels = [1_000, 1_010, 1_020, 1_030, 1_040];
    const measured = levels.map((ns, i) => block([ns - 500, ns, ns, ns, ns, ns, ns + 500], { round: i + 1 }));
    const { value, interval } = medianOf(measured) ?? {};
    // Standard deviation 15.811, five blocks, 2.7764 standard errors; they correlate by 0.5 from one to the next.
    const reach = ((2.776_445 * 15.811_388) / Math.sqrt(5)) * Math.sqrt(2.225 / ((5 - 2.225) / 4));
    expect(interval).toMatchObject({ method: 'block-t', units: 5, level: 0.95 });
    expect(interval?.low).toBeCloseTo((value ?? 0) - reach, 3);
    expect(interval?.high).toBeCloseTo((value ?? 0) + reach, 3);
  });

  test('of several runs are by runs: their blocks are more alike than the runs are', () => {
    const measured = [1, 2, 3].flatMap((run) =>
      [1, 2, 3, 4, 5].map((round) => blockAt(1_000 + 100 * run + round, { run, round })),
    );
    expect(medianOf(measured)?.interval).toMatchObject({ method: 'run-t', units: 3 });
  });

  test('lie around the value, within what was measured', () => {
    for (const { statistics } of seriesOf(cleanRecording({ rounds: 20, probes: 100, spread: 0.5 }))) {
      for (const { value, interval } of statistics?.rttNs.estimates ?? []) {
        if (interval === null) continue;
        expect(interval.low).toBeLessThanOrEqual(value);
        expect(interval.high).toBeGreaterThanOrEqual(value);
        expect(interval.low).toBeGreaterThanOrEqual(statistics?.rttNs.min ?? 0);
      }
    }
  });
});

describe('the list of series', () => {
  test('is in the order of the plan, whatever order the blocks ran in', () => {
    const workloads = [300, 100, 200].map((payloadBytes) => closedLoop('rtt', payloadBytes));
    const ran = [100, 200, 300].map((payloadBytes) => block([MS], { payloadBytes }));
    const all = seriesOf(recording(ran, { plan: { workloads } }));
    expect(all.map(({ workload }) => workload.payloadBytes)).toEqual([300, 100, 200]);
  });

  test('keeps apart what was measured as a time and as a rate with the same size', () => {
    const all = seriesOf(recording([block([MS]), block([2 * MS], { measurement: 'throughput' })]));
    expect(all.map(({ workload, statistics }) => [workload.kind, statistics?.rttNs.median])).toEqual([
      ['rtt', MS],
      ['throughput', 2 * MS],
    ]);
  });

  test('has a size that was begun and never answered, without statistics, and none that was not begun', () => {
    const workloads = [1, 2].map((payloadBytes) => closedLoop('rtt', payloadBytes));
    const all = seriesOf(recording([block([], { payloadBytes: 1 })], { plan: { workloads } }));
    expect(all).toEqual([
      {
        ...{ workload: closedLoop('rtt', 1), blocks: 0, leftOutProbes: 0, statistics: null, layers: null },
        ...{ windowBoundBitsPerSecond: null, runScatter: null, rttHistogram: null },
      },
    ]);
  });
});

test('the histogram holds every sample that counts, once', () => {
  const { rttHistogram } = only([
    block([9_000_000, 100, 100, 300], { warmupProbes: 1 }),
    block([100], { round: 2 }),
    block([7_000_000], { round: 0, kind: 'warm-up' }),
  ]);
  const bins = [...NanosecondHistogram.decode(rttHistogram ?? '').bins()];
  expect(bins.map(({ fromNs, count }) => [fromNs, count])).toEqual([
    [100, 3],
    [300, 1],
  ]);
});
