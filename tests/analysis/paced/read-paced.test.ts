/** Saved paced probes are read again whole; a record that was damaged, or whose figures were changed by hand, is not believed. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analysePaced } from '../../../src/analysis/paced/analyse-paced.ts';
import { requireResult } from '../../../src/analysis/read.ts';
import { EcholotError } from '../../../src/core/errors.ts';
import { LayerTimes } from '../../../src/measure/paced/layer-times.ts';
import { jsonReport } from '../../../src/report/json.ts';
import type { PacedResult } from '../../../src/result/paced/paced-result.ts';
import { NanosecondHistogram } from '../../../src/stats/histogram.ts';
import { type Json, readRecord, replaced } from '../reading.ts';
import { exponential, MS, queuedStep, S } from './queues.ts';
import { pacedRecording } from './recordings.ts';

const SHORT = { stepNs: S, arrivals: 'poisson' } as const;
const LAYERS = new LayerTimes();
LAYERS.add(Float64Array.from([1_000, 0, 500, 20_000, 3_000]), 0);
const STEPS = [
  {
    ...queuedStep({ ...SHORT, perSecond: 200, kept: 1_000, serviceNs: exponential(MS) }).record,
    layers: LAYERS.record,
  },
  queuedStep({ ...SHORT, perSecond: 400, serviceNs: exponential(4 * MS), inFlight: 2, startNs: 3 * S })
    .record,
];
const RECORDING = pacedRecording(STEPS);
const PACED: PacedResult = { ...RECORDING, statistics: analysePaced(RECORDING) };
const TEXT = jsonReport(PACED);
const ONE_MS = NanosecondHistogram.of([MS]).encode();

function read(value: unknown): PacedResult {
  return readRecord(typeof value === 'string' ? value : JSON.stringify(value), 'paced.json') as PacedResult;
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

describe('a saved run of paced probes', () => {
  test('is read as it was written', () => {
    expect(PACED.statistics.doubts.length).toBeGreaterThan(0);
    expect(PACED.steps[0]?.samples?.rttNs.length).toBe(PACED.steps[0]?.counts.sent);
    expect(read(TEXT)).toEqual(JSON.parse(TEXT));
  });

  test('that lacks a field is refused, whichever it is', () => {
    for (const name of Object.keys(PACED)) {
      const { [name as keyof PacedResult]: _, ...rest } = PACED;
      expect(() => read(rest), name).toThrow(/paced\.json/);
    }
  });

  test('is named for what it is where a measurement is needed', () => {
    expect(() => requireResult(read(TEXT), 'paced.json')).toThrow(
      'paced.json is a run of paced probes (echolot measure --rate), not a measurement',
    );
  });

  test('of a newer version is refused as such', () => {
    expect(refusalOf({ ...PACED, version: 2 })).toContain('version 2 of the format; this one reads up to 1');
  });

  test('with fields and doubts of a version to come is read, with the doubts of this one', () => {
    const newer = {
      ...PACED,
      later: 7,
      statistics: { ...PACED.statistics, doubts: [{ kind: 'not-yet-known', step: 'x' }], score: 3 },
    };
    expect(read(newer)).toMatchObject({
      later: 7,
      statistics: { score: 3, doubts: PACED.statistics.doubts },
    });
  });
});

describe('one that contradicts itself is refused', () => {
  test.each<readonly [string, readonly (string | number)[], unknown, string]>([
    ['its date', ['startedAt'], 'yesterday', 'startedAt is no date'],
    ['steps and plan', ['plan', 'ratesPerSecond'], [200], 'it has more steps than were planned'],
    ['rates', ['steps', 1, 'askedPerSecond'], 40_000, 'steps[1] is of another rate than planned'],
    ['the order of steps', ['steps', 1, 'fromAtNs'], 0, 'steps[1] is out of its order'],
    ['counts', ['steps', 0, 'counts', 'lost'], 5, 'steps[0].counts do not add up'],
    ['what was due', ['steps', 0, 'counts', 'due'], 900, 'steps[0].parts have'],
    ['the number of connections', ['connections'], [], 'steps[0] has 1 connections, and the run 0'],
    ['shares of connections', ['steps', 0, 'byConnection', 0, 'sent'], 1, 'steps[0].byConnection is not all'],
    ['late sends', ['steps', 0, 'late', 'byThread'], 10_000, 'steps[0].late has more than were sent'],
    ['a count of times', ['steps', 0, 'response', 'count'], 3, 'steps[0].response is of 3 probes'],
    ['a histogram', ['steps', 0, 'service', 'encoded'], ONE_MS, 'steps[0].service counts 1 times'],
    ['no histogram', ['steps', 0, 'service', 'encoded'], 'AAAA', 'steps[0].service cannot be read'],
    ['the longest time', ['steps', 0, 'response', 'maxNs'], 1, 'steps[0].response has other extremes'],
    ['no extremes', ['steps', 0, 'response', 'minNs'], null, 'steps[0].response has no extremes'],
    ['the order of parts', ['steps', 0, 'parts', 2, 'fromAtNs'], 0, 'steps[0].parts[2] is out of its order'],
    [
      'a part without times',
      ['steps', 0, 'parts', 1, 'response', 'p50'],
      S,
      'percentiles out of their order',
    ],
    [
      'longer times of a part',
      ['steps', 0, 'parts', 1, 'response', 'max'],
      99 * S,
      'beyond those of the step',
    ],
    ['layers', ['steps', 0, 'layers', 'wakeUp', 'count'], 7, 'layers.wakeUp is of 7 probes, and there are 1'],
    ['layers of none', ['steps', 0, 'layers', 'sendCall', 'count'], 0, 'layers are of 0 probes'],
    ['lists of samples', ['steps', 0, 'samples', 'rttNs'], [1], 'samples has lists of different lengths'],
    ['connections of samples', ['steps', 0, 'samples', 'connection', 0], 2, 'connections that there are not'],
    ['moments of samples', ['steps', 0, 'samples', 'dueAtNs', 0], 1, 'were due at another time'],
    ['a sample', ['steps', 0, 'samples', 'rttNs', 0], 77 * S, 'response is not the histogram of its samples'],
  ])('%s', (_what, path, value, words) => {
    expect(refusalOf(replaced(PACED, path, value))).toContain('paced.json contradicts itself: ');
    expect(refusalOf(replaced(PACED, path, value))).toContain(words);
  });
});

describe('figures changed by hand are not believed', () => {
  test.each<readonly [string, readonly (string | number)[], unknown]>([
    ['a p99', ['statistics', 'steps', 0, 'response', 'p99', 'value'], 1],
    ['one that has none', ['statistics', 'steps', 1, 'response', 'p99', 'value'], 1],
    ['a rate', ['statistics', 'steps', 0, 'answeredPerSecond', 'value'], 1e6],
    ['what is missing', ['statistics', 'steps', 1, 'missing'], 0],
    ['lateness', ['statistics', 'steps', 0, 'lateShare'], 0.5],
    ['a backlog', ['statistics', 'steps', 1, 'backlog'], 0],
  ])('%s', (_what, path, value) => {
    expect(refusalOf(replaced(PACED, path, value))).toContain('of the paced probes is');
  });
});

test('any value in any place is refused as damaged, or gives figures that can be read again', () => {
  const { statistics, ...recording } = JSON.parse(TEXT) as Json;
  const anything = fc.oneof(
    fc.constantFrom<unknown>(null, 0, -1, 0.5, 1e308, 2 ** 53, '', ONE_MS, [], {}, true),
    fc.maxSafeNat(),
    fc.nat(20).map((n) => n * S),
  );
  const path = fc.array(fc.nat(10_000), { minLength: 1, maxLength: 5 });
  let taken = 0;
  fc.assert(
    fc.property(path, anything, (steps, value) => {
      const changed = replaced(recording, steps, value) as PacedResult;
      const judged = refusalOf({ ...changed, statistics });
      if (judged !== undefined && !/the recorded .* of the paced probes is/.test(judged)) return;
      const text = JSON.stringify({ ...changed, statistics: analysePaced(changed) });
      expect(read(text).statistics).toEqual(JSON.parse(text).statistics);
      taken++;
    }),
    { numRuns: 200 },
  );
  expect(taken).toBeGreaterThan(10);
});
