/** Comparisons, series of handshakes, self-tests and checks are read again whole, and one that was damaged is not shown. */
import { describe, expect, test } from 'vitest';
import { type EcholotRecord, RecordReader, requireResult } from '../../src/analysis/read.ts';
import type { Result } from '../../src/result/result.ts';
import { checkedClient, checkedServer } from '../check/checked.ts';
import { bench } from '../measure/self-testing.ts';
import { comparisonOf } from '../report/comparisons.ts';
import { pingResult } from '../report/ping-results.ts';
import { turnsComparison } from './load/compared.ts';
import { ENOUGH_BYTES, readRecord } from './reading.ts';

function readBack(record: unknown): EcholotRecord {
  return readRecord(JSON.stringify(record), 'file.json');
}

async function records(): Promise<Exclude<EcholotRecord, Result>[]> {
  const checks = [await checkedServer({ takesNumber: () => true }), await checkedClient({})];
  return [comparisonOf('a'), turnsComparison(), pingResult(), await bench().run(), ...checks];
}

describe('a record that is no measurement', () => {
  test('is read as it was written', async () => {
    for (const record of await records()) {
      expect(readBack(record)).toEqual(JSON.parse(JSON.stringify(record)));
    }
  });

  test('that lacks a field is refused, whichever it is', async () => {
    for (const record of await records()) {
      for (const name of Object.keys(record)) {
        // Files of older versions lack these.
        if (['unsent', 'addresses'].includes(name)) continue;
        const { [name as keyof typeof record]: _, ...rest } = record;
        expect(() => readBack(rest), `${record.format} without ${name}`).toThrow(/file\.json/);
      }
    }
  });

  test('that has a value of another kind is refused', async () => {
    for (const record of await records()) {
      expect(() => readBack({ ...record, tool: 7 })).toThrow('tool is 7 but must be object');
    }
  });

  test('of a newer version is refused as such', async () => {
    for (const record of await records()) {
      const { version } = record;
      expect(() => readBack({ ...record, version: version + 1 })).toThrow(
        `version ${version + 1} of the format; this one reads up to ${version}`,
      );
    }
  });

  test('is named for what it is where a measurement is needed', async () => {
    const named = (await records()).map((record) => {
      try {
        return requireResult(record, 'file.json');
      } catch (error) {
        return (error as Error).message;
      }
    });
    expect(named).toEqual([
      'file.json is a comparison (echolot compare), not a measurement',
      'file.json is a comparison of loads (echolot compare --load), not a measurement',
      'file.json is a series of handshakes (echolot ping), not a measurement',
      'file.json is a self-test (echolot selftest), not a measurement',
      'file.json is a check (echolot check), not a measurement',
      'file.json is a check (echolot check), not a measurement',
    ]);
  });
});

describe('figures changed by hand are not believed', () => {
  const changed = (change: (series: { median: Record<string, unknown> }) => void): unknown => {
    const comparison = JSON.parse(JSON.stringify(comparisonOf('a')));
    change(comparison.series[0]);
    return comparison;
  };

  test.each([
    [
      'a ratio outside of its interval',
      (median: Record<string, unknown>) => (median['ratio'] = 90),
      'outside of its interval',
    ],
    [
      'a verdict that its interval does not make',
      (median: Record<string, unknown>) =>
        (median['verdict'] = median['verdict'] === 'slower' ? 'faster' : 'slower'),
      'is called',
    ],
  ])('%s', (_what, change, words) => {
    expect(() => readBack(changed(({ median }) => change(median)))).toThrow(words);
  });

  test('a median of handshakes that is not that of the replies', () => {
    const ping = JSON.parse(JSON.stringify(pingResult()));
    ping.statistics.connectNs.median = 1;
    expect(() => readBack(ping)).toThrow(
      'the recorded connectNs.median of the series of handshakes is 1, its replies give',
    );
    ping.statistics = JSON.parse(JSON.stringify(pingResult().statistics));
    ping.statistics.answered++;
    expect(() => readBack(ping)).toThrow('answered');
  });
});

describe('a comparison of loads', () => {
  type Changed = {
    figures: Record<string, unknown>[];
    a: {
      loads: { round: number | null; startedAt: string; phases: { downBitsPerSecond: number | null }[] }[];
    };
    interleaved: boolean;
  };
  const changed = (change: (comparison: Changed) => void): unknown => {
    const comparison = JSON.parse(JSON.stringify(turnsComparison({ ratio: 0.8 })));
    change(comparison);
    return comparison;
  };

  test.each<[string, (comparison: Changed) => unknown, string]>([
    [
      'a ratio that its loads do not give',
      ({ figures: [first] }) => Object.assign(first ?? {}, { value: 1.5 }),
      'of the comparison is 1.5, its loads give 0.',
    ],
    [
      'a figure that is missing',
      ({ figures }) => figures.pop(),
      'the recorded length of the comparison is 3',
    ],
    [
      'a load that its figures are not made of',
      ({ a: { loads } }) => Object.assign(loads[0]?.phases[0] ?? {}, { downBitsPerSecond: 1e9 }),
      'its loads give',
    ],
    ['a round twice', ({ a: { loads } }) => Object.assign(loads[0] ?? {}, { round: 2 }), 'has two loads'],
    [
      'a round that is none',
      ({ a: { loads } }) => Object.assign(loads[0] ?? {}, { round: null }),
      'rounds of a',
    ],
    ['no load', ({ a }) => a.loads.splice(0), 'a has no load'],
    ['no date', ({ a: { loads } }) => Object.assign(loads[0] ?? {}, { startedAt: 'now' }), 'is no date'],
    [
      'turns that were none',
      (comparison) => Object.assign(comparison, { interleaved: false }),
      'took turns, or not',
    ],
    [
      'more loads than anybody runs',
      ({ a: { loads } }) => {
        for (let round = 9; round <= 1_001; round++)
          loads.push({ ...(loads[0] as (typeof loads)[0]), round });
      },
      'a has more than 1000 loads',
    ],
  ])('with %s is refused', (_what, change, words) => {
    expect(() => readBack(changed(change))).toThrow(words);
  });

  test('has the intervals and verdicts of today, whatever a file of another version says', () => {
    const file = changed(({ figures: [first] }) =>
      Object.assign(first ?? {}, { interval: null, verdict: 'higher' }),
    );
    expect(readBack(file)).toEqual(JSON.parse(JSON.stringify(turnsComparison({ ratio: 0.8 }))));
  });
});

test('a comparison with warnings of a version to come, or with times in fractions, is read all the same', () => {
  const comparison = comparisonOf('a');
  const warning = {
    code: 'not-yet-known',
    check: 'other',
    message: 'so',
    advice: 'that',
    meanNs: 14_341.4515,
  };
  const read = readBack({ ...comparison, a: { ...comparison.a, warnings: [warning] } });
  expect(read).toMatchObject({ a: { warnings: [warning] } });
});

test.each([
  ['with a mark, the small end first', [0xff, 0xfe, 0, 0, 0x7b, 0, 0, 0, 0x22, 0, 0, 0]],
  ['without one', [0x7b, 0, 0, 0, 0x22, 0, 0, 0]],
])('text in UTF-32 %s is named, and what to do about it', (_how, bytes) => {
  const reader = new RecordReader('file.json', ENOUGH_BYTES);
  expect(() => {
    reader.push(Uint8Array.from(bytes));
    reader.end();
  }).toThrow('file.json is text in UTF-32, not a result');
});
