/** Conditions of a comparison of loads: a change is not taken for a figure, and what chance explains fails nobody. */
import { describe, expect, test } from 'vitest';
import { checkLoadChanges } from '../../../src/analysis/load/conditions/load-change-check.ts';
import {
  type AnyThreshold,
  parseAnyThreshold,
  parseLoadThreshold,
  requirePhases,
} from '../../../src/analysis/load/conditions/load-threshold.ts';
import { checkThresholds } from '../../../src/analysis/threshold-check.ts';
import { EcholotError } from '../../../src/core/errors.ts';
import type { Result } from '../../../src/result/result.ts';
import { type SimulatedTurns, turnsComparison } from './compared.ts';
import { MS } from './loads.ts';

function refusal(parse: () => unknown): string {
  try {
    parse();
  } catch (error) {
    expect(error).toBeInstanceOf(EcholotError);
    expect((error as EcholotError).code).toBe('usage');
    return `${(error as EcholotError).message}; ${(error as EcholotError).advice}`;
  }
  throw new Error('it was taken');
}

describe('a condition of a change', () => {
  test.each<[string, Partial<AnyThreshold>]>([
    ['down.goodput < 0.9x', { metric: 'down.goodput', operator: '<', limit: 0.9, kind: 'load-change' }],
    ['up.goodput<-10%', { metric: 'up.goodput', limit: 0.9 }],
    ['up.goodput > 10 %', { limit: 1.1 }],
    ['up.increase.p50 > +5ms', { metric: 'up.increase.p50', limit: 5 * MS, kind: 'load-change' }],
    ['down.increase.median > +5ms', { metric: 'down.increase.p50' }],
    ['down.increase.p50 < -500us', { metric: 'down.increase.p50', limit: -0.5 * MS }],
  ])('%s', (text, expected) => {
    expect(parseAnyThreshold(text)).toMatchObject(expected);
  });

  test.each([
    ['idle.p50 > +5ms', 'no comparison of loads has a change of idle.p50; it has those of down.goodput'],
    ['rpm < 0.9x', 'no comparison of loads has a change of rpm'],
    ['down.goodput < 10%', 'leaves open what the 10% are of'],
    ['down.goodput < -5M', 'gives no ratio, by which goodput is compared; write 0.9x'],
    ['down.goodput < 0.9xx', 'gives no ratio'],
    ['up.increase.p50 > 1.1x', 'gives no difference, by which an increase is compared; write +5ms'],
    ['up.increase.p50 > +5', 'gives no difference'],
    ['up.increase.p50 > +-5ms', 'gives no difference'],
  ])('%s is refused: %s', (text, why) => {
    expect(refusal(() => parseAnyThreshold(text))).toContain(why);
  });

  test('is refused where there is nothing to compare with', () => {
    const why = 'is of a change, and there is nothing to compare with';
    expect(refusal(() => parseLoadThreshold('down.goodput < 0.9x'))).toContain(why);
    const change = parseAnyThreshold('down.goodput < 0.9x');
    expect(refusal(() => checkThresholds({ series: [] } as unknown as Result, [change]))).toContain(
      'is of a load',
    );
  });

  test('needs its phase, and an increase an idle one', () => {
    const needs = (text: string, phases: Parameters<typeof requirePhases>[1]): string =>
      refusal(() => requirePhases([parseAnyThreshold(text)], phases));
    expect(needs('down.goodput < 0.9x', ['idle', 'up'])).toContain('needs the phase down or both');
    expect(needs('up.increase.p50 > +5ms', ['up'])).toContain('needs the phase idle');
  });
});

describe('held against a comparison', () => {
  const found = (turns: SimulatedTurns, text: string) => {
    const [finding] = checkLoadChanges(turnsComparison(turns), [parseAnyThreshold(text)]);
    if (finding === undefined) throw new Error('each condition has a finding');
    return finding;
  };

  test('what has become worse fails, and what has not passes', () => {
    const worse = { ratio: 0.8, difference: 8 * MS };
    expect(found(worse, 'down.goodput < 0.9x')).toMatchObject({ finding: 'failed', reason: null });
    expect(found(worse, 'up.increase.p50 > +5ms').finding).toBe('failed');
    expect(found(worse, 'down.goodput < 0.5x').finding).toBe('passed');
    expect(found({}, 'up.goodput < 0.9x').finding).toBe('passed');
  });

  test('what chance explains as well, few loads and a phase that was not cannot be told', () => {
    expect(found({ scatter: 0.3, seed: 3 }, 'down.goodput > 0.5x')).toMatchObject({
      finding: 'cannot-tell',
      value: null,
    });
    const few = found({ rounds: 3, ratio: 0.5 }, 'down.goodput < 0.9x');
    expect(few.reason).toContain('use more --rounds');
    const comparison = turnsComparison();
    const [nothing] = checkLoadChanges({ ...comparison, figures: [] }, [
      parseAnyThreshold('down.goodput < 0.9x'),
    ]);
    expect(nothing?.reason).toBe('nothing was carried down that can be compared');
  });

  test('conditions of something else are refused', () => {
    for (const text of ['down.goodput < 90M', 'rtt.p99 > 1.1x']) {
      expect(refusal(() => checkLoadChanges(turnsComparison(), [parseAnyThreshold(text)]))).toContain(
        'is of no change',
      );
    }
  });
});
