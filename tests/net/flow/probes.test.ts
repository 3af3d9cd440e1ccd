/** The schedule of probes and what is kept of them hold whatever the program or the peer does in between. */
import { describe, expect, test } from 'vitest';
import type { Timekeeper } from '../../../src/clock/clock.ts';
import type { FlowProbes } from '../../../src/net/flow/flow.ts';
import { MAX_UNDER_WAY, ProbeLedger } from '../../../src/net/flow/probe-ledger.ts';
import { ProbeSchedule } from '../../../src/net/flow/probe-schedule.ts';
import { MS } from './flow-world.ts';

/** A clock whose wake-ups come when the test says so, however late. */
class LateClock implements Timekeeper {
  readonly name = 'late';
  private ns = 0n;
  private callback: (() => void) | undefined;
  wakeNs = 0n;

  nowNs(): bigint {
    return this.ns;
  }

  wallMs(): number {
    return 0;
  }

  wakeAt(deadlineNs: bigint, callback: () => void): () => void {
    this.wakeNs = deadlineNs;
    this.callback = callback;
    return () => {
      this.callback = undefined;
    };
  }

  wake(ns: number): void {
    this.ns = BigInt(ns);
    this.callback?.();
  }
}

function makeSchedule(): { clock: LateClock; dueNs: number[]; came: () => number; schedule: ProbeSchedule } {
  const clock = new LateClock();
  const dueNs: number[] = [];
  let came = 0;
  const schedule = new ProbeSchedule(
    clock,
    0n,
    (ns) => dueNs.push(ns),
    () => came++,
  );
  return { clock, dueNs, came: () => came, schedule };
}

describe('the schedule', () => {
  test('does not drift when every wake-up is late', () => {
    const { clock, dueNs, schedule } = makeSchedule();
    schedule.start(100, 10 * MS);
    for (let i = 0; i < 1_000; i++) clock.wake(Number(clock.wakeNs) + 3 * MS);
    expect(dueNs).toEqual(Array.from({ length: 1_000 }, (_, i) => 100 + i * 10 * MS));
  });

  test('leaves out none of those that came due while the program slept', () => {
    const { clock, dueNs, came, schedule } = makeSchedule();
    schedule.start(0, 10 * MS);
    clock.wake(3_005 * MS);
    expect(dueNs.length).toBe(301);
    expect(came()).toBe(1);
    expect(clock.wakeNs).toBe(BigInt(3_010 * MS));
  });

  test('after hours of sleep has as many as can be under way, and goes on in time', () => {
    const { clock, dueNs, schedule } = makeSchedule();
    schedule.start(0, MS);
    clock.wake(3_600_000 * MS);
    expect(dueNs.length).toBe(MAX_UNDER_WAY + 1);
    expect(dueNs.at(-1)).toBe(3_600_000 * MS);
    expect(clock.wakeNs).toBe(BigInt(3_600_001 * MS));
  });

  test('that is stopped says nothing more', () => {
    const { clock, dueNs, schedule } = makeSchedule();
    schedule.start(0, MS);
    schedule.stop();
    clock.wake(10 * MS);
    expect(dueNs).toEqual([]);
  });
});

function rttNs(probes: FlowProbes | undefined): number[] {
  return Array.from(probes?.rttNs ?? []);
}

describe('the ledger', () => {
  test('gives up the oldest of too many under way, and knows the late answer when it comes', () => {
    const ledger = new ProbeLedger();
    for (let i = 0; i < MAX_UNDER_WAY + 2; i++) {
      ledger.due(i);
      ledger.send(i);
    }
    const given = ledger.take(5_000);
    expect(Array.from(given?.dueNs ?? [])).toEqual([0, 1]);
    expect(rttNs(given)).toEqual([Number.NaN, Number.NaN]);
    expect(ledger.answer(0, 6_000, 1)).toBeUndefined();
    expect(ledger.answer(2, 6_000, 1)).toMatchObject({ dueNs: 2, rttNs: 5_998, residenceNs: 1 });
    expect(rttNs(ledger.take(6_000))).toEqual([5_998]);
  });

  test('tells those that were never sent when nothing could be', () => {
    const ledger = new ProbeLedger();
    for (let i = 0; i < MAX_UNDER_WAY + 1; i++) ledger.due(i);
    const given = ledger.take(5_000);
    expect([given?.dueNs[0], given?.sentNs[0]]).toEqual([0, Number.NaN]);
    expect(ledger.send(9)).toBe(0);
  });

  test('counts those that were passed over as unanswered, in their order', () => {
    const ledger = new ProbeLedger();
    for (const ns of [10, 20, 30]) {
      ledger.due(ns);
      ledger.send(ns);
    }
    ledger.answer(2, 35, 0);
    expect(rttNs(ledger.take(40))).toEqual([Number.NaN, Number.NaN, 5]);
  });

  test('takes no answer twice, none to what was not sent, and none behind a later one, and tells these apart', () => {
    const ledger = new ProbeLedger();
    const send = (): void => {
      ledger.due(1);
      ledger.send(1);
    };
    ledger.due(1);
    expect(ledger.answer(0, 2, 0)).toBe('unsent');
    ledger.send(1);
    expect(ledger.answer(1, 2, 0)).toBe('unsent');
    expect(ledger.answer(0, 2, 0)).toMatchObject({ rttNs: 1 });
    expect(ledger.answer(0, 3, 0)).toBe('again');
    for (let i = 0; i < 3; i++) send();
    expect(ledger.answer(2, 2, 0)).toMatchObject({ rttNs: 1 });
    expect(ledger.answer(1, 3, 0)).toBe('out-of-order');
    expect(ledger.answer(0, 3, 0)).toBe('again');
    expect(ledger.answer(4, 3, 0)).toBe('unsent');
  });

  test("waits for the kernel's word once it has heard one, and not for ever", () => {
    const ledger = new ProbeLedger();
    const answer = (number: number, ns: number): void => {
      ledger.due(ns);
      ledger.send(ns);
      ledger.answer(number, ns + 5, 100);
    };
    answer(0, 0);
    expect(ledger.take(50)?.residenceNs[0]).toBe(100);
    expect(ledger.kernelAnswer(0, 90, 1)).toBe(true);
    answer(1, 60);
    expect(ledger.take(100)).toBeUndefined();
    ledger.kernelAnswer(1, 80, 2);
    const told = ledger.take(110);
    expect([told?.residenceNs[0], told?.peerWaitNs[0]]).toEqual([80, 2]);
    answer(2, 120);
    expect(ledger.take(130)).toBeUndefined();
    expect(ledger.take(130 + 600 * MS)?.residenceNs[0]).toBe(100);
    expect(ledger.kernelAnswer(7, 1, 1)).toBe(false);
  });
});
