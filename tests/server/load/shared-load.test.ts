/** The load that threads share: never two at once, never more members than may be, free when the last has left. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LOAD_ENDS } from '../../../src/core/load/load-messages.ts';
import { type LoadEnding, type LoadOwner, SharedLoad } from '../../../src/server/load/shared-load.ts';

const TERMS = { durationMs: 20_000, bitsPerSecond: 1_000_000, streams: 2 };
const OWNER: LoadOwner = { session: 7, remote: { address: 'fe80::1%eth0', port: 50_000, family: 6 } };

function keyOf(number: number): string {
  return number.toString(16).padStart(32, '0');
}

describe('whatever threads do, in whichever order', () => {
  const actionArb = fc.oneof(
    fc.record({ do: fc.constant('open' as const) }),
    fc.record({ do: fc.constant('join' as const), ago: fc.integer({ min: 0, max: 2 }) }),
    fc.record({
      do: fc.constant('end' as const),
      reason: fc.constantFrom(...LOAD_ENDS, 'vanished' as const),
    }),
    fc.record({ do: fc.constant('leave' as const) }),
    fc.record({ do: fc.constant('carry' as const), bytes: fc.integer({ min: 0, max: 1_000_000 }) }),
  );

  test('all see one load, which is that of the one who opened it', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(1), actionArb), { maxLength: 60 }), (actions) => {
        const first = new SharedLoad();
        const views = [first, new SharedLoad(first.memory)];
        let loads = 0;
        let members = 0;
        let joined = 0;
        let carried = 0;
        let ending: LoadEnding | undefined;
        for (const [thread, action] of actions) {
          const load = views[thread]!;
          switch (action.do) {
            case 'open': {
              const opened = load.open(keyOf(loads + 1), TERMS, OWNER, 5n);
              expect(opened).toBe(members === 0);
              if (!opened) break;
              loads++;
              members = 1;
              joined = 0;
              carried = 0;
              ending = undefined;
              break;
            }
            case 'join': {
              const may = action.ago === 0 && members > 0 && members <= TERMS.streams && ending === undefined;
              expect(load.join(keyOf(loads - action.ago))).toBe(may);
              if (!may) break;
              members++;
              joined++;
              break;
            }
            case 'end':
              load.end(action.reason);
              if (members > 0) ending ??= action.reason;
              break;
            case 'leave': {
              if (members === 0) break;
              members--;
              const summary = load.leave(105n);
              if (members > 0) expect(summary).toBeUndefined();
              else {
                const reason = ending ?? 'done';
                const rest = { streams: joined, receivedBytes: carried, sentBytes: 0, durationNs: 100 };
                expect(summary).toEqual({ ...OWNER, reason, ...rest });
                ending = undefined;
              }
              break;
            }
            case 'carry':
              if (members > 0) carried += action.bytes;
              load.add('receivedBytes', members > 0 ? action.bytes : 0);
              break;
          }
          for (const view of views) expect(view.ending).toBe(ending);
        }
      }),
      { numRuns: 500 },
    );
  });
});

test.each(['', keyOf(1).slice(1), `${keyOf(1)}0`, keyOf(2), `${keyOf(1).slice(0, 31)}Á`])(
  'a key that is nearly right is wrong: %j',
  (key) => {
    const load = new SharedLoad();
    load.open(keyOf(1), TERMS, OWNER, 0n);
    expect(load.join(key)).toBe(false);
    expect(load.join(keyOf(1))).toBe(true);
  },
);

test('what is left is never nothing, so that it can be said', () => {
  const load = new SharedLoad();
  load.open(keyOf(1), TERMS, OWNER, 0n);
  expect(load.termsAt(0n)).toEqual(TERMS);
  expect(load.termsAt(5_500_000_000n).durationMs).toBe(14_500);
  expect(load.termsAt(30_000_000_000n).durationMs).toBe(1);
});
