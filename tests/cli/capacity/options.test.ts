/** The words of a search for a capacity: what they ask for, and which are refused before anything is sent. */
import { formatMessage } from '@optique/core/message';
import { parse } from '@optique/core/parser';
import { describe, expect, test } from 'vitest';
import { type CapacityArguments, capacityCommandLine } from '../../../src/cli/commands/capacity.ts';
import { capacityOptionsOf } from '../../../src/cli/run/capacity/capacity-options.ts';
import { planCapacity } from '../../../src/measure/capacity/capacity-plan.ts';

function read(...line: string[]): CapacityArguments | string {
  const result = parse(capacityCommandLine, ['capacity', 'host.example', '9900', ...line]);
  return result.success ? result.value : formatMessage(result.error, { colors: false, quotes: true });
}

function asked(...line: string[]): ReturnType<typeof capacityOptionsOf> {
  const options = read(...line);
  if (typeof options === 'string') throw new Error(options);
  return capacityOptionsOf(options);
}

test('all that there is to ask for', () => {
  const line = [
    ...['--while', 'response.p90 < 2ms', '--from', '50/s', '--max-rate', '2000/s', '--precision', '2%'],
    ...['--duration', '4s', '--max-time', '1m', '--connections', '8', '--in-flight', '16'],
    ...['--arrivals', 'poisson', '--size', '2K', '--seed', '7', '--server-delay', '1ms', '--engine', 'node'],
  ];
  expect(asked(...line)).toMatchObject({
    host: 'host.example',
    port: 9_900,
    condition: 'response.p90 < 2ms',
    fromPerSecond: 50,
    maxPerSecond: 2_000,
    precision: 0.02,
    stepMs: 4_000,
    maxTimeMs: 60_000,
    connections: 8,
    inFlight: 16,
    arrivals: 'poisson',
    sizes: [2_048],
    seed: 7,
    serverDelayMs: 1,
    engine: 'node',
  });
});

test('nothing but a target has the defaults of the library', () => {
  const { record } = planCapacity(asked());
  expect(record).toMatchObject({
    condition: 'response.p99 < 10ms',
    fromPerSecond: 100,
    precision: 0.05,
    stepNs: 2e9,
    maxTimeNs: 180e9,
    connections: 1,
    inFlight: 1_024,
    arrivals: 'uniform',
  });
  // No more than a server takes in a session, with the warm-up.
  expect(record.maxPerSecond * 2.5).toBeLessThan(1_000_000);
});

test('the condition may be one of round-trip times, as that of a measurement', () => {
  expect(planCapacity(asked('--while', 'rtt.p99<2ms')).record.condition).toBe('rtt.p99<2ms');
});

describe('a try is as long as its percentile needs, and no longer', () => {
  test.each([
    ['response.p99 < 1ms', 100, 5_010],
    ['response.p99 < 1ms', 10_000, 2_000],
    ['response.p50 < 1ms', 100, 2_000],
    ['lost < 1%', 1, 2_000],
  ])('%s at %d/s: %d ms', (condition, perSecond, ms) => {
    const plan = planCapacity({ ...asked('--while', condition), fromPerSecond: perSecond });
    expect(plan.tryMs(perSecond)).toBe(ms);
  });
});

test.each(['lost <= 0%', 'late < 100%', 'response.p99 < 1ns'])('%s may be asked for', (condition) => {
  expect(planCapacity(asked('--while', condition)).record.condition).toBe(condition);
});

test('answers a second may be asked for from above them', () => {
  const plan = planCapacity(asked('--while', 'answered > 900/s', '--from', '1000/s'));
  expect(plan.record.condition).toBe('answered > 900/s');
});

describe('what cannot be is refused', () => {
  test.each([
    [['--while', 'throughput.p1 < 1M'], /throughput/],
    [['--while', 'capacity < 900/s'], /of a capacity/],
    [['--while', 'quick'], /no condition/],
    [['--while', 'response.p99 > 10ms'], /too much load ends/],
    [['--while', 'rtt.p99 >= 10ms'], /too much load ends/],
    [['--while', 'answered < 900/s'], /too much load ends/],
    [['--while', 'answered > 900/s'], /cannot hold at 100 a second/],
    [['--while', 'service.max <= 0ms'], /never holds/],
    [['--while', 'lost < 0%'], /never holds/],
    [['--while', 'late <= 100%'], /always holds/],
    [['--while', 'late < 101%'], /ends with "101%"/],
    [['--from', '0/s'], /above 0/],
    [['--from', '100/s,200/s'], /1 rates at most/],
    [['--precision', '60%'], /50/],
    [['--fail-if', 'rtt.p99 > 2ms'], /probes a second/],
    [['--rate', '100/s'], /--rate/],
    [['--stamps', 'off'], /--stamps/],
  ])('%j', (line, words) => {
    let told: unknown;
    try {
      told = planCapacity(asked(...line));
    } catch (error) {
      told = error;
    }
    expect(String(told)).toMatch(words);
  });
});
