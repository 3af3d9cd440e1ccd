/** A client that was not fit to measure is known, and a fit one is not slandered. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Clock } from '../../src/clock/clock.ts';
import { VirtualClock } from '../../src/clock/virtual.ts';
import { type HealthFacts, type HealthSources, watchHealth } from '../../src/measure/machine/health.ts';

const MS = 1_000_000;
const S = 1_000 * MS;

const NO_TURNS = { count: 0, periodNs: 10 * MS, p99Ns: 0, maxNs: 0 };

function sources(texts: readonly (string | undefined)[]): HealthSources {
  let at = 0;
  return {
    read: (path) => (path === '/proc/stat' ? texts[at++] : undefined),
    watchEventLoop: () => () => NO_TURNS,
  };
}

function processors(before: string | undefined, after: string | undefined): HealthFacts['processors'] {
  return watchHealth(new VirtualClock(), sources([before, after])).stop().processors;
}

/** Both clocks as the test sets them; each reading of either takes a while. */
class TwoClocks implements Clock {
  readonly name = 'two clocks';
  ns = 5_000_000_000_000;
  wallNs = 1_790_000_000_000 * MS;
  /** How long the thread is kept from going on after each reading. */
  pauseNs = 0;

  nowNs(): bigint {
    const ns = BigInt(this.ns);
    this.pass(this.pauseNs);
    return ns;
  }

  wallMs(): number {
    const ms = Math.floor(this.wallNs / MS);
    this.pass(this.pauseNs);
    return ms;
  }

  pass(ns: number, slew = 0): void {
    this.ns += ns;
    this.wallNs += Math.round(ns * (1 + slew));
  }
}

function stepOf(clock: TwoClocks, happen: (look: () => void) => void): number {
  const watch = watchHealth(clock, sources([]));
  happen(() => watch.look());
  return watch.stop().wallClockStepNs;
}

describe('the wall clock', () => {
  test.each([
    ['forward', 3_600 * S],
    ['forward by little', 5 * MS],
    ['back', -20 * MS],
  ])('that was set %s is told, by how much', (_way, stepNs) => {
    const clock = new TwoClocks();
    const told = stepOf(clock, (look) => {
      clock.pass(100 * MS);
      look();
      clock.wallNs += stepNs;
      clock.pass(100 * MS);
      look();
      clock.pass(100 * MS);
    });
    // It tells whole milliseconds: the step may seem one shorter, and never longer.
    expect(told).toBeLessThanOrEqual(Math.abs(stepNs));
    expect(told).toBeGreaterThan(Math.abs(stepNs) - 1.5 * MS);
  });

  test('that is only slewed was never set, however often and after whatever pauses it is looked at', () => {
    const pass = fc.tuple(
      fc.nat(60 * S),
      fc.double({ min: -500e-6, max: 500e-6, noNaN: true }),
      fc.nat(50 * MS),
    );
    fc.assert(
      fc.property(fc.array(pass, { maxLength: 20 }), (passes) => {
        const clock = new TwoClocks();
        const told = stepOf(clock, (look) => {
          for (const [ns, slew, pauseNs] of passes) {
            clock.pauseNs = pauseNs;
            clock.pass(ns, slew);
            look();
          }
        });
        expect(told).toBe(0);
      }),
    );
  });

  test('that was set forth and back again between other looks is told all the same', () => {
    const clock = new TwoClocks();
    const told = stepOf(clock, (look) => {
      clock.wallNs += 40 * MS;
      look();
      clock.wallNs -= 40 * MS;
      look();
    });
    expect(told).toBeGreaterThan(38 * MS);
  });
});

describe('the processors', () => {
  const BEFORE = 'cpu  100 10 50 1000 5 1 4 30 0 0\ncpu0 9 9 9 9 9 9 9 9 9 9\n';

  test('are busy with programs and the kernel, and stolen by the host, as shares of all their time', () => {
    const after = 'cpu  130 10 60 1050 5 1 4 40 0 0\ncpu0 9 9 9 9 9 9 9 9 9 9\n';
    expect(processors(BEFORE, after)).toEqual({ busyShare: 0.4, stealShare: 0.1 });
  });

  test.each([
    ['there is no such file', undefined],
    ['it is another file', 'cache  1 2 3\n'],
    ['it lacks numbers', 'cpu  1 2 3\n'],
    ['no tick has passed', BEFORE],
  ])('are not known where %s', (_why, after) => {
    expect(processors(BEFORE, after)).toBeNull();
  });

  test('have shares from 0 to 1 whatever the counters do', () => {
    const line = fc
      .array(fc.nat(1_000_000), { minLength: 4, maxLength: 12 })
      .map((ticks) => `cpu  ${ticks.join(' ')}\n`);
    fc.assert(
      fc.property(line, line, (before, after) => {
        for (const share of Object.values(processors(before, after) ?? {})) {
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

describe('the event loop', () => {
  test.each([
    [
      'the time between two looks, less their period',
      { count: 9, p99Ns: 12 * MS, maxNs: 45 * MS },
      { p99Ns: 2 * MS, maxNs: 35 * MS },
    ],
    [
      'not early when Node rounds it down',
      { count: 9, p99Ns: 9.9 * MS, maxNs: 10 * MS },
      { p99Ns: 0, maxNs: 0 },
    ],
    ['not known when it never came round', { count: 0, p99Ns: 0, maxNs: 0 }, null],
  ])('is late by %s', (_what, turns, delay) => {
    const watchEventLoop = () => () => ({ ...turns, periodNs: 10 * MS });
    const watch = watchHealth(new VirtualClock(), { ...sources([]), watchEventLoop });
    expect(watch.stop().eventLoopDelay).toEqual(delay);
  });
});
