/** The assignment's report in the terminal: what a student hands in. */
import { expect, test } from 'vitest';
import { assignmentReport } from '../../src/report/assignment.ts';
import type { Warning } from '../../src/result/warnings.ts';
import { resultWithDelay } from './assignment-results.ts';

const PLAIN = { rounds: 1, probes: 10 };

const FEW_PROBES: Warning = {
  code: 'few-probes',
  check: 'samples',
  message: 'a size has 5 probes',
  advice: 'use --probes 10',
  probes: 5,
};

test('the whole report reads as it always did', async () => {
  // What the doubts of a result are is no concern of this table.
  const results = [0, 10, 100].map((delayMs) => ({ ...resultWithDelay(delayMs), checks: [], warnings: [] }));
  await expect(assignmentReport(results)).toMatchFileSnapshot('golden/assignment.txt');
});

test('every line fits a terminal', () => {
  const report = assignmentReport([0, 10, 100].map((delayMs) => resultWithDelay(delayMs)));
  for (const line of report.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

test('one session a size has no column of intervals that are not there', () => {
  const report = assignmentReport([resultWithDelay(0, PLAIN)]);
  expect(report).toMatch(/^ +size +n +mean +median$/m);
  expect(report).toMatch(/^ +1 B +10 +[\d.]+ +[\d.]+$/m);
});

test('a doubt of two delays is told once, with its advice', () => {
  const doubtful = [0, 10].map((delayMs) => ({ ...resultWithDelay(delayMs, PLAIN), warnings: [FEW_PROBES] }));
  const report = assignmentReport(doubtful).replace(/\s+/g, ' ');
  expect(report).toContain('Verdict: 1 doubt');
  expect(report).toContain('doubt: no server delay: a size has 5 probes; 1 more like it; use --probes 10');
});

test('nobody is warned of percentiles that are not shown', () => {
  const thin: Warning = {
    code: 'thin-tail',
    check: 'samples',
    message: 'the 99th percentile is thin',
    advice: 'use --probes 500 or more',
    probes: 10,
    neededProbes: 500,
  };
  expect(assignmentReport([{ ...resultWithDelay(0, PLAIN), warnings: [thin] }])).toContain('no doubts found');
});

test('a run that was cancelled is not taken for a whole one', () => {
  const cancelled = resultWithDelay(10, { ...PLAIN, outcome: { status: 'cancelled', error: null } });
  const report = assignmentReport([resultWithDelay(0, PLAIN), cancelled]).replace(/\s+/g, ' ');
  expect(report).toContain(
    'incomplete: server delay 10 ms: the run was cancelled; this is what 12 of 12 blocks measured',
  );
});

test('a size without a sample has a row without figures', () => {
  const result = resultWithDelay(0, PLAIN);
  const series = result.series.map((one, i) => (i === 0 ? { ...one, statistics: null } : one));
  expect(assignmentReport([{ ...result, series }])).toMatch(/^ +1 B +0 +- +-$/m);
});
