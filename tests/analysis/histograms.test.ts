/** A record of histograms says what that of each probe says, to a thousandth, and owns up to what it cannot say. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyse } from '../../src/analysis/analyse.ts';
import { compareResults } from '../../src/analysis/compare.ts';
import { mergeResults } from '../../src/analysis/merge.ts';
import { withHistograms } from '../../src/analysis/samples/histograms.ts';
import { jsonReport } from '../../src/report/json.ts';
import type { Comparison } from '../../src/result/comparison.ts';
import type { Recording, Result } from '../../src/result/result.ts';
import type { HistogramSamples } from '../../src/result/samples.ts';
import type { SampleStatistics, SeriesLayersRecord } from '../../src/result/series-record.ts';
import { closedLoop } from '../../src/result/workload.ts';
import { checkOf, codes } from './looking.ts';
import { NAME, readResult } from './reading.ts';
import {
  block,
  type CleanOptions,
  cleanRecording,
  ENGINE,
  layers,
  MS,
  PATH,
  PORTABLE,
  rawOf,
  recording,
  S,
  scaled,
  US,
} from './recordings.ts';

const NOT_KEPT = 'the record keeps histograms of the probes, not each of them';
const WORKLOADS = [closedLoop('rtt', 1), closedLoop('rtt', 1_000), closedLoop('throughput', 32_768)];

function resultOf(from: Recording): Result {
  return { ...from, ...analyse(from) };
}

function summed(from: Recording): Result {
  return resultOf(withHistograms(from));
}

function histogramsIn({ blocks }: Recording): HistogramSamples[] {
  return blocks.map(({ samples }) => {
    if (samples.form !== 'histograms') throw new TypeError('a block keeps each probe');
    return samples;
  });
}

const share = fc.integer({ min: 0, max: 1_000_000 }).map((millionths) => millionths / 1e6);
/** Up to an hour, as likely to be short as to be long. Doubles of fast-check are most of them next to 0. */
const time = share.map((part) => Math.floor(Math.exp(part * Math.log(3_600 * S))));
const stamp = fc.option(time, { freq: 4 });
const probe = fc.record({
  rttNs: time,
  pauseNs: fc.integer({ min: 0, max: S }),
  sendCallNs: stamp,
  tcpWaitNs: stamp,
  localQueueNs: stamp,
  kernelRttNs: stamp,
  wakeUpNs: stamp,
  residenceNs: stamp,
  serverWaitShare: fc.option(share),
});

const arbitraryBlock = fc
  .record({
    probes: fc.array(probe, { maxLength: 12 }),
    warmupProbes: fc.nat(3),
    run: fc.integer({ min: 1, max: 2 }),
    round: fc.integer({ min: 0, max: 3 }),
    kind: fc.constantFrom('measured' as const, 'measured' as const, 'warm-up' as const),
    measurement: fc.constantFrom('rtt' as const, 'throughput' as const),
    payloadBytes: fc.constantFrom(1, 32_768),
    suspendedProbes: fc.nat(2),
    residenceSource: fc.constantFrom('kernel' as const, 'application' as const, null),
    portable: fc.boolean(),
  })
  .map(({ probes, warmupProbes, residenceSource, portable, ...over }) => {
    let atNs = 0;
    const list = <T>(of: (each: (typeof probes)[number]) => T): T[] => probes.map(of);
    return block(
      list(({ rttNs }) => rttNs),
      {
        ...over,
        warmupProbes: Math.min(warmupProbes, probes.length),
        sentAtNs: list(({ rttNs, pauseNs }) => {
          const sentAtNs = atNs;
          atNs += rttNs + pauseNs;
          return sentAtNs;
        }),
        layers: {
          residenceSource,
          sendCallNs: list(({ sendCallNs }) => sendCallNs),
          tcpWaitNs: list(({ tcpWaitNs }) => tcpWaitNs),
          localQueueNs: list(({ localQueueNs }) => localQueueNs),
          kernelRttNs: list(({ kernelRttNs }) => kernelRttNs),
          wakeUpNs: list(({ wakeUpNs }) => wakeUpNs),
          residenceNs: list(({ residenceNs }) => residenceNs),
          serverTcpWaitNs: list(({ residenceNs, serverWaitShare: part }) =>
            residenceNs === null || part === null ? null : Math.floor(residenceNs * part),
          ),
        },
        ...(portable ? PORTABLE : {}),
      },
    );
  });
const arbitraryRecording = fc.array(arbitraryBlock, { maxLength: 6 }).map((blocks) => recording(blocks));

/** A thousandth of the figure, whose last digits may be those of another sum. */
function alike(found: number, wanted: number): void {
  expect(Math.abs(found - wanted)).toBeLessThanOrEqual(0.001 * Math.abs(wanted));
}

function sameStatistics(found: SampleStatistics | null, wanted: SampleStatistics | null): void {
  if (found === null || wanted === null) {
    expect(found).toBe(wanted);
    return;
  }
  expect(found.n).toBe(wanted.n);
  for (const name of ['mean', 'median', 'p1', 'p99', 'min', 'max'] as const) alike(found[name], wanted[name]);
  expect(found.estimates.map(({ p }) => p)).toEqual(wanted.estimates.map(({ p }) => p));
  for (const [i, { value }] of wanted.estimates.entries())
    alike(found.estimates[i]?.value ?? Number.NaN, value);
}

function sameLayers(found: SeriesLayersRecord | null, wanted: SeriesLayersRecord | null): void {
  if (found === null || wanted === null) {
    expect(found).toBe(wanted);
    return;
  }
  expect(found.missing).toEqual(wanted.missing);
  expect(found.residenceSource).toBe(wanted.residenceSource);
  for (const name of Object.keys(wanted.statistics) as (keyof typeof wanted.statistics)[]) {
    sameStatistics(found.statistics[name] ?? null, wanted.statistics[name] ?? null);
  }
}

function sameSeries(found: Result, wanted: Result): void {
  expect(found.series).toHaveLength(wanted.series.length);
  for (const [i, raw] of wanted.series.entries()) {
    const own = found.series[i] as typeof raw;
    expect([own.workload, own.blocks, own.leftOutProbes]).toEqual([
      raw.workload,
      raw.blocks,
      raw.leftOutProbes,
    ]);
    sameStatistics(own.statistics?.rttNs ?? null, raw.statistics?.rttNs ?? null);
    sameStatistics(
      own.statistics?.goodputBitsPerSecond ?? null,
      raw.statistics?.goodputBitsPerSecond ?? null,
    );
    sameLayers(own.layers, raw.layers);
    expect(own.rttHistogram).toBe(raw.rttHistogram);
    if (raw.windowBoundBitsPerSecond === null) expect(own.windowBoundBitsPerSecond).toBeNull();
    else alike(own.windowBoundBitsPerSecond ?? Number.NaN, raw.windowBoundBitsPerSecond);
  }
}

describe('the figures', () => {
  test('are those of each probe to a thousandth, and none is left out or missing that was there', () => {
    fc.assert(
      fc.property(arbitraryRecording, (given) => sameSeries(summed(given), resultOf(given))),
      { numRuns: 50 },
    );
  });

  test('of a usual run have their intervals, and the line through the sizes its rate', () => {
    const sizes = [1, 1_000, 16_384, 32_768].map((size) => closedLoop('rtt', size));
    const given = cleanRecording({ workloads: sizes, warmupProbes: 5, probes: 100, levelNs: 20 * US });
    const [own, raw] = [summed(given), resultOf(given)];
    sameSeries(own, raw);
    for (const [i, { statistics }] of raw.series.entries()) {
      for (const [k, { p, value, interval, refused }] of (statistics?.rttNs.estimates ?? []).entries()) {
        const found = own.series[i]?.statistics?.rttNs.estimates[k];
        expect([found?.p, found?.refused]).toEqual([p, refused]);
        if (interval === null) continue;
        expect(found?.interval).toMatchObject({ method: interval.method, units: interval.units });
        for (const end of ['low', 'high'] as const) {
          expect(Math.abs((found?.interval?.[end] ?? Number.NaN) - interval[end]) / value).toBeLessThan(
            0.002,
          );
        }
      }
    }
    const [slope, rate] = [own.fits[0]?.slopeNsPerByte.value, own.fits[0]?.rateBitsPerSecond?.value];
    expect((slope ?? 0) / (raw.fits[0]?.slopeNsPerByte.value ?? 0)).toBeCloseTo(1, 2);
    expect((rate ?? 0) / (raw.fits[0]?.rateBitsPerSecond?.value ?? 0)).toBeCloseTo(1, 2);
  });

  test('of a send call or a wake-up that two clocks have below 0 take it for 0', () => {
    const rttNs = [100, 100, 100];
    const given = recording([block(rttNs, { layers: layers(rttNs, { wakeUpNs: [-3, 5, 7] }) })]);
    const { series } = summed(given);
    expect(series[0]?.layers?.statistics.wakeUpNs).toMatchObject({ n: 3, min: 0, median: 5, max: 7 });
  });
});

test('an interval without stamps in a block that has them lacks those of each of its probes', () => {
  const rttNs = [100, 200, 300, 400, 500];
  const kept = withHistograms(recording([block(rttNs, { sentAtNs: [0, 1, S, S + 1, S + 2] })]));
  const [samples] = histogramsIn(kept);
  const intervals = samples?.intervals.map((row, i) => (i === 1 ? { ...row, layers: null } : row)) ?? [];
  const blocks = kept.blocks.map((each) => ({
    ...each,
    samples: { ...(samples as HistogramSamples), intervals },
  }));
  const { series } = resultOf({ ...kept, blocks });
  expect(series[0]?.layers?.missing).toEqual({ client: 3, server: 0 });
  expect(series[0]?.layers?.statistics.kernelRttNs?.n).toBe(2);
});

describe('the intervals', () => {
  test('are the whole seconds in which a probe that counts was sent, in their order, with all of those', () => {
    fc.assert(
      fc.property(arbitraryRecording, (given) => {
        const kept = histogramsIn(withHistograms(given));
        for (const [i, { intervals, warmupProbes }] of kept.entries()) {
          const { rttNs, sentAtNs, warmupProbes: head } = rawOf(given.blocks[i]);
          if (given.blocks[i]?.kind === 'warm-up') {
            expect({ intervals, warmupProbes }).toEqual({ intervals: [], warmupProbes: rttNs.length });
            continue;
          }
          expect(warmupProbes).toBe(head);
          const seconds = [...new Set(sentAtNs.slice(head).map((ns) => Math.floor(ns / S)))];
          expect(intervals.map(({ fromAtNs, toAtNs, probes }) => [fromAtNs, toAtNs, probes])).toEqual(
            seconds.map((second) => [
              second * S,
              (second + 1) * S,
              sentAtNs.slice(head).filter((ns) => Math.floor(ns / S) === second).length,
            ]),
          );
        }
      }),
    );
  });

  test('are as many for ten times the probes of the same seconds', () => {
    const rttNs = (n: number): number[] => Array.from({ length: n }, (_, i) => 100 * US + i);
    const within = (n: number): number[] => Array.from({ length: n }, (_, i) => Math.floor((i * 3 * S) / n));
    const sizeOf = (n: number): number =>
      jsonReport(summed(recording([block(rttNs(n), { sentAtNs: within(n) })]))).length;
    expect(sizeOf(30_000)).toBeLessThan(2 * sizeOf(3_000));
  });

  test('stay as they are where histograms were kept already', () => {
    const once = withHistograms(cleanRecording({ rounds: 3 }));
    expect(withHistograms(once)).toEqual(once);
  });
});

describe('a file', () => {
  test('is read as it was written, whatever was measured', () => {
    fc.assert(
      fc.property(arbitraryRecording, (given) => {
        const written = jsonReport(summed(given));
        expect(readResult(written, NAME)).toEqual(JSON.parse(written));
      }),
      { numRuns: 25 },
    );
  });

  test('keeps fields that this version does not know', () => {
    const record = JSON.parse(jsonReport(summed(cleanRecording({ rounds: 2, probes: 5 })))) as {
      blocks: { samples: { intervals: Record<string, unknown>[]; mark?: number } }[];
    };
    const samples = record.blocks[0]?.samples;
    if (samples?.intervals[0] === undefined) throw new Error('there is no interval');
    samples.mark = 1;
    samples.intervals[0]['weather'] = 2;
    expect(readResult(JSON.stringify(record), NAME).blocks[0]).toMatchObject({
      samples: { mark: 1, intervals: [{ weather: 2 }] },
    });
  });
});

describe('put together', () => {
  /** A run at its own time, of its own noise. */
  function run(number: number, options: CleanOptions = {}): Recording {
    const given = cleanRecording({ workloads: WORKLOADS, rounds: 6, seed: number, ...options });
    const startedAt = `2026-01-${String(number).padStart(2, '0')}T00:00:00.000Z`;
    return { ...given, runs: given.runs.map((each) => ({ ...each, startedAt })) };
  }

  test('runs of both kinds are one record, which can be written and read', () => {
    const [a, b, c] = [run(1), run(2), run(3)];
    const merged = mergeResults([resultOf(a), summed(b), summed(c)]);
    sameSeries(merged, mergeResults([resultOf(a), resultOf(b), resultOf(c)]));
    expect(merged.blocks.map(({ samples }) => samples.form)).toEqual([
      ...a.blocks.map(() => 'raw'),
      ...[...b.blocks, ...c.blocks].map(() => 'histograms'),
    ]);
    expect(checkOf('cold-start', merged)).toMatchObject({ finding: 'unknown', reason: NOT_KEPT });
    const written = jsonReport(merged);
    expect(readResult(written, NAME)).toEqual(JSON.parse(written));
  });

  function compared(a: Result, b: Result, inTurns: boolean): Comparison {
    return compareResults(
      { label: 'a', result: a },
      { label: 'b', result: b },
      {
        tool: a.tool,
        stop: inTurns ? { reason: 'blocks', rounds: 10, achievedPrecision: null } : null,
        outcome: { status: 'complete', error: null },
      },
    );
  }

  const rounds = 10;
  test.each([
    ['blocks in turns', true, run(1, { rounds }), scaled(run(1, { rounds, seed: 8 }), 1.2)],
    ['several runs a side', false, run(1, { runCount: 4 }), scaled(run(2, { runCount: 4 }), 1.2)],
  ])('and compared they have the verdicts of each probe: %s', (_what, inTurns, a, b) => {
    const raw = compared(resultOf(a), resultOf(b), inTurns);
    const { series } = compared(summed(a), summed(b), inTurns);
    expect(series).toHaveLength(WORKLOADS.length);
    for (const [i, { median, tail }] of raw.series.entries()) {
      expect(series[i]?.median).toMatchObject({ verdict: median.verdict, refused: null });
      expect(series[i]?.tail).toMatchObject({ verdict: tail.verdict, refused: tail.refused });
      expect((series[i]?.median.ratio ?? 0) / median.ratio).toBeCloseTo(1, 2);
    }
    expect(series[0]?.median.verdict).toBe('slower');
    expect(series[2]?.median.verdict).toBe('slower');
  });
});

describe('the checks', () => {
  const usual = { rounds: 12, probes: 60 };

  test('that need each probe say so, and all others are made: a clean run has no doubt', () => {
    const { checks, warnings } = summed(cleanRecording(usual));
    expect(warnings).toEqual([]);
    const unknown = checks.filter(({ finding }) => finding === 'unknown');
    expect(unknown.map(({ name }) => name)).toEqual([
      'lone-delays',
      'cold-start',
      'something-between',
      'delayed-ack',
      'server-stalls',
    ]);
    for (const { reason } of unknown) expect(reason).toBe(NOT_KEPT);
  });

  test('whether one probe was late is not known: it may have been one of the warm-up', () => {
    const late = recording([block([...new Array<number>(99).fill(US), 3 * S])]);
    expect(codes(late)).toContain('lone-delay');
    expect(checkOf('lone-delays', withHistograms(late))).toMatchObject({
      finding: 'unknown',
      reason: NOT_KEPT,
    });
    expect(checkOf('lone-delays', withHistograms(cleanRecording(usual))).finding).toBe('unknown');
  });

  const many = (ns: number, late: readonly number[] = []): number[] => [
    ...new Array<number>(500 - late.length).fill(ns),
    ...late,
  ];
  const rounds = (ns: (round: number) => number): Recording =>
    recording(Array.from({ length: 12 }, (_, i) => block(many(Math.round(ns(i))), { round: i + 1 })));
  const there = { address: '192.0.2.1', port: 9_900, family: 4 } as const;

  test.each([
    ['few-probes', recording([block([US, US, US])])],
    ['drift', rounds((i) => (100 + 2 * i) * US)],
    ['outliers', rounds((i) => (i === 5 ? 300 : 100 + (i % 3)) * US)],
    ['outliers', recording([block(many(100 * US, new Array<number>(5).fill(80 * MS)))])],
    ['several-addresses', recording([block(many(US)), block(many(MS), { remote: there, round: 2 })])],
    [
      'processor-contended',
      cleanRecording({
        ...usual,
        blockOver: { scheduling: { processorWaitNs: 20 * MS, involuntarySwitches: 9, measuredNs: 25 * MS } },
      }),
    ],
    [
      'retransmissions',
      cleanRecording({ ...usual, blockOver: { path: { ...PATH, retransmittedSegments: 2 } } }),
    ],
    ['missing-stamps', recording([block(many(US), { layers: null })])],
    ['echo-in-pieces', cleanRecording({ ...usual, blockOver: { readsPerEcho: 9 } })],
    ['server-delay-not-honoured', cleanRecording({ ...usual, plan: { serverDelayNs: 50 * MS } })],
    ['coarse-clock', cleanRecording({ ...usual, engine: { clock: { ...ENGINE.clock, resolutionNs: MS } } })],
  ] as const)('that need no single probe find what they find in each of them: %s', (code, given) => {
    expect(codes(given)).toContain(code);
    expect(codes(withHistograms(given))).toEqual(codes(given));
  });

  test('raise no doubt that the record of each probe has not', () => {
    fc.assert(
      fc.property(arbitraryRecording, (given) => {
        const raised = codes(given);
        for (const code of codes(withHistograms(given))) expect(raised).toContain(code);
      }),
    );
  });
});
