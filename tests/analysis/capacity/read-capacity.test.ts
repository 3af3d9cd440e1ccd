/** A saved search for a capacity is read again whole; one that was damaged, or changed by hand, is not believed. */
import { describe, expect, test } from 'vitest';
import { requireResult } from '../../../src/analysis/read.ts';
import { jsonReport } from '../../../src/report/json.ts';
import type { CapacityResult } from '../../../src/result/capacity/capacity-result.ts';
import { readRecord, replaced } from '../reading.ts';
import { capacityResult } from './capacity-results.ts';

const RESULT = capacityResult();
const TEXT = jsonReport(RESULT);

function read(value: unknown): CapacityResult {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return readRecord(text, 'capacity.json') as CapacityResult;
}

test('a saved search is read as it was written', () => {
  expect(RESULT.statistics.finding).toBe('found');
  expect(read(TEXT)).toEqual(JSON.parse(TEXT));
});

test('one that lacks a field is refused, whichever it is', () => {
  for (const name of Object.keys(RESULT)) {
    const { [name as keyof CapacityResult]: _, ...rest } = RESULT;
    expect(() => read(rest), name).toThrow(/capacity\.json/);
  }
});

test('it is named for what it is where a measurement is needed', () => {
  expect(() => requireResult(read(TEXT), 'capacity.json')).toThrow(
    'capacity.json is a search for a capacity (echolot capacity), not a measurement',
  );
});

test('what is believed is found again: an interval of another version is no fault', () => {
  expect(read(replaced(RESULT, ['statistics', 'lowPerSecond'], 900)).statistics.lowPerSecond).toBe(
    RESULT.statistics.lowPerSecond,
  );
});

describe('what was changed by hand is refused', () => {
  test.each([
    ['how often a rate held', ['statistics', 'rates', '0', 'held'], 9, /its tries give/],
    ['what came of a try', ['tries', '0', 'outcome'], 'missed', /was missed, and its value holds/],
    ['what a try had', ['tries', '7', 'outcome'], 'held', /held, and its value does not/],
    ['the condition', ['plan', 'condition'], 'fast', /no condition/],
    ['the order of tries', ['tries', '3', 'atNs'], 0, /out of its order/],
    ['probes', ['tries', '0', 'counts', 'sent'], 7, /do not add up/],
    ['percentiles', ['tries', '0', 'response', 'p50'], 1e12, /percentiles out of their order/],
    ['a rate', ['tries', '0', 'perSecond'], 1e6, /higher rate than allowed/],
    ['the date', ['startedAt'], 'yesterday', /no date/],
  ])('%s', (_what, path, value, words) => {
    expect(() => read(replaced(RESULT, path, value))).toThrow(words);
  });
});
