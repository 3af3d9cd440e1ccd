/** Records that earlier programs wrote: each is read as one of today, with all that it holds and nothing made up. */
import { describe, expect, test } from 'vitest';
import type { Comparison } from '../../src/result/comparison.ts';
import { comparisonReport } from '../report/rendered.ts';
import { type Json, kept, NAME, readRecord, readResult, refusal, statisticsIn } from './reading.ts';
import { rawOf } from './recordings.ts';

/** What was known by two facts, as it is known today. */
function moved({ measurement, payloadBytes, ...rest }: Json): Json {
  return { ...rest, workload: { kind: measurement, payloadBytes, pace: null, inFlight: 1 } };
}

describe('a result of version 2', () => {
  interface ResultV2 extends Json {
    readonly plan: Json & { readonly measurements: readonly Json[] };
    readonly blocks: readonly BlockV2[];
    readonly series: readonly Json[];
    readonly fits: readonly Json[];
  }

  interface BlockV2 extends Json {
    readonly path: (Json & { readonly windowBoundBitsPerSecond: number }) | null;
  }

  const FILES = ['v2-native-blocks', 'v2-native-waits', 'v2-node-plain'];

  function blockOf({ warmupProbes, rttNs, sentAtNs, layers, path, ...rest }: BlockV2): Json {
    const { windowBoundBitsPerSecond: _, ...facts } = path ?? {};
    const samples = { form: 'raw', warmupProbes, rttNs, sentAtNs, layers };
    return { ...moved(rest), samples, path: path === null ? null : facts };
  }

  test.each(FILES)('%s is read with all that it holds', (file) => {
    const { checks: _, warnings: __, ...old } = JSON.parse(kept(file)) as ResultV2;
    const { measurements, ...plan } = old.plan;
    expect(readResult(kept(file), NAME)).toMatchObject({
      ...old,
      version: 3,
      blocks: old.blocks.map(blockOf),
      plan: { ...plan, workloads: measurements.map(moved).map(({ workload }) => workload) },
      series: old.series.map(moved),
      fits: old.fits.map(({ measurement, ...fit }) => ({
        ...fit,
        workload: { kind: measurement, pace: null, inFlight: 1 },
      })),
    });
  });

  test.each(FILES)('%s becomes one of version 3 that can be read again', (file) => {
    const written = JSON.stringify(readResult(kept(file), NAME));
    expect(readResult(written, NAME)).toEqual(JSON.parse(written));
  });

  test('has the window bound with its series, which stood with each connection', () => {
    const { blocks } = JSON.parse(kept('v2-native-waits')) as ResultV2;
    const { series } = readResult(kept('v2-native-waits'), NAME);
    for (const { workload, windowBoundBitsPerSecond } of series) {
      const own = blocks.filter(
        ({ kind, measurement, payloadBytes }) =>
          kind === 'measured' && measurement === workload.kind && payloadBytes === workload.payloadBytes,
      );
      const bounds = own.map(({ path }) => path?.windowBoundBitsPerSecond ?? Number.NaN);
      expect(windowBoundBitsPerSecond).toBeGreaterThan(Math.min(...bounds));
      expect(windowBoundBitsPerSecond).toBeLessThan(Math.max(...bounds));
    }
    expect(readResult(kept('v2-node-plain'), NAME).series[0]?.windowBoundBitsPerSecond).toBeNull();
  });

  test('is refused with a figure changed by hand', () => {
    const record = JSON.parse(kept('v2-native-blocks')) as ResultV2;
    statisticsIn(record.series[0] as Json)['median'] = 5;
    expect(refusal(JSON.stringify(record))).toContain(
      'the recorded median of rtt 1 B is 5, its samples give ',
    );
  });
});

describe('a comparison of version 1', () => {
  interface ComparisonV1 extends Json {
    readonly a: SideV1;
    readonly b: SideV1;
    readonly series: readonly Json[];
    readonly leftOut: readonly Json[];
  }

  interface SideV1 extends Json {
    readonly plan: Json & { readonly measurements: readonly Json[] };
    readonly warnings: readonly Json[];
  }

  const FILES = ['comparison-v1-turns', 'comparison-v1-files'];

  function sideOf({ plan: { measurements, ...plan }, warnings, ...rest }: SideV1): Json {
    return {
      ...rest,
      plan: { ...plan, workloads: measurements.map(moved).map(({ workload }) => workload) },
      warnings: warnings.map((warning) => ('measurement' in warning ? moved(warning) : warning)),
    };
  }

  test.each(FILES)('%s becomes one of version 2 that can be read again', (file) => {
    const { a, b, series, leftOut, ...old } = JSON.parse(kept(file)) as ComparisonV1;
    const read = readRecord(kept(file), NAME);
    expect(read).toEqual({
      ...old,
      version: 2,
      a: sideOf(a),
      b: sideOf(b),
      series: series.map(moved),
      leftOut: leftOut.map(moved),
    });
    expect(readRecord(JSON.stringify(read), NAME)).toEqual(read);
  });

  test.each(FILES)('%s reads as it did when it was written', async (file) => {
    const comparison = readRecord(kept(file), NAME) as Comparison;
    await expect(comparisonReport(comparison)).toMatchFileSnapshot(`../report/golden/${file}.txt`);
  });

  test('of which a figure is missing is refused', () => {
    const { stop: _, ...rest } = JSON.parse(kept('comparison-v1-turns')) as Json;
    expect(() => readRecord(JSON.stringify(rest), NAME)).toThrow('the record has no stop');
  });
});

describe('a result of version 1', () => {
  const FILES = ['v1-failed', 'v1-native-short', 'v1-node-delay', 'v1-refused'];

  test.each(FILES)('%s becomes one of version 3 that can be read again', (file) => {
    const read = readResult(kept(file), NAME);
    const old = JSON.parse(kept(file)) as Json & { sessions: { rttNs: number[] }[] };
    expect(read.version).toBe(3);
    expect(read.blocks.map((each) => rawOf(each).rttNs)).toEqual(old.sessions.map(({ rttNs }) => rttNs));
    expect(read.blocks.every(({ run, round, kind }) => run === 1 && round === 1 && kind === 'measured')).toBe(
      true,
    );
    const written = JSON.stringify(read);
    expect(readResult(written, NAME)).toEqual(JSON.parse(written));
  });

  test('says what ended it, and has null for what was not recorded', () => {
    const complete = readResult(kept('v1-native-short'), NAME);
    expect(complete.stop).toEqual({ reason: 'blocks', rounds: 1, achievedPrecision: null });
    expect(complete.plan).toMatchObject({ blocks: 1, probes: 10, spreadNs: 0, precision: null, seed: 0 });
    expect(complete.runs).toEqual([
      { startedAt: '2026-11-22T05:53:07.043Z', durationNs: 46_421_009, health: null },
    ]);
    expect(complete.blocks[0]).toMatchObject({
      scheduling: null,
      garbageCollections: null,
      readsPerEcho: null,
    });
    expect(readResult(kept('v1-failed'), NAME).stop).toMatchObject({ reason: 'ended-early', rounds: 0 });
  });

  test('keeps fields that nobody knows', () => {
    const text = changedV1((record, session) => {
      record['note'] = 1;
      session['weather'] = 2;
    });
    const read = readResult(text, NAME) as unknown as Json & { blocks: Json[] };
    expect(read['note']).toBe(1);
    expect(read.blocks[0]?.['weather']).toBe(2);
  });

  test.each<[string, (record: Json, session: Json) => unknown, string]>([
    ['a session without samples', (_, session) => delete session['rttNs'], 'sessions[0] has no rttNs'],
    [
      'a median changed by hand',
      (_, session) => (statisticsIn(session)['median'] = 5),
      'the recorded median of rtt 1000 B is 5, its samples give 443027.5',
    ],
    [
      'a layer changed by hand',
      (_, session) => (((session['layers'] as Json)['statistics'] as Json)['wakeUpNs'] = null),
      'the recorded wakeUpNs of rtt 1000 B is null',
    ],
    [
      'lists of different lengths',
      (_, session) => (session['sentAtNs'] as unknown[]).pop(),
      'contradicts itself',
    ],
  ])('is refused with %s', (_name, change, words) => {
    expect(refusal(changedV1(change))).toContain(words);
  });

  function changedV1(change: (record: Json, session: Json) => unknown): string {
    const record = JSON.parse(kept('v1-native-short')) as Json & { sessions: Json[] };
    change(record, record.sessions[0] as Json);
    return JSON.stringify(record);
  }
});
