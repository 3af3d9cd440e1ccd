/** What a load carried, and what held it, against figures computed by hand. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyseLoad } from '../../../src/analysis/load/analyse-load.ts';
import { jainIndex } from '../../../src/analysis/load/carried/goodput.ts';
import { ratesWithin, receiptsOf, totalsAt } from '../../../src/analysis/load/carried/receipts.ts';
import { settledAfter } from '../../../src/analysis/load/carried/settling.ts';
import { blockCount, blocksOf } from '../../../src/analysis/load/window.ts';
import type { LoadRecording, StreamRecord } from '../../../src/result/load/load-result.ts';
import type { DirectionStatistics, LoadStatistics } from '../../../src/result/load/load-statistics.ts';
import {
  loadRecording,
  MS,
  NO_REPORTS,
  ramped,
  roundTrip,
  S,
  type SimulatedPhase,
  type SimulatedStream,
  TALLY_NS,
} from './loads.ts';

const IDLE: SimulatedPhase = { name: 'idle' };

function firstDirection({ loaded }: LoadStatistics): DirectionStatistics {
  const direction = loaded[0]?.directions[0];
  if (direction === undefined) throw new Error('nothing was carried');
  return direction;
}

function withStream(
  recording: LoadRecording,
  change: (stream: StreamRecord) => Partial<StreamRecord>,
): LoadRecording {
  return { ...recording, streams: recording.streams.map((stream) => ({ ...stream, ...change(stream) })) };
}

describe('how much was received, and when', () => {
  const [up] = loadRecording([{ name: 'up', streams: [{ direction: 'up', rate: () => 8e6 }] }]).streams;
  if (up === undefined) throw new Error('no stream');

  test('of data towards the server is by its reports, at the times of its clock', () => {
    const { atNs, bytes } = receiptsOf(up, 'up');
    // The quickest report takes 1 ms; the others, which came later, are not taken for data that did.
    expect(atNs.slice(0, 4).map((ns) => ns - up.fromAtNs)).toEqual([0, 101 * MS, 201 * MS, 301 * MS]);
    expect(bytes.slice(0, 3)).toEqual([0, 100_000, 200_000]);
  });

  test('is never what the sender handed over', () => {
    const silent = { ...up, reports: NO_REPORTS };
    expect(receiptsOf(silent, 'up')).toMatchObject({ bytes: [0] });
  });

  test('lies evenly between two counts, and stays where there is no other', () => {
    const receipts = { atNs: [0, 100, 300], bytes: [0, 10, 50], isBroken: false };
    expect([...totalsAt([receipts], [0, 50, 100, 200, 300, 900])]).toEqual([0, 5, 10, 30, 50, 50]);
    expect(ratesWithin([receipts, receipts], { fromNs: 100, toNs: 350 }, 100)).toEqual([
      2 * 20 * 8 * 1e7,
      2 * 20 * 8 * 1e7,
    ]);
  });

  test('is counted once, however the time is parted', () => {
    const counts = fc.array(fc.tuple(fc.integer({ min: 1, max: 90 }), fc.nat(1_000)), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 40 }), (steps, parts) => {
        let at = 0;
        let total = 0;
        const receipts = { atNs: [0], bytes: [0], isBroken: false };
        for (const [ns, bytes] of steps) {
          at += ns;
          total += bytes;
          receipts.atNs.push(at);
          receipts.bytes.push(total);
        }
        const rates = ratesWithin([receipts], { fromNs: 0, toNs: at }, at / parts);
        const bits = rates.reduce((sum, rate) => sum + rate, 0) * (at / parts / S);
        expect(rates).toHaveLength(parts);
        expect(bits).toBeCloseTo(total * 8, 3);
      }),
    );
  });
});

describe('a load settles', () => {
  test('after the seventh of intervals that are equal from the start', () => {
    expect(settledAfter([5, 5, 5, 5, 5, 5, 5, 5])).toBe(7);
    expect(settledAfter([5, 5, 5, 5, 5, 5])).toBeNull();
  });

  test('when the averages of its ramp are behind', () => {
    // Averages: 5, 7.5, 10, 10, 10, 10; the deviation of the last four is within 5 % for the first time at the end.
    expect(settledAfter([0, 0, 10, 10, 10, 10, 10, 10, 10])).toBe(9);
    expect(settledAfter([1, 2, 4, 8, 16, 32, 64, 128, 256])).toBeNull();
  });

  test('not before all streams are open, and soon after where the last one has added nothing', () => {
    expect(settledAfter([5, 5, 5, 5, 5, 5, 5, 5, 5, 5], 9)).toBe(9);
    const stream = (opensAfterNs: number): SimulatedStream => ({
      direction: 'down',
      opensAfterNs,
      rate: (ns) => (opensAfterNs > 0 || ns < 4 * S ? 20e6 : 0),
    });
    const recording = loadRecording([{ name: 'down', streams: [stream(0), stream(4 * S)] }]);
    const { loaded } = analyseLoad(recording);
    expect(loaded[0]?.settledAtNs).toBe((recording.phases[0]?.fromAtNs ?? 0) + 4 * S);
  });

  test('never without goodput', () => {
    expect(settledAfter(Array.from({ length: 50 }, () => 0))).toBeNull();
  });
});

describe('blocks', () => {
  test.each([
    [60, 60],
    [5.9, 5],
    [5, 5],
    [4.9, 5],
    [2.5, 5],
    [2.4, 4],
    [0.4, 1],
    [0, 1],
  ])('of %d s are %d: seconds, or fifths of half a second at least', (seconds, blocks) => {
    expect(blockCount({ fromNs: 7 * S, toNs: (7 + seconds) * S })).toBe(blocks);
  });

  test('have each value once, whichever order they came in', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5_999 }), { minLength: 1 }), (ms) => {
        const blocks = blocksOf(
          { fromNs: S, toNs: 7 * S },
          ms.map((one) => S + one * MS),
          ms,
        );
        const all = blocks.flatMap(({ samples }) => [...samples]);
        expect(all.sort((a, b) => a - b)).toEqual([...ms].sort((a, b) => a - b));
        for (const { samples } of blocks) {
          const [first = 0] = samples;
          expect([...samples].every((one) => Math.floor(one / 1_000) === Math.floor(first / 1_000))).toBe(
            true,
          );
        }
      }),
    );
  });
});

describe('shares', () => {
  test.each([
    [[1, 1, 1, 1], 1],
    [[1, 0, 0, 0], 0.25],
    [[3, 1], 0.8],
    [[0, 0], 1],
  ])('%j have an index of %d', (values, index) => {
    expect(jainIndex(values)).toBeCloseTo(index, 12);
  });

  test('of two streams are those of the settled time', () => {
    const streams = [30e6, 10e6].map((rate) => ({ direction: 'down' as const, rate: ramped(rate) }));
    const {
      shares,
      goodput,
      streams: count,
    } = firstDirection(analyseLoad(loadRecording([{ name: 'down', streams }])));
    expect(shares[0]).toBeCloseTo(0.75, 3);
    expect(goodput.value).toBeCloseTo(40e6, -4);
    expect(count).toBe(2);
  });
});

describe('what limited', () => {
  const sent = loadRecording([IDLE, { name: 'up', streams: [{ direction: 'up', rate: () => 40e6 }] }]);
  const counted = (shares: { busy: number; receiver: number; buffer: number }): LoadRecording =>
    withStream(sent, ({ tallies: { tcp, ...tallies } }) => {
      if (tcp === null) throw new Error('no counters');
      const grown = (share: number): number[] => tallies.atNs.map((_, i) => Math.round(i * TALLY_NS * share));
      return {
        tallies: {
          ...tallies,
          tcp: {
            ...tcp,
            busyNs: grown(shares.busy),
            receiveWindowLimitedNs: grown(shares.receiver),
            sendBufferLimitedNs: grown(shares.buffer),
          },
        },
      };
    });
  const limits = (recording: LoadRecording): unknown =>
    firstDirection(analyseLoad(recording)).limits.map(({ by, share }) => [by, Number(share.toFixed(2))]);

  test('is what the sender waited for, with the rest of its busy time the congestion window', () => {
    expect(limits(counted({ busy: 1, receiver: 0.5, buffer: 0.2 }))).toEqual([
      ['receive-window', 0.5],
      ['congestion-window', 0.3],
      ['send-buffer', 0.2],
    ]);
  });

  test('is not known for the time in which it had nothing to send', () => {
    expect(limits(counted({ busy: 0.6, receiver: 0, buffer: 0 }))).toEqual([
      ['congestion-window', 0.6],
      ['unknown', 0.4],
    ]);
  });

  test('is the rate that was asked for, or the one that was granted', () => {
    const { plan } = sent;
    expect(limits({ ...sent, plan: { ...plan, bitsPerSecond: 41e6 } })).toEqual([['asked-rate', 1]]);
    expect(limits({ ...sent, plan: { ...plan, bitsPerSecond: 42e6 } })).toEqual([['congestion-window', 1]]);
    const granted = { durationNs: 60 * S, bitsPerSecond: 40e6, streams: 16 };
    expect(limits({ ...sent, granted })).toEqual([['server-cap', 1]]);
    expect(limits({ ...sent, granted, plan: { ...plan, bitsPerSecond: 40e6 } })).toEqual([['asked-rate', 1]]);
  });

  test('towards the client is not known but for processors', () => {
    const down = loadRecording([IDLE, { name: 'down', streams: [{ direction: 'down', rate: () => 40e6 }] }]);
    expect(limits(down)).toEqual([['unknown', 1]]);
    const { atNs, probeShare } = down.processors;
    const dataShare = atNs.map((_, i) => (i % 4 === 0 ? 0.5 : 0.99));
    expect(limits({ ...down, processors: { atNs, probeShare, dataShare } })).toEqual([
      ['own-processor', 0.75],
      ['unknown', 0.25],
    ]);
  });
});

test('RFC 6349: ratio of transfer times, efficiency and buffer delay', () => {
  // 40 and 60 Mbit/s in turns of half a second: 50 on average, 60 at best; round trips of 1 ms idle, of 3 and 5 ms loaded.
  const rate = (ns: number): number => (Math.floor(ns / (0.5 * S)) % 2 === 0 ? 40e6 : 60e6);
  const parts = (ns: number): ReturnType<typeof roundTrip> =>
    roundTrip(Math.floor(ns / (20 * MS)) % 2 === 0 ? 3 * MS : 5 * MS);
  const recording = withStream(
    loadRecording([IDLE, { name: 'up', durationNs: 20 * S, parts, streams: [{ direction: 'up', rate }] }]),
    ({ tallies: { tcp, ...tallies } }) => {
      if (tcp === null) throw new Error('no counters');
      const grown = (perTally: number): number[] => tallies.atNs.map((_, i) => i * perTally);
      return {
        tallies: { ...tallies, tcp: { ...tcp, sentBytes: grown(1_000), retransmittedBytes: grown(20) } },
      };
    },
  );
  const { rfc6349, retransmittedShare } = firstDirection(analyseLoad(recording));
  expect(retransmittedShare).toBeCloseTo(0.02, 12);
  expect(rfc6349?.efficiency).toBeCloseTo(0.98, 12);
  expect(rfc6349?.transferTimeRatio).toBeCloseTo(60 / 50, 1);
  expect(rfc6349?.bufferDelay).toBeCloseTo(3, 1);
  const { plan } = recording;
  const asked = { ...recording, plan: { ...plan, bitsPerSecond: 100e6 } };
  expect(firstDirection(analyseLoad(asked)).rfc6349?.transferTimeRatio).toBeCloseTo(100 / 50, 1);
  const down = loadRecording([IDLE, { name: 'down', streams: [{ direction: 'down', rate: () => 1e6 }] }]);
  expect(firstDirection(analyseLoad(down))).toMatchObject({ rfc6349: null, retransmittedShare: null });
});
