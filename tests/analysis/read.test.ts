/** Results from files: a sound one is read as it was written, a damaged or foreign one is never believed. */
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyse } from '../../src/analysis/analyse.ts';
import { RecordReader, requireSamples } from '../../src/analysis/read.ts';
import { EcholotError } from '../../src/core/errors.ts';
import { humanReport } from '../../src/report/human.ts';
import { ndjsonLines } from '../../src/report/samples.ts';
import { csvPieces } from '../../src/report/samples-csv.ts';
import { summaryCsv } from '../../src/report/summary-csv.ts';
import type { Recording, Result } from '../../src/result/result.ts';
import { markdownReport } from '../report/rendered.ts';
import { ENOUGH_BYTES, type Json, NAME, readResult, refusal, replaced, statisticsIn } from './reading.ts';
import { batchOf, block, type CleanOptions, cleanRecording, PORTABLE, recording, US } from './recordings.ts';

function resultOf(from: Recording): Result {
  return { ...from, ...analyse(from) };
}

const SMALL: CleanOptions = { rounds: 3, probes: 8 };
const sound: string = JSON.stringify(resultOf(cleanRecording(SMALL)));

/** Of record, first block and first series. */
type Change = (record: Json, block: Json, series: Json) => unknown;

function changed(change: Change): string {
  const record = JSON.parse(sound) as Json & { blocks: Json[]; series: Json[] };
  change(record, record.blocks[0] as Json, record.series[0] as Json);
  return JSON.stringify(record);
}

interface Samples {
  form: unknown;
  warmupProbes: unknown;
  readonly rttNs: unknown[];
  readonly sentAtNs: unknown[];
  readonly layers: { readonly wakeUpNs: unknown[]; readonly residenceNs: unknown[] };
}

function samplesIn(block: Json): Samples {
  return block['samples'] as Samples;
}

describe('a sound result', () => {
  test('is the same after writing and reading', () => {
    expect(readResult(sound, NAME)).toEqual(JSON.parse(sound));
  });

  test('is the same after writing and reading, whatever was measured', () => {
    const arbitraryRttNs = fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: 1, max: 10_000_000_000 }) },
      fc.constantFrom(0, 500_000_000_000_000),
    );
    const arbitraryBlock = fc
      .record({
        rttNs: fc.array(arbitraryRttNs, { maxLength: 12 }),
        run: fc.integer({ min: 1, max: 2 }),
        round: fc.integer({ min: 0, max: 3 }),
        payloadBytes: fc.constantFrom(1, 100, 1_000, 2_048),
        measurement: fc.constantFrom('rtt' as const, 'throughput' as const),
        kind: fc.constantFrom('measured' as const, 'warm-up' as const),
        warmup: fc.nat(3),
        portable: fc.boolean(),
      })
      .map(({ rttNs, warmup, portable, ...over }) =>
        block(rttNs, {
          ...over,
          warmupProbes: Math.min(warmup, rttNs.length),
          ...(portable ? PORTABLE : {}),
        }),
      );
    fc.assert(
      fc.property(fc.array(arbitraryBlock, { maxLength: 6 }), (blocks) => {
        const written = JSON.stringify(resultOf(recording(blocks)));
        expect(readResult(written, NAME)).toEqual(JSON.parse(written));
      }),
      { numRuns: 40 },
    );
  });

  test('keeps fields that this version does not know', () => {
    const text = changed((record, first, series) => {
      record['note'] = 'from the attic';
      first['weather'] = { degrees: 12 };
      statisticsIn(series)['mode'] = 7;
      (record['plan'] as Json)['future'] = [1];
    });
    const read = readResult(text, NAME) as unknown as Json & { blocks: Json[]; series: Json[]; plan: Json };
    expect(read['note']).toBe('from the attic');
    expect(read.blocks[0]?.['weather']).toEqual({ degrees: 12 });
    expect(statisticsIn(read.series[0] as Json)['mode']).toBe(7);
    expect(read.plan['future']).toEqual([1]);
  });

  test('may come from a program that looks for more', () => {
    const text = changed((record) => {
      record['checks'] = [{ name: 'moon', question: 'is it full?', finding: 'doubt', reason: null }];
      record['warnings'] = [{ code: 'moonlight', check: 'moon', message: 'it is', advice: 'wait' }];
    });
    const { checks, warnings } = JSON.parse(sound) as Result;
    expect(readResult(text, NAME)).toMatchObject({ checks, warnings });
  });

  test('may begin with a byte order mark and end with a line', () => {
    expect(readResult(`\uFEFF${sound}\n`, NAME)).toEqual(JSON.parse(sound));
  });

  const utf16 = (text: string, swapped: boolean): Buffer => {
    const bytes = Buffer.from(text, 'utf16le');
    return swapped ? bytes.swap16() : bytes;
  };
  test.each([
    ['UTF-16 as PowerShell writes it', utf16(`\uFEFF${sound}\r\n`, false)],
    ['UTF-16 with its bytes the other way round', utf16(`\uFEFF${sound}`, true)],
    ['UTF-16 without a mark', utf16(sound, false)],
    ['UTF-16 the other way round without a mark', utf16(sound, true)],
  ])('may be in %s, wherever it is parted', (_name, bytes) => {
    expect(readResult(bytes, NAME)).toEqual(JSON.parse(sound));
    const reader = new RecordReader(NAME, ENOUGH_BYTES);
    for (let at = 0; at < bytes.length; at += 333) reader.push(bytes.subarray(at, at + 333));
    expect(reader.end()).toEqual(JSON.parse(sound));
  });

  test('may come byte by byte', () => {
    const reader = new RecordReader(NAME, ENOUGH_BYTES);
    for (const byte of Buffer.from(`\uFEFF${sound}`)) reader.push(Uint8Array.of(byte));
    expect(reader.end()).toEqual(JSON.parse(sound));
  });

  test('may have no sample, and only commands that need one refuse it', () => {
    const failed: Recording = {
      ...recording([]),
      outcome: {
        status: 'failed',
        error: {
          code: 'network',
          message: 'connection refused',
          advice: null,
          expected: null,
          received: null,
          phase: 'connect',
        },
      },
    };
    const read = readResult(JSON.stringify(resultOf(failed)), NAME);
    expect(() => requireSamples(read, NAME)).toThrow(
      'run.json holds no sample: the run failed, connection refused',
    );
    expect(() => requireSamples(readResult(sound, NAME), NAME)).not.toThrow();
  });
});

describe('refused with its own words is', () => {
  test.each([
    ['an empty file', '', 'is empty'],
    ['a file of blanks', ' \n\t', 'is empty'],
    ['half a record', sound.slice(0, sound.length / 2), 'ends before its record does'],
    ['prose', 'Dear reader,', 'is not JSON'],
    ['a record with Python’s NaN', sound.replace('"rttNs":[', '"rttNs":[NaN,'), 'is not JSON'],
    ['lines of JSON', '{"a":1}\n{"a":2}\n', 'is not JSON'],
    ['a list', '[1]', 'not a result of echolot'],
    ['a number', '7', 'not a result of echolot'],
    ['null', 'null', 'not a result of echolot'],
    ['JSON of something else', '{"format":"gpx"}', 'not a result of echolot'],
    ['a format that is no text', '{"format":{}}', 'not a result of echolot'],
    [
      'a later version',
      changed((record) => (record['version'] = 4)),
      'was written by a newer echolot, version 4 of the format; this one reads up to 3',
    ],
    ['version 0', changed((record) => (record['version'] = 0)), 'does not say which version'],
    ['version "2"', changed((record) => (record['version'] = '2')), 'does not say which version'],
    ['no version', changed((record) => delete record['version']), 'does not say which version'],
  ])('%s', (_name, text, words) => {
    expect(refusal(text)).toContain(words);
  });

  const [first] = cleanRecording(SMALL).blocks;
  const batch = batchOf(first!);
  test.each([
    ['a table of samples', [...csvPieces(cleanRecording(SMALL))].join(''), 'CSV, a table of samples'],
    ['lines of samples', ndjsonLines(batch), 'NDJSON, a line for each sample'],
    ['one line of a sample', ndjsonLines({ ...batch, rttNs: [7] }), 'NDJSON, a line for each sample'],
    ['a table of statistics', summaryCsv([resultOf(cleanRecording(SMALL))]), 'CSV, a table of statistics'],
    ['Markdown', markdownReport([resultOf(cleanRecording(SMALL))]), 'Markdown'],
    ['a report', humanReport(resultOf(cleanRecording(SMALL))), 'a report for people'],
    ['lines of handshakes', '{"kind":"reply","sequence":1}\n{"kind":', 'NDJSON, a line for each handshake'],
    ['a page', '<!doctype html>\n<html', 'a page'],
  ])('%s, and the other file of the run is asked for', (_name, text, words) => {
    expect(refusal(text)).toContain(`run.json is ${words}`);
    expect(refusal(Buffer.from(`\uFEFF${text}`, 'utf16le'))).toContain(`run.json is ${words}`);
  });

  test.each([
    ['gzip', gzipSync(sound)],
    ['Zstandard', zstdCompressSync(sound)],
  ])('a file packed with %s', (name, bytes) => {
    expect(refusal(bytes)).toBe(`run.json is packed with ${name}, not a result`);
  });

  test('UTF-16 that ends in the middle of a character', () => {
    const bytes = Buffer.from(sound, 'utf16le');
    expect(refusal(bytes.subarray(0, bytes.length / 2 + 1))).toContain('ends before its record does');
  });

  test.each<[string, Change, string]>([
    ['a record without blocks', (record) => delete record['blocks'], 'the record has no blocks'],
    ['a block without samples', (_, first) => delete first['samples'], 'blocks[0] has no samples'],
    [
      'samples without times',
      (_, first) => (first['samples'] = { ...samplesIn(first), rttNs: undefined }),
      'blocks[0].samples has no rttNs',
    ],
    [
      'samples of a form that nobody knows',
      (_, first) => (samplesIn(first).form = 'sketch'),
      'blocks[0].samples.form is "sketch", which this version does not know',
    ],
    [
      'a sample that is null',
      (_, first) => (samplesIn(first).rttNs[3] = null),
      'blocks[0].samples.rttNs[3] is null',
    ],
    [
      'a sample that is "NaN"',
      (_, first) => (samplesIn(first).rttNs[3] = 'NaN'),
      'blocks[0].samples.rttNs[3] is "NaN" but must be integer',
    ],
    [
      'a negative sample',
      (_, first) => (samplesIn(first).rttNs[3] = -1),
      'blocks[0].samples.rttNs[3] is -1 but must be >= 0',
    ],
    [
      'half a nanosecond',
      (_, first) => (samplesIn(first).rttNs[3] = 0.5),
      'blocks[0].samples.rttNs[3] is 0.5 but must be integer',
    ],
    [
      'a negative time of sending',
      (_, first) => (samplesIn(first).sentAtNs[0] = -7),
      'blocks[0].samples.sentAtNs[0] is -7',
    ],
    [
      'a negative residence',
      (_, first) => (samplesIn(first).layers.residenceNs[2] = -7),
      'blocks[0].samples.layers.residenceNs[2] is -7',
    ],
    ['fewer times of sending', (_, first) => samplesIn(first).sentAtNs.pop(), '8 round-trip times and 7'],
    [
      'fewer values of a layer',
      (_, first) => samplesIn(first).layers.wakeUpNs.pop(),
      '8 round-trip times and 7 of layers.wakeUpNs',
    ],
    [
      'more warm-up than probes',
      (_, first) => (samplesIn(first).warmupProbes = 9),
      '9 warm-up probes among 8',
    ],
    ['a block of a run that is not there', (_, first) => (first['run'] = 2), 'is of run 2, and there are 1'],
    ['no run', (record) => (record['runs'] = []), 'it has no run'],
    [
      'a block that was not planned',
      (_, first) => ((first['workload'] as Json)['payloadBytes'] = 7),
      'which was not planned',
    ],
    [
      'a start that is no date',
      (record) => (record['runs'] = [{ startedAt: 'yesterday', durationNs: 1, health: null }]),
      'runs[0].startedAt is no date',
    ],
    ['a word that is none', (_, first) => (first['kind'] = 'lukewarm'), 'blocks[0].kind is "lukewarm"'],
    [
      'a median changed by hand',
      (_, __, series) => (statisticsIn(series)['median'] = 5 * US),
      'the recorded median of rtt 100 B is 5000, its samples give ',
    ],
    [
      'a percentile changed by hand',
      (_, __, series) => (((statisticsIn(series)['estimates'] as Json[])[2] as Json)['value'] = 1),
      'the recorded estimates.p99.value of rtt 100 B is 1, its samples give ',
    ],
    [
      'a sample changed by hand',
      (_, first) => (samplesIn(first).rttNs[0] = 5 * US),
      'the recorded mean of rtt 100 B is ',
    ],
    [
      'a number of samples changed by hand',
      (_, __, series) => (statisticsIn(series)['n'] = 1_000),
      'the recorded n of rtt 100 B is 1000, its samples give 24',
    ],
    ['a series removed', (record) => (record['series'] = []), 'its blocks make 1 series, and it records 0'],
    ['a block removed', (record) => (record['blocks'] as unknown[]).pop(), 'of rtt 100 B is '],
    [
      'a histogram of other samples',
      (_, __, series) => (series['rttHistogram'] = 'AAAA'),
      'the recorded histogram',
    ],
  ])('%s', (_name, change, words) => {
    expect(refusal(changed(change))).toContain(words);
  });

  test('a number too large for a number', () => {
    expect(refusal(sound.replace(/"rttNs":\[\d+/, '"rttNs":[1e999'))).toContain(
      'blocks[0].samples.rttNs[0] is Infinity',
    );
  });

  test('a whole number that is not exact', () => {
    expect(refusal(sound.replace(/"rttNs":\[\d+/, '"rttNs":[1e300'))).toContain(
      'blocks[0].samples.rttNs[0] is 1e+300',
    );
  });

  test('an interval of another version of the method is not: it is made again, and no run is lost', () => {
    const text = changed((record, _, series) => {
      const [first] = statisticsIn(series)['estimates'] as Json[];
      (first as Json)['interval'] = { level: 0.95, low: 1, high: 2, method: 'block-t', units: 5 };
      for (const fit of record['fits'] as Json[]) fit['rateBitsPerSecond'] = null;
    });
    expect(readResult(text, NAME)).toEqual(readResult(sound, NAME));
  });

  test('a change by the last digit is not: other machines add up otherwise', () => {
    const text = changed((_, __, series) => {
      statisticsIn(series)['mean'] = (statisticsIn(series)['mean'] as number) * (1 + 1e-9);
    });
    expect(() => readResult(text, NAME)).not.toThrow();
  });

  test('any beginning of a result: a broken copy must not be taken for a short run', () => {
    fc.assert(
      fc.property(fc.nat(sound.length - 1), (length) => {
        expect(refusal(sound.slice(0, length))).toMatch(/is empty|ends before its record does/);
      }),
    );
  });

  test('any result with one value replaced is read or refused, and nothing else', () => {
    const record: unknown = JSON.parse(sound);
    fc.assert(
      fc.property(fc.array(fc.nat(50), { maxLength: 5 }), fc.jsonValue(), (steps, value) => {
        const text = JSON.stringify(replaced(record, steps, value));
        try {
          readResult(text, NAME);
        } catch (error) {
          expect(error).toBeInstanceOf(EcholotError);
        }
      }),
    );
  });
});
