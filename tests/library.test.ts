/** The library's faces: what a program needs that reads, compares, judges and shows records, and no option in silence. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { compare, compareLoads, measure, ping, selfTest, serve } from '../src/index.ts';
import type { Result } from '../src/records.ts';
import {
  chartsOf,
  checkThresholds,
  compareRecords,
  csvPieces,
  documentOf,
  documentText,
  htmlPage,
  isDrawable,
  jsonPieces,
  markdownText,
  mergeResults,
  parseThreshold,
  readRecord,
  readResult,
  summaryCsv,
} from '../src/records.ts';
import { cleanResult } from './report/report-results.ts';

const FIXTURE = fileURLToPath(new URL('fixtures/results/v2-native-blocks.json', import.meta.url));

describe('echolot/records', () => {
  const result = readResult(readFileSync(FIXTURE));

  test('reads a record whole, in pieces and as text, and all are the same', () => {
    const bytes = readFileSync(FIXTURE);
    const pieces = [bytes.subarray(0, 100), bytes.subarray(100)];
    expect(readRecord(pieces)).toEqual(result);
    expect(readRecord(bytes.toString())).toEqual(result);
    expect(readRecord([...jsonPieces(result)].join(''))).toEqual(result);
  });

  test('names what was given in an error', () => {
    expect(() => readResult('{}', { name: 'run.json' })).toThrow('run.json is JSON, but not a result');
    expect(() => readResult('', { maxBytes: 1 })).toThrow('the record is empty');
  });

  test.each([
    ['nothing', undefined, 'run.json is not given as text'],
    ['null', null, 'run.json is not given as text'],
    ['a record that was parsed already', JSON.parse('{}'), 'run.json is not given as text'],
    ['pieces of text', ['{', '}'], 'run.json is not given as text'],
    ['a file that is still being read', Promise.resolve('{}'), 'run.json is a promise, not text'],
  ])('given %s by a program without types it says what it wants', (_what, text, message) => {
    expect(() => readRecord(text as unknown as string, { name: 'run.json' })).toThrow(
      expect.objectContaining({ code: 'usage', message }),
    );
  });

  test('shows nothing that was not asked for: a depth or a record that there is not', () => {
    // @ts-expect-error there is no such depth
    expect(() => documentOf(result, 'nope')).toThrow('there is no depth nope');
    for (const none of [undefined, {}, [], [undefined], '{}']) {
      expect(() => documentOf(none as unknown as Result, 'full')).toThrow('there is no record to show');
    }
    expect(() => parseThreshold(undefined as unknown as string)).toThrow('a condition is text');
  });

  test('shows it as lines, Markdown, page and tables', () => {
    const document = documentOf(result, 'full');
    expect(documentText(document, 100)).toMatch(/^TCP echo measurement of 127\.0\.0\.1/);
    expect(markdownText(document)).toMatch(/^# TCP echo measurement/);
    const charts = chartsOf([result]);
    expect(charts.some(isDrawable)).toBe(true);
    expect(htmlPage(document, charts, () => '<svg></svg>')).toMatch(/^<!doctype html>/);
    expect(summaryCsv([result])).toMatch(/^result,/);
    expect([...csvPieces(result)].join('')).toMatch(/^run,/);
  });

  test('puts runs together, compares them and judges them', () => {
    const at = (startedAt: string) => {
      const clean = cleanResult();
      return { ...clean, runs: clean.runs.map((run) => ({ ...run, startedAt })) };
    };
    const runs = ['2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z'].map(at);
    const merged = mergeResults(runs);
    expect(merged.runs).toHaveLength(2);
    const [first, second] = runs.map((run, i) => ({ label: `run ${i}`, result: run }));
    if (first === undefined || second === undefined) throw new Error('there are two');
    expect(compareRecords(first, second)).toMatchObject({ format: 'echolot-comparison', interleaved: false });
    const [finding] = checkThresholds(merged, [parseThreshold('rtt.median > 1ns')]);
    expect(finding?.finding).toBe('failed');
  });
});

describe('an option that is misspelt is refused, by the compiler and at run time', () => {
  const TARGET = { host: '127.0.0.1', port: 9 } as const;

  test('of reading', () => {
    // @ts-expect-error there is no such option
    expect(() => readRecord('{}', { maxbytes: 5 })).toThrow('there is no option maxbytes');
  });

  test('of measure', () => {
    // @ts-expect-error there is no such option
    expect(() => measure({ ...TARGET, timeout: 5 })).toThrow('there is no option timeout');
    // @ts-expect-error: noDelay
    expect(() => measure({ ...TARGET, socket: { nodelay: false } })).toThrow('there is no option nodelay');
    // @ts-expect-error: an object
    expect(() => measure({ ...TARGET, socket: 5 })).toThrow('options are an object, not 5');
  });

  test('of compare, on either side', () => {
    const side = { label: 'a', options: TARGET };
    // @ts-expect-error there is no such option
    expect(() => compare({ a: side, b: side, label: 'x' })).toThrow('there is no option label');
    const wrong = { label: 'b', options: { ...TARGET, size: 1 } };
    expect(() => compare({ a: side, b: wrong })).toThrow('there is no option size');
  });

  test('of a comparison of loads, on either side', () => {
    const side = { label: 'a', options: TARGET };
    // @ts-expect-error there is no such option
    expect(() => compareLoads({ a: side, b: side, round: 3 })).toThrow('there is no option round');
    const wrong = { label: 'b', options: { ...TARGET, stream: 1 } };
    expect(() => compareLoads({ a: side, b: wrong })).toThrow('there is no option stream');
    // @ts-expect-error: an object
    expect(() => compareLoads({ a: side, b: { label: 'b' } })).toThrow(
      'options are an object, not undefined',
    );
  });

  test('of ping', () => {
    // @ts-expect-error there is no such option
    expect(() => ping({ ...TARGET, interval: 5 })).toThrow('there is no option interval');
  });

  test('of serve and of the self-test', async () => {
    // @ts-expect-error there is no such option
    await expect(serve({ Port: 0 })).rejects.toThrow('there is no option Port');
    // @ts-expect-error: maxPayloadBytes
    await expect(serve({ port: 0, limits: { maxPayload: 5 } })).rejects.toThrow(
      'there is no limit maxPayload',
    );
    // @ts-expect-error there is no such option
    await expect(selfTest({ duration: 5 })).rejects.toThrow('there is no option duration');
  });
});
