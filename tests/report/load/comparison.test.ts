/** The comparison of loads that people read: what B carries and costs against A, with what it stands on. */
import { describe, expect, test } from 'vitest';
import { comparedFigures } from '../../../src/analysis/load/compared/figures.ts';
import type { Depth } from '../../../src/report/document/document.ts';
import { documentOf } from '../../../src/report/document/documents.ts';
import { htmlPage } from '../../../src/report/html.ts';
import { documentText } from '../../../src/report/human.ts';
import { markdownText } from '../../../src/report/markdown.ts';
import type { ComparedFigure, LoadComparison } from '../../../src/result/load/load-comparison.ts';
import type { LoadDoubt } from '../../../src/result/load/load-statistics.ts';
import type { ErrorRecord } from '../../../src/result/result.ts';
import { type SimulatedTurns, simulatedTurns, turnsComparison } from '../../analysis/load/compared.ts';
import { MS } from './units.ts';

const DOUBT: LoadDoubt = {
  ...{ code: 'not-settled', phase: 'up', value: null },
  ...{ message: 'goodput never settled under the load up', advice: 'give it more time' },
};

function report(comparison: LoadComparison, depth: Depth = 'usual', width = 80): string {
  return documentText(documentOf(comparison, depth), width);
}

/** Without line ends, which come where a line is full. */
function flat(comparison: LoadComparison, depth: Depth = 'usual'): string {
  return report(comparison, depth).replace(/\s+/g, ' ');
}

function different(over: Partial<LoadComparison> = {}): LoadComparison {
  return turnsComparison({ ratio: 1.2, difference: 5 * MS }, over);
}

function apart(turns: SimulatedTurns): LoadComparison {
  const { a, b } = simulatedTurns(turns);
  const whole = turnsComparison(turns);
  const loads = (all: typeof a) => all.map((load) => ({ ...load, round: null }));
  return {
    ...whole,
    ...{ interleaved: false, turns: null },
    a: { ...whole.a, label: 'monday.json', files: ['monday.json'], loads: loads(a) },
    b: { ...whole.b, label: 'friday.json', files: ['friday.json'], loads: loads(b) },
    figures: comparedFigures({ a, b }, false),
  };
}

describe('a comparison of loads reads as it always did', () => {
  test.each([
    ['load-comparison', 'usual'],
    ['load-comparison-full', 'full'],
  ] as const)('%s', async (name, depth) => {
    const comparison = different();
    const [first, ...others] = comparison.a.loads;
    if (first === undefined) throw new Error('there is a load');
    const a = { ...comparison.a, loads: [{ ...first, doubts: [DOUBT] }, ...others] };
    await expect(report({ ...comparison, a }, depth)).toMatchFileSnapshot(`golden/${name}.txt`);
  });

  test('of files', async () => {
    await expect(report(apart({ rounds: 4, ratio: 0.8 }))).toMatchFileSnapshot(
      'golden/load-comparison-files.txt',
    );
  });

  test('as Markdown', async () => {
    await expect(markdownText(documentOf(different(), 'full'))).toMatchFileSnapshot(
      'golden/load-comparison.md.txt',
    );
  });
});

test('it is a page as well, without pictures', () => {
  const page = htmlPage(documentOf(different(), 'full'), [], () => '<svg></svg>');
  expect(page).toContain('B carries more');
  expect(page).not.toContain('<svg');
});

test('no line of words is wider than a terminal', () => {
  for (const comparison of [different(), apart({ rounds: 1 })]) {
    for (const line of report(comparison, 'full').split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  }
});

describe('the verdict in words', () => {
  const withFigure = (over: Partial<ComparedFigure>): string => {
    const comparison = different();
    const [goodput, , , increase] = comparison.figures.toSorted((x, y) => x.of.localeCompare(y.of));
    const base = over.of === 'increase' ? increase : goodput;
    if (base === undefined) throw new Error('there is a figure');
    return flat({ ...comparison, figures: [{ ...base, phase: 'down', ...over }] }, 'brief');
  };
  const interval = (low: number, high: number) =>
    ({ level: 0.95, low, high, method: 'rank-sum', units: 8 }) as const;

  test.each<[Partial<ComparedFigure>, string]>([
    [
      { of: 'goodput', verdict: 'higher', value: 1.25, interval: interval(1.1, 1.4) },
      'Goodput, down B carries more by 25 % (10–40)',
    ],
    [
      { of: 'goodput', verdict: 'lower', value: 0.8, interval: interval(0.75, 0.84) },
      'Goodput, down B carries less by 20 % (16–25)',
    ],
    [
      { of: 'goodput', verdict: 'no-difference-shown', value: 1, interval: interval(0.98, 1.03) },
      'Goodput, down no difference shown one of up to 3 % may be there',
    ],
    [
      { of: 'goodput', verdict: 'too-uncertain', value: 1, interval: interval(0.7, 1.1) },
      'Goodput, down too uncertain one of up to 30 % may be there',
    ],
    [
      { of: 'increase', verdict: 'higher', value: 12 * MS, interval: interval(10 * MS, 14 * MS) },
      'Increase, down B waits longer by 12.0 ms (10.0–14.0)',
    ],
    [
      { of: 'increase', verdict: 'lower', value: -2 * MS, interval: interval(-3 * MS, -1 * MS) },
      'Increase, down B waits less by 2.00 ms (1.00–3.00)',
    ],
    [
      { of: 'goodput', verdict: 'too-uncertain', interval: null, refused: 'too-few-loads' },
      'Goodput, down cannot tell too few loads',
    ],
  ])('%j', (over, words) => {
    expect(withFigure(over)).toContain(words);
  });

  test('of data that went both ways at once names the direction', () => {
    expect(withFigure({ of: 'goodput', phase: 'both', direction: 'up' })).toContain('Goodput, both, up ');
  });
});

describe('what to know', () => {
  test('of an uncertain one is what would help', () => {
    expect(flat(turnsComparison({ rounds: 8, scatter: 0.2 }))).toContain(
      'more pairs narrow the intervals: --rounds 16, or longer loads: --duration',
    );
    expect(flat(turnsComparison({ rounds: 4 }))).toContain('five pairs at least are needed for an interval');
    expect(flat(apart({ rounds: 1 }))).toContain('one load a side cannot tell');
  });

  test('of one that ended early is how many pairs there are', () => {
    const nothing = { advice: null, phase: null, expected: null, received: null };
    const error: ErrorRecord = { code: 'network', message: 'the connection was reset', ...nothing };
    const turns = { rounds: 12, maxTimeNs: null, seed: 7 };
    const failed = flat(different({ turns, outcome: { status: 'failed', error } }));
    expect(failed).toContain('Incomplete: the comparison failed: the connection was reset');
    expect(failed).toContain('8 of 12 pairs that were asked for');
    const cancelled = flat(different({ outcome: { status: 'cancelled', error } }));
    expect(cancelled).toContain('Incomplete: the comparison was cancelled');
  });

  test('of an option of a socket is which data it acts on', () => {
    const comparison = different();
    const { a } = comparison;
    const socket = { ...a.plan.socket, congestionControl: 'bbr' };
    const other = { ...a, plan: { ...a.plan, socket } };
    expect(flat({ ...comparison, a: other })).toContain('congestion control is that of the sender');
  });

  test('of loads that show nothing is that they do', () => {
    expect(flat(different({ figures: [] }))).toContain('Nothing was carried that could be compared');
  });
});
