/** A self-test never promises more than its own figures bear, and says what speaks against them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { doubtsOf, type Findings, floorFigure } from '../../src/measure/self-test/self-test-trust.ts';
import type { Floor, FloorFigure } from '../../src/result/self-test-result.ts';

const CLOCK = { name: 'clock', resolutionNs: 40, readCostNs: 30 };

describe('a floor can be trusted', () => {
  test.each([
    ['its median, when that is the largest', [10_000, 10_000, 11_000], 40, 10_000, 'median'],
    ['its spread, when it varies by more', [1_000, 1_000, 90_000], 40, 87_220, 'spread'],
    [
      'the step of the clock, when nothing finer can be told',
      [0, 1_000_000, 0],
      2_000_000,
      2_000_000,
      'clock',
    ],
  ] as const)('no further than %s', (_what, samples, stepNs, ownNs, boundBy) => {
    expect(floorFigure(samples, stepNs)).toMatchObject({
      ownNs,
      boundBy,
      within10PercentNs: 10 * ownNs,
      within1PercentNs: 100 * ownNs,
    });
  });

  test('for a path on which median, spread and step of the clock are all small beside it, whatever the samples', () => {
    const samples = fc.array(fc.nat(10_000_000), { minLength: 1 });
    fc.assert(
      fc.property(samples, fc.integer({ min: 1, max: 20_000_000 }), (rttNs, stepNs) => {
        const figure = floorFigure(rttNs, stepNs) as FloorFigure;
        expect(Number.isInteger(figure.ownNs)).toBe(true);
        for (const part of [figure.medianNs, figure.p99Ns - figure.medianNs, stepNs]) {
          // Rounded figures, each by half a nanosecond.
          expect(part).toBeLessThanOrEqual(figure.ownNs + 1);
        }
        expect(figure.minNs).toBeLessThanOrEqual(figure.medianNs);
        expect(figure.medianNs).toBeLessThanOrEqual(figure.p99Ns);
      }),
    );
  });

  test('not at all without a sample', () => {
    expect(floorFigure([], 40)).toBeNull();
  });
});

function floor(processorWaitShare: number | null): Floor {
  return {
    engine: 'native',
    wait: 'spin',
    congestionControl: 'cubic',
    application: floorFigure([8_000], 40) as FloorFigure,
    kernel: null,
    network: null,
    residenceSource: null,
    cpuShare: 1,
    processorWaitShare,
    involuntarySwitches: null,
    collections: null,
  };
}

const SOUND: Findings = {
  clock: CLOCK,
  notNative: null,
  floors: [floor(0.001), floor(null)],
  stamps: { probes: 1_000, kernelProbes: 990, serverProbes: 0, reason: null },
  health: { eventLoopDelay: null, wallClockStepNs: 0, processors: { busyShare: 1, stealShare: 0.01 } },
};

describe('doubts', () => {
  test('are not invented: a sound machine has none, however busy the test itself keeps it', () => {
    expect(doubtsOf(SOUND)).toEqual([]);
  });

  test('are not raised by what no system tells', () => {
    const health = { ...SOUND.health, processors: null };
    expect(doubtsOf({ ...SOUND, health, floors: [floor(null)] })).toEqual([]);
  });

  test.each([
    [
      'contended',
      'another program had the processor',
      { floors: [floor(0), floor(0.35)] },
      { processorWaitShare: 0.35, stealShare: 0.01, message: expect.stringMatching(/up to 35 %/) },
    ],
    [
      'contended',
      'another machine had it',
      {
        health: {
          ...SOUND.health,
          processors: { busyShare: 0.5, stealShare: 0.2 },
        },
      },
      { processorWaitShare: 0.001, stealShare: 0.2, message: expect.stringMatching(/^the host .* 20 %/) },
    ],
    [
      'coarse-clock',
      'its steps are long',
      { clock: { ...CLOCK, resolutionNs: 1_000_000 } },
      { stepNs: 1_000_000 },
    ],
    ['coarse-clock', 'reading it takes long', { clock: { ...CLOCK, readCostNs: 1_500 } }, { stepNs: 1_500 }],
    [
      'no-native-engine',
      'it cannot run',
      {
        notNative: 'it needs Linux, and this is darwin',
        stamps: { probes: 0, kernelProbes: 0, serverProbes: 0, reason: 'none' },
      },
      { reason: 'it needs Linux, and this is darwin' },
    ],
    [
      'no-stamps',
      'the kernel gives few',
      { stamps: { ...SOUND.stamps, kernelProbes: 989 } },
      { probes: 1_000, stampedProbes: 989 },
    ],
  ] as const)('%s: %s', (code, _why, changes, evidence) => {
    const doubts = doubtsOf({ ...SOUND, ...changes });
    expect(doubts).toHaveLength(1);
    expect(doubts[0]).toMatchObject({ code, ...evidence });
    expect(doubts[0]?.advice).not.toBe('');
  });
});
