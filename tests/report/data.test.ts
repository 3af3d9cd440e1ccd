/** The forms for programs: JSON, CSV and lines of JSON hold every sample exactly, and the same ones. */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withHistograms } from '../../src/analysis/samples/histograms.ts';
import { jsonPieces, jsonReport } from '../../src/report/json.ts';
import { ndjsonLines } from '../../src/report/samples.ts';
import { csvPieces } from '../../src/report/samples-csv.ts';
import type { BlockRecord } from '../../src/result/block-record.ts';
import type { Recording, Result } from '../../src/result/result.ts';
import { countedRttNs } from '../../src/result/samples.ts';
import { closedLoop } from '../../src/result/workload.ts';
import { quantile, sorted } from '../../src/stats/quantile/quantiles.ts';
import { batchOf, cleanRecording, rawOf, resampled } from '../analysis/recordings.ts';
import { medianSeries, SAMPLE_RESULT, withBlocks } from './sample-result.ts';
import { stampedResult } from './stamped-result.ts';

const SAMPLES = 14;
const WARMED = cleanRecording({ probes: 20, warmupProbes: 5 });

/** Every sample of a result, as rows. */
function csvReport(result: Result): string {
  return [...csvPieces(result, { withWarmUp: true })].join('');
}

/** Every sample of a result, as lines of JSON. */
function wholeNdjson({ blocks }: Result): string {
  return blocks.map((block, i) => ndjsonLines(batchOf(block, i + 1), { withWarmUp: true })).join('');
}

describe('json', () => {
  test('reads as it always did', async () => {
    const [block] = SAMPLE_RESULT.blocks;
    const series = medianSeries('rtt', 1, 23_000);
    const short = { ...SAMPLE_RESULT, blocks: [block!], series: [series], fits: [] };
    await expect(jsonReport(short)).toMatchFileSnapshot('golden/json.txt');
  });

  test('reading it gives the result again, to the last digit', () => {
    expect(JSON.parse(jsonReport(SAMPLE_RESULT))).toEqual(SAMPLE_RESULT);
  });

  test('a text that looks like a list of numbers is left alone', () => {
    const error = { ...SAMPLE_RESULT.outcome.error!, received: '[\n  1,\n  2\n]' };
    const result = { ...SAMPLE_RESULT, outcome: { status: 'failed', error } } as const;
    expect(JSON.parse(jsonReport(result))).toEqual(result);
  });

  test('also one that merely holds a list keeps its blanks', () => {
    const error = { ...SAMPLE_RESULT.outcome.error!, received: '[1, 2]' };
    const result = { ...SAMPLE_RESULT, outcome: { status: 'failed', error } } as const;
    expect(JSON.parse(jsonReport(result))).toEqual(result);
  });

  test('a list with missing stamps takes one line, too', async () => {
    expect(jsonReport(await stampedResult())).toContain('"residenceNs": [3800,4300,3600,8100,null],\n');
  });

  test('samples take one line, not one line each', () => {
    expect(jsonReport(SAMPLE_RESULT)).toContain('"rttNs": [250000,30000,20000,25000,22000,23000],\n');
  });
});

/** More than a regular expression goes through, or a spread takes as arguments. */
const MANY = 300_000;

/** A block of so many samples, all layers but the last one there. */
function longBlock(): BlockRecord {
  const times = Array.from({ length: MANY }, (_, i) => 1_000_000 + i);
  const layers = {
    residenceSource: null,
    sendCallNs: times,
    localQueueNs: times,
    kernelRttNs: times,
    wakeUpNs: times,
    residenceNs: times.map(() => null),
  };
  const [block] = SAMPLE_RESULT.blocks;
  return resampled(block!, { rttNs: times, sentAtNs: times, layers });
}

describe('a long run is not lost to its form', () => {
  const result = { ...SAMPLE_RESULT, blocks: [longBlock()] };
  const LONGEST_PIECE = 200_000;

  test('json comes in pieces that make the whole', () => {
    const pieces = [...jsonPieces(result)];
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(LONGEST_PIECE);
    expect(isDeepStrictEqual(JSON.parse(pieces.join('')), result)).toBe(true);
  });

  test('csv comes in pieces, with a row for each sample', () => {
    const pieces = [...csvPieces(result, { withWarmUp: true })];
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(LONGEST_PIECE);
    expect(pieces.join('').match(/\n/g)).toHaveLength(MANY + 1);
  });

  test('json in pieces is what it is at once, whatever a record holds', () => {
    const atOnce = (value: unknown): string => {
      const text = JSON.stringify(value, null, 2);
      return `${text.replace(/\[\n(?:[\s\d.,e+-]|null)+\]/g, (list) => list.replace(/\s+/g, ''))}\n`;
    };
    const numbers = fc.array(fc.oneof(fc.double(), fc.integer(), fc.constant(null)));
    const record = fc.dictionary(fc.string(), fc.oneof(fc.jsonValue(), numbers, fc.constant(undefined)));
    fc.assert(
      fc.property(record, (value) => {
        expect(jsonReport(value as unknown as Result)).toBe(atOnce(value));
      }),
    );
  });
});

describe('csv', () => {
  test('reads as it always did', async () => {
    await expect(csvReport(SAMPLE_RESULT)).toMatchFileSnapshot('golden/samples.csv');
  });

  test('a row for each sample, with as many fields as the header names', () => {
    const [header, ...rows] = csvReport(SAMPLE_RESULT).trimEnd().split('\n');
    expect(rows).toHaveLength(SAMPLES);
    const columns = header?.split(',').length;
    for (const row of rows) expect(row.split(',')).toHaveLength(columns ?? 0);
  });

  test('its numbers are whole: a spreadsheet adds them up without rounding', () => {
    const [header, ...rows] = csvReport(SAMPLE_RESULT).trimEnd().split('\n');
    const names = header?.split(',') ?? [];
    const numeric = ['payload_bytes', 'probe', 'sent_at_ns', 'rtt_ns', 'goodput_bits_per_second'];
    expect(names).toEqual(expect.arrayContaining(numeric));
    for (const row of rows) {
      for (const [i, field] of row.split(',').entries()) {
        if (numeric.includes(names[i] ?? '')) expect(field).toMatch(/^\d+$/);
      }
    }
  });

  test('a day in nanoseconds is not written with an exponent', () => {
    const [block] = SAMPLE_RESULT.blocks;
    const long = resampled(block!, { rttNs: [86_400e9], sentAtNs: [7 * 86_400e9] });
    const day = { ...long, workload: closedLoop('rtt', 2 ** 30) };
    const [, row] = csvReport(withBlocks(day)).split('\n');
    expect(row).toBe('1,1,1,rtt,1073741824,1,true,604800000000000,86400000000000,99421');
  });

  test('stamps add columns, with empty cells where one is missing', async () => {
    await expect(csvReport(await stampedResult())).toMatchFileSnapshot('golden/samples-native.csv');
  });

  test('a block without stamps among others has as many cells as they', async () => {
    const { blocks } = await stampedResult();
    const mixed = csvReport(withBlocks(blocks[0]!, resampled(blocks[1]!, { layers: null })));
    const widths = mixed
      .trimEnd()
      .split('\n')
      .map((line) => line.split(',').length);
    expect(new Set(widths)).toEqual(new Set([17]));
  });

  test('nothing measured is the header alone', () => {
    expect(csvReport(withBlocks()).split('\n')).toEqual([
      expect.stringMatching(/^run,block,round,measurement,/),
      '',
    ]);
  });
});

describe('ndjson', () => {
  test('reads as it always did', async () => {
    await expect(wholeNdjson(SAMPLE_RESULT)).toMatchFileSnapshot('golden/samples.ndjson');
  });

  test('holds the same values in the same order as csv', () => {
    const [, ...rows] = csvReport(SAMPLE_RESULT).trimEnd().split('\n');
    const lines = wholeNdjson(SAMPLE_RESULT).trimEnd().split('\n');
    const values = lines.map((line) => Object.values(JSON.parse(line) as object).join(','));
    expect(values).toEqual(rows);
  });

  test('also where there are stamps', async () => {
    const { blocks } = await stampedResult();
    const lines = ndjsonLines(batchOf(blocks[0]!)).trimEnd().split('\n');
    const [, ...rows] = csvReport(withBlocks(blocks[0]!)).trimEnd().split('\n');
    expect(lines.map((line) => Object.values(JSON.parse(line) as object).join(','))).toEqual(rows);
  });

  test('a batch told while it runs is numbered as in the finished block', () => {
    const [block] = SAMPLE_RESULT.blocks;
    const batch = batchOf(block!);
    const whole = ndjsonLines(batch);
    const batches = [0, 1, 4].map((first, i, starts) =>
      ndjsonLines({
        ...batch,
        first,
        rttNs: batch.rttNs.slice(first, starts[i + 1]),
        sentAtNs: batch.sentAtNs.slice(first, starts[i + 1]),
      }),
    );
    expect(batches.join('')).toBe(whole);
  });
});

test('warm-up is left out of tables and lines where nobody asks for it: most would count it in', () => {
  const [block] = WARMED.blocks;
  if (block === undefined) throw new Error('there is a block');
  const csv = [...csvPieces(WARMED)].join('');
  expect(csv).not.toContain(',true,');
  const counted = WARMED.blocks.reduce(
    (sum, each) => sum + (each.kind === 'measured' ? countedRttNs(rawOf(each)).length : 0),
    0,
  );
  expect(csv.trimEnd().split('\n')).toHaveLength(counted + 1);
  const batch = batchOf(block);
  expect(ndjsonLines(batch)).not.toContain('"warmup":true');
  expect(ndjsonLines(batch, { withWarmUp: true })).toContain('"warmup":true');
});

describe('of a record that keeps histograms, csv', () => {
  const CLEAN = cleanRecording({ rounds: 3, probes: 20, warmupProbes: 5 });
  const KEPT = withHistograms(CLEAN);
  const rowsOf = (recorded: Pick<Recording, 'blocks'>): string[][] =>
    [...csvPieces(recorded)]
      .join('')
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));

  test('has a row for each second of each block, with the figures of its probes', () => {
    const [header, ...rows] = rowsOf(KEPT);
    expect(header?.join(',')).toBe(
      'run,block,round,measurement,payload_bytes,from_at_ns,to_at_ns,probes,min_ns,p50_ns,p90_ns,p99_ns,max_ns',
    );
    expect(rows).toHaveLength(3);
    for (const [i, row] of rows.entries()) {
      expect(row.slice(0, 8)).toEqual(['1', `${i + 1}`, `${i + 1}`, 'rtt', '100', '0', '1000000000', '20']);
      const counted = countedRttNs(rawOf(CLEAN.blocks[i]));
      for (const [k, p] of [0, 0.5, 0.9, 0.99, 1].entries()) {
        const exact = quantile(sorted(counted), p);
        expect(Math.abs(Number(row[8 + k]) - exact)).toBeLessThanOrEqual(0.001 * exact + 0.5);
      }
    }
  });

  test('leaves out warm-up blocks, and has a block that keeps each probe as one row', () => {
    const warmUp = { ...(KEPT.blocks[0] as BlockRecord), kind: 'warm-up', round: 0 } as const;
    const [, ...rows] = rowsOf({ blocks: [warmUp, KEPT.blocks[0]!, CLEAN.blocks[1]!] });
    const { sentAtNs, rttNs } = rawOf(CLEAN.blocks[1]);
    expect(rows.map((row) => row.slice(0, 8).join(','))).toEqual([
      '1,2,1,rtt,100,0,1000000000,20',
      `1,3,2,rtt,100,${sentAtNs[5]},${(sentAtNs.at(-1) ?? 0) + (rttNs.at(-1) ?? 0)},20`,
    ]);
  });
});
