/** The assignment's report in the terminal: what a student hands in. */
import { expect, test } from 'vitest';
import type { Warning } from '../../src/result/warnings.ts';
import { resultWithDelay } from './assignment-results.ts';
import { assignmentReport } from './rendered.ts';

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

test('few probes that were asked for are told once, and are no doubt', () => {
  const doubtful = [0, 10].map((delayMs) => ({ ...resultWithDelay(delayMs, PLAIN), warnings: [FEW_PROBES] }));
  const report = assignmentReport(doubtful).replace(/\s+/g, ' ');
  expect(report.split('a size has 5 probes')).toHaveLength(2);
  expect(report).toContain('No doubts found');
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
  expect(assignmentReport([{ ...resultWithDelay(0, PLAIN), warnings: [thin] }])).toContain('No doubts found');
});

test('a run that was cancelled is not taken for a whole one', () => {
  const cancelled = resultWithDelay(10, { ...PLAIN, outcome: { status: 'cancelled', error: null } });
  const report = assignmentReport([resultWithDelay(0, PLAIN), cancelled]).replace(/\s+/g, ' ');
  expect(report).toContain(
    'Incomplete: server delay 10 ms: the run was cancelled; this is what 12 of 12 blocks measured',
  );
});

test('a size without a sample has a row without figures', () => {
  const result = resultWithDelay(0, PLAIN);
  const series = result.series.map((one, i) => (i === 0 ? { ...one, statistics: null } : one));
  expect(assignmentReport([{ ...result, series }])).toMatch(/^ +1 B +0 +– +–$/m);
});

test('a doubt of two delays is told once, with its advice', () => {
  const waited: Warning = {
    ...{ code: 'processor-contended', check: 'processor', waitShare: 0.2, involuntarySwitches: 3 },
    ...{ stealShare: null, message: 'the thread waited', advice: 'leave the machine alone' },
  };
  const doubtful = [0, 10].map((delayMs) => ({ ...resultWithDelay(delayMs, PLAIN), warnings: [waited] }));
  const report = assignmentReport(doubtful).replace(/\s+/g, ' ');
  expect(report).toContain('doubt: no server delay (and server delay 10 ms): the thread waited; leave the');
  expect(report.match(/doubt: /g)).toHaveLength(1);
});
