/** The assignment's figures as a table, which LaTeX and spreadsheets read. */
import { describe, expect, test } from 'vitest';
import { assignmentCsv } from '../../src/report/assignment-csv.ts';
import { ALL_SIZES, resultWithDelay } from './assignment-results.ts';

type Row = Record<
  'delay_ms' | 'measurement' | 'payload_bytes' | 'n' | 'mean' | 'median' | 'low' | 'high' | 'unit',
  string
>;

describe('the table for LaTeX and spreadsheets', () => {
  /** Rows as objects; no cell is quoted. */
  function read(csv: string): Row[] {
    const [header = [], ...rows] = csv
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
    for (const row of rows) expect(row).toHaveLength(header.length);
    return rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i] ?? ''])) as Row);
  }

  test('gives back every figure of the records, to the last digit', () => {
    const results = [0, 0.05, 10].map((delayMs) => resultWithDelay(delayMs));
    const csv = assignmentCsv(results);
    expect(csv).not.toMatch(/["\r]/);
    expect(csv.endsWith('\n')).toBe(true);
    const expected = results.flatMap(({ plan, series }) =>
      series.map(({ workload, statistics }) => {
        const isRtt = workload.kind === 'rtt';
        const own = isRtt ? statistics?.rttNs : statistics?.goodputBitsPerSecond;
        const interval = own?.estimates.find(({ p }) => p === 0.5)?.interval;
        return {
          ...{ delay: plan.serverDelayNs, kind: workload.kind, bytes: workload.payloadBytes },
          ...{ n: own?.n, mean: own?.mean, median: own?.median, low: interval?.low, high: interval?.high },
          unit: isRtt ? 'ns' : 'bit/s',
        };
      }),
    );
    const found = read(csv).map((row) => ({
      ...{ delay: Number(row.delay_ms) * 1e6, kind: row.measurement, bytes: Number(row.payload_bytes) },
      ...{ n: Number(row.n), mean: Number(row.mean), median: Number(row.median) },
      ...{ low: Number(row.low), high: Number(row.high), unit: row.unit },
    }));
    expect(found).toEqual(expected);
    expect(found).toHaveLength(3 * ALL_SIZES.length);
  });

  test('leaves empty what was not found, instead of a nought', () => {
    const bare = resultWithDelay(0, { rounds: 1, probes: 10 });
    const series = bare.series.map((one, i) => (i === 0 ? { ...one, statistics: null } : one));
    const [first, second] = read(assignmentCsv([{ ...bare, series }]));
    expect(first).toMatchObject({ n: '0', mean: '', median: '', low: '', high: '', unit: 'ns' });
    expect(second).toMatchObject({ n: '10', mean: expect.stringMatching(/\d/), low: '', high: '' });
  });
});
