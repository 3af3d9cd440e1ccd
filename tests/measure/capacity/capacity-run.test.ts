/** A search for a capacity in virtual time: servers whose capacity is known, and what keeps it from being found. */
import { describe, expect, test } from 'vitest';
import type { CapacityEvent } from '../../../src/measure/capacity/capacity-run.ts';
import { MAX_SEED } from '../../../src/measure/exchange/plan.ts';
import { CapacityError } from '../../../src/measure/outcome.ts';
import { memoryPacedEngine } from '../../../src/net/memory/paced-engine.ts';
import { serve, world } from '../pretend-servers.ts';
import { queue, type Searching, searching, searchOver } from './searching.ts';

const MS = 1_000_000;

async function failureOf({ clock, run }: Searching): Promise<CapacityError> {
  try {
    await clock.drive(run.result);
  } catch (error) {
    if (error instanceof CapacityError) return error;
    throw error;
  }
  throw new Error('the search did not fail');
}

describe('the capacity', () => {
  test('of a server that delays by 1 ms is 1,000 a second on one connection, within 2 %', async () => {
    const here = world({ latencyNs: 100_000 });
    await serve(here);
    const run = searchOver(here.clock, () => memoryPacedEngine(here.network), { serverDelayMs: 1 });
    const { statistics, outcome, server } = await here.clock.drive(run.result);
    expect(outcome.status).toBe('complete');
    expect(server?.inFlight).toBeGreaterThan(1);
    const { finding, perSecond, lowPerSecond, highPerSecond } = statistics;
    expect(finding).toBe('found');
    expect(Math.abs((perSecond ?? 0) / 1_000 - 1)).toBeLessThan(0.02);
    expect(lowPerSecond).toBeLessThan(1_000);
    expect(highPerSecond).toBeGreaterThan(1_000);
    expect((highPerSecond ?? 0) / (lowPerSecond ?? 1)).toBeLessThan(1.052);
  });

  test('of a queue of known service time is told whatever the first rate is', async () => {
    for (const fromPerSecond of [100, 333]) {
      const { clock, run } = searching(() => queue(2 * MS), { fromPerSecond, precision: 0.02 });
      const { statistics } = await clock.drive(run.result);
      expect(statistics.finding).toBe('found');
      expect(Math.abs((statistics.perSecond ?? 0) / 500 - 1)).toBeLessThan(0.02);
    }
  });

  test('for a tight wait is well below the rate at which a queue of random arrivals never ends', async () => {
    const { clock, run } = searching(() => queue(1 * MS), {
      arrivals: 'poisson',
      condition: 'response.p90 < 3ms',
      maxTimeMs: 600_000,
    });
    const { statistics } = await clock.drive(run.result);
    // M/D/1 at 60 % waits 0.75 ms in the mean, at 80 % 2 ms.
    expect(statistics.perSecond).toBeGreaterThan(550);
    expect(statistics.perSecond).toBeLessThan(850);
  });

  test('of a server that takes one after the other is that of its answers', async () => {
    const script = () => ({ ...queue(2 * MS), inFlight: 1 });
    const { clock, run } = searching(script);
    const { statistics, server } = await clock.drive(run.result);
    expect(server?.inFlight).toBe(1);
    expect(statistics.finding).toBe('found');
    expect(Math.abs((statistics.perSecond ?? 0) / 500 - 1)).toBeLessThan(0.03);
  });
});

describe('no capacity, and it is said why', () => {
  test('the condition fails at the first rate already', async () => {
    const { clock, run } = searching(() => ({ echoNs: (sentNs) => sentNs + 20 * MS }));
    const { statistics, tries } = await clock.drive(run.result);
    expect(statistics).toMatchObject({ finding: 'below-first', perSecond: null, highPerSecond: 100 });
    expect(tries.every(({ perSecond, outcome }) => perSecond === 100 && outcome === 'missed')).toBe(true);
  });

  test('it holds up to the highest rate', async () => {
    const { clock, run } = searching(() => ({}), { maxPerSecond: 500 });
    const { statistics } = await clock.drive(run.result);
    expect(statistics).toMatchObject({ finding: 'at-least-max', perSecond: null, lowPerSecond: 500 });
  });

  test('a program that cannot send faster is not taken for the server', async () => {
    // What is due more often than 1,000 times a second waits for the thread.
    const script = () => {
      let freeNs = 0;
      return {
        sentNs: (dueNs: number) => {
          freeNs = Math.max(freeNs + 1 * MS, dueNs);
          return [freeNs, freeNs > dueNs + 1_000 ? 'thread' : 'none'] as const;
        },
      };
    };
    const { clock, run } = searching(script);
    const { statistics, tries } = await clock.drive(run.result);
    expect(statistics.finding).toBe('at-least-sent');
    expect(statistics.highPerSecond).toBeNull();
    expect(statistics.lowPerSecond).toBeGreaterThan(900);
    expect(tries.map(({ outcome }) => outcome)).toContain('own');
  });

  test('a search that is cancelled keeps the rates that were tried', async () => {
    const { clock, run } = searching(() => queue(1 * MS));
    const listening = (async () => {
      for await (const event of run) if (event.kind === 'try-end' && event.number === 3) run.cancel();
    })();
    const failure = await failureOf({ clock, run });
    await listening;
    expect(failure.code).toBe('cancelled');
    expect(failure.result.outcome.status).toBe('cancelled');
    expect(failure.result.statistics.finding).toBe('open');
    expect(failure.result.tries.map(({ perSecond }) => perSecond)).toEqual([100, 200, 400]);
  });

  test('a connection that is lost for good ends the search, with what was known', async () => {
    let engines = 0;
    const script = () => ({ ...queue(1 * MS), ...(++engines > 2 ? { lostAtNs: { 0: 1_000 * MS } } : {}) });
    const failure = await failureOf(searching(script));
    expect(failure.code).toBe('network');
    expect(failure.result.tries).toHaveLength(2);
  });

  test('one connection of several that is lost counts as a rate that did not hold', async () => {
    const script = () => ({ ...queue(1 * MS), lostAtNs: { 0: 1_000 * MS } });
    const { clock, run } = searching(script, { connections: 2 });
    const { statistics, tries } = await clock.drive(run.result);
    expect(statistics.finding).toBe('below-first');
    expect(new Set(tries.map(({ outcome }) => outcome))).toEqual(new Set(['lost']));
  });

  test('the longest time is over before it is sure', async () => {
    const { clock, run } = searching(() => queue(1 * MS), { maxTimeMs: 10_000 });
    const { statistics, durationNs } = await clock.drive(run.result);
    expect(statistics.finding).toBe('open');
    expect(durationNs).toBeLessThan(13e9);
  });
});

test('the highest seed is one like any other', async () => {
  const { clock, run } = searching(() => ({}), { maxPerSecond: 200, seed: MAX_SEED });
  expect((await clock.drive(run.result)).tries.length).toBeGreaterThan(2);
});

test('events tell each rate with its probes', async () => {
  const { clock, run } = searching(() => ({}), { maxPerSecond: 200 });
  const kinds: CapacityEvent['kind'][] = [];
  await clock.drive(
    (async () => {
      for await (const { kind } of run) if (kinds.at(-1) !== kind) kinds.push(kind);
    })(),
  );
  expect(kinds.slice(0, 5)).toEqual(['plan', 'try', 'of-try', 'try-end', 'try']);
});

test.each([
  [{ precision: 0 }, /precision/],
  [{ fromPerSecond: 0 }, /rate/],
  [{ fromPerSecond: 200, maxPerSecond: 100 }, /first rate/],
  [{ condition: 'rtt.p99' }, /no condition/],
  [{ condition: 'rpm < 300' }, /not of paced/],
  [{ fromPerSecond: 5 }, /needs \d+ probes/],
  [{ maxPerSecond: 1e9 }, /rate/],
  [{ maxTimeMs: 0 }, /longest time/],
])('what cannot be is refused before anything is sent: %j', (options, words) => {
  expect(() => searching(() => ({}), options)).toThrow(words);
});
