/** The tables people read: every figure with its unit, every doubt with its mark. */
import { describe, expect, test } from 'vitest';
import { humanReport } from '../../src/report/human.ts';
import { summarize } from '../../src/stats/summary.ts';
import { SAMPLE_RESULT, seriesSession, withSessions } from './sample-result.ts';

/** The cells of the row of one size. */
function row(report: string, size: string): string[] {
  const line = report.split('\n').find((text) => text.trimStart().startsWith(`${size} `)) ?? '';
  return line.trim().slice(size.length).trim().split(/\s+/);
}

test('the sample result is true to itself: its statistics are those of its samples', () => {
  for (const { rttNs, warmupProbes, payloadBytes, statistics } of SAMPLE_RESULT.sessions) {
    const measured = rttNs.slice(warmupProbes);
    expect(statistics?.rttNs ?? null).toEqual(summarize(measured));
    const goodput = summarize(measured.map((ns) => (payloadBytes * 8e9) / ns));
    expect(statistics?.goodputBitsPerSecond ?? null).toEqual(goodput);
  }
});

test('the whole report reads as it always did', async () => {
  await expect(humanReport(SAMPLE_RESULT)).toMatchFileSnapshot('golden/human.txt');
});

describe('a figure is not more than it is', () => {
  test('the 99th percentile of five samples is marked as thin', () => {
    expect(row(humanReport(SAMPLE_RESULT), '1 B')).toEqual(
      expect.arrayContaining(['5', '24.00', '23.00', '~29.80']),
    );
  });

  test.each([
    [499, '~'],
    [500, ''],
  ])('of %d samples the mark is "%s"', (n, mark) => {
    const [count, , , p99] = row(humanReport(withSessions(seriesSession(n))), '1 B');
    expect(count).toBe(String(n));
    expect(p99).toMatch(new RegExp(`^${mark}\\d`));
  });

  test('the mark is explained wherever it stands', () => {
    expect(humanReport(SAMPLE_RESULT)).toMatch(/^~ .*percentiles/m);
  });

  test('one sample has no standard deviation: a dash, never 0', () => {
    expect(row(humanReport(SAMPLE_RESULT), '1000 B').at(-1)).toBe('-');
  });

  test('a session without a sample is a row of dashes, never of zeros', () => {
    expect(row(humanReport(SAMPLE_RESULT), '32 KiB')).toEqual(['0', '-', '-', '-', '-', '-', '-']);
  });
});

test('a report that ended early says so itself: it may be read without its error beside it', () => {
  expect(humanReport(SAMPLE_RESULT)).toContain('no answer within 200 ms to probe 1');
});

describe('the headline tells what was measured', () => {
  test('name, address, dialect and engine', () => {
    expect(humanReport(SAMPLE_RESULT).split('\n')[0]).toBe(
      'echolot 1.2.3: echo.example port 9900 (192.0.2.2), dialect size-first, engine node',
    );
  });

  test('an address is not said twice, and plain echo is no dialect', () => {
    const plan = { ...SAMPLE_RESULT.plan, host: '192.0.2.2', protocol: 'plain' };
    const dialect = { requested: 'plain', spoken: 'plain', attempts: [] };
    expect(humanReport({ ...SAMPLE_RESULT, plan, dialect }).split('\n')[0]).toBe(
      'echolot 1.2.3: 192.0.2.2 port 9900, plain echo, engine node',
    );
  });
});

test('a report can be pasted: no line ends in blanks, none is wider than 110 columns but warnings', () => {
  const lines = humanReport(SAMPLE_RESULT).split('\n');
  expect(lines.filter((line) => line !== line.trimEnd())).toEqual([]);
  expect(lines.filter((line) => line.length > 110 && !line.startsWith('warning: '))).toEqual([]);
});
