/** At a rate, data flows as evenly as it can, and no more of it is ready than a few milliseconds of it. */
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../src/clock/virtual.ts';
import type { TcpFacts } from '../../../src/facts/tcp.ts';
import { DataSender } from '../../../src/net/flow/data-sender.ts';
import { DataTrain } from '../../../src/net/flow/data-train.ts';

const SECOND_NS = 1_000_000_000;

const NOTHING_TOLD: TcpFacts = {
  ...{ minRttNs: null, smoothedRttNs: null, retransmittedSegments: null, congestionWindowSegments: null },
  ...{ sendMssBytes: null, pathMtuBytes: null, peerWindowBytes: null, ownWindowBytes: null },
  ...{ busyNs: null, receiveWindowLimitedNs: null, sendBufferLimitedNs: null },
  ...{ sentBytes: null, retransmittedBytes: null, acknowledgedBytes: null, unsentBytes: null },
  pacingBitsPerSecond: null,
};

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
      retry: () => {},
      pace: (bytesPerSecond: number | undefined) => {
        paces.push(bytesPerSecond);
        return true;
      },
      fix: () => {},
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

test.each([1, 1_000, 20_000])(
  'a peer that asks for %i bit/s after much more gets no long frame of before',
  (bitsPerSecond) => {
    const written: number[] = [];
    const tcp = {
      boundUnsent: () => true,
      awaitRoom: () => {},
      retry: () => {},
      fix: () => {},
      pace: () => true,
      facts: () => undefined,
    };
    const write = (chunk: Uint8Array): boolean => {
      written.push(chunk.length);
      return true;
    };
    const sender = new DataSender({ write, tcp }, new VirtualClock(), new DataTrain());
    sender.send(100_000_000);
    expect(written[0]).toBeGreaterThan(4_096);
    sender.send(bitsPerSecond);
    sender.handleDrained();
    expect(written.slice(1).map((bytes) => bytes < 300)).toEqual([true]);
  },
);

/** A kernel that sends at a rate what it was given, takes no more than there is room for, and never tells of any. */
function silentKernel(clock: VirtualClock, bitsPerSecond: number, roomBytes: number) {
  const beganNs = Number(clock.nowNs());
  let givenBytes = 0;
  let mostUnsentBytes = 0;
  let isStuck = false;
  let boundBytes: number | undefined;
  const unsentBytes = (): number => {
    const sentBytes = ((Number(clock.nowNs()) - beganNs) / SECOND_NS / 8) * bitsPerSecond;
    return Math.max(0, givenBytes - sentBytes);
  };
  const hasRoom = (): boolean => unsentBytes() < roomBytes;
  const sink = {
    write: (chunk: Uint8Array) => {
      givenBytes += chunk.length;
      if (boundBytes !== undefined) mostUnsentBytes = Math.max(mostUnsentBytes, unsentBytes());
      isStuck = !hasRoom();
      return !isStuck;
    },
    tcp: {
      boundUnsent: (bytes: number | undefined) => {
        boundBytes = bytes;
        return true;
      },
      awaitRoom: () => {},
      retry: () => {
        if (!isStuck || !hasRoom()) return;
        isStuck = false;
        sender.handleDrained();
      },
      fix: () => {},
      pace: () => true,
      facts: () => ({ ...NOTHING_TOLD, unsentBytes: unsentBytes() }),
    },
  };
  const sender: DataSender = new DataSender(sink, clock, new DataTrain());
  return { sender, mostUnsentMs: () => (mostUnsentBytes * 8_000) / bitsPerSecond };
}

describe('on a path so long that the kernel tells of no room while most of its send buffer is under way', () => {
  test.each([
    ['there is some', 1_000_000],
    ['it takes no more at times', 40_000],
  ])('goodput is that of the path, and markers wait no longer, where %s', async (_, roomBytes) => {
    const clock = new VirtualClock();
    const { sender, mostUnsentMs } = silentKernel(clock, 100_000_000, roomBytes);
    sender.send(0);
    await pass(clock, 2 * SECOND_NS);
    const atStart = sender.sentBytes;
    await pass(clock, 2 * SECOND_NS);
    sender.stop();
    expect(((sender.sentBytes - atStart) * 8) / 2 / 100e6).toBeGreaterThan(0.97);
    expect(mostUnsentMs()).toBeLessThan(10);
  });
});
