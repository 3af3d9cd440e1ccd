/** Conditions of paced probes: a bad one is refused before anything is sent, and one that cannot tell is no success. */
import { describe, expect, test } from 'vitest';
import { parseAnyThreshold } from '../../../src/analysis/load/conditions/load-threshold.ts';
import { checkLoadThresholds } from '../../../src/analysis/load/conditions/load-threshold-check.ts';
import { analysePaced } from '../../../src/analysis/paced/analyse-paced.ts';
import {
  parsePacedThreshold,
  requirePacedProbes,
} from '../../../src/analysis/paced/conditions/paced-threshold.ts';
import { checkPacedThresholds } from '../../../src/analysis/paced/conditions/paced-threshold-check.ts';
import { checkThresholds, type ThresholdFinding } from '../../../src/analysis/threshold-check.ts';
import { EcholotError } from '../../../src/core/errors.ts';
import type { LoadResult } from '../../../src/result/load/load-result.ts';
import type { PacedResult, PacedStepRecord } from '../../../src/result/paced/paced-result.ts';
import type { Result } from '../../../src/result/result.ts';
import { NanosecondHistogram } from '../../../src/stats/histogram.ts';
import { MS, queuedStep } from './queues.ts';
import { pacedRecording } from './recordings.ts';

const EMPTY = { count: 0, minNs: null, maxNs: null, encoded: NanosecondHistogram.of([]).encode() };

function resultOf(...steps: PacedStepRecord[]): PacedResult {
  const recording = pacedRecording(steps);
  return { ...recording, statistics: analysePaced(recording) };
}

function refusalOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof EcholotError && error.code === 'usage') return `${error.message}; ${error.advice}`;
    throw error;
  }
  throw new Error('nothing was refused');
}

function check(result: PacedResult, text: string): ThresholdFinding {
  const [finding] = checkPacedThresholds(result, [parseAnyThreshold(text)]);
  if (finding === undefined) throw new Error('there is no finding');
  return finding;
}

describe('a condition', () => {
  test.each([
    ['response.p99 > 2ms', { metric: 'response', statistic: { p: 0.99 }, operator: '>', limit: 2 * MS }],
    ['response.p99.9 > 2ms', { metric: 'response', statistic: { p: 0.999 } }],
    ['response.p99.99>=1s', { metric: 'response', statistic: { p: 0.9999 }, operator: '>=' }],
    ['response.median > 2ms', { statistic: { p: 0.5 } }],
    ['service.max > 10ms', { metric: 'service', statistic: 'max' }],
    ['answered < 1900/s', { metric: 'answered', statistic: null, limit: 1_900 }],
    ['answered < 2k/s', { limit: 2_000 }],
    ['late > 1%', { metric: 'late', limit: 0.01 }],
    ['lost > 0', { metric: 'lost', limit: 0, kind: 'paced' }],
  ])('%s', (text, expected) => {
    expect(parseAnyThreshold(text)).toMatchObject({ kind: 'paced', ...expected });
  });

  test.each([
    ['response > 2ms', /leaves open which response time; use median, a percentile/],
    ['response.mean > 2ms', /asks for mean, which response does not have/],
    ['response.p100 > 2ms', /asks for p100/],
    ['response.p99 > 2', /ends with "2"; use ns, us, ms, s or m/],
    ['response.p99 > 10/s', /use ns, us/],
    ['answered.p99 < 10/s', /asks for p99, which answered does not have; write answered alone/],
    ['answered < 10ms', /give echoes a second, such as 1900\/s/],
    ['answered < 10', /give echoes a second/],
    ['lost > 3', /give a share up to 100%, such as 1%/],
    ['lost > 200%', /give a share up to 100%/],
    ['late = 1%', /is no condition; write it as in response.p99 > 2ms/],
  ])('%s is refused', (text, words) => {
    expect(refusalOf(() => parsePacedThreshold(text))).toMatch(words);
  });

  test('that the plan cannot answer is refused before anything is sent', () => {
    const thresholds = [parsePacedThreshold('response.p99.99 > 2ms')];
    expect(refusalOf(() => requirePacedProbes(thresholds, 20_000))).toMatch(
      /needs 50000 probes in each step, and 20000 are due in one; use a longer --duration/,
    );
    requirePacedProbes(thresholds, 50_000);
    requirePacedProbes(thresholds, null);
  });

  test('of paced probes is no condition of another record, nor the other way round', () => {
    const threshold = parseAnyThreshold('lost > 0');
    expect(refusalOf(() => checkThresholds({ series: [] } as unknown as Result, [threshold]))).toMatch(
      /is of paced probes/,
    );
    expect(refusalOf(() => checkLoadThresholds({} as LoadResult, [threshold]))).toMatch(/is not of a load/);
    const result = resultOf(queuedStep({ perSecond: 100 }).record);
    expect(refusalOf(() => check(result, 'rpm < 300'))).toMatch(/is not of paced probes; write it as/);
    expect(refusalOf(() => check(result, 'rtt.p99 > 1.1x'))).toMatch(/is not of paced probes/);
  });
});

describe('held against a run', () => {
  const fine = queuedStep({ perSecond: 1_000 }).record;
  const slow = queuedStep({ perSecond: 1_000, serviceNs: () => 0.8 * MS }).record;
  const overloaded = queuedStep({ perSecond: 1_000, inFlight: 1, serviceNs: () => 2 * MS }).record;

  test.each([
    ['response.p99 > 1ms', 'passed'],
    ['response.p99 > 50us', 'failed'],
    ['response.p95 > 50us', 'failed'],
    ['rtt.p99 > 50us', 'failed'],
    ['rtt[1000].median > 50us', 'failed'],
    ['service.max > 50us', 'failed'],
    ['service.min > 1ms', 'passed'],
    ['answered < 990/s', 'passed'],
    ['answered < 1001/s', 'failed'],
    ['late > 0', 'passed'],
    ['lost > 0', 'passed'],
  ] as const)('%s: %s', (text, finding) => {
    expect(check(resultOf(fine), text)).toMatchObject({ finding, reason: null });
  });

  test('each condition holds for every step: the worst of them decides', () => {
    const result = resultOf(fine, slow, fine);
    expect(check(result, 'response.p50 > 0.5ms')).toMatchObject({ finding: 'failed' });
    expect(check(result, 'response.p50 < 0.5ms').value).toBeCloseTo(0.1 * MS, -3);
  });

  test('a percentile among the probes that nobody answered is over any limit, whatever the others took', () => {
    const result = resultOf(overloaded);
    expect(check(result, 'response.p99 > 1h'.replace('1h', '60m'))).toMatchObject({
      finding: 'failed',
      value: null,
      reason: 'it is among the probes that were never answered',
    });
    expect(check(result, 'response.max > 60m').finding).toBe('failed');
    expect(check(result, 'response.p99 < 1ms').finding).toBe('passed');
    expect(check(result, 'lost > 10%').finding).toBe('failed');
  });

  test('too few probes for a percentile cannot tell, which is no success', () => {
    expect(check(resultOf(fine), 'response.p99.99 > 1s')).toMatchObject({
      finding: 'cannot-tell',
      reason: expect.stringMatching(/has 10000 probes and needs 50000; use a longer --duration/),
    });
  });

  test('a step in which no probe could be sent was not punctual, and lost all', () => {
    const none = resultOf({
      ...fine,
      ...{ counts: { due: 10_000, sent: 0, answered: 0, lost: 0 }, samples: null },
      ...{ response: EMPTY, service: EMPTY, late: { ...fine.late, lateness: EMPTY } },
    });
    expect(check(none, 'late > 1%')).toMatchObject({
      finding: 'cannot-tell',
      reason: expect.stringContaining('sent'),
    });
    expect(check(none, 'lost > 1%').finding).toBe('failed');
    expect(check(none, 'response.p99 > 1ms').finding).toBe('failed');
  });

  test('a run without a step, and another size, cannot tell either', () => {
    const result = resultOf(fine);
    expect(check({ ...result, steps: [] }, 'lost > 0').finding).toBe('cannot-tell');
    expect(check(result, 'rtt[5].p99 > 1ms').finding).toBe('cannot-tell');
  });
});
