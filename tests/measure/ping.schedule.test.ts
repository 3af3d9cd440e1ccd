/** A series of handshakes keeps its schedule, whatever each of them takes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { startPing } from '../../src/measure/ping/ping.ts';
import type { Handshaker } from '../../src/net/handshaker.ts';
import { eventsOf, MS, ORIGIN_NS, setting, TARGET, takes } from './pinging.ts';

describe('the schedule', () => {
  test('starts are a second apart, whatever the handshakes take: no drift in a long series', async () => {
    const here = setting(...takes(30, 999, 1, 500));
    await here.clock.drive(here.start({ count: 8 }).result);
    expect(here.startsMs()).toEqual([0, 1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000]);
  });

  test('a slow handshake costs the starts that fell into its time, and they are told', async () => {
    const here = setting(...takes(10, 2_300, 10));
    const run = here.start({ count: 3 });
    const events = await eventsOf(here.clock, run);
    expect(here.startsMs()).toEqual([0, 1_000, 4_000]);
    expect((await run.result).missedSlots).toBe(2);
    expect(events.map((event) => (event.kind === 'missed' ? event.slots : event.kind))).toEqual([
      'plan',
      'reply',
      'reply',
      2,
      'reply',
    ]);
  });

  test('a handshake that ends at the very time of the next start misses none', async () => {
    const here = setting(...takes(1_000));
    const { missedSlots } = await here.clock.drive(here.start({ count: 3 }).result);
    expect({ starts: here.startsMs(), missedSlots }).toEqual({ starts: [0, 1_000, 2_000], missedSlots: 0 });
  });

  test('a slow last handshake misses nothing: nothing was to follow', async () => {
    const here = setting(...takes(5_000));
    expect((await here.clock.drive(here.start({ count: 1 }).result)).missedSlots).toBe(0);
  });

  test('whatever the handshakes take, each starts at the first slot that was still to come', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 200 * MS }), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 10, max: 50 }),
        async (durations, intervalMs) => {
          const here = setting(...durations.map((takesNs) => ({ takesNs })));
          const { missedSlots } = await here.clock.drive(
            here.start({ count: durations.length, intervalMs }).result,
          );
          const startsNs = here.handshaker.startsNs.map((ns) => Number(ns - ORIGIN_NS));
          const slots = startsNs.map((ns) => ns / (intervalMs * MS));
          expect(slots[0]).toBe(0);
          for (const [i, slot] of slots.slice(1).entries()) {
            const endNs = (startsNs[i] ?? 0) + (durations[i] ?? 0);
            expect(slot).toBe(Math.max((slots[i] ?? 0) + 1, Math.ceil(endNs / (intervalMs * MS))));
          }
          expect(missedSlots).toBe((slots.at(-1) ?? 0) + 1 - durations.length);
        },
      ),
      { numRuns: 50 },
    );
  });
});

test('what the engine prepares is over before the schedule starts: it is in no figure', async () => {
  const { clock, handshaker } = setting(...takes(10));
  const prepare = (): Promise<void> =>
    new Promise((resolve) => {
      clock.wakeAt(clock.nowNs() + BigInt(700 * MS), resolve);
    });
  const prepared: Handshaker = {
    name: 'memory',
    prepare,
    handshake: (target, options) => handshaker.handshake(target, options),
    close: () => handshaker.close(),
  };
  const run = startPing({ handshaker: prepared, clock: clock }, { ...TARGET, count: 2 });
  const { replies, durationNs } = await clock.drive(run.result);
  expect(replies.map(({ atNs }) => atNs)).toEqual([0, 1_000 * MS]);
  expect(durationNs).toBe(1_010 * MS);
});
