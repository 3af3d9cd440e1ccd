/** No connection is passed over or asked out of turn, whatever becomes of the others. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { STANDING, Turns } from '../../../src/net/paced/turns.ts';

const CONNECTIONS = 4;
const standing = fc.constantFrom(...Object.values(STANDING));
const step = fc.oneof(
  fc.record({ connection: fc.nat({ max: CONNECTIONS - 1 }), standing }),
  fc.constant('take' as const),
);

test('the next in turn is the first ready one behind the last, and none where none is ready', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const turns = new Turns(CONNECTIONS);
      const standings: number[] = Array.from({ length: CONNECTIONS }, () => STANDING.gone);
      let next = 0;
      for (const what of steps) {
        if (what !== 'take') {
          turns.set(what.connection, what.standing);
          standings[what.connection] = what.standing;
        } else {
          const inTurn = [0, 1, 2, 3].map((i) => (next + i) % CONNECTIONS);
          const expected = inTurn.find((i) => standings[i] === STANDING.ready) ?? -1;
          expect(turns.take()).toBe(expected);
          if (expected >= 0) next = expected + 1;
        }
        expect(turns.isReady).toBe(standings.includes(STANDING.ready));
        expect(turns.isOver).toBe(standings.every((each) => each === STANDING.gone));
        expect(turns.hindrance).toBe(standings.includes(STANDING.stuck) ? 'socket' : 'answer');
      }
    }),
  );
});
