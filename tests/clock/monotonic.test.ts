/** The real clock's one promise: a wake-up is never early. A server delay must not shorten a round trip. */
import { describe, expect, test } from 'vitest';
import { monotonic } from '../../src/clock/monotonic.ts';

const NS_PER_MS = 1_000_000;

function wakeAt(deadlineNs: bigint): Promise<bigint> {
  return new Promise((resolve) => {
    monotonic.wakeAt(deadlineNs, () => resolve(monotonic.nowNs()));
  });
}

/** Lets a later wake-up happen, so that an earlier one would have happened too. */
async function pass(ms: number): Promise<void> {
  await wakeAt(monotonic.nowNs() + BigInt(ms * NS_PER_MS));
}

describe('monotonic clock', () => {
  test('does not go back', () => {
    let lastNs = monotonic.nowNs();
    for (let i = 0; i < 10_000; i++) {
      const nowNs = monotonic.nowNs();
      expect(nowNs >= lastNs).toBe(true);
      lastNs = nowNs;
    }
  });

  test.each([0.2, 1, 1.4, 1.6, 2, 2.5, 3, 5])('a wake-up in %d ms is never early', async (ms) => {
    for (let i = 0; i < 5; i++) {
      const deadlineNs = monotonic.nowNs() + BigInt(Math.round(ms * NS_PER_MS));
      expect(await wakeAt(deadlineNs)).toBeGreaterThanOrEqual(deadlineNs);
    }
  });

  test('wake-ups that overlap all come, none of them early', async () => {
    const startNs = monotonic.nowNs() + 2_000_000n;
    const deadlines = [3, 1, 2, 0].map((i) => startNs + BigInt(i * 700_000));
    const metNs = await Promise.all(deadlines.map(wakeAt));
    metNs.forEach((nowNs, i) => {
      expect(nowNs).toBeGreaterThanOrEqual(deadlines[i]!);
    });
  });

  test('a deadline that has passed is met soon, but not from within the call', async () => {
    let called = false;
    const met = new Promise<void>((resolve) => {
      monotonic.wakeAt(monotonic.nowNs() - 1n, () => {
        called = true;
        resolve();
      });
    });
    expect(called).toBe(false);
    await met;
  });

  test.each([0, 1, 3])('a wake-up in %d ms that was cancelled does not happen', async (ms) => {
    let called = false;
    const cancel = monotonic.wakeAt(monotonic.nowNs() + BigInt(ms * NS_PER_MS), () => {
      called = true;
    });
    cancel();
    await pass(ms + 2);
    expect(called).toBe(false);
  });

  test('a wake-up can be cancelled late, while it is polled for', async () => {
    let called = false;
    const cancel = monotonic.wakeAt(monotonic.nowNs() + 4_000_000n, () => {
      called = true;
    });
    await pass(3);
    cancel();
    await pass(3);
    expect(called).toBe(false);
  });

  test('a deadline weeks ahead does not fire at once', async () => {
    let called = false;
    const fiftyDaysNs = BigInt(50 * 24 * 3_600) * 1_000_000_000n;
    const cancel = monotonic.wakeAt(monotonic.nowNs() + fiftyDaysNs, () => {
      called = true;
    });
    await pass(3);
    cancel();
    expect(called).toBe(false);
  });

  describe('with many wake-ups of a millisecond, as a server with a delay has them', () => {
    const DELAY_NS = 1_000_000n;
    const afterDelay = async (): Promise<void> => {
      const deadlineNs = monotonic.nowNs() + DELAY_NS;
      expect(await wakeAt(deadlineNs)).toBeGreaterThanOrEqual(deadlineNs);
    };

    test('none is early, and they do not keep a processor busy', async () => {
      const WAKE_UPS = 100;
      const cpuUs = async (): Promise<number> => {
        const before = process.cpuUsage();
        for (let i = 0; i < WAKE_UPS; i++) await afterDelay();
        const { user, system } = process.cpuUsage(before);
        return (user + system) / WAKE_UPS;
      };
      // At first they are polled for, until it is worth a thread, and that has started.
      await expect.poll(cpuUs, { interval: 0, timeout: 10_000 }).toBeLessThan(600);
    });

    test('overlapping ones all come, and a cancelled one does not', async () => {
      let called = 0;
      const startNs = monotonic.nowNs();
      const cancels = [1.3, 1.2, 1.4].map((ms) =>
        monotonic.wakeAt(startNs + BigInt(ms * NS_PER_MS), () => called++),
      );
      cancels[1]?.();
      await pass(2);
      expect(called).toBe(2);
    });
  });
});
