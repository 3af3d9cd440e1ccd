/** The comparison that people read: every ratio with its interval, and every verdict with what it stands on. */
import { describe, expect, test } from 'vitest';
import { analyse } from '../../src/analysis/analyse.ts';
import { compareResults } from '../../src/analysis/compare.ts';
import type { Comparison, RatioRecord } from '../../src/result/comparison.ts';
import type { ErrorRecord, Recording, Result } from '../../src/result/result.ts';
import type { Warning } from '../../src/result/warnings.ts';
import { closedLoop } from '../../src/result/workload.ts';
import { cleanRecording, MS, recording, resampled, scaled, US } from '../analysis/recordings.ts';
import { comparisonReport } from './rendered.ts';

const TOOL = { name: 'echolot', version: '0.0.0', node: '26.0.0' } as const;
const COMPLETE = { status: 'complete', error: null } as const;

function resultOf(recorded: Recording): Result {
  return { ...recorded, ...analyse(recorded) };
}

function sizes(...payloads: number[]): Recording {
  return sizesWith(payloads.length, payloads);
}

function sizesWith(seed: number, payloads: readonly number[]): Recording {
  return cleanRecording({
    workloads: payloads.flatMap((payloadBytes) => [
      closedLoop('rtt', payloadBytes),
      closedLoop('throughput', payloadBytes),
    ]),
    probes: 60,
    seed,
  });
}

function inTurns(over: Partial<Comparison> = {}, factor = 1.1): Comparison {
  const a = sizes(100, 1_024);
  const b = sizesWith(9, [100, 1_024]);
  const stop = { reason: 'blocks', rounds: 10, achievedPrecision: null } as const;
  const compared = compareResults(
    { label: 'old.example:9900', result: resultOf(a) },
    { label: 'new.example:9900', result: resultOf(scaled(b, factor)) },
    { tool: TOOL, stop, outcome: COMPLETE },
  );
  return { ...compared, ...over };
}

function apart(a: Recording, b: Recording): Comparison {
  return compareResults(
    { label: 'monday.json', result: resultOf(a) },
    { label: 'friday.json', result: resultOf(b) },
    { tool: TOOL, stop: null, outcome: COMPLETE },
  );
}

/** Without line ends, which come where a line is full. */
function flat(comparison: Comparison): string {
  return comparisonReport(comparison).replace(/\s+/g, ' ');
}

/** A comparison with this one ratio as its median, and no tail. */
function withRatio(ratio: Partial<RatioRecord>): Comparison {
  const comparison = inTurns();
  const [series] = comparison.series;
  if (series === undefined) throw new Error('nothing was compared');
  const tail = { ...series.tail, interval: null, refused: 'too-few-samples', verdict: 'too-noisy' } as const;
  return { ...comparison, series: [{ ...series, median: { ...series.median, ...ratio }, tail }] };
}

function interval(low: number, high: number) {
  return { level: 0.95, low, high, method: 'pair-bootstrap', units: 10 } as const;
}

test('a comparison of blocks in turns reads as it always did', async () => {
  await expect(comparisonReport(inTurns())).toMatchFileSnapshot('golden/comparison.txt');
});

test('a comparison of two files reads as it always did', async () => {
  const friday = scaled(sizes(100, 200, 1_024), 0.9);
  const other = { ...friday, engine: { ...friday.engine, name: 'node', wait: 'adaptive' } as const };
  await expect(comparisonReport(apart(sizes(1, 100, 1_024), other))).toMatchFileSnapshot(
    'golden/comparison-files.txt',
  );
});

test('a comparison of several runs a side reads as it always did', async () => {
  const runs = (seed: number): Recording => cleanRecording({ runCount: 5, rounds: 5, probes: 120, seed });
  await expect(comparisonReport(apart(runs(1), scaled(runs(2), 0.8)))).toMatchFileSnapshot(
    'golden/comparison-runs.txt',
  );
});

test('a side of one run beside one of several is named as what cannot tell', () => {
  const several = cleanRecording({ runCount: 3, rounds: 5 });
  expect(flat(apart(cleanRecording({ rounds: 5 }), several))).toContain('A is one run, which does not show');
  expect(flat(apart(several, cleanRecording({ rounds: 5 })))).toContain('B is one run, which does not show');
});

test('no line of words is wider than a terminal', () => {
  for (const line of comparisonReport(apart(sizes(1, 2, 3, 4, 5, 6, 7, 8), sizes(8))).split('\n')) {
    expect(line.length).toBeLessThanOrEqual(80);
  }
});

describe('the verdict in words', () => {
  test.each([
    ['faster', 0.9, 0.88, 0.93, 'B is faster by 10 % (7 to 12 %)'],
    ['slower', 2.5, 2.25, 2.75, 'B is slower by 150 % (130 to 180 %)'],
    ['no-difference-shown', 1.01, 0.98, 1.04, 'no difference shown one of up to 4 % may be there'],
    ['too-noisy', 1.2, 0.7, 1.6, 'too noisy to tell one of up to 60 % may be there'],
    ['too-noisy', 0.9, 0.5, 1.1, 'too noisy to tell one of up to 50 % may be there'],
  ] as const)('says %s by how much, and within what', (verdict, ratio, low, high, words) => {
    const comparison = withRatio({ verdict, ratio, interval: interval(low, high) });
    expect(flat(comparison)).toContain(`RTT, 100 B ${words} `);
  });

  test('without an interval says that it cannot tell, and why: a bare ratio is no verdict', () => {
    const comparison = withRatio({ verdict: 'too-noisy', interval: null, refused: 'too-few-pairs' });
    expect(flat(comparison)).toContain('RTT, 100 B cannot tell too few pairs ');
    expect(comparisonReport(comparison)).toMatch(/median .* too few pairs +cannot tell$/m);
  });

  test('speaks of the slow tail when that differs, though the medians are alike', () => {
    const comparison = inTurns({}, 1);
    const [series] = comparison.series;
    if (series === undefined) throw new Error('nothing was compared');
    const tail = { ...series.tail, ratio: 2, interval: interval(1.5, 2.5), verdict: 'slower' } as const;
    expect(flat({ ...comparison, series: [{ ...series, tail }] })).toContain(
      'may be there its p99 B is slower by 100 % (50 to 150 %)',
    );
  });
});

describe('a run that ended before it was asked to', () => {
  const precise = (over: Partial<Comparison>): Comparison => {
    const comparison = inTurns(over);
    return { ...comparison, a: { ...comparison.a, plan: { ...comparison.a.plan, precision: 0.02 } } };
  };

  test('by its time limit tells what it reached and what was asked', () => {
    const stop = { reason: 'max-time', rounds: 124, achievedPrecision: 0.054 } as const;
    expect(flat(precise({ stop }))).toContain(
      'the time was up after 124 rounds, within 5.4 % where 2 % was asked for; --max-time grants more',
    );
  });

  test('too early for any interval claims none', () => {
    const stop = { reason: 'max-time', rounds: 1, achievedPrecision: null } as const;
    expect(flat(precise({ stop }))).toContain('the time was up after 1 round where 2 % was asked for');
  });

  test('before its number of blocks tells how many it had', () => {
    const stop = { reason: 'max-time', rounds: 3, achievedPrecision: null } as const;
    expect(flat(inTurns({ stop }))).toContain('the time was up after 3 rounds of 10');
  });

  test('for lack of memory says so', () => {
    const stop = { reason: 'max-samples', rounds: 3, achievedPrecision: 0.5 } as const;
    expect(flat(precise({ stop }))).toContain('as many samples as a run can hold were taken after 3 rounds');
  });

  test('by Ctrl-C or by a failure says so above the figures', () => {
    const nothing = { advice: null, phase: null, expected: null, received: null };
    const error: ErrorRecord = { code: 'network', message: 'the connection was reset', ...nothing };
    const failed = inTurns({ outcome: { status: 'failed', error } });
    expect(flat(failed)).toContain('Incomplete: the run failed: the connection was reset');
    const cancelled = inTurns({ outcome: { status: 'cancelled', error: { ...error, code: 'cancelled' } } });
    expect(flat(cancelled)).toContain('Incomplete: the run was cancelled');
  });
});

describe('what speaks against the figures', () => {
  test('of both sides in the same words is said once', () => {
    const few = { ...sizes(100), blocks: sizes(100).blocks.filter(({ round }) => round < 3) };
    const comparison = apart(few, few);
    const report = flat(comparison);
    expect(comparison.a.warnings.length).toBeGreaterThan(0);
    for (const { message } of comparison.a.warnings) expect(report.split(message)).toHaveLength(2);
    expect(report).toMatch(/ of A and B: /);
  });

  test('of one side is told with its letter', () => {
    const comparison = apart(sizes(100), {
      ...sizes(100),
      blocks: sizes(100).blocks.filter(({ round }) => round < 3),
    });
    expect(comparison.b.warnings.length).toBeGreaterThan(0);
    const [{ message = '', advice = '' } = {}] = comparison.b.warnings;
    expect(flat(comparison)).toContain(`of B: ${message}`);
    expect(flat(comparison)).not.toContain('of A: ');
    expect(advice).not.toBe('');
  });

  test('of separate runs is that they were apart, and each way in which they were unlike', () => {
    const a = sizes(100);
    const b = {
      ...a,
      engine: { ...a.engine, name: 'node', wait: 'adaptive' },
      system: { ...a.system, cpu: 'another processor' },
      plan: { ...a.plan, serverDelayNs: 5 * MS },
    } as const;
    const report = flat(apart(a, b));
    expect(report).toContain('the runs were apart');
    expect(report).toContain('A and B differ in engine: native; node');
    expect(report).toContain(
      'A and B differ in machine: a processor, linux 6.8.0; another processor, linux 6.8.0',
    );
    expect(report).toContain('A and B differ in server delay:');
    expect(report).not.toContain('differ in wait');
  });

  test('of blocks in turns is nothing of that kind', () => {
    expect(flat(inTurns())).not.toMatch(/apart|differ in/);
  });
});

test('a clock that saw no time pass leaves a report that says so, though there is no table', () => {
  const zero = recording([1, 2, 3, 4, 5].map((round) => ({ ...zeroBlock(), round })));
  const report = flat(apart(zero, sizes(100)));
  expect(report).toContain('not compared, the clock saw a round trip of 0 in A: RTT of 100 B');
  expect(report).not.toContain('B / A');
});

function zeroBlock() {
  const [block] = cleanRecording({ rounds: 1, probes: 3, levelNs: US }).blocks;
  if (block === undefined) throw new Error('the recording has no block');
  return resampled(block, { rttNs: [0, 0, 0], layers: null });
}

test('a cause that troubles both sides is one doubt, with the figures of each', () => {
  const waited = (waitShare: number): Warning => ({
    ...{ code: 'processor-contended', check: 'processor', waitShare, involuntarySwitches: 3 },
    ...{ stealShare: null, message: `waited ${waitShare}`, advice: 'leave the machine alone' },
  });
  const comparison = inTurns();
  const doubted = {
    ...comparison,
    a: { ...comparison.a, warnings: [waited(0.1)] },
    b: { ...comparison.b, warnings: [waited(0.2)] },
  };
  expect(flat(doubted)).toContain('doubt: of A: waited 0.1; of B: waited 0.2; leave the machine alone');
  expect(flat(doubted).match(/doubt: /g)).toHaveLength(1);
});
