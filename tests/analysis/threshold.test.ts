/** Conditions of failure: a bad one is refused before a measurement, a run that cannot tell is no success. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyse } from '../../src/analysis/analyse.ts';
import { needsProbes, parseThreshold, requireProbes } from '../../src/analysis/threshold.ts';
import { checkRatios, checkThresholds, holdsLimit } from '../../src/analysis/threshold-check.ts';
import { EcholotError } from '../../src/core/errors.ts';
import type { ComparedSeries, Comparison, RatioRecord } from '../../src/result/comparison.ts';
import type { Recording, Result } from '../../src/result/result.ts';
import { closedLoop } from '../../src/result/workload.ts';
import { block, MS, PORTABLE, recording, US } from './recordings.ts';

function resultOf(from: Recording): Result {
  return { ...from, ...analyse(from) };
}

function refusal(text: string): string {
  try {
    parseThreshold(text);
  } catch (error) {
    expect(error).toBeInstanceOf(EcholotError);
    expect((error as EcholotError).code).toBe('usage');
    return `${(error as EcholotError).message}; ${(error as EcholotError).advice}`;
  }
  throw new Error(`${text} was taken`);
}

describe('a condition', () => {
  test.each([
    [
      'rtt.p99 > 2ms',
      { metric: 'rtt', statistic: { p: 0.99 }, operator: '>', limit: 2 * MS, kind: 'absolute' },
    ],
    ['rtt.median >= 300us', { metric: 'rtt', statistic: { p: 0.5 }, operator: '>=', limit: 300 * US }],
    ['rtt.p50<=5ns', { metric: 'rtt', statistic: { p: 0.5 }, operator: '<=', limit: 5 }],
    ['rtt.p99.9 > 1s', { metric: 'rtt', statistic: { p: 0.999 }, limit: 1000 * MS }],
    [
      'throughput.p1 < 100Mbit/s',
      { metric: 'throughput', statistic: { p: 0.01 }, operator: '<', limit: 1e8 },
    ],
    ['throughput.p0.1 < 9.6kbit/s', { statistic: { p: 0.001 }, limit: 9_600 }],
    ['throughput.max < 1Gbit/s', { statistic: 'max', limit: 1e9 }],
    ['rtt[1000].p90 > 1ms', { payloadBytes: 1_000, statistic: { p: 0.9 } }],
    ['rtt[2K].mean > 1ms', { payloadBytes: 2_048, statistic: 'mean' }],
    ['kernel.p50 > 1ms', { metric: 'kernelRttNs', payloadBytes: null }],
    ['network.p99 > 1ms', { metric: 'networkRttNs' }],
    ['wake-up.median > 1ms', { metric: 'wakeUpNs' }],
    ['rtt.p99 > 1.1x', { kind: 'ratio', limit: 1.1 }],
    ['rtt.median < 0.9x', { kind: 'ratio', limit: 0.9 }],
    ['rtt.p99 > 10%', { kind: 'ratio', limit: 1.1 }],
    ['throughput.median < -10%', { kind: 'ratio', limit: 0.9 }],
    ['rtt.p95 > 2ms', { statistic: { p: 0.95 } }],
    ['rtt.p99.99 > 2ms', { statistic: { p: 0.9999 } }],
    ['throughput.p5 < 2Mbit/s', { statistic: { p: 0.05 } }],
    ['  rtt.p99   >  2ms ', { text: 'rtt.p99 > 2ms' }],
  ])('%s', (text, expected) => {
    expect(parseThreshold(text)).toMatchObject(expected);
  });

  test.each([
    ['', 'is no condition; write it as in rtt.p99 > 2ms'],
    ['rtt.p99', 'is no condition'],
    ['rtt > 2ms', 'is no condition'],
    ['rtt.p99 = 2ms', 'is no condition'],
    ['jitter.p99 > 2ms', 'is of jitter, which is not measured; use one of rtt, throughput, send-call'],
    ['constructor.p99 > 2ms', 'not measured'],
    ['rtt.p0 > 2ms', 'asks for p0, which rtt does not have; use median, a percentile such as p95, mean'],
    ['rtt.p100 > 2ms', 'asks for p100'],
    ['kernel.toString > 2ms', 'asks for toString'],
    ['rtt.toString > 2ms', 'asks for toString'],
    ['kernel.p90 > 2ms', 'which kernel does not have; use one of median, p50, p99'],
    ['rtt.p99 > 2', 'has a number without its unit; use ns, us, ms, s or m'],
    ['throughput.p1 < 100', 'has a number without its unit; use bit/s'],
    ['rtt.p99 > 2Mbit/s', 'compares rtt with a rate; use ns, us'],
    ['throughput.p1 < 2ms', 'compares throughput with a time; use bit/s'],
    ['rtt.p99 > soon', 'ends with "soon"'],
    ['rtt.p99 > -2ms', 'ends with "-2ms"'],
    ['rtt[].p99 > 2ms', 'has no size between its brackets'],
    ['rtt[0].p99 > 2ms', 'has no size between its brackets'],
    ['rtt.p90 > 1.1x', 'no comparison has the ratio'],
    ['kernel.p50 > 1.1x', 'it has those of rtt.median, rtt.p99, throughput.median and throughput.p1'],
    ['rtt.p99 < 10%', 'leaves open what the 10% are of; write -10%'],
  ])('%s is refused with what there is', (text, words) => {
    expect(refusal(text)).toContain(words);
  });

  test('of any text is a condition or an error of usage, never a crash', () => {
    const parts = [
      'rtt',
      'throughput',
      '[',
      ']',
      '.',
      'p99',
      'mean',
      '>',
      '<=',
      ' ',
      '2',
      'ms',
      'x',
      '%',
      'bit/s',
    ];
    const texts = fc.oneof(
      fc.string(),
      fc.array(fc.constantFrom(...parts)).map((list) => list.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        try {
          parseThreshold(text);
        } catch (error) {
          expect(error).toBeInstanceOf(EcholotError);
        }
      }),
    );
  });

  test.each([
    ['rtt.p50 > 1ms', 10],
    ['rtt.p90 > 1ms', 50],
    ['throughput.p10 < 1Mbit/s', 50],
    ['rtt.p99 > 1ms', 500],
    ['rtt.p99.9 > 1ms', 5_000],
    ['throughput.p0.1 < 1Mbit/s', 5_000],
    ['rtt.max > 1ms', 1],
  ])('%s needs %d probes, and a plan with fewer is refused before it is run', (text, probes) => {
    const threshold = parseThreshold(text);
    expect(needsProbes(threshold)).toBe(probes);
    expect(() => requireProbes([threshold], probes)).not.toThrow();
    expect(() => requireProbes([threshold], null)).not.toThrow();
    expect(() => requireProbes([threshold], probes - 1)).toThrow(`needs ${probes} probes of each size`);
  });
});

describe('conditions of a result', () => {
  /** 100 round trips of 1 to 100 us at 100 B, and ten of 1 ms at 1,000 B. */
  const result = resultOf(
    recording([
      block(Array.from({ length: 100 }, (_, i) => (i + 1) * US)),
      block(
        Array.from({ length: 10 }, () => MS),
        { payloadBytes: 1_000, ...PORTABLE },
      ),
      block(
        Array.from({ length: 10 }, () => MS),
        { payloadBytes: 1_000, measurement: 'throughput', ...PORTABLE },
      ),
      block([], { payloadBytes: 7 }),
    ]),
  );
  const check = (text: string): unknown[] =>
    checkThresholds(result, [parseThreshold(text)]).map(({ workload, value, finding }) => [
      workload?.payloadBytes ?? null,
      finding,
      value,
    ]);

  test('are held against each series', () => {
    expect(check('rtt.median > 60us')).toEqual([
      [100, 'passed', 50.5 * US],
      [1_000, 'failed', MS],
      [7, 'cannot-tell', null],
    ]);
    expect(check('rtt[1000].max >= 1ms')).toEqual([[1_000, 'failed', MS]]);
    expect(check('rtt[1000].max > 1ms')).toEqual([[1_000, 'passed', MS]]);
    expect(check('rtt[100].min < 1us')).toEqual([[100, 'passed', US]]);
    expect(check('rtt[100].min <= 1us')).toEqual([[100, 'failed', US]]);
    expect(check('throughput.mean < 8Mbit/s')).toEqual([[1_000, 'passed', 8e6]]);
    expect(check('throughput.mean <= 8Mbit/s')).toEqual([[1_000, 'failed', 8e6]]);
  });

  test('of layers are held against all series that have them', () => {
    expect(check('wake-up.max > 9us')).toEqual([
      [100, 'failed', 10 * US],
      [1_000, 'cannot-tell', null],
      [1_000, 'cannot-tell', null],
      [7, 'cannot-tell', null],
    ]);
  });

  test('of a percentile that the record does not have are computed from its samples', () => {
    expect(check('rtt[100].p95 > 95us')).toEqual([[100, 'failed', expect.closeTo(95.05 * US)]]);
    expect(check('rtt[100].p95 > 96us')).toEqual([[100, 'passed', expect.closeTo(95.05 * US)]]);
    expect(check('throughput.p50 <= 8Mbit/s')).toEqual([[1_000, 'failed', 8e6]]);
  });

  test('that the samples do not support are not passed in silence', () => {
    const [finding] = checkThresholds(result, [parseThreshold('rtt[1000].p90 > 1s')]);
    expect(finding).toMatchObject({ finding: 'cannot-tell', value: null });
    expect(finding?.reason).toContain('it has 10 samples and needs 50');
  });

  test('of a size that was not measured are not passed in silence', () => {
    const [finding] = checkThresholds(result, [parseThreshold('rtt[5].p90 > 1s')]);
    expect(finding).toMatchObject({
      workload: null,
      finding: 'cannot-tell',
      reason: 'no rtt of 5 B was measured',
    });
  });

  test('have the interval of their value, and are decided by the value where it holds the limit', () => {
    const scattered = resultOf(
      recording(
        Array.from({ length: 10 }, (_, i) =>
          block(Array.from({ length: 20 }, (_sample, k) => (100 + 4 * i + k) * US)),
        ),
      ),
    );
    const judge = (text: string): unknown[] =>
      checkThresholds(scattered, [parseThreshold(text)]).map((finding) => [
        finding.finding,
        holdsLimit(finding),
      ]);
    for (const statistic of ['median', 'p85']) {
      const [{ value = 0, interval } = {}] = checkThresholds(scattered, [
        parseThreshold(`rtt.${statistic} > 1s`),
      ]);
      if (!interval || value === null) throw new Error(`${statistic} has no interval`);
      const [below, above] = [(interval.low + value) / 2, (value + interval.high) / 2];
      expect(judge(`rtt.${statistic} > ${Math.floor(below)}ns`)).toEqual([['failed', true]]);
      expect(judge(`rtt.${statistic} > ${Math.ceil(above)}ns`)).toEqual([['passed', true]]);
      expect(judge(`rtt.${statistic} > ${Math.ceil(interval.high + 1)}ns`)).toEqual([['passed', false]]);
      expect(judge(`rtt.${statistic} > ${Math.floor(interval.low - 1)}ns`)).toEqual([['failed', false]]);
    }
    expect(judge('rtt.max > 1us')).toEqual([['failed', false]]);
  });

  test('cannot be of a ratio', () => {
    expect(() => checkThresholds(result, [parseThreshold('rtt.p99 > 1.1x')])).toThrow(
      /nothing to compare with/,
    );
  });
});

describe('conditions of a comparison', () => {
  const ratio = (p: number, value: number, over: Partial<RatioRecord> = {}): RatioRecord => ({
    p,
    a: 1,
    b: value,
    ratio: value,
    interval: null,
    refused: 'too-few-pairs',
    verdict: 'too-noisy',
    ...over,
  });
  const series: ComparedSeries = {
    workload: closedLoop('rtt', 100),
    pairs: 3,
    median: ratio(0.5, 1.2, { refused: null, verdict: 'slower' }),
    tail: ratio(0.99, 3, { refused: 'too-few-samples' }),
  };
  const comparison = { series: [series] } as unknown as Comparison;

  test('are held against its ratios', () => {
    const findings = checkRatios(
      comparison,
      ['rtt.median > 1.1x', 'rtt.median > 30%', 'rtt.p99 > 2x', 'throughput.p1 < 0.9x'].map(parseThreshold),
    );
    expect(findings.map(({ finding, value }) => [finding, value])).toEqual([
      ['failed', 1.2],
      ['passed', 1.2],
      ['cannot-tell', null],
      ['cannot-tell', null],
    ]);
  });

  test('do not fail a build on what chance explains as well', () => {
    const wide = { level: 0.95, low: 0.9, high: 1.4, method: 'signed-rank', units: 9 };
    const noisyRatio = ratio(0.5, 1.2, { refused: null, interval: wide });
    const noisy = { series: [{ ...series, median: noisyRatio }] } as unknown as Comparison;
    const [finding] = checkRatios(noisy, [parseThreshold('rtt.median > 1.1x')]);
    expect(finding).toMatchObject({ finding: 'cannot-tell', value: null });
    expect(finding?.reason).toContain('it is 1.200x, which chance explains as well');
    const [passed] = checkRatios(noisy, [parseThreshold('rtt.median > 1.3x')]);
    expect(passed).toMatchObject({ finding: 'passed', value: 1.2 });
  });

  test.each([
    ['too-few-pairs', 3, 'too few pairs'],
    ['too-few-runs', null, 'one run a side cannot tell'],
    ['too-few-samples', null, 'each run needs 10 samples'],
    ['too-few-samples', 3, 'each side needs 10 samples'],
  ] as const)('neither pass nor fail where there is no interval: %s', (refused, pairs, words) => {
    const bare = { series: [{ ...series, pairs, median: ratio(0.5, 1.01, { refused }) }] };
    for (const condition of ['rtt.median > 1.1x', 'rtt.median > 1.001x']) {
      const [finding] = checkRatios(bare as unknown as Comparison, [parseThreshold(condition)]);
      expect(finding).toMatchObject({ finding: 'cannot-tell', value: null });
      expect(finding?.reason).toContain(words);
    }
  });

  test('cannot be of a time', () => {
    expect(() => checkRatios(comparison, [parseThreshold('rtt.p99 > 1ms')])).toThrow(/not of a ratio/);
  });
});
