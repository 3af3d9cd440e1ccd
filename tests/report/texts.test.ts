/** Reports as Markdown and as CSV: for people who paste them, and for programs. */
import { describe, expect, test } from 'vitest';
import { chartsOf } from '../../src/report/charts/charts.ts';
import { summaryCsv } from '../../src/report/summary-csv.ts';
import { block, layers, MS, PORTABLE, recording } from '../analysis/recordings.ts';
import { markdownReport } from './rendered.ts';
import {
  analysed,
  cleanResult,
  emptyResult,
  hostileResult,
  thinResult,
  UNPRINTABLE,
} from './report-results.ts';

describe('Markdown', () => {
  test('reads as it always did', async () => {
    await expect(markdownReport([cleanResult()])).toMatchFileSnapshot('golden/report.md.txt');
  });

  test('of a thin result names what is too small', async () => {
    await expect(markdownReport([thinResult()])).toMatchFileSnapshot('golden/report-thin.md.txt');
  });

  test('has no marks of others: no tag, no table that breaks, no text turned around', () => {
    const text = markdownReport([hostileResult(), cleanResult()]);
    for (const mark of ['<', ...UNPRINTABLE]) expect(text).not.toContain(mark);
    const columns = (line: string): number => line.replaceAll('\\|', '').split('|').length;
    for (const [table] of text.matchAll(/(?:^\|.*\n)+/gm)) {
      expect(new Set(table.trimEnd().split('\n').map(columns)).size).toBe(1);
    }
    expect(text.replace(/\\`/g, '')).not.toContain('`');
  });

  test('counts one thing as one, wherever it is said', () => {
    const stamped = block([MS, MS], { warmupProbes: 1, layers: layers([MS, MS]) });
    const portable = block([MS], { measurement: 'throughput', payloadBytes: 1, ...PORTABLE });
    const system = { platform: 'linux', release: '6.8.0', arch: 'x64', cpu: null, cpus: 1 } as const;
    for (const blocks of [[stamped], [stamped, portable], [portable]]) {
      const result = analysed(recording(blocks, { system, plan: { blocks: 1, probes: 1, warmupProbes: 1 } }));
      const pictures = JSON.stringify(chartsOf([result]));
      expect(`${markdownReport([result])}\n${pictures}`).not.toMatch(
        /(?<![\d.,]|to )\b1 (?:(?!is|has|was|does)[a-z]+s|are|were|have|do)\b/,
      );
    }
  });

  test('of a run that failed at once says why', () => {
    expect(markdownReport([emptyResult()])).toContain('connection refused');
  });
});

describe('CSV', () => {
  test('reads as it always did', async () => {
    await expect(summaryCsv([cleanResult(), thinResult()])).toMatchFileSnapshot('golden/report.csv');
  });

  test('has the same number of cells in each row, hostile words or not', () => {
    for (const results of [[cleanResult(), thinResult()], [hostileResult()], [emptyResult()]]) {
      const rows = summaryCsv(results).trimEnd().split('\n').map(cells);
      expect(new Set(rows.map(({ length }) => length)).size).toBe(1);
    }
  });

  test('starts no cell in a way that a spreadsheet takes for a formula', () => {
    const result = cleanResult();
    const csv = summaryCsv([{ ...result, plan: { ...result.plan, host: '=HYPERLINK("x")' } }]);
    for (const row of csv.trimEnd().split('\n')) {
      for (const cell of cells(row)) expect(cell).not.toMatch(/^[=+@]/);
    }
  });
});

/** RFC 4180, one row. */
function cells(row: string): string[] {
  return [...row.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,"]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  );
}
