/** Several runs as one record: all their samples, each once, and never of two different measurements. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyse } from '../../src/analysis/analyse.ts';
import { mergeResults } from '../../src/analysis/merge.ts';
import type { Recording, Result } from '../../src/result/result.ts';
import { closedLoop } from '../../src/result/workload.ts';
import { NanosecondHistogram } from '../../src/stats/histogram.ts';
import { readResult } from './reading.ts';
import { type CleanOptions, cleanRecording, ENGINE, PLAN, SOCKET } from './recordings.ts';

function resultOf(from: Recording): Result {
  return { ...from, ...analyse(from) };
}

/** A run at its own time, of its own noise. */
function run(number: number, options: CleanOptions = {}): Result {
  const recording = cleanRecording({ rounds: 3, probes: 8, seed: number, ...options });
  const startedAt = `2026-01-${String(number).padStart(2, '0')}T00:00:00.000Z`;
  return resultOf({ ...recording, runs: recording.runs.map((each) => ({ ...each, startedAt })) });
}

describe('merged runs', () => {
  test('keep every block and number the runs anew', () => {
    const merged = mergeResults([run(1), run(2), run(3)]);
    expect(merged.runs.map(({ startedAt }) => startedAt.slice(0, 10))).toEqual([
      '2026-01-01',
      '2026-01-02',
      '2026-01-03',
    ]);
    expect(merged.blocks.map((block) => block.run)).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3]);
    expect(merged.stop).toEqual({ reason: 'merged', rounds: 9, achievedPrecision: null });
    expect(merged.series[0]?.statistics?.rttNs.n).toBe(72);
  });

  test('have intervals that stand on the runs', () => {
    const [series] = mergeResults([run(1), run(2)]).series;
    expect(series?.statistics?.rttNs.estimates[0]?.interval).toMatchObject({ method: 'run-t', units: 2 });
  });

  test('can be merged with further ones, and the order of merging does not matter', () => {
    const [a, b, c] = [run(1), run(2), run(3)];
    expect(mergeResults([mergeResults([a, b]), c])).toEqual(mergeResults([a, b, c]));
  });

  test('have the samples of their parts in their histograms', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 4 }), fc.integer({ min: 1, max: 9 }), (count, probes) => {
        const parts = Array.from({ length: count }, (_, i) => run(i + 1, { probes }));
        const sum = new NanosecondHistogram();
        for (const { series } of parts) sum.merge(NanosecondHistogram.decode(series[0]?.rttHistogram ?? ''));
        const merged = NanosecondHistogram.decode(mergeResults(parts).series[0]?.rttHistogram ?? '');
        expect([...merged.bins()]).toEqual([...sum.bins()]);
        expect([...merged.bins()].length).toBeGreaterThan(0);
      }),
      { numRuns: 10 },
    );
  });

  test('can be written and read, with fields that nobody knows', () => {
    const a = run(1);
    const noted = { ...a, note: 'x', blocks: a.blocks.map((block) => ({ ...block, weather: 12 })) };
    const written = JSON.stringify(mergeResults([noted, run(2)]));
    const read = readResult(written, 'merged.json');
    expect(read).toEqual(JSON.parse(written));
    expect(read).toMatchObject({ note: 'x' });
    expect(read.blocks[0]).toMatchObject({ weather: 12 });
  });

  test('are complete only when all are', () => {
    const cancelled: Result = { ...run(2), outcome: { status: 'cancelled', error: null } };
    expect(mergeResults([run(1), cancelled]).outcome.status).toBe('cancelled');
    expect(mergeResults([run(1), run(2)]).outcome.status).toBe('complete');
  });
});

describe('refused is', () => {
  test.each<[string, CleanOptions, string]>([
    [
      'another host',
      { plan: { host: 'other.example' } },
      'host of one is echo.example, that of the other other.example',
    ],
    ['another port', { plan: { port: 7 } }, 'port of one is 9900, that of the other 7'],
    ['another dialect', { dialect: { requested: 'auto', spoken: 'hello', attempts: [] } }, 'dialect'],
    ['no dialect', { dialect: { requested: 'auto', spoken: null, attempts: [] } }, 'that of the other none'],
    ['another server delay', { plan: { serverDelayNs: 5 } }, 'server delay of one is 0 ns'],
    [
      'another engine',
      { engine: { ...ENGINE, name: 'node' } },
      'engine of one is native, that of the other node',
    ],
    ['another way to wait', { engine: { ...ENGINE, wait: 'spin' } }, 'way to wait'],
    [
      'another socket option',
      { plan: { socket: { ...PLAN.socket, noDelay: false } } },
      'socket option noDelay',
    ],
    [
      'a socket option that one leaves out',
      { plan: { socket: SOCKET } },
      'sendBufferBytes of one is not set',
    ],
    [
      'another size',
      { workloads: [closedLoop('rtt', 1_000)] },
      'sizes of one is rtt 100 B, that of the other rtt 1000 B',
    ],
  ])('%s, in words that name the difference', (_name, options, words) => {
    expect(() => mergeResults([run(1), run(2), run(3, options)], ['a.json', 'b.json', 'c.json'])).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining(words) as string }),
    );
  });

  test('a run that is there twice: its samples would count double', () => {
    const merged = mergeResults([run(1), run(2)]);
    expect(() => mergeResults([merged, run(2)], ['ab.json', 'b.json'])).toThrow(
      'ab.json and b.json hold the same run, of 2026-01-02T00:00:00.000Z',
    );
  });

  test('a single result', () => {
    expect(() => mergeResults([run(1)])).toThrow('two results or more');
  });
});
