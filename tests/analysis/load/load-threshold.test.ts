/** Conditions of a load: a bad one is refused before a load, and one that cannot tell is no success. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyseLoad } from '../../../src/analysis/load/analyse-load.ts';
import {
  LOAD_METRIC_NAMES,
  parseAnyThreshold,
  parseLoadThreshold,
  requirePhases,
  requireProfile,
} from '../../../src/analysis/load/conditions/load-threshold.ts';
import { checkLoadThresholds } from '../../../src/analysis/load/conditions/load-threshold-check.ts';
import { qooProfile } from '../../../src/analysis/load/qoo-profiles.ts';
import { checkThresholds, holdsLimit, type ThresholdFinding } from '../../../src/analysis/threshold-check.ts';
import { EcholotError } from '../../../src/core/errors.ts';
import type { LoadRecording } from '../../../src/result/load/load-result.ts';
import type { Result } from '../../../src/result/result.ts';
import { loadRecording, MS, ramped, roundTrip, S, type SimulatedPhase } from './loads.ts';

function refusal(text: string): string {
  try {
    parseLoadThreshold(text);
  } catch (error) {
    expect(error).toBeInstanceOf(EcholotError);
    expect((error as EcholotError).code).toBe('usage');
    return `${(error as EcholotError).message}; ${(error as EcholotError).advice}`;
  }
  throw new Error(`${text} was taken`);
}

describe('a condition of a load', () => {
  test.each([
    ['down.goodput < 90M', { metric: 'down.goodput', operator: '<', limit: 90e6, kind: 'load' }],
    ['up.goodput<=1.5G', { metric: 'up.goodput', operator: '<=', limit: 1.5e9 }],
    ['up.goodput < 100Mbit/s', { limit: 1e8 }],
    ['idle.p50 > 300us', { metric: 'idle.p50', limit: 300_000 }],
    ['idle.median > 300us', { metric: 'idle.p50' }],
    ['loaded.p50 >= 20ms', { metric: 'loaded.p50', limit: 20 * MS }],
    ['loaded.p99 > 100ms', { metric: 'loaded.p99', limit: 100 * MS }],
    ['up.increase.p50 > 30ms', { metric: 'up.increase.p50', limit: 30 * MS }],
    ['down.increase.p50 > 0', { metric: 'down.increase.p50', limit: 0 }],
    ['qoo < 80', { metric: 'qoo', operator: '<', limit: 80 }],
    ['  rpm   <  300 ', { metric: 'rpm', limit: 300, text: 'rpm < 300' }],
  ])('%s', (text, expected) => {
    expect(parseLoadThreshold(text)).toMatchObject(expected);
    expect(parseAnyThreshold(text)).toMatchObject(expected);
  });

  test.each([
    ['', 'is no condition; write it as in down.goodput < 90M'],
    ['down.goodput', 'is no condition'],
    ['down.goodput = 90M', 'is no condition'],
    [
      'both.goodput < 90M',
      'is of both.goodput, which a load does not have; use one of down.goodput, up.goodput',
    ],
    ['toString < 90M', 'which a load does not have'],
    ['down.p99 > 2ms', 'which a load does not have'],
    ['down.goodput < 90', 'has a number without its unit; use bit/s'],
    ['down.goodput < 0', 'has a number without its unit; use bit/s'],
    ['down.goodput < 90ms', 'compares down.goodput with a time; use bit/s'],
    ['loaded.p99 > 90Mbit/s', 'compares loaded.p99 with a rate; use ns'],
    ['loaded.p99 > 2', 'has a number without its unit; use ns'],
    ['rpm < 300ms', 'compares rpm with a time; give round trips a minute'],
    ['rpm < few', 'ends with "few"'],
    ['qoo < 80ms', 'compares qoo with a time; give a number from 0 to 100'],
    ['qoo < 80 %', 'ends with "80 %"; give a number from 0 to 100'],
    ['loaded.p99 > -2ms', 'ends with "-2ms"'],
  ])('%s is refused with what there is', (text, words) => {
    expect(refusal(text)).toContain(words);
  });

  test('of a phase without a metric is refused with those of loads, where measurements have theirs, too', () => {
    for (const text of ['both.goodput < 90M', 'recovery.p50 > 2ms']) {
      expect(() => parseAnyThreshold(text)).toThrow(/which a load does not have/);
    }
  });

  test('of any text is a condition or an error of usage, never a crash', () => {
    const parts = [...LOAD_METRIC_NAMES, 'down', '.', 'p50', '>', '<=', ' ', '2', 'ms', 'M', '0', 'bit/s'];
    const texts = fc.oneof(
      fc.string(),
      fc.array(fc.constantFrom(...parts)).map((list) => list.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        try {
          expect(Number.isFinite(parseAnyThreshold(text).limit)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(EcholotError);
        }
      }),
    );
  });

  test.each([
    ['down.goodput < 90M', ['both']],
    ['up.goodput < 90M', ['up']],
    ['loaded.p50 > 1ms', ['up']],
    ['down.increase.p50 > 1ms', ['idle', 'down']],
    ['rpm < 300', ['both']],
    ['qoo < 80', ['both']],
  ] as const)('%s that its plan can answer is taken, with fewer phases it is refused', (text, phases) => {
    const thresholds = [parseLoadThreshold(text)];
    expect(() => requirePhases(thresholds, phases)).not.toThrow();
    for (const left of phases) {
      const others = phases.filter((name) => name !== left);
      expect(() => requirePhases(thresholds, others)).toThrow(/needs the phase .*which is not planned/);
    }
  });
});

test('what an application gets is asked only where it is known what it needs', () => {
  const thresholds = [parseLoadThreshold('rpm < 300'), parseLoadThreshold('qoo < 80')];
  expect(() => requireProfile(thresholds, true)).not.toThrow();
  expect(() => requireProfile(thresholds.slice(0, 1), false)).not.toThrow();
  expect(() => requireProfile(thresholds, false)).toThrow('"qoo < 80" needs what an application needs');
});

describe('conditions of a load that was run', () => {
  const wavy =
    (ns: number) =>
    (sinceNs: number): ReturnType<typeof roundTrip> =>
      roundTrip(ns * (1 + 0.05 * Math.sin(sinceNs / (0.3 * S))));
  const idle: SimulatedPhase = { name: 'idle', parts: wavy(MS) };
  const carrying = (
    direction: 'down' | 'up',
    ns: number,
    over: Partial<SimulatedPhase> = {},
  ): SimulatedPhase => ({
    name: direction,
    parts: wavy(ns),
    streams: [{ direction, rate: ramped(40e6), ownRttNs: () => ns }],
    ...over,
  });
  const whole = loadRecording([idle, carrying('down', 20 * MS), carrying('up', 50 * MS)]);
  const judge = (recording: LoadRecording, text: string): ThresholdFinding => {
    const [finding] = checkLoadThresholds({ statistics: analyseLoad(recording) }, [parseLoadThreshold(text)]);
    if (finding === undefined) throw new Error('no finding');
    return finding;
  };

  test.each([
    ['down.goodput < 39M', 'passed'],
    ['down.goodput < 41M', 'failed'],
    ['up.goodput < 39M', 'passed'],
    ['idle.p50 > 1.2ms', 'passed'],
    ['idle.p50 > 0.8ms', 'failed'],
    ['loaded.p50 > 40ms', 'failed'],
    ['loaded.p50 > 60ms', 'passed'],
    ['loaded.p50 < 30ms', 'failed'],
    ['loaded.p50 < 10ms', 'passed'],
    ['loaded.p99 > 60ms', 'passed'],
    ['down.increase.p50 > 30ms', 'passed'],
    ['up.increase.p50 > 30ms', 'failed'],
    ['rpm < 1300', 'failed'],
    ['rpm < 1100', 'passed'],
  ])('%s has %s, of the phase that is nearest to it', (text, finding) => {
    expect(judge(whole, text)).toMatchObject({ finding, workload: null, reason: null });
  });

  test('are held against the Quality of Outcome of the phases with data, not of idle', () => {
    const slow = loadRecording([idle, carrying('down', 350 * MS), carrying('up', 50 * MS)]);
    const asked = { ...slow, plan: { ...slow.plan, qoo: qooProfile('example') } };
    expect(judge(asked, 'qoo < 80')).toMatchObject({ finding: 'failed', value: expect.closeTo(44, 0) });
    expect(judge(asked, 'qoo < 20').finding).toBe('passed');
    expect(judge(asked, 'qoo > 99.9')).toMatchObject({ finding: 'failed', value: 100 });
    expect(judge(slow, 'qoo < 80')).toMatchObject({
      finding: 'cannot-tell',
      reason: 'no profile was named; name one with --qoo',
    });
  });

  test('are decided by the value, and say when its interval holds the limit', () => {
    const finding = judge(whole, 'up.increase.p50 > 49ms');
    const { value, interval } = finding;
    if (value === null || interval === null) throw new Error('no interval');
    const narrow = judge(whole, `up.increase.p50 > ${Math.round((interval.low + value) / 2)}ns`);
    expect([narrow.finding, holdsLimit(narrow)]).toEqual(['failed', true]);
    const clear = judge(whole, `up.increase.p50 > ${Math.round(interval.high + 1)}ns`);
    expect([clear.finding, holdsLimit(clear)]).toEqual(['passed', false]);
  });

  test.each([
    ['up.goodput < 90M', [idle, carrying('down', 20 * MS)], 'nothing was carried up'],
    ['rpm < 90', [idle], 'nothing was carried'],
    ['idle.p50 > 1ms', [carrying('down', 20 * MS)], 'no probe was answered before the load'],
    ['down.increase.p50 > 1ms', [carrying('down', 20 * MS)], 'no probe was answered before the load'],
    ['loaded.p99 > 1ms', [idle, carrying('down', 20 * MS, { durationNs: 5 * S })], 'too few probes'],
    [
      'down.goodput < 90M',
      [idle, carrying('down', MS, { streams: [{ direction: 'down', rate: (ns) => 2e6 * 2 ** (ns / S) }] })],
      'did not settle',
    ],
    [
      'rpm < 90',
      [idle, carrying('down', MS, { streams: [{ direction: 'down', rate: ramped(1e6) }] })],
      'too few',
    ],
  ] as const)('%s cannot be told where there is nothing to tell it by', (text, phases, words) => {
    const finding = judge(loadRecording(phases), text);
    expect(finding).toMatchObject({ finding: 'cannot-tell', value: null });
    expect(finding.reason).toContain(words);
  });

  test('are not passed by the reports of a server that lies', () => {
    const lying = {
      ...whole,
      streams: whole.streams.map((stream) => ({
        ...stream,
        reports: { ...stream.reports, receivedBytes: stream.reports.receivedBytes.map((bytes) => 2 * bytes) },
      })),
    };
    expect(judge(lying, 'up.goodput < 1M').reason).toBe('what the server told cannot be');
    expect(judge(lying, 'down.goodput < 1M').finding).toBe('passed');
  });

  test('are not those of a measurement, nor the other way round', () => {
    const statistics = analyseLoad(whole);
    expect(() => checkLoadThresholds({ statistics }, [parseAnyThreshold('rtt.p99 > 2ms')])).toThrow(
      'is not of a load',
    );
    const result = { series: [] } as unknown as Result;
    expect(() => checkThresholds(result, [parseLoadThreshold('rpm < 300')])).toThrow('is of a load');
  });
});
