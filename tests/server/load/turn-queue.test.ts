/** The queue that threads share: first come, first served, nobody lost, nobody with more places than he may have. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LoadPlaces, startsAfterMs } from '../../../src/server/load/load-places.ts';
import type { LoadOwner } from '../../../src/server/load/shared-load.ts';
import type { Ticket } from '../../../src/server/load/turn-queue.ts';

const TERMS = { durationMs: 1_000, bitsPerSecond: 0, streams: 1 };
const MOST = 4;

function owner(number: number): LoadOwner {
  return { session: number, remote: { address: `192.0.2.${number % 250}`, port: 1, family: 4 } };
}

describe('whatever threads do, in whichever order', () => {
  const actionArb = fc.oneof(
    fc.record({ do: fc.constant('enter' as const), client: fc.nat(3) }),
    fc.record({ do: fc.constant('leave' as const), which: fc.nat(MOST) }),
    fc.record({ do: fc.constant('take' as const), which: fc.nat(MOST) }),
    fc.record({ do: fc.constant('end' as const) }),
  );

  test('a place goes to who came first, and each client waits in two places at most', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(1), actionArb), { maxLength: 80 }),
        fc.integer({ min: 1, max: 3 }),
        (actions, maxLoads) => {
          const first = new LoadPlaces({ maxLoads, maxLoadsWaiting: MOST });
          const views = [first, new LoadPlaces(first.memory)];
          const queue: { ticket: Ticket; client: number; durationMs: number }[] = [];
          const loads: NonNullable<ReturnType<LoadPlaces['begin']>>[] = [];
          let entered = 0;
          for (const [thread, action] of actions) {
            const places = views[thread]!;
            switch (action.do) {
              case 'enter': {
                const { address } = owner(action.client).remote;
                const durationMs = ++entered;
                const ticket = places.queue.enter(address, durationMs);
                const own = queue.filter(({ client }) => client === action.client).length;
                expect(ticket !== undefined).toBe(own < 2 && queue.length < MOST);
                if (ticket !== undefined) queue.push({ ticket, client: action.client, durationMs });
                break;
              }
              case 'leave': {
                const [gone] = queue.splice(action.which, 1);
                if (gone !== undefined) places.queue.leave(gone.ticket);
                break;
              }
              case 'take': {
                const wants = queue[action.which];
                if (wants === undefined) break;
                const may = action.which < maxLoads - loads.length;
                expect(places.isTurnOf(wants.ticket)).toBe(may);
                if (!may) break;
                loads.push(places.begin(TERMS, owner(wants.client), 0n)!);
                places.queue.leave(wants.ticket);
                queue.splice(action.which, 1);
                break;
              }
              case 'end':
                loads.shift()?.load.leave(0n);
            }
            for (const view of views) {
              expect(view.underWay).toBe(loads.length);
              expect(view.queue.waiting).toBe(queue.length);
              expect(view.queue.before(undefined)).toEqual(queue.map(({ durationMs }) => durationMs));
              for (const [i, { ticket }] of queue.entries())
                expect(view.queue.before(ticket)).toHaveLength(i);
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

test('one client cannot fill the queue, from whichever of its addresses; programs of this machine are not one client', () => {
  const { queue } = new LoadPlaces({ maxLoads: 1, maxLoadsWaiting: 10 });
  const enter = (address: string): boolean => queue.enter(address, 1) !== undefined;
  expect(['192.0.2.1', '192.0.2.1', '192.0.2.1', '192.0.2.2'].map(enter)).toEqual([true, true, false, true]);
  expect(['2001:db8::1', '2001:db8::2', '2001:db8::3'].map(enter)).toEqual([true, true, false]);
  expect(['127.0.0.1', '127.0.0.1', '127.0.0.1', '::1'].map(enter)).toEqual([true, true, true, true]);
  expect(queue.waiting).toBe(9);
});

describe('when the next load can begin', () => {
  test.each([
    [[0], [], 200],
    [[14_000], [], 14_200],
    [[14_000], [10_000, 5_000], 29_600],
    [[14_000, 3_000], [], 3_200],
    [[14_000, 3_000], [10_000], 13_400],
    [[14_000, 3_000], [10_000, 4_000], 14_200],
    [[0, 0, 0], [5_000, 5_000], 200],
  ])('of places that are free after %j ms, behind loads of %j ms: after %d ms', (left, before, expected) => {
    expect(startsAfterMs(left, before)).toBe(expected);
  });
});
