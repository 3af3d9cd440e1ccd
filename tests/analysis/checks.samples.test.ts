/** Too little to say what is said: probes, blocks, the precision that was asked for. */
import { describe, expect, test } from 'vitest';
import { checkOf, codes, findingOf, one, reasonOf } from './looking.ts';
import { block, cleanRecording, recording, US } from './recordings.ts';

function steady(n: number): number[] {
  return new Array<number>(n).fill(100 * US);
}

describe('few-probes: fewer than the ten of the assignment', () => {
  test.each([1, 9])('%d probes are too few', (probes) => {
    const warning = one('few-probes', recording([block(steady(probes))], { plan: { probes } }));
    expect(warning.probes).toBe(probes);
    expect(warning.message).toContain(`${probes} ${probes === 1 ? 'probe ' : 'probes '}`);
    expect(warning.advice).toContain('--probes 10');
  });

  test.each([10, 11])('%d are not', (probes) => {
    expect(codes(recording([block(steady(probes))]))).not.toContain('few-probes');
  });

  test('who asked for enough is not told to ask for more', () => {
    const { advice } = one('few-probes', recording([block(steady(3))], { plan: { probes: 500 } }));
    expect(advice).not.toContain('--probes');
  });
});

describe('thin-tail: a 99th percentile that is little more than the maximum', () => {
  test.each([10, 100, 499])('%d probes do not carry it', (probes) => {
    const warning = one('thin-tail', recording([block(steady(probes))], { plan: { probes } }));
    expect(warning).toMatchObject({ probes, neededProbes: 500 });
    expect(warning.advice).toMatch(/--probes 500\b/);
  });

  test('with as many as it advises it is gone, in whatever number of blocks', () => {
    expect(codes(cleanRecording({ rounds: 10, probes: 50 }))).toEqual([]);
  });

  test('warm-up does not count', () => {
    const given = cleanRecording({ rounds: 10, probes: 49, warmupProbes: 10 });
    expect(one('thin-tail', given).probes).toBe(490);
  });

  test('the series with the fewest samples counts, not the plan: a run may have ended early', () => {
    const given = recording([block(steady(500)), block(steady(14), { payloadBytes: 200 })]);
    expect(one('thin-tail', given).probes).toBe(14);
  });

  test('a precision and a number of probes exclude each other, so the advice is another', () => {
    const given = cleanRecording({ rounds: 10, probes: 10, plan: { precision: 0.02, probes: null } });
    expect(one('thin-tail', given).advice).toContain('--precision');
  });

  test('nothing is said of percentiles where nothing was measured', () => {
    expect(reasonOf('samples', recording([]))).toBe('nothing was measured');
  });
});

describe('few-blocks: a median without an interval', () => {
  test.each([1, 4])('%d blocks make none', (rounds) => {
    const warning = one('few-blocks', cleanRecording({ rounds, probes: 500 }));
    expect(warning).toMatchObject({ blocks: rounds, neededBlocks: 5 });
    expect(warning.advice).toMatch(/--blocks 5\b/);
  });

  test('five do', () => {
    expect(codes(cleanRecording({ rounds: 5, probes: 100 }))).toEqual([]);
  });

  test('runs stand in for blocks', () => {
    expect(codes(cleanRecording({ runCount: 2, rounds: 1, probes: 500 }))).not.toContain('few-blocks');
  });
});

describe('precision: the intervals that were asked for', () => {
  const asked = { precision: 0.02, blocks: null, probes: null };

  test('reached', () => {
    const stop = { reason: 'precision', rounds: 12, achievedPrecision: 0.018 } as const;
    expect(findingOf('precision', cleanRecording({ plan: asked, stop }))).toBe('clear');
  });

  test('the time ran out before: how far it came is told', () => {
    const stop = { reason: 'max-time', rounds: 12, achievedPrecision: 0.034 } as const;
    const warning = one('precision-not-reached', cleanRecording({ plan: asked, stop }));
    expect(warning).toMatchObject({ askedPrecision: 0.02, achievedPrecision: 0.034 });
    expect(warning.message).toContain('2 %');
    expect(warning.message).toContain('3.4 %');
    expect(warning.advice).toContain('--max-time');
  });

  test('narrow once is not narrow for good', () => {
    const stop = { reason: 'max-time', rounds: 12, achievedPrecision: 0.019 } as const;
    expect(one('precision-not-reached', cleanRecording({ plan: asked, stop })).achievedPrecision).toBe(0.019);
  });

  test('ended before there was any interval', () => {
    const stop = { reason: 'ended-early', rounds: 1, achievedPrecision: null } as const;
    const warning = one('precision-not-reached', cleanRecording({ plan: asked, stop }));
    expect(warning.achievedPrecision).toBeNull();
    expect(warning.message).toContain('too few blocks');
  });

  test('of merged runs their common intervals are judged, not what one of them achieved', () => {
    const narrow = cleanRecording({ runCount: 6, spread: 0.01, plan: asked });
    expect(checkOf('precision', narrow).finding).toBe('clear');
    const levels = [80, 100, 120].map((us, i) => block(new Array<number>(500).fill(us * US), { run: i + 1 }));
    expect(
      one('precision-not-reached', recording(levels, { plan: asked })).achievedPrecision,
    ).toBeGreaterThan(0.02);
  });

  test('not asked for, not missed', () => {
    expect(findingOf('precision', cleanRecording())).toBe('clear');
  });
});
