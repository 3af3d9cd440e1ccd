/** Nobody who asked for nothing waits for minutes: a far path gets fewer blocks, and is told so before. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyse } from '../../src/analysis/analyse.ts';
import { VirtualClock } from '../../src/clock/virtual.ts';
import { fitBudget, type PathCost } from '../../src/measure/exchange/budget.ts';
import { DEFAULT_BUDGET_MS, type MeasureOptions, planMeasurement } from '../../src/measure/exchange/plan.ts';
import { startRun } from '../../src/measure/exchange/run.ts';
import { paceOf } from '../../src/measure/exchange/schedule.ts';
import type { Result } from '../../src/result/result.ts';
import { MockEngine, type ScriptedSession } from './mock-engine.ts';
import { collect, type EventOf, ofKind } from './watching.ts';

const TARGET = { host: 'echo.example', port: 9_900, protocol: 'size-first', seed: 1 } as const;
const MS = 1_000_000;
const S = 1_000 * MS;

/** Of a run over a path on which every probe takes the same. */
async function ran(
  rttMs: number,
  options: Partial<MeasureOptions> = {},
  session: Partial<ScriptedSession> = {},
): Promise<{ result: Result; estimate: EventOf<'estimate'> | undefined; tookNs: number }> {
  const clock = new VirtualClock();
  const engine = new MockEngine(clock, { sessions: [{ rttNs: [rttMs * MS], ...session }] });
  const run = startRun({ engine, clock, analyse }, { ...TARGET, ...options });
  const [events, result] = await clock.drive(Promise.all([collect(run), run.result]));
  const [estimate] = ofKind(events, 'estimate');
  return { result, estimate, tookNs: result.runs[0]?.durationNs ?? Number.NaN };
}

function flat(rttNs: number): PathCost {
  return {
    connectNs: rttNs,
    ends: [
      { payloadBytes: 1, rttNs },
      { payloadBytes: 32_768, rttNs },
    ],
    asksResidences: false,
  };
}

describe('a default run', () => {
  test('of a near path has all its blocks, and is told to take as long as they are spread', async () => {
    const { result, estimate } = await ran(0.1);
    expect(result.stop).toMatchObject({ reason: 'blocks', rounds: 10 });
    expect(estimate).toMatchObject({ rounds: 10, expectedNs: 3 * S });
  });

  test('of a path of 41 ms ends within its budget, with fewer blocks and the reason', async () => {
    const { result, estimate, tookNs } = await ran(41);
    expect(result.stop.reason).toBe('budget');
    expect(result.stop.rounds).toBe(estimate?.rounds);
    expect(result.stop.rounds).toBeGreaterThanOrEqual(5);
    expect(tookNs).toBeLessThan(1.15 * DEFAULT_BUDGET_MS * MS);
    for (const { statistics } of result.series)
      expect(statistics?.rttNs.estimates[0]?.interval).not.toBeNull();
  });

  test('tells how many blocks it would have had, in case that it ends before', async () => {
    const { result, estimate } = await ran(41);
    expect(result.stop.fittingRounds).toBe(estimate?.rounds);
    expect((await ran(0.1)).result.stop.fittingRounds).toBeUndefined();
  });

  test('of a path of 200 ms takes twice its budget at most', async () => {
    const { result, tookNs } = await ran(200);
    expect(result.stop.reason).toBe('budget');
    expect(tookNs).toBeLessThan(2.2 * DEFAULT_BUDGET_MS * MS);
  });

  test('takes no longer than it was told, and not far less: these sessions have no setup to answer', async () => {
    for (const rttMs of [5, 41, 90, 200]) {
      const { estimate, tookNs } = await ran(rttMs);
      expect(tookNs / (estimate?.expectedNs ?? 0)).toBeGreaterThan(0.75);
      expect(tookNs / (estimate?.expectedNs ?? 0)).toBeLessThan(1.05);
    }
  });

  test('and within a tenth of it where the server is asked after each batch how long it kept the probes', async () => {
    const stamp = { sendCallNs: 1, localQueueNs: 1, kernelRttNs: 1, wakeUpNs: 1, residenceNs: 1 };
    for (const rttMs of [41, 200]) {
      const session = { layers: [stamp], residenceSource: 'kernel', questionNs: rttMs * MS } as const;
      const { estimate, tookNs } = await ran(rttMs, {}, session);
      expect(tookNs / (estimate?.expectedNs ?? 0)).toBeGreaterThan(0.9);
      expect(tookNs / (estimate?.expectedNs ?? 0)).toBeLessThan(1.1);
    }
  });
});

test('the delay that was asked for is in each echo, and in no other answer', () => {
  const plan = planMeasurement({
    ...TARGET,
    serverDelayMs: 1_000,
    type: 'rtt',
    sizes: [100],
    blocks: 1,
    probes: 10,
  });
  const fit = fitBudget(plan, { probes: 10, warmupProbes: 0 }, [{ ...flat(S), connectNs: 0 }]);
  expect(fit?.expectedNs).toBe(10 * S);
});

describe('whoever asked for something gets it', () => {
  test.each([
    ['blocks', { blocks: 10 }],
    ['probes', { probes: 100 }],
    ['a budget without end', { budgetMs: Number.POSITIVE_INFINITY }],
  ] as const)('%s, however far the path', async (_what, options) => {
    const { result, estimate } = await ran(200, { type: 'rtt', sizes: [100], ...options });
    expect(result.stop).toMatchObject({ reason: 'blocks', rounds: 10 });
    expect(estimate?.rounds).toBe(10);
  });

  test('a precision, which no number of blocks foretells', async () => {
    const { estimate } = await ran(1, { type: 'rtt', sizes: [100], precision: 0.05, maxTimeMs: 2_000 });
    expect(estimate).toBeUndefined();
  });
});

test('no path gets more rounds than were planned, or none; a longer one never more than a shorter', () => {
  const plan = planMeasurement(TARGET);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 1, max: 3_000 }), (a, b) => {
      const rounds = (rttMs: number): number =>
        fitBudget(plan, paceOf(plan, rttMs * MS), [flat(rttMs * MS)])?.rounds ?? Number.NaN;
      expect(rounds(a)).toBeGreaterThanOrEqual(1);
      expect(rounds(a)).toBeLessThanOrEqual(10);
      expect(rounds(Math.max(a, b))).toBeLessThanOrEqual(rounds(Math.min(a, b)));
    }),
  );
});
