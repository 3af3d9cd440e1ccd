/** Residences by kernel stamps: each belongs to its answer, and a missing stamp makes a missing one. */
import { expect, test } from 'vitest';
import { SCM_TSTAMP_SCHED, SCM_TSTAMP_SND } from '../../../src/net/native/kernel/constants.ts';
import type { WallClock } from '../../../src/net/native/kernel/realtime.ts';
import type { StampReader } from '../../../src/net/native/kernel/timestamps.ts';
import { ResidenceMeter } from '../../../src/net/native/server/residence.ts';

interface Sent {
  readonly id: number;
  readonly atNs: number;
  readonly kind?: number;
}

/** A meter over stamps that the test hands out; times are ns after one second. */
class Bench {
  readonly residences: number[] = [];
  readonly waits: number[] = [];
  readonly meter: ResidenceMeter;
  /** Whether segments came out of order. */
  hasHole = false;
  private readonly sent: Sent[] = [];
  private readonly clock = { seconds: 1, nanoseconds: 0 };
  private readonly reader = { stamped: false, seconds: 1, nanoseconds: 0, sentKind: 0, sentId: 0 };

  constructor() {
    const reader = Object.assign(this.reader, {
      nextSent: () => {
        const next = this.sent.shift();
        if (next === undefined) return false;
        this.reader.sentKind = next.kind ?? SCM_TSTAMP_SND;
        this.reader.sentId = next.id;
        this.reader.nanoseconds = next.atNs;
        return true;
      },
    });
    const clock = Object.assign(this.clock, { read: () => clock }) as unknown as WallClock;
    const holes = { explain: (lagNs: number) => this.hasHole && lagNs > 200_000 };
    this.meter = new ResidenceMeter(reader as unknown as StampReader, clock, holes, (ns, waitNs) => {
      this.residences.push(ns);
      this.waits.push(waitNs);
    });
  }

  /** @param takenNs when the send call returned */
  answer(receivedNs: number | undefined, bytes: number, takenNs = 0): void {
    this.clock.nanoseconds = takenNs;
    this.reader.stamped = receivedNs !== undefined;
    this.reader.nanoseconds = receivedNs ?? 0;
    this.meter.received();
    this.meter.wrote(bytes);
    this.meter.answered();
  }

  leave(...sent: readonly Sent[]): void {
    this.sent.push(...sent);
    this.meter.drain(3);
  }
}

test('is the time from the last byte in to the last byte out', () => {
  const bench = new Bench();
  bench.answer(1_000, 100);
  expect(bench.meter.awaits).toBe(true);
  bench.leave({ id: 99, atNs: 4_500 });
  expect(bench.residences).toEqual([3_500]);
  expect(bench.meter.awaits).toBe(false);
});

test('does not contain the wait for a segment that the path had lost', () => {
  const bench = new Bench();
  bench.hasHole = true;
  bench.answer(999_000_000, 100, 999_900_000);
  bench.leave({ id: 99, atNs: 999_950_000 });
  // The last segment had come 900 us before; the program had the message for as long as this test takes.
  expect(bench.residences[0]).toBeLessThan(500_000);
  expect(bench.residences[0]).toBeGreaterThanOrEqual(50_000);
});

test('is of the server, however long the program took, where nothing was lost', () => {
  const bench = new Bench();
  bench.answer(999_000_000, 100, 999_900_000);
  bench.leave({ id: 99, atNs: 999_950_000 });
  expect(bench.residences).toEqual([950_000]);
});

test('is parted where the program had written: what came after is the wait of TCP', () => {
  const bench = new Bench();
  bench.answer(1_000, 100, 3_000);
  bench.answer(5_000, 50, 6_500);
  // The first was held back, the second left within its send call.
  bench.leave({ id: 99, atNs: 4_500 }, { id: 149, atNs: 6_400 });
  expect(bench.residences).toEqual([3_500, 1_400]);
  expect(bench.waits).toEqual([1_500, 0]);
  bench.answer(undefined, 10, 7_000);
  bench.leave({ id: 159, atNs: 8_000 });
  expect(bench.waits.at(-1)).toBeNaN();
});

test('of several answers come in their order, stamps of other moments and of parts left out', () => {
  const bench = new Bench();
  bench.answer(1_000, 100);
  bench.answer(2_000, 50);
  bench.leave(
    { id: 99, atNs: 1_100, kind: SCM_TSTAMP_SCHED },
    { id: 60, atNs: 1_200 },
    { id: 99, atNs: 1_500 },
    { id: 149, atNs: 2_700 },
  );
  expect(bench.residences).toEqual([500, 700]);
});

test('is missing when a stamp is, and the next one is right again', () => {
  const bench = new Bench();
  bench.answer(undefined, 10);
  bench.answer(1_000, 10);
  bench.answer(2_000, 10);
  bench.leave({ id: 9, atNs: 900 }, { id: 29, atNs: 2_600 });
  expect(bench.residences).toEqual([Number.NaN, Number.NaN, 600]);
});

test('is missing when the clock was set back in between', () => {
  const bench = new Bench();
  bench.answer(5_000, 10);
  bench.leave({ id: 9, atNs: 4_000 });
  expect(bench.residences).toEqual([Number.NaN]);
});

test('stays right beyond 4 GiB, where the numbers begin anew', () => {
  const bench = new Bench();
  bench.answer(1_000, 2 ** 32 - 5);
  bench.answer(2_000, 10);
  bench.leave({ id: 2 ** 32 - 6, atNs: 1_300 }, { id: 4, atNs: 2_200 });
  expect(bench.residences).toEqual([300, 200]);
});

test('is told as missing at last when the kernel never stamps, instead of filling memory', () => {
  const bench = new Bench();
  for (let i = 0; i < 1_030; i++) bench.answer(1_000, 10);
  expect(bench.residences).toEqual(Array(6).fill(Number.NaN));
});
