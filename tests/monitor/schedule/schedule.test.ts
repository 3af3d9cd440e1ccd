/** When targets are measured: moments that stay, windows of a day, clocks that jump. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EcholotError } from '../../../src/core/errors.ts';
import { isWithin, parseDayWindow } from '../../../src/monitor/schedule/day-window.ts';
import { phaseMs, slotFrom } from '../../../src/monitor/schedule/slots.ts';
import { WallWatch } from '../../../src/monitor/schedule/wall-watch.ts';
import { elapsed, WorldClock } from '../world.ts';

describe('slots', () => {
  const intervals = fc.integer({ min: 1_000, max: 86_400_000 });
  const moments = fc.integer({ min: 0, max: 4e12 });

  test('the next one is never before now, never an interval away, and always of the same phase', () => {
    fc.assert(
      fc.property(fc.string(), intervals, moments, fc.nat(), (name, intervalMs, atMs, seed) => {
        const phase = phaseMs(name, intervalMs, seed);
        const slot = slotFrom(atMs, intervalMs, phase);
        expect(phase).toBeGreaterThanOrEqual(0);
        expect(phase).toBeLessThan(intervalMs);
        expect(slot).toBeGreaterThanOrEqual(atMs);
        expect(slot - atMs).toBeLessThan(intervalMs);
        expect((slot - phase) % intervalMs).toBe(0);
      }),
    );
  });

  test('a thousand targets are spread over the interval, those with names that differ by a digit, too', () => {
    const tenths = new Map<number, number>();
    for (let i = 0; i < 1_000; i++) {
      const tenth = Math.floor(phaseMs(`host-${i}.example:443`, 10_000, 1) / 1_000);
      tenths.set(tenth, (tenths.get(tenth) ?? 0) + 1);
    }
    expect(tenths.size).toBe(10);
    // Of 100 each, by five standard deviations.
    for (const count of tenths.values()) expect(Math.abs(count - 100)).toBeLessThan(50);
  });

  test('two monitors with seeds of their own measure at other moments', () => {
    const of = (seed: number): number[] =>
      Array.from({ length: 20 }, (_, i) => phaseMs(`t${i}`, 10_000, seed));
    expect(of(1)).not.toEqual(of(2));
  });
});

describe('a part of the day', () => {
  const at = (hour: number, minute: number): number => new Date(2026, 5, 1, hour, minute).getTime();

  test('begins and ends in local time, also over midnight', () => {
    const night = parseDayWindow('22:30..4:00');
    expect([at(22, 29), at(22, 30), at(0, 0), at(3, 59), at(4, 0)].map((ms) => isWithin(night, ms))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
    expect(isWithin(parseDayWindow('at night'), at(3, 0))).toBe(true);
    expect(isWithin(parseDayWindow('9:00..24:00'), at(23, 59))).toBe(true);
  });

  test.each(['', 'noon', '9:00', '9..10', '25:00..1:00', '9:60..10:00', '9:00..9:00', '24:01..1:00'])(
    '%j is none, and refused',
    (text) => {
      expect(() => parseDayWindow(text)).toThrow(EcholotError);
    },
  );
});

describe('the wall clock', () => {
  async function lookAfter(ms: number, change: (clock: WorldClock) => void) {
    const clock = new WorldClock();
    const watch = new WallWatch(clock, () => clock.uptimeMs);
    await clock.drive(elapsed(clock, ms));
    change(clock);
    return { first: watch.look(), second: watch.look() };
  }

  test('that goes on as time does is no news, nor one that is slewed', async () => {
    expect((await lookAfter(60_000, () => {})).first).toBeUndefined();
    expect((await lookAfter(1_000, (clock) => (clock.aheadMs += 0.5))).first).toBeUndefined();
  });

  test.each([3_600_000, -3_600_000, 2_000, -2_000])('that is set by %d ms is told once', async (byMs) => {
    const { first, second } = await lookAfter(1_000, (clock) => (clock.aheadMs += byMs));
    expect(first?.reason).toBe('clock');
    expect((first?.nowMs ?? 0) - (first?.expectedMs ?? 0)).toBe(byMs);
    expect(second).toBeUndefined();
  });

  test('of a machine so busy that it stops this program between two readings is not told of as set', () => {
    const clock = new WorldClock();
    let readings = 0;
    // Each third reading is followed by a stop of a second.
    const busy = {
      name: 'busy',
      wallMs: () => clock.wallMs(),
      nowNs: () => {
        const nowNs = clock.nowNs();
        if (++readings % 3 === 0) {
          clock.wakeAt(nowNs + 1_000_000_000n, () => {});
          clock.step();
        }
        return nowNs;
      },
    };
    const watch = new WallWatch(busy, () => clock.uptimeMs);
    for (let looks = 0; looks < 50; looks++) expect(watch.look()).toBeUndefined();
  });

  test('of a machine that slept is told as such', async () => {
    const { first } = await lookAfter(1_000, (clock) => clock.sleep(3_600_000));
    expect(first?.reason).toBe('suspended');
  });
});
