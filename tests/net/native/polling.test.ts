/** Polling after an event: kept up where it finds something, given up where it is in the way of others. */
import { describe, expect, test } from 'vitest';
import { Polling } from '../../../src/net/native/server/polling.ts';

const US = 1_000n;

/** Events with so much time between them. @returns after how many of them the loop polled */
function polledAfter(polling: Polling, events: number, apartNs: bigint): number {
  let polled = 0;
  for (let i = 0; i < events; i++) {
    const nowNs = BigInt(i) * apartNs;
    polling.noteEvents(nowNs);
    if (polling.isWorthIt(nowNs + 1n * US)) polled++;
    // The loop looks again and again until the next event, or until it is told to sleep.
    polling.isWorthIt(nowNs + apartNs - 1n);
  }
  return polled;
}

describe('polling after an event', () => {
  test('goes on for ever where the next event follows soon', () => {
    expect(polledAfter(new Polling(), 1_000, 20n * US)).toBe(1_000);
  });

  test('is given up where it never finds anything, but for a look now and then', () => {
    expect(polledAfter(new Polling(), 1_000, 500n * US)).toBeLessThan(60);
  });

  test('comes back within some dozen events when they follow each other again', () => {
    const polling = new Polling();
    polledAfter(polling, 300, 500n * US);
    polledAfter(polling, 100, 20n * US);
    expect(polledAfter(polling, 100, 20n * US)).toBe(100);
  });

  test('lets a loop sleep when nothing has happened yet', () => {
    expect(new Polling().isWorthIt(0n)).toBe(false);
  });
});
