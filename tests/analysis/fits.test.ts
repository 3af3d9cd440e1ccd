/** The line through the medians of the sizes, and when it claims nothing. */
import { describe, expect, test } from 'vitest';
import { fitsOf as fitsOfSeries } from '../../src/analysis/fits.ts';
import { seriesOf } from '../../src/analysis/series.ts';
import type { BlockRecord } from '../../src/result/block-record.ts';
import type { Recording } from '../../src/result/result.ts';
import type { FitRecord } from '../../src/result/series-record.ts';
import { type Random, seededRandom } from '../../src/stats/distributions/random.ts';
import { block, layers, recording, US } from './recordings.ts';

const SIZES = [1, 100, 200, 400, 800, 1_000];

function fitsOf(of: Recording): FitRecord[] {
  return fitsOfSeries(of, seriesOf(of));
}

interface Path {
  readonly sizes?: readonly number[];
  readonly rounds?: number;
  readonly rttNsOf: (payloadBytes: number, random: Random) => number;
}

function blocksOf({ sizes = SIZES, rounds = 10, rttNsOf }: Path): BlockRecord[] {
  const random = seededRandom(11);
  return Array.from({ length: rounds }, (_, i) =>
    sizes.map((payloadBytes) =>
      block(
        Array.from({ length: 21 }, () => Math.round(rttNsOf(payloadBytes, random))),
        { payloadBytes, round: i + 1 },
      ),
    ),
  ).flat();
}

function lineOf(path: Path): FitRecord {
  const fits = fitsOf(recording(blocksOf(path)));
  expect(fits).toHaveLength(1);
  return fits[0] as FitRecord;
}

describe('a path of 10 Mbit/s in one direction', () => {
  // 800 ns a byte.
  const line = (bytes: number, random: Random): number => 100 * US + 800 * bytes + 200 * random();

  test('is found: what a byte costs, what an empty message costs, and the rate with its interval', () => {
    const { sizes, slopeNsPerByte, intercept, interceptRefused, rateBitsPerSecond, rSquared } = lineOf({
      rttNsOf: line,
    });
    expect(sizes).toBe(6);
    expect(slopeNsPerByte.value / 800).toBeCloseTo(1, 3);
    expect((intercept?.value ?? 0) / 100_100).toBeCloseTo(1, 3);
    expect(interceptRefused).toBeNull();
    expect(rSquared).toBeGreaterThan(0.999);
    expect((rateBitsPerSecond?.value ?? 0) / 1e7).toBeCloseTo(1, 3);
    const { low = 0, high = 0 } = rateBitsPerSecond?.interval ?? {};
    // The rate falls as the slope grows: the ends change places.
    expect(low).toBeLessThanOrEqual(rateBitsPerSecond?.value ?? 0);
    expect(high).toBeGreaterThanOrEqual(rateBitsPerSecond?.value ?? 0);
    expect(low).toBeCloseTo(8e9 / (slopeNsPerByte.interval?.high ?? 0), 3);
  });

  test('is found in few rounds, too, but without intervals', () => {
    const { slopeNsPerByte, rateBitsPerSecond } = lineOf({ rttNsOf: line, rounds: 4 });
    expect(slopeNsPerByte.interval).toBeNull();
    expect(rateBitsPerSecond).toMatchObject({ interval: null });
    expect((rateBitsPerSecond?.value ?? 0) / 1e7).toBeCloseTo(1, 2);
  });
});

describe('no rate is claimed', () => {
  test('where larger messages take as long as small ones, as on loopback: any rate would be chance', () => {
    const { slopeNsPerByte, rateBitsPerSecond } = lineOf({
      rttNsOf: (_, random) => 20 * US * (1 + random()),
    });
    const { low = 0, high = 0 } = slopeNsPerByte.interval ?? {};
    expect(low).toBeLessThan(0);
    expect(high).toBeGreaterThan(0);
    expect(rateBitsPerSecond).toBeNull();
  });

  test('where larger messages take less time', () => {
    expect(lineOf({ rttNsOf: (bytes) => 100 * US - 20 * bytes }).rateBitsPerSecond).toBeNull();
  });

  test('where the sizes do not lie on a line: a rate would be that of no size', () => {
    // A step where the message needs a second segment.
    const { rSquared, slopeNsPerByte, rateBitsPerSecond } = lineOf({
      rttNsOf: (bytes, random) => (bytes > 900 ? 300 : 100) * US + 10 * bytes + 100 * random(),
    });
    expect(slopeNsPerByte.interval?.low).toBeGreaterThan(0);
    expect(rSquared).toBeLessThan(0.9);
    expect(rateBitsPerSecond).toBeNull();
  });

  test('where nothing varies at all', () => {
    expect(lineOf({ rttNsOf: () => 5_000 })).toMatchObject({
      ...{ rSquared: null, rateBitsPerSecond: null, interceptRefused: 'poor-fit' },
      slopeNsPerByte: { value: 0 },
    });
  });
});

describe('no time of an empty message is claimed', () => {
  test('where the line would have it below zero, as behind a shaper', () => {
    const { intercept, interceptRefused, rateBitsPerSecond } = lineOf({
      rttNsOf: (bytes) => Math.max(1_000, 800 * bytes - 50_000),
    });
    expect(intercept).toBeNull();
    expect(interceptRefused).toBe('negative');
    expect(rateBitsPerSecond).not.toBeNull();
  });

  test('where the medians are too far from the line to go on to zero', () => {
    const bent = (bytes: number): number => 500 * US + 0.8 * bytes ** 2;
    const { intercept, interceptRefused, rSquared } = lineOf({ rttNsOf: bent });
    expect(rSquared).toBeLessThan(0.99);
    expect(intercept).toBeNull();
    expect(interceptRefused).toBe('poor-fit');
  });
});

describe('a rate is that of the path', () => {
  /** Sizes that take 40 ms and 0.5 us a byte; TCP has so much of it, the network all else but 1 us. */
  const waiting = (tcpNsOf: (bytes: number) => number): BlockRecord[] =>
    [1_000, 20_000, 60_000, 100_000].flatMap((payloadBytes) =>
      Array.from({ length: 6 }, (_, round) => {
        const rttNs = Array<number>(11).fill(40_000_000 + 500 * payloadBytes);
        const each = (ns: number): number[] => rttNs.map(() => ns);
        const tcpNs = tcpNsOf(payloadBytes);
        const parts = { tcpWaitNs: each(tcpNs), residenceNs: each(1_000) };
        const kernelRttNs = rttNs.map((ns) => ns - tcpNs);
        return block(rttNs, {
          payloadBytes,
          round: round + 1,
          layers: layers(rttNs, { ...parts, kernelRttNs }),
        });
      }),
    );

  test('and not claimed where a far path makes TCP wait for its window, however straight the line', () => {
    const [fit] = fitsOf(recording(waiting((bytes) => 500 * bytes)));
    expect(fit?.rSquared).toBeGreaterThan(0.99);
    expect(fit?.rateBitsPerSecond).toBeNull();
  });

  test('and is found where the path is longer for larger messages, though TCP waits as well', () => {
    const [fit] = fitsOf(recording(waiting((bytes) => 150 * bytes)));
    expect(fit?.rateBitsPerSecond?.value).toBeCloseTo(16_000_000, -3);
  });
});

describe('the sizes of the line', () => {
  const line = (bytes: number): number => 100 * US + 8 * bytes;

  test('are three at least, since two always lie on one', () => {
    expect(fitsOf(recording(blocksOf({ sizes: [1, 100], rttNsOf: line })))).toEqual([]);
  });

  test('are only those of which a sample counts', () => {
    const blocks = [
      ...blocksOf({ sizes: [1, 100, 200], rttNsOf: line }),
      block([50 * US], { payloadBytes: 1_000, kind: 'warm-up', round: 0 }),
      block([50 * US], { payloadBytes: 400, warmupProbes: 1 }),
    ];
    expect(fitsOf(recording(blocks))[0]).toMatchObject({ sizes: 3, slopeNsPerByte: { value: 8 } });
  });

  test('of times and of rates have a line each, though their sizes be the same', () => {
    const rtt = blocksOf({ rttNsOf: line });
    const throughput = blocksOf({ rttNsOf: (bytes) => 100 * US + 16 * bytes });
    const fits = fitsOf(
      recording([
        ...rtt,
        ...throughput.map((each) => ({
          ...each,
          workload: { ...each.workload, kind: 'throughput' as const },
        })),
      ]),
    );
    expect(fits.map(({ workload, slopeNsPerByte }) => [workload.kind, slopeNsPerByte.value])).toEqual([
      ['rtt', 8],
      ['throughput', 16],
    ]);
  });
});

test('a run that was merged from several resamples the rounds of each, not those that share a number', () => {
  const runs = [1, 2, 3].flatMap((run) =>
    blocksOf({ rounds: 2, rttNsOf: (bytes) => (100 + run) * US + 8 * bytes }).map((each) => ({
      ...each,
      run,
    })),
  );
  // Six rounds, where two would have no interval.
  expect(fitsOf(recording(runs))[0]?.slopeNsPerByte.interval).not.toBeNull();
});
