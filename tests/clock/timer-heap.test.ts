/** Timers run at their time, each once and in order, however many are set and cancelled. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TimerHeap } from '../../src/clock/timer-heap.ts';

test('runs what is due, the earliest first, and keeps the rest', () => {
  const heap = new TimerHeap();
  const ran: string[] = [];
  for (const [name, deadlineNs] of [
    ['late', 30n],
    ['first', 10n],
    ['second', 10n],
    ['middle', 20n],
  ] as const) {
    heap.add(deadlineNs, () => ran.push(name));
  }
  expect(heap.nextNs).toBe(10n);
  heap.run(9n);
  expect(ran).toEqual([]);
  heap.run(20n);
  expect(ran).toEqual(['first', 'second', 'middle']);
  expect(heap.nextNs).toBe(30n);
});

test('a timer that sets another one for now does not hold up the rest of the world', () => {
  const heap = new TimerHeap();
  let runs = 0;
  const again = (): void => {
    runs++;
    heap.add(0n, again);
  };
  again();
  heap.run(5n);
  expect(runs).toBe(2);
});

test('a timer may cancel another one that is due at the same time, and itself', () => {
  const heap = new TimerHeap();
  let ran = 0;
  const cancelFirst = heap.add(1n, () => {
    ran++;
    cancelFirst();
    cancelSecond();
  });
  const cancelSecond = heap.add(1n, () => ran++);
  heap.run(1n);
  expect([ran, heap.nextNs]).toEqual([1, undefined]);
});

test('agrees with a sorted list, whatever is set, cancelled and run', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('add' as const), at: fc.bigInt(0n, 50n) }),
    fc.record({ kind: fc.constant('cancel' as const), which: fc.nat(30) }),
    fc.record({ kind: fc.constant('run' as const), now: fc.bigInt(0n, 50n) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const heap = new TimerHeap();
      const ran: number[] = [];
      const cancels: (() => void)[] = [];
      let model: { id: number; at: bigint }[] = [];
      const expected: number[] = [];
      for (const one of steps) {
        if (one.kind === 'add') {
          const id = cancels.length;
          cancels.push(heap.add(one.at, () => ran.push(id)));
          model.push({ id, at: one.at });
        } else if (one.kind === 'cancel') {
          cancels[one.which]?.();
          model = model.filter(({ id }) => id !== one.which);
        } else {
          heap.run(one.now);
          const due = model.filter(({ at }) => at <= one.now);
          expected.push(...due.toSorted((a, b) => Number(a.at - b.at) || a.id - b.id).map(({ id }) => id));
          model = model.filter(({ at }) => at > one.now);
        }
        const next = model.map(({ at }) => at).toSorted((a, b) => Number(a - b))[0];
        expect(heap.nextNs).toBe(next);
      }
      expect(ran).toEqual(expected);
    }),
  );
});
