/** The emulated path keeps what it promises: tests over it would blame the program for what the path does. */
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../src/stats/distributions/random.ts';
import { Link, type LinkOptions } from './link.ts';

const MS = 1_000_000;
const PLAIN: LinkOptions = {
  delayNs: 0,
  jitterNs: 0,
  lossRatio: 0,
  rateBitsPerSecond: undefined,
  queueBytes: 100_000,
  isFair: false,
  mtuBytes: 1_500,
};

function linkOf(options: Partial<LinkOptions>): Link {
  return new Link({ ...PLAIN, ...options }, seededRandom(1));
}

/** Puts packets at their times, and takes each out when it is due. */
function arrivals(link: Link, packets: readonly { atNs: number; bytes: number }[]): [number, number][] {
  const found: [number, number][] = [];
  const takeUntil = (nowNs: number): void => {
    while (link.dueNs <= nowNs) {
      const atNs = link.dueNs;
      const packet = link.take(atNs);
      if (packet !== undefined) found.push([atNs, packet.length]);
    }
  };
  for (const { atNs, bytes } of packets) {
    takeUntil(atNs);
    link.put(new Uint8Array(bytes), atNs);
  }
  takeUntil(Number.MAX_SAFE_INTEGER);
  return found;
}

function packets(count: number, everyNs: number, bytes = 1_000): { atNs: number; bytes: number }[] {
  return Array.from({ length: count }, (_, i) => ({ atNs: i * everyNs, bytes }));
}

describe('a packet of the emulated path', () => {
  test('arrives after the delay and not before', () => {
    const link = linkOf({ delayNs: 5 * MS });
    link.put(new Uint8Array(100), 7);
    expect(link.take(5 * MS + 6)).toBeUndefined();
    expect(link.dueNs).toBe(5 * MS + 7);
    expect(link.take(5 * MS + 7)).toHaveLength(100);
    expect(link.dueNs).toBe(Number.POSITIVE_INFINITY);
  });

  test('is late by no more than the jitter, by every share of it, and overtakes none', () => {
    const link = linkOf({ delayNs: 5 * MS, jitterNs: MS });
    const found = arrivals(link, packets(1_000, 10 * MS)).map(([atNs], i) => atNs - i * 10 * MS - 5 * MS);
    expect(found).toHaveLength(1_000);
    expect(Math.min(...found)).toBeLessThan(0.01 * MS);
    expect(Math.max(...found)).toBeGreaterThan(0.99 * MS);
    expect(Math.max(...found)).toBeLessThanOrEqual(MS);
    const close = arrivals(linkOf({ jitterNs: MS }), packets(500, 1_000)).map(([atNs]) => atNs);
    expect(close).toEqual([...close].sort((a, b) => a - b));
  });

  test('takes the time of the rate, one after the other, and none when the link is idle', () => {
    const link = linkOf({ rateBitsPerSecond: 8_000_000 });
    const found = arrivals(link, [
      { atNs: 0, bytes: 1_000 },
      { atNs: 0, bytes: 500 },
      { atNs: 50 * MS, bytes: 1_000 },
    ]);
    expect(found).toEqual([
      [1 * MS, 1_000],
      [1.5 * MS, 500],
      [51 * MS, 1_000],
    ]);
  });

  test('is dropped when the queue is full, and at no other time', () => {
    const link = linkOf({ rateBitsPerSecond: 8_000_000, queueBytes: 3_000 });
    expect(arrivals(link, packets(10, 0))).toHaveLength(3);
    expect(arrivals(linkOf({ queueBytes: 3_000 }), packets(10, 0))).toHaveLength(10);
    // At the pace of the rate nothing ever waits.
    expect(
      arrivals(linkOf({ rateBitsPerSecond: 8_000_000, queueBytes: 1_000 }), packets(10, MS)),
    ).toHaveLength(10);
  });

  test('is lost as often as asked', () => {
    const left = arrivals(linkOf({ lossRatio: 0.1 }), packets(10_000, 0)).length;
    expect(left).toBeGreaterThan(8_900);
    expect(left).toBeLessThan(9_100);
  });

  test('vanishes when it is longer than the MTU', () => {
    const link = linkOf({ mtuBytes: 1_300 });
    const found = arrivals(link, [
      { atNs: 0, bytes: 1_301 },
      { atNs: 0, bytes: 1_300 },
    ]);
    expect(found.map(([, bytes]) => bytes)).toEqual([1_300]);
  });

  test('vanishes while the path is cut; what travels already arrives', () => {
    const link = linkOf({ delayNs: MS });
    link.put(new Uint8Array(1), 0);
    link.isCut = true;
    link.put(new Uint8Array(2), 0);
    link.isCut = false;
    link.put(new Uint8Array(3), 0);
    expect([link.take(MS)?.length, link.take(MS)?.length, link.take(MS)]).toEqual([1, 3, undefined]);
  });

  test('is remembered no longer than it travels', () => {
    const link = linkOf({});
    for (let i = 0; i < 5_000; i++) {
      link.put(new Uint8Array(1), i);
      expect(link.take(i)).toHaveLength(1);
    }
    expect(link.take(9_999)).toBeUndefined();
  });
});

describe('flows with a queue each', () => {
  /** IPv4, told apart by the last byte of its ports. */
  const packetOf = (flow: number, bytes: number): Uint8Array => {
    const packet = new Uint8Array(bytes);
    packet[0] = 0x45;
    packet[23] = flow;
    return packet;
  };

  test('do not wait behind each other: a probe passes a flow that has filled its queue', () => {
    const link = linkOf({ rateBitsPerSecond: 8_000_000, queueBytes: 20_000, isFair: true });
    for (let i = 0; i < 30; i++) link.put(packetOf(1, 1_000), 0);
    link.put(packetOf(2, 100), 0);
    const found: [number, number][] = [];
    while (link.dueNs < Number.POSITIVE_INFINITY) {
      const atNs = link.dueNs;
      const packet = link.take(atNs);
      if (packet !== undefined) found.push([packet[23] as number, atNs]);
    }
    // One packet was on its way already.
    expect(found.find(([flow]) => flow === 2)?.[1]).toBeLessThanOrEqual(2.2 * MS);
    expect(found.filter(([flow]) => flow === 1)).toHaveLength(21);
  });

  test('share the rate evenly, and leave none of it unused', () => {
    const link = linkOf({ rateBitsPerSecond: 8_000_000, queueBytes: 1_000_000, isFair: true });
    for (let i = 0; i < 100; i++) for (const flow of [1, 2]) link.put(packetOf(flow, 1_000), 0);
    let last = 0;
    const firstHalf: number[] = [];
    while (link.dueNs < Number.POSITIVE_INFINITY) {
      last = link.dueNs;
      const packet = link.take(last);
      if (packet !== undefined && last <= 100 * MS) firstHalf.push(packet[23] as number);
    }
    expect(last).toBe(200 * MS);
    expect(firstHalf.filter((flow) => flow === 1)).toHaveLength(50);
  });

  test('have the delay beyond it, and no rate at all where there is none', () => {
    const link = linkOf({ delayNs: 5 * MS, isFair: true });
    link.put(packetOf(1, 100), 7);
    expect(link.take(5 * MS + 6)).toBeUndefined();
    expect(link.take(5 * MS + 7)).toHaveLength(100);
  });
});
