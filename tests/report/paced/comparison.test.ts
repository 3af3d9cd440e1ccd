/** The comparison of open loops that people read: what B takes and answers against A, with what it stands on. */
import { describe, expect, test } from 'vitest';
import { pacedFigures } from '../../../src/analysis/paced/compared/figures.ts';
import type { Depth } from '../../../src/report/document/document.ts';
import { documentOf } from '../../../src/report/document/documents.ts';
import { htmlPage } from '../../../src/report/html.ts';
import { documentText } from '../../../src/report/human.ts';
import { markdownText } from '../../../src/report/markdown.ts';
import type { ErrorRecord } from '../../../src/result/error-record.ts';
import type { PacedComparison } from '../../../src/result/paced/paced-comparison.ts';
import type { PacedDoubt } from '../../../src/result/paced/paced-statistics.ts';
import { comparedFiles, pacedComparison, stepFigures } from '../../analysis/paced/compared.ts';

const SATURATED: PacedDoubt = { kind: 'saturated', step: 2, backlog: 400 };

function report(comparison: PacedComparison, depth: Depth = 'usual', width = 80): string {
  return documentText(documentOf(comparison, depth), width);
}

/** Without line ends, which come where a line is full. */
function flat(comparison: PacedComparison, depth: Depth = 'usual'): string {
  return report(comparison, depth).replace(/\s+/g, ' ');
}

function withDoubt(comparison: PacedComparison): PacedComparison {
  const runs = comparison.b.runs.map((run, i) => (i < 3 ? { ...run, doubts: [SATURATED] } : run));
  return { ...comparison, b: { ...comparison.b, runs } };
}

describe('a comparison of open loops reads as it always did', () => {
  test.each([
    ['comparison', 'usual'],
    ['comparison-full', 'full'],
  ] as const)('%s', async (name, depth) => {
    const comparison = withDoubt(pacedComparison({ rates: [1_000, 2_000], ratio: 1.2 }));
    await expect(report(comparison, depth, 100)).toMatchFileSnapshot(`golden/${name}.txt`);
  });

  test('of files', async () => {
    await expect(report(comparedFiles({ runs: 4, ratio: 0.8 }))).toMatchFileSnapshot(
      'golden/comparison-files.txt',
    );
  });
});

describe('a comparison says', () => {
  test('which side is slower, in words of times, and which answers less', () => {
    const whole = pacedComparison();
    const runs = whole.b.runs.map((run) => ({
      ...run,
      steps: run.steps.map((step) => ({ ...step, answeredPerSecond: 1_500, responseP50: 1e6 })),
    }));
    const figures = pacedFigures({ a: whole.a.runs, b: runs }, true);
    const told = flat({ ...whole, b: { ...whole.b, runs }, figures }, 'brief');
    expect(told).toMatch(/Response p50 B is slower 8\.\d+x as long/);
    expect(told).toContain('Answered B answers less by 25 % (25–25)');
  });

  test('what may be there in words that are short, however wide the interval', () => {
    const told = flat(pacedComparison({ scatter: 1.5, ratio: 1.2 }), 'brief');
    expect(told).toMatch(/Response p50 too uncertain one of up to \d+(\.\d+)?x may be there/);
  });

  test('that one run a side cannot tell', () => {
    const told = flat(comparedFiles({ runs: 1, ratio: 2 }));
    expect(told).toContain('Response p50 cannot tell too few runs');
    expect(told).toContain('one run a side cannot tell: runs of an unchanged target differ');
  });

  test('that a percentile has no ratio where probes were never answered', () => {
    const whole = pacedComparison();
    const runs = whole.b.runs.map((run) => ({
      ...run,
      steps: [stepFigures(2_000, { responseP99: null, missing: 400 })],
    }));
    const figures = pacedFigures({ a: whole.a.runs, b: runs }, true);
    const told = flat({ ...whole, b: { ...whole.b, runs }, figures });
    expect(told).toContain('Response p99 cannot tell among those never answered');
    expect(told).toContain('is longer than all others, and has no ratio');
  });

  test('how many runs a doubt is of, and at which rate', () => {
    expect(flat(withDoubt(pacedComparison({ rates: [1_000, 2_000] })))).toContain(
      'in 3 of 8 runs of B at 2,000/s: the backlog grew to 400 probes',
    );
  });

  test('that it failed before it was whole', () => {
    const error: ErrorRecord = {
      ...{ code: 'peer', message: 'the server closed it', advice: null },
      ...{ expected: null, received: null, phase: null },
    };
    const failed = pacedComparison({}, { outcome: { status: 'failed', error }, figures: [] });
    expect(flat(failed)).toContain('Incomplete: the comparison failed: the server closed it');
    expect(flat(failed)).toContain('No step ran to its end on both sides');
  });
});

test('as a page and as Markdown it says the same', () => {
  const document = documentOf(pacedComparison({ ratio: 1.2 }), 'full');
  expect(htmlPage(document, [], () => '<svg></svg>')).toContain('B is slower');
  expect(markdownText(document)).toContain('B is slower');
});
