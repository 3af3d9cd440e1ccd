/** Conditions of a comparison of paced probes: a ratio is not taken for a time, and what chance explains fails nobody. */
import { describe, expect, test } from 'vitest';
import {
  type AnyThreshold,
  parseAnyThreshold,
} from '../../../src/analysis/load/conditions/load-threshold.ts';
import { pacedFigures } from '../../../src/analysis/paced/compared/figures.ts';
import { checkPacedChanges } from '../../../src/analysis/paced/conditions/paced-change-check.ts';
import { requireOfPaced } from '../../../src/analysis/paced/conditions/paced-threshold.ts';
import { checkThresholds, type ThresholdFinding } from '../../../src/analysis/threshold-check.ts';
import { findingLine } from '../../../src/cli/show/threshold-report.ts';
import type { Result } from '../../../src/result/result.ts';
import { comparedFiles, pacedComparison, type SimulatedRuns, stepFigures } from './compared.ts';

function check(text: string, runs: SimulatedRuns): ThresholdFinding | undefined {
  return checkPacedChanges(pacedComparison(runs), [parseAnyThreshold(text)])[0];
}

describe('a condition of a change', () => {
  test.each<[string, Partial<AnyThreshold>]>([
    ['response.p99 > 1.1x', { metric: 'response.p99', operator: '>', limit: 1.1, kind: 'paced-change' }],
    ['response.median>10%', { metric: 'response.p50', limit: 1.1 }],
    ['service.p50 >= +20 %', { metric: 'service.p50', limit: 1.2 }],
    ['answered < 0.95X', { metric: 'answered', operator: '<', limit: 0.95, kind: 'paced-change' }],
    ['answered < -5%', { limit: 0.95 }],
    ['answered < 1900/s', { kind: 'paced' }],
    ['response.p99 > 2ms', { kind: 'paced' }],
    ['late > 1%', { kind: 'paced' }],
    ['lost > 0.1%', { kind: 'paced' }],
  ])('%s', (text, expected) => {
    expect(parseAnyThreshold(text)).toMatchObject(expected);
  });

  test.each([
    ['response.p90 > 1.1x', 'no comparison of paced probes has a change of response.p90; '],
    ['answered < 5%', 'leaves open what the 5% are of'],
    ['service.p50 > ax', 'gives no ratio'],
  ])('%s is refused: %s', (text, why) => {
    expect(() => parseAnyThreshold(text)).toThrow(why.replace('; ', ''));
  });

  test('is refused where there is nothing to compare with', () => {
    const change = parseAnyThreshold('response.p99 > 1.1x');
    const why = 'there is nothing to compare with';
    expect(() => checkThresholds({ series: [] } as unknown as Result, [change])).toThrow(why);
    expect(() => requireOfPaced([change])).toThrow(why);
  });

  test('of another kind has no place in a comparison of paced probes', () => {
    for (const text of [
      'response.p99 > 2ms',
      'down.goodput < 0.9x',
      'rtt[1000].p99 > 1.1x',
      'throughput.p1 < 0.9x',
    ]) {
      expect(() => check(text, {}), text).toThrow('is of no change, as a comparison of paced probes has it');
    }
  });
});

describe('held against a comparison', () => {
  test('a tail that is half as long again fails, one that is the same passes', () => {
    expect(check('response.p99 > 1.1x', { ratio: 1.5 })).toMatchObject({ finding: 'failed' });
    expect(check('response.p99 > 1.1x', { ratio: 0.8 })).toMatchObject({ finding: 'passed' });
    expect(check('rtt.p99 > 1.1x', { ratio: 1.5 })).toMatchObject({ finding: 'failed' });
    expect(check('answered < 0.95x', {})).toMatchObject({ finding: 'passed', value: 1 });
  });

  test('what chance explains as well cannot be told', () => {
    const runs = { scatter: 0.3, ratio: 1.1, seed: 3 };
    const value =
      check('response.p99 > 0.01x', runs)?.value ?? check('response.p99 < 0.01x', runs)?.value ?? 1;
    const line = check(`response.p99 > ${(value * 0.9).toFixed(3)}x`, runs);
    expect(line).toMatchObject({ finding: 'cannot-tell', reason: expect.stringContaining('chance') });
  });

  test('of several rates the worst decides, and says which it is where it cannot tell', () => {
    const whole = pacedComparison({ rates: [1_000, 2_000] });
    const slower = whole.b.runs.map((run) => ({
      ...run,
      steps: run.steps.map((step) =>
        step.askedPerSecond === 2_000 ? { ...step, responseP50: 2 * (step.responseP50 ?? 0) } : step,
      ),
    }));
    const condition = [parseAnyThreshold('response.p50 > 1.3x')];
    const figures = pacedFigures({ a: whole.a.runs, b: slower }, true);
    const [failed] = checkPacedChanges({ ...whole, figures }, condition);
    expect(failed?.finding).toBe('failed');
    expect(failed?.value).toBeCloseTo(2, 0);

    const lost = whole.b.runs.map((run) => ({
      ...run,
      steps: [stepFigures(1_000), stepFigures(2_000, { responseP50: null, missing: 20_000 })],
    }));
    const untold = pacedFigures({ a: whole.a.runs, b: lost }, true);
    const [finding] = checkPacedChanges({ ...whole, figures: untold }, condition);
    expect(finding).toMatchObject({ finding: 'cannot-tell', reason: expect.stringContaining('at 2,000/s') });
  });

  test('one file a side cannot tell, and a line says what would', () => {
    const [finding] = checkPacedChanges(comparedFiles({ runs: 1, ratio: 2 }), [
      parseAnyThreshold('response.p99 > 1.1x'),
    ]);
    if (finding === undefined) throw new Error('there is a finding');
    expect(findingLine(finding)).toBe(
      'cannot tell: response.p99 > 1.1x: at 2,000/s too few runs show how much those of an unchanged target differ; compare several a side',
    );
  });

  test('a percentile of too few probes is not told for one of lost ones', () => {
    const whole = pacedComparison();
    const few = whole.a.runs.map((run) => ({ ...run, steps: [stepFigures(2_000, { due: 300 })] }));
    const figures = pacedFigures({ a: few, b: few }, true);
    const [finding] = checkPacedChanges({ ...whole, figures }, [parseAnyThreshold('response.p99 > 1.1x')]);
    expect(finding?.reason).toContain('a step has too few probes for it; use a longer --duration');
  });

  test('of a closed loop its one time stands for both', () => {
    expect(check('service.p50 > 1.1x', { rates: [null], ratio: 1.5 })).toMatchObject({ finding: 'failed' });
  });
});
