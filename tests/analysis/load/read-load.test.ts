/** A saved load is read again whole; one that was damaged, or whose figures were changed by hand, is not believed. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyseLoad } from '../../../src/analysis/load/analyse-load.ts';
import { requireResult } from '../../../src/analysis/read.ts';
import { EcholotError } from '../../../src/core/errors.ts';
import { jsonReport } from '../../../src/report/json.ts';
import type { LoadResult } from '../../../src/result/load/load-result.ts';
import { type Json, readRecord, replaced } from '../reading.ts';
import { loadRecording, MS, ramped, roundTrip, S } from './loads.ts';

function saved(): LoadResult {
  const wavy = (sinceNs: number): ReturnType<typeof roundTrip> =>
    roundTrip(Math.round(20 * MS * (1 + 0.1 * Math.sin(sinceNs / (0.3 * S)))));
  const recording = loadRecording(
    [
      { name: 'idle', durationNs: 3 * S },
      {
        name: 'down',
        durationNs: 5 * S,
        parts: wavy,
        streams: [{ direction: 'down', rate: ramped(40e6), ownRttNs: () => 21 * MS }],
      },
      { name: 'up', durationNs: 4 * S, parts: wavy, streams: [{ direction: 'up', rate: ramped(4e6) }] },
    ],
    {},
    50 * MS,
  );
  return { ...recording, statistics: analyseLoad(recording) };
}

const LOAD = saved();
const TEXT = jsonReport(LOAD);

function read(value: unknown): LoadResult {
  return readRecord(typeof value === 'string' ? value : JSON.stringify(value), 'load.json') as LoadResult;
}

function refusalOf(value: unknown): string | undefined {
  try {
    read(value);
  } catch (error) {
    expect(error).toBeInstanceOf(EcholotError);
    expect((error as EcholotError).code).toBe('usage');
    return (error as EcholotError).message;
  }
  return undefined;
}

function refusal(value: unknown): string {
  const message = refusalOf(value);
  if (message === undefined) throw new Error('it was read');
  return message;
}

describe('a saved load', () => {
  test('is read as it was written', () => {
    expect(LOAD.statistics.doubts.map(({ code }) => code)).toContain('too-short');
    expect(read(TEXT)).toEqual(JSON.parse(TEXT));
  });

  test('that lacks a field is refused, whichever it is', () => {
    for (const name of Object.keys(LOAD)) {
      const { [name as keyof LoadResult]: _, ...rest } = LOAD;
      expect(() => read(rest), name).toThrow(/load\.json/);
    }
  });

  test('is named for what it is where a measurement is needed', () => {
    expect(() => requireResult(read(TEXT), 'load.json')).toThrow(
      'load.json is a load (echolot load), not a measurement',
    );
  });

  test('of a newer version is refused as such', () => {
    expect(refusal({ ...LOAD, version: 2 })).toContain('version 2 of the format; this one reads up to 1');
  });

  test('with fields and doubts of a version to come is read, with the doubts of this one', () => {
    const doubt = { code: 'not-yet-known', phase: 'down', value: 'x', message: 'so', advice: 'that' };
    const newer = {
      ...LOAD,
      later: 7,
      statistics: { ...LOAD.statistics, doubts: [doubt], score: 3 },
    };
    expect(read(newer)).toMatchObject({ later: 7, statistics: { score: 3, doubts: LOAD.statistics.doubts } });
  });
});

describe('a load that contradicts itself is refused', () => {
  test.each<readonly [string, readonly (string | number)[], unknown, string]>([
    ['lists of a group', ['processors', 'probeShare'], [0.1], 'processors has'],
    ['foreign probes', ['foreignProbes', 'rttNs'], [1], 'foreignProbes has'],
    ['their layers', ['foreignProbes', 'layers', 'wakeUpNs'], [1], 'foreignProbes.layers has'],
    ['tallies', ['streams', 0, 'tallies', 'sentBytes'], [1], 'streams[0].tallies has'],
    [
      'what the kernel counted',
      ['streams', 0, 'tallies', 'tcp', 'busyNs'],
      [1],
      'streams[0].tallies.tcp has',
    ],
    ['reports', ['streams', 1, 'reports', 'peerClockNs'], [1], 'streams[1].reports has'],
    ['own probes', ['streams', 0, 'ownProbes', 'peerWaitNs'], [1], 'streams[0].ownProbes has'],
    ['phases', ['phases', 1, 'fromAtNs'], 0, 'phases[1] is out of its order'],
    ['a phase without end', ['phases', 2, 'toAtNs'], 2 ** 53 - 1, 'phases[2] lasts longer than a day'],
    ['streams and phases', ['streams', 0, 'phase'], 'both', 'streams[0] is of the phase both'],
    ['its date', ['startedAt'], 'yesterday', 'startedAt is no date'],
  ])('%s', (_what, path, value, words) => {
    expect(refusal(replaced(LOAD, path, value))).toContain(`load.json contradicts itself: ${words}`);
  });
});

describe('figures changed by hand are not believed', () => {
  test.each<readonly [string, readonly (string | number)[], unknown]>([
    ['goodput', ['statistics', 'loaded', 0, 'directions', 0, 'goodput', 'value'], 1e9],
    ['a median', ['statistics', 'idle', 'p50', 'value'], 1],
    ['an increase', ['statistics', 'loaded', 0, 'increase', 'p50', 'value'], 0],
    ['whose queue it is', ['statistics', 'loaded', 0, 'queues', 'largest'], 'server'],
    ['what limited', ['statistics', 'loaded', 1, 'directions', 0, 'limits'], []],
    ['what the pair means', ['statistics', 'loaded', 0, 'pair'], 'own-flow'],
    ['when it settled', ['statistics', 'loaded', 0, 'settledAtNs'], null],
    ['the grade', ['statistics', 'grade'], { best: 'A+', worst: 'A+', phase: 'down' }],
    ['a phase', ['statistics', 'loaded'], []],
  ])('%s', (_what, path, value) => {
    expect(refusal(replaced(LOAD, path, value))).toMatch(/load\.json: the recorded .* of the load is/);
  });

  test('or what they were made of', () => {
    const faster = LOAD.streams.map((stream) => ({
      ...stream,
      tallies: { ...stream.tallies, receivedBytes: stream.tallies.receivedBytes.map((bytes) => 2 * bytes) },
    }));
    expect(refusal({ ...LOAD, streams: faster })).toContain('of the load is');
  });
});

test('any value in any place is refused as damaged, or gives figures that are finite and can be read again', () => {
  const { statistics, ...recording } = JSON.parse(TEXT) as Json;
  const anything = fc.oneof(
    fc.constantFrom<unknown>(null, 0, -1, 0.5, 1e308, 2 ** 53, '', 'down', [], {}, true),
    fc.maxSafeNat(),
    fc.nat(20).map((n) => n * S),
  );
  const path = fc.array(fc.nat(10_000), { minLength: 1, maxLength: 5 });
  let taken = 0;
  fc.assert(
    fc.property(path, anything, (steps, value) => {
      const changed = replaced(recording, steps, value) as LoadResult;
      const judged = refusalOf({ ...changed, statistics });
      if (judged !== undefined && !/the recorded .* of the load is/.test(judged)) return;
      const computed = analyseLoad(changed);
      const text = JSON.stringify({ ...changed, statistics: computed });
      expect(text).not.toContain('"value":null,"interval"');
      expect(read(text).statistics).toEqual(JSON.parse(text).statistics);
      taken++;
    }),
    { numRuns: 100 },
  );
  expect(taken).toBeGreaterThan(10);
});
