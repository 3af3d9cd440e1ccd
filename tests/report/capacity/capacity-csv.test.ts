/** The tries of a search for a capacity as rows for other programs. */
import { expect, test } from 'vitest';
import { capacityTriesCsv } from '../../../src/report/capacity/capacity-csv.ts';
import { capacityResult, FOUND, tryRecord } from '../../analysis/capacity/capacity-results.ts';

function rows(text: string): string[][] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
}

test('each try is a row under its columns, so that the curve can be drawn elsewhere', () => {
  const [header = [], ...tries] = rows(capacityTriesCsv(capacityResult()));
  expect(tries).toHaveLength(FOUND.length);
  expect(tries.every((row) => row.length === header.length)).toBe(true);
  const first = Object.fromEntries(header.map((name, i) => [name, tries[0]?.[i]]));
  expect(first).toMatchObject({
    condition: 'response.p99 < 10ms',
    try: '1',
    asked_per_second: '100',
    outcome: 'held',
    response_p99_ns: '4000000',
  });
});

test('what was never answered is empty, and not 0', () => {
  const [header = [], row = []] = rows(
    capacityTriesCsv(
      capacityResult([tryRecord(100, 'saturated', { response: null, answeredPerSecond: null })]),
    ),
  );
  for (const name of ['response_p50_ns', 'answered_per_second']) expect(row[header.indexOf(name)]).toBe('');
});
