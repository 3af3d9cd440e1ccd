/** A load that is to run until it is stable does so, and no longer; and says when it was not. */
import { describe, expect, test } from 'vitest';
import type { LoadOptions } from '../../../src/measure/load/load-plan.ts';
import type { LoadPhaseRecord, LoadResult } from '../../../src/result/load/load-result.ts';
import { failureOf, loading, resultOf } from './loading.ts';
import { type FlowScript, granting } from './scripted-flows.ts';

const S = 1_000_000_000;
const MBIT = 1_000_000;

async function stable(script: FlowScript = {}, options: Partial<LoadOptions> = {}): Promise<LoadResult> {
  return await resultOf(loading(script, { untilStable: true, ...options }));
}

function lengths({ phases }: LoadResult): unknown[] {
  return phases.map(({ name, fromAtNs, toAtNs }) => [name, Math.round((10 * (toAtNs - fromAtNs)) / S) / 10]);
}

function isStable({ stableAtNs, toAtNs }: LoadPhaseRecord): boolean {
  return stableAtNs !== null && Math.abs(toAtNs - stableAtNs) < 0.01 * S;
}

describe('a phase with data', () => {
  test('ends as soon as goodput and then responsiveness are stable', async () => {
    const result = await stable();
    // Seven intervals for four moving averages over four of them, and three more for responsiveness.
    expect(lengths(result)).toEqual([
      ['idle', 3],
      ['down', 10],
      ['up', 10],
      ['recovery', 3],
    ]);
    expect(result.phases.map(isStable)).toEqual([false, true, true, false]);
    expect(result.phases.every(({ isComplete }) => isComplete)).toBe(true);
  });

  test('has one more stream each second until then, and no more than it may', async () => {
    const opened = async (script: FlowScript): Promise<number[]> => {
      const { streams } = await stable(script, { phases: [{ name: 'up' }] });
      return streams.map(({ fromAtNs }) => Math.round(fromAtNs / S));
    };
    expect(await opened({})).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(await opened({ answers: [granting({ streams: 4 })] })).toEqual([0, 1, 2, 3]);
    const rising = (streams: number): number => streams * 30 * MBIT;
    expect(await opened({ carries: rising })).toHaveLength(16);
  });

  test('asks a server that takes no more for no more', async () => {
    const here = loading({ refusesFrom: 3 }, { untilStable: true, phases: [{ name: 'up' }] });
    const result = await resultOf(here);
    expect(result.streams).toHaveLength(2);
    expect(here.flows.asked).toBe(1 + 3);
    expect(result.phases.map(isStable)).toEqual([true]);
  });

  test('keeps the streams that were asked for', async () => {
    const { streams } = await stable({}, { streams: 2, phases: [{ name: 'up' }] });
    expect(streams).toHaveLength(2);
  });

  test('lasts for 20 s where goodput or responsiveness goes on changing, and is not called stable', async () => {
    const rising = (atNs: number): number => 1.1 ** (atNs / S);
    const scripts: readonly FlowScript[] = [
      { carries: (_, atNs) => 30 * MBIT * rising(atNs) },
      { rttNs: (atNs) => 10_000_000 * rising(atNs) },
    ];
    for (const script of scripts) {
      const { phases } = await stable(script, { phases: [{ name: 'up' }] });
      expect(phases.map(({ fromAtNs, toAtNs }) => Math.round((toAtNs - fromAtNs) / S))).toEqual([20]);
      expect(phases[0]).toMatchObject({ isComplete: true, stableAtNs: null });
    }
  });

  test('lasts for its time where that was asked for', async () => {
    const result = await stable({}, { phases: [{ name: 'down', durationMs: 5_000 }] });
    expect(lengths(result)).toEqual([['down', 5]]);
    expect(result.phases[0]?.stableAtNs).toBeNull();
  });

  test('is not stable once a stream was lost, as the draft has it', async () => {
    const { phases } = await stable({ lostAtNs: { 2: 4 * S } }, { phases: [{ name: 'down' }] });
    expect(phases[0]?.stableAtNs).toBeNull();
  });
});

test('goodput of both directions has to be stable where they go at once', async () => {
  const result = await stable({}, { phases: [{ name: 'both' }] });
  expect(lengths(result)).toEqual([['both', 10]]);
  expect(result.phases.map(isStable)).toEqual([true]);
});

test('an echo can be stable, too', async () => {
  const result = await stable({}, { echo: true });
  expect(lengths(result)[1]).toEqual(['both', 10]);
});

test('what was stable before a failure is kept', async () => {
  const here = loading({ lostAtNs: { 0: 15 * S } }, { untilStable: true });
  const { result } = await failureOf(here);
  expect(result.phases.map(isStable)).toEqual([false, true, false]);
});
