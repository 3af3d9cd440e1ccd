/** At a rate, data flows as evenly as it can, and no more of it is ready than a few milliseconds of it. */
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../src/clock/virtual.ts';
import { DataSender } from '../../../src/net/flow/data-sender.ts';
import { DataTrain } from '../../../src/net/flow/data-train.ts';

const SECOND_NS = 1_000_000_000;

/** A kernel that paces whatever it is asked to, and takes all that it is given at once. */
function pacingKernel(clock: VirtualClock) {
  const written: { readonly atNs: number; readonly bytes: number }[] = [];
  const paces: (number | undefined)[] = [];
  const sink = {
    write: (chunk: Uint8Array) => {
      written.push({ atNs: Number(clock.nowNs()), bytes: chunk.length });
      // Of what is paced there is only so much room.
      return paces.at(-1) === undefined;
    },
    tcp: {
      boundUnsent: () => true,
      awaitRoom: () => sender.handleDrained(),
      pace: (bytesPerSecond: number | undefined) => {
        paces.push(bytesPerSecond);
        return true;
      },
      facts: () => undefined,
    },
  };
  const sender: DataSender = new DataSender(sink, clock, new DataTrain());
  return { sender, written, paces };
}

async function pass(clock: VirtualClock, ns: number): Promise<void> {
  await clock.drive(
    new Promise<void>((resolve) => {
      clock.wakeAt(clock.nowNs() + BigInt(ns), resolve);
    }),
  );
}

describe('at a rate at which the least that a kernel has ready lasts for long', () => {
  test.each([10_000, 100_000, 1_000_000, 10_000_000])(
    'goodput of %i bit/s comes in no gusts, and the end of the data does not wait for seconds',
    async (bitsPerSecond) => {
      const clock = new VirtualClock();
      const { sender, written, paces } = pacingKernel(clock);
      const startNs = Number(clock.nowNs());
      sender.send(bitsPerSecond);
      await pass(clock, 10 * SECOND_NS);
      sender.stop();
      expect(paces).toEqual([undefined]);
      expect((sender.sentBytes * 8) / 10 / bitsPerSecond).toBeGreaterThan(0.97);
      for (let second = 0; second < 10; second++) {
        const fromNs = startNs + second * SECOND_NS;
        const within = written.filter(({ atNs }) => atNs >= fromNs && atNs < fromNs + SECOND_NS);
        const bits = within.reduce((sum, { bytes }) => sum + bytes, 0) * 8;
        expect(bits / bitsPerSecond).toBeGreaterThan(0.78);
        expect(bits / bitsPerSecond).toBeLessThan(1.25);
      }
      expect(Math.max(...written.map(({ bytes }) => bytes))).toBeLessThanOrEqual(16 * 1024 + 16);
    },
  );
});

test('a rate that a kernel has enough ready for is the kernel’s', () => {
  const { sender, paces } = pacingKernel(new VirtualClock());
  sender.send(50_000_000);
  expect(paces).toEqual([6_250_000]);
});
