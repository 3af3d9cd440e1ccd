/** The virtual clock: without it, every test of a time-out would have to wait for one. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../src/clock/virtual.ts';

function stepAll(clock: VirtualClock): void {
  while (clock.step());
}

describe('virtual clock', () => {
  test('stands still until it is told to go on', () => {
    const clock = new VirtualClock();
    clock.wakeAt(5n, () => {});
    expect(clock.nowNs()).toBe(0n);
    expect(clock.nowNs()).toBe(0n);
  });

  test('jumps exactly to the next wake-up, and runs one at a time', () => {
    const clock = new VirtualClock();
    const seen: bigint[] = [];
    clock.wakeAt(3_600_000_000_000n, () => seen.push(clock.nowNs()));
    clock.wakeAt(7n, () => seen.push(clock.nowNs()));
    expect(clock.step()).toBe(true);
    expect(seen).toEqual([7n]);
    expect(clock.step()).toBe(true);
    expect(seen).toEqual([7n, 3_600_000_000_000n]);
    expect(clock.step()).toBe(false);
  });

  test('runs wake-ups in the order of time, those of one instant in the order of asking', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: 0n, max: 5n }), { maxLength: 30 }), (deadlines) => {
        const clock = new VirtualClock();
        const seen: { deadlineNs: bigint; at: number }[] = [];
        deadlines.forEach((deadlineNs, at) => {
          clock.wakeAt(deadlineNs, () => seen.push({ deadlineNs, at }));
        });
        stepAll(clock);
        const wanted = deadlines
          .map((deadlineNs, at) => ({ deadlineNs, at }))
          .sort((a, b) => Number(a.deadlineNs - b.deadlineNs) || a.at - b.at);
        expect(seen).toEqual(wanted);
      }),
    );
  });

  test('never goes back: a deadline in the past is met now', () => {
    const clock = new VirtualClock();
    clock.wakeAt(10n, () => {
      clock.wakeAt(4n, () => expect(clock.nowNs()).toBe(10n));
    });
    stepAll(clock);
    expect(clock.nowNs()).toBe(10n);
  });

  test('never calls back from within wakeAt, so a caller is not re-entered', () => {
    const clock = new VirtualClock();
    let called = false;
    clock.wakeAt(0n, () => {
      called = true;
    });
    expect(called).toBe(false);
  });

  test('a cancelled wake-up does not happen and takes no time', () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    const cancel = clock.wakeAt(100n, () => seen.push('cancelled'));
    clock.wakeAt(5n, () => seen.push('kept'));
    cancel();
    cancel();
    stepAll(clock);
    expect(seen).toEqual(['kept']);
    expect(clock.nowNs()).toBe(5n);
  });

  test('one wake-up may cancel another of the same instant', () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    clock.wakeAt(1n, () => cancelSecond());
    const cancelSecond = clock.wakeAt(1n, () => seen.push('second'));
    stepAll(clock);
    expect(seen).toEqual([]);
  });

  test('tells the date in milliseconds of its own time', () => {
    const clock = new VirtualClock();
    clock.wakeAt(1_234_567_890n, () => {});
    stepAll(clock);
    expect(clock.wallMs()).toBe(1_234);
  });
});

describe('driving', () => {
  function sleep(clock: VirtualClock, ns: bigint): Promise<void> {
    return new Promise((resolve) => {
      clock.wakeAt(clock.nowNs() + ns, resolve);
    });
  }

  test('lets time pass until a promise is settled, and no further', async () => {
    const clock = new VirtualClock();
    clock.wakeAt(1_000n, () => {});
    expect(await clock.drive(sleep(clock, 10n).then(() => 'done'))).toBe('done');
    expect(clock.nowNs()).toBe(10n);
  });

  test('follows a chain of sleeps', async () => {
    const clock = new VirtualClock();
    const chain = async (): Promise<void> => {
      for (let i = 0; i < 5; i++) await sleep(clock, 10n);
    };
    await clock.drive(chain());
    expect(clock.nowNs()).toBe(50n);
  });

  test('takes no time for what is settled already', async () => {
    const clock = new VirtualClock();
    clock.wakeAt(10n, () => {});
    expect(await clock.drive(Promise.resolve(1))).toBe(1);
    expect(clock.nowNs()).toBe(0n);
  });

  test('hands on a rejection', async () => {
    const clock = new VirtualClock();
    const failing = sleep(clock, 1n).then(() => Promise.reject(new Error('meant')));
    await expect(clock.drive(failing)).rejects.toThrow('meant');
  });

  test('finds out when nothing is left to happen, instead of hanging a test', async () => {
    const clock = new VirtualClock();
    clock.wakeAt(1n, () => {});
    await expect(clock.drive(new Promise(() => {}))).rejects.toThrow('nothing is left to happen');
  });

  test('finds out a loop that never comes to an end', async () => {
    const clock = new VirtualClock();
    const again = (): void => {
      clock.wakeAt(clock.nowNs() + 1n, again);
    };
    again();
    await expect(clock.drive(new Promise(() => {}), 100)).rejects.toThrow('not settled after 100 wake-ups');
  });

  test('an error in a wake-up reaches whoever drives', async () => {
    const clock = new VirtualClock();
    clock.wakeAt(1n, () => {
      throw new Error('in a wake-up');
    });
    await expect(clock.drive(new Promise(() => {}))).rejects.toThrow('in a wake-up');
  });
});
