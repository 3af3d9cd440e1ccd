/** A server that was crowded once does not keep the memory of it, and one that is busy does not stop to tidy up. */
import { describe, expect, test } from 'vitest';
import { Tidying } from '../../../src/server/native/tidying.ts';

const SECOND = 1_000_000_000n;

function tidying() {
  const times: number[] = [];
  let now = 0;
  const each = new Tidying(() => times.push(now));
  return {
    times,
    look: (connections: number, seconds: number, isStrained = false) => {
      now = seconds;
      each.look(connections, BigInt(Math.round(seconds * 10)) * (SECOND / 10n), isStrained);
    },
  };
}

describe('memory is given back', () => {
  test('once, some seconds after a crowd has left', () => {
    const { look, times } = tidying();
    look(500, 1);
    for (let seconds = 2; seconds < 30; seconds++) look(3, seconds);
    expect(times).toEqual([5]);
  });

  test('not while it is there, nor when it comes back at once', () => {
    const { look, times } = tidying();
    for (let seconds = 0; seconds < 30; seconds += 2) {
      look(500, seconds);
      look(3, seconds + 1);
    }
    expect(times).toEqual([]);
  });

  test('not for a few', () => {
    const { look, times } = tidying();
    look(20, 1);
    for (let seconds = 2; seconds < 30; seconds++) look(0, seconds);
    expect(times).toEqual([]);
  });

  test('at once where there is little left, and not all the time', () => {
    const { look, times } = tidying();
    for (let tenths = 100; tenths < 130; tenths++) look(5, tenths / 10, true);
    expect(times[0]).toBe(10);
    expect(times.length).toBeLessThan(15);
  });
});
