/** The figures of a comparison of open loops as rows for other programs. */
import { expect, test } from 'vitest';
import { pacedComparisonCsv } from '../../../src/report/paced/paced-comparison-csv.ts';
import { pacedComparison } from '../../analysis/paced/compared.ts';

test('each figure is a row under its columns, with its verdict, so that no ratio has to be read off a page', () => {
  const comparison = pacedComparison({ rates: [1_000, 2_000], ratio: 1.2 });
  const [header = [], ...rows] = pacedComparisonCsv(comparison)
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  expect(rows).toHaveLength(comparison.figures.length);
  for (const [i, row] of rows.entries()) {
    const cells = Object.fromEntries(header.map((name, at) => [name, row[at]]));
    const figure = comparison.figures[i];
    expect(row).toHaveLength(header.length);
    expect(cells).toMatchObject({ of: figure?.of, verdict: figure?.verdict });
    expect(Number(cells['ratio'])).toBe(figure?.value);
  }
});
