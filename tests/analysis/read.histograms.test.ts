/** A record of histograms that was damaged, or made to do harm, is refused in words, and takes no memory first. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyse } from '../../src/analysis/analyse.ts';
import { withHistograms } from '../../src/analysis/samples/histograms.ts';
import { EcholotError } from '../../src/core/errors.ts';
import { chartsOf } from '../../src/report/charts/charts.ts';
import { humanReport } from '../../src/report/human.ts';
import { csvPieces } from '../../src/report/samples-csv.ts';
import type { Recording } from '../../src/result/result.ts';
import { HIGHEST_NS, NanosecondHistogram } from '../../src/stats/histogram.ts';
import { encodeHistogram } from '../../src/stats/histogram-codec.ts';
import { type Json, NAME, readResult, refusal, replaced, statisticsIn } from './reading.ts';
import { block, cleanRecording, MS, recording, S } from './recordings.ts';

/** Two blocks, the first of two intervals. */
function twoSeconds(): Recording {
  const [first, second] = cleanRecording({ rounds: 2, probes: 8 }).blocks;
  const sentAtNs = Array.from({ length: 8 }, (_, i) => (i < 3 ? i * MS : S + i * MS));
  return recording([
    block(
      [...Array(8).keys()].map((i) => 100_000 + i),
      { sentAtNs },
    ),
    first!,
    second!,
  ]);
}

const kept = withHistograms(twoSeconds());
const sound: string = JSON.stringify({ ...kept, ...analyse(kept) });

interface Row extends Json {
  fromAtNs: number;
  toAtNs: number;
  probes: number;
  rttNs: string;
  layers: Json | null;
}

type Change = (intervals: Row[], samples: Json, series: Json) => unknown;

/** Of the first block and the first series. */
function changed(change: Change): string {
  const record = JSON.parse(sound) as { blocks: { samples: Json & { intervals: Row[] } }[]; series: Json[] };
  const samples = record.blocks[0]!.samples;
  change(samples.intervals, samples, record.series[0] as Json);
  return JSON.stringify(record);
}

function layersOf(row: Row | undefined): Json {
  return row?.layers as Json;
}

function inFirst(over: Partial<Row>): Change {
  return ([row]) => Object.assign(row as Row, over);
}

/** A short text of very many probes of 1 ns. */
function swollen(count: number): string {
  return encodeHistogram({ lowest: 1, highest: HIGHEST_NS, significantDigits: 3, counts: [0, count] });
}

const THREE = NanosecondHistogram.of([1, 2, 3]).encode();
const FOUR = NanosecondHistogram.of([1, 2, 3, 4]).encode();
const COARSE = encodeHistogram({ lowest: 1, highest: HIGHEST_NS, significantDigits: 2, counts: [0, 3] });

test('a sound one is read as it was written', () => {
  expect(readResult(sound, NAME)).toEqual(JSON.parse(sound));
});

describe('refused with its own words is', () => {
  test.each<[string, Change, string]>([
    [
      'a number that is not that of its histogram',
      inFirst({ probes: 4 }),
      'blocks[0] has 4 probes and a histogram of 3 round-trip times in interval 0',
    ],
    [
      'a histogram of more than its number',
      inFirst({ rttNs: FOUR }),
      '3 probes and a histogram of 4 round-trip times',
    ],
    ['a histogram of other times', inFirst({ rttNs: THREE }), 'of rtt 100 B is '],
    [
      'a text that is no histogram',
      inFirst({ rttNs: 'AAAA' }),
      '3 probes and a histogram of no round-trip times',
    ],
    [
      'a text that is no base64',
      inFirst({ rttNs: '§$%' }),
      '3 probes and a histogram of no round-trip times',
    ],
    ['an empty text', inFirst({ rttNs: '' }), '3 probes and a histogram of no round-trip times'],
    [
      'half a histogram',
      inFirst({ rttNs: THREE.slice(0, THREE.length / 2) }),
      'a histogram of no round-trip times',
    ],
    ['one that is divided otherwise', inFirst({ rttNs: COARSE }), 'a histogram of no round-trip times'],
    [
      'an interval without a probe',
      (intervals) =>
        intervals.push({ fromAtNs: 5 * S, toAtNs: 6 * S, probes: 0, rttNs: swollen(0), layers: null }),
      'blocks[0] has no probe in interval 2',
    ],
    [
      'intervals in another order',
      (intervals) => intervals.reverse(),
      'blocks[0] has an interval 1 out of its order',
    ],
    ['intervals that overlap', inFirst({ toAtNs: S + 1 }), 'an interval 1 out of its order'],
    [
      'an interval that ends before it begins',
      inFirst({ fromAtNs: 2 * S }),
      'an interval 0 out of its order',
    ],
    ['an interval of no time', inFirst({ toAtNs: 0 }), 'an interval 0 out of its order'],
    [
      'a layer of more values than probes',
      ([row]) => (layersOf(row)['wakeUpNs'] = FOUR),
      '3 probes and a histogram of 4 layers.wakeUpNs in interval 0',
    ],
    [
      'a layer that is no histogram',
      ([row]) => (layersOf(row)['networkRttNs'] = 'AAAA'),
      'a histogram of no layers.networkRttNs',
    ],
    [
      'a layer of other values',
      ([row]) => (layersOf(row)['wakeUpNs'] = THREE),
      'the recorded wakeUpNs.mean of rtt 100 B is ',
    ],
    [
      'more probes without a stamp than probes',
      ([row]) => (layersOf(row)['missingClientProbes'] = 4),
      'the recorded layers.missing.client of rtt 100 B is 0, its samples give 4',
    ],
    ['a negative number', inFirst({ probes: -3 }), 'blocks[0].samples.intervals[0].probes is -3'],
    ['half a probe', inFirst({ probes: 2.5 }), 'blocks[0].samples.intervals[0].probes is 2.5'],
    [
      'an interval that lacks its histogram',
      ([row]) => Object.assign(row!, { rttNs: undefined }),
      'blocks[0].samples.intervals[0] has no rttNs',
    ],
    [
      'samples that lack their intervals',
      (_, samples) => delete samples['intervals'],
      'blocks[0].samples has no intervals',
    ],
    [
      'samples that say that each probe is there',
      (_, samples) => (samples['form'] = 'raw'),
      'blocks[0].samples has no rttNs',
    ],
    ['an interval removed', (intervals) => intervals.pop(), 'of rtt 100 B is '],
    [
      'a median changed by hand',
      (_, __, series) => (statisticsIn(series)['median'] = 5),
      'the recorded median of rtt 100 B is 5, its samples give ',
    ],
    [
      'a histogram of the series changed by hand',
      (_, __, series) => (series['rttHistogram'] = THREE),
      'the recorded histogram of rtt 100 B',
    ],
  ])('%s', (_name, change, words) => {
    expect(refusal(changed(change))).toContain(words);
  });
});

describe('a short text of very many probes', () => {
  /** What arrays have taken meanwhile, bytes. */
  function taken(action: () => void): number {
    const before = process.memoryUsage().arrayBuffers;
    action();
    return process.memoryUsage().arrayBuffers - before;
  }
  const FEW_BYTES = 50_000_000;

  test.each([2 ** 28, 2 ** 40, 2 ** 52])('is refused before there is room made for them: %d', (probes) => {
    const text = changed(inFirst({ probes, rttNs: swollen(probes) }));
    expect(text.length).toBeLessThan(2 * sound.length);
    const bytes = taken(() => {
      expect(refusal(text)).toBe('run.json holds more than the memory of this program takes');
    });
    expect(bytes).toBeLessThan(FEW_BYTES);
  });

  test.each([
    ['in an interval of few', inFirst({ rttNs: swollen(2 ** 40) }), 'round-trip times'],
    [
      'in a layer of few',
      ([row]: Row[]) => (layersOf(row)['residenceNs'] = swollen(2 ** 40)),
      'layers.residenceNs',
    ],
  ] as const)('%s is refused as one that contradicts itself', (_where, change, what) => {
    const text = changed(change);
    const bytes = taken(() => {
      expect(refusal(text)).toContain(`3 probes and a histogram of ${2 ** 40} ${what}`);
    });
    expect(bytes).toBeLessThan(FEW_BYTES);
  });
});

test('one with a value replaced is refused, or can be reported and tabled like any other', () => {
  const record: unknown = JSON.parse(sound);
  const values = fc.oneof(
    fc.constantFrom(0, 1, 3, 8, S, 2 ** 40, null, '', 'raw', 'warm-up', THREE, FOUR, swollen(0), [], {}),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(fc.array(fc.nat(50), { maxLength: 8 }), values, (steps, value) => {
      const text = JSON.stringify(replaced(record, ['blocks', 0, ...steps], value));
      let read: ReturnType<typeof readResult>;
      try {
        read = readResult(text, NAME);
      } catch (error) {
        expect(error).toBeInstanceOf(EcholotError);
        return;
      }
      expect([...csvPieces(read)].join('')).toContain('\n');
      expect(humanReport(read)).toContain('TCP echo measurement');
      chartsOf([read]);
    }),
    { numRuns: 200 },
  );
});
