/** What is said of a load follows from what each side saw, and is the truth where that is known. */
import { describe, expect, test } from 'vitest';
import { analyseLoad } from '../../../src/analysis/load/analyse-load.ts';
import type { LoadStatistics } from '../../../src/result/load/load-statistics.ts';
import { loadRecording, MS, ramped, roundTrip, S, type SimulatedPhase } from './loads.ts';

/** Round trips that differ a little, the same each time. */
function wavy(ns: number): (sinceNs: number) => ReturnType<typeof roundTrip> {
  return (sinceNs) => roundTrip(ns * (1 + 0.02 * Math.sin(sinceNs / (37 * MS))));
}

const IDLE: SimulatedPhase = { name: 'idle', parts: wavy(MS) };
const DOWN: SimulatedPhase = {
  name: 'down',
  parts: wavy(13 * MS),
  streams: [{ direction: 'down', rate: ramped(48e6), ownRttNs: () => 14 * MS }],
};
const UP: SimulatedPhase = {
  name: 'up',
  parts: wavy(41 * MS),
  streams: [{ direction: 'up', rate: ramped(12e6), ownRttNs: () => 44 * MS }],
};
const RECOVERY: SimulatedPhase = { name: 'recovery', parts: wavy(MS) };

function loaded(statistics: LoadStatistics, phase: string): LoadStatistics['loaded'][number] {
  const found = statistics.loaded.find((one) => one.phase === phase);
  if (found === undefined) throw new Error(`no phase ${phase}`);
  return found;
}

describe('a load of known rate and queue', () => {
  const statistics = analyseLoad(loadRecording([IDLE, DOWN, UP, RECOVERY]));

  test.each([
    ['down', 'down', 48e6],
    ['up', 'up', 12e6],
  ] as const)('has its goodput %s, counted by the receiver, without the ramp', (phase, direction, rate) => {
    const [only] = loaded(statistics, phase).directions;
    expect(only).toMatchObject({ direction, streams: 1, shares: [1], fairness: 1, intervalNs: 200 * MS });
    expect(only?.goodput.value).toBeCloseTo(rate, -4);
    expect(only?.goodput.interval?.method).toBe('block-t');
    expect(only?.p10).toBeCloseTo(rate, -4);
    expect(only?.intervals).toBeGreaterThan(25);
    // A third of the first second went by in slow start.
    expect(only?.receivedBytes).toBeCloseTo((rate / 8) * (7 + 1 / 3), -5);
  });

  test('has round trips idle, loaded and in recovery, each with an interval', () => {
    expect(statistics.idle?.p50.value).toBeCloseTo(MS, -4);
    expect(statistics.recovery?.p50.value).toBeCloseTo(MS, -4);
    expect(loaded(statistics, 'down').latency?.p50.value).toBeCloseTo(13 * MS, -5);
    expect(loaded(statistics, 'down').ownLatency?.p50.value).toBe(14 * MS);
    expect(statistics.idle).toMatchObject({ unanswered: 0, seconds: 8, probes: 800 });
    expect(statistics.idle?.p99.interval).not.toBeNull();
  });

  test('tells by how much they grew, and that it was in the network', () => {
    const { increase, queues, pair } = loaded(statistics, 'up');
    expect(increase?.p50.value).toBeCloseTo(40 * MS, -5);
    expect(increase?.p50.interval?.method).toBe('difference');
    expect(increase?.p50.interval?.low).toBeLessThan(40 * MS);
    expect(queues).toMatchObject({ ownMachine: 0, server: 0, largest: 'network', direction: 'up' });
    expect(queues?.largestShare).toBeCloseTo(1, 2);
    expect(pair).toBe('shared');
  });

  test('is graded by the worse direction', () => {
    expect(statistics).toMatchObject({ grade: { best: 'B', worst: 'B', phase: 'up' }, noGrade: null });
  });

  test('settles when its moving averages are even, and no figure is from before', () => {
    const { settledAtNs, toAtNs } = loaded(statistics, 'down');
    const beganNs = 8 * S + 100 * MS;
    expect(settledAtNs).toBeGreaterThanOrEqual(beganNs + S);
    expect(settledAtNs).toBeLessThanOrEqual(beganNs + 2.4 * S);
    expect(toAtNs).toBe(beganNs + 8 * S);
  });
});

test.each([1.4, 1.5, 1.6, 1.7])(
  'a load of %s s that settles at its very end keeps its goodput',
  (seconds) => {
    const up: SimulatedPhase = {
      name: 'up',
      durationNs: seconds * S,
      streams: [{ direction: 'up', rate: () => 12e6 }],
    };
    const [direction] = loaded(analyseLoad(loadRecording([up])), 'up').directions;
    expect(direction?.goodput.value).toBeCloseTo(12e6, -5);
    expect(direction?.receivedBytes).toBeGreaterThan(0);
  },
);
