/** Each reason to doubt a load is told, with its number, and none is told without it. */
import { describe, expect, test } from 'vitest';
import { analyseLoad } from '../../../src/analysis/load/analyse-load.ts';
import type { ErrorRecord } from '../../../src/result/error-record.ts';
import type { LoadRecording, ReportsRecord } from '../../../src/result/load/load-result.ts';
import { HEALTH, SOCKET } from '../recordings.ts';
import { codes, doubtsOf, down, IDLE, keptReports, RATE, up, withStream } from './doubting.ts';
import { loadRecording, MS, ramped, roundTrip, S, type SimulatedPhase } from './loads.ts';

test('a load without a fault has no doubt', () => {
  expect(doubtsOf(loadRecording([IDLE, down(), up(), { name: 'recovery' }]))).toEqual([]);
});

describe('a load that did not hold', () => {
  test('is not taken for one that had settled', () => {
    const rate = (sinceNs: number): number => RATE * 1.6 ** (sinceNs / S);
    const [doubt] = doubtsOf(loadRecording([IDLE, down({ streams: [{ direction: 'down', rate }] })]));
    expect(doubt).toMatchObject({ code: 'not-settled', phase: 'down', value: null });
    expect(doubt?.message).toContain('5 %');
  });

  test('is doubted where its queue still grew at its end', () => {
    const parts = (sinceNs: number): ReturnType<typeof roundTrip> =>
      roundTrip(13 * MS + (sinceNs / S) * 10 * MS);
    const [doubt] = doubtsOf(loadRecording([IDLE, down({ parts })]));
    expect(doubt).toMatchObject({ code: 'not-settled', phase: 'down' });
    expect(doubt?.value).toBeCloseTo(2, 0);
    const slow = (sinceNs: number): ReturnType<typeof roundTrip> => roundTrip(40 * MS + (sinceNs / S) * MS);
    expect(codes(loadRecording([IDLE, down({ parts: slow })]))).toEqual([]);
  });

  test('for long enough says so, of the idle phase as well', () => {
    const short = loadRecording([{ ...IDLE, durationNs: 2 * S }, down({ durationNs: 3 * S })]);
    expect(doubtsOf(short)).toMatchObject([
      { code: 'too-short', phase: 'idle', value: 2 * S },
      { code: 'too-short', phase: 'down' },
    ]);
    expect(codes(loadRecording([{ ...IDLE, durationNs: 2.5 * S }, down({ durationNs: 5 * S })]))).toEqual([]);
  });
});

describe('a machine in the way', () => {
  const busyOwn = (recording: LoadRecording, share: number): LoadRecording => {
    const { processors } = recording;
    const dataShare = processors.atNs.map((_, i) => (i % 20 < share * 20 ? 0.97 : 0.5));
    return { ...recording, processors: { ...processors, dataShare } };
  };
  const busyPeer = (recording: LoadRecording, share: number): LoadRecording =>
    withStream(recording, ({ tallies }) => {
      const { atNs } = tallies;
      const reports: ReportsRecord = {
        atNs,
        receivedBytes: tallies.receivedBytes.map(() => 0),
        peerClockNs: atNs,
        peerCpuShare: atNs.map((_, i) => (i % 20 < share * 20 ? 0.97 : 0.5)),
      };
      return { reports };
    });

  test.each([
    ['up', 'sender-busy'],
    ['down', 'receiver-busy'],
  ] as const)('is this one, at the end that it is of data %s', (direction, code) => {
    const recording = loadRecording([IDLE, direction === 'up' ? up() : down()]);
    const [doubt] = doubtsOf(busyOwn(recording, 0.5));
    expect(doubt).toMatchObject({ code, phase: direction });
    expect(doubt?.message).toContain('thread of this program');
    expect(doubt?.value).toBeCloseTo(0.5, 1);
    expect(codes(busyOwn(recording, 0.05))).toEqual([]);
  });

  test('is the server where it says so', () => {
    const [doubt] = doubtsOf(busyPeer(loadRecording([IDLE, down()]), 0.5));
    expect(doubt).toMatchObject({ code: 'sender-busy', phase: 'down' });
    expect(doubt?.message).toContain('thread of the server');
    expect(codes(busyPeer(loadRecording([IDLE, down()]), 0.05))).toEqual([]);
  });

  test('is both at once where they share their processors', () => {
    const health = { ...HEALTH, processors: { busyShare: 0.9, stealShare: 0 } };
    const local = loadRecording([IDLE, down()], { health });
    const shared = withStream(local, ({ remote }) => ({ local: remote }));
    expect(doubtsOf(shared)).toMatchObject([{ code: 'processors-shared', phase: null, value: 0.9 }]);
    expect(doubtsOf(shared)[0]?.advice).toContain('goodput is that of this machine');
    // Beside "Limited by: asked rate" it would be a contradiction.
    const rated = { ...shared, plan: { ...shared.plan, bitsPerSecond: RATE } };
    expect(doubtsOf(rated)[0]?.advice).not.toContain('goodput');
    expect(codes(local)).toEqual([]);
    expect(codes({ ...shared, health: HEALTH })).toEqual([]);
    expect(codes(busyOwn({ ...shared, health: null }, 0.5))).toContain('processors-shared');
  });

  test('had its clock set', () => {
    const stepped = loadRecording([IDLE, down()], { health: { ...HEALTH, wallClockStepNs: 2 * MS } });
    expect(doubtsOf(stepped)).toMatchObject([{ code: 'clock-stepped', phase: null, value: 2 * MS }]);
  });

  test('has no native engine', () => {
    const recording = loadRecording([IDLE, down()]);
    const engine = { ...recording.engine, name: 'node', fallback: 'no koffi' } as const;
    expect(doubtsOf({ ...recording, engine })).toMatchObject([{ code: 'engine-fell-back', value: null }]);
  });
});

describe('a program that was stopped', () => {
  /** Stopped at 12 s for 2 s: nothing was noted, and what the kernel kept came at once. */
  const stopped = (recording: LoadRecording, heardLateNs = 0): LoadRecording => {
    const isAwake = (ns: number): boolean => ns < 12 * S || ns >= 14 * S;
    const { processors, foreignProbes } = recording;
    const sentAtNs = foreignProbes.sentAtNs.map((ns) => (ns !== null && isAwake(ns) ? ns : null));
    return {
      ...withStream(recording, ({ tallies }) => {
        const kept = tallies.atNs.map((ns, i) => ({ ns, i })).filter(({ ns }) => isAwake(ns));
        const pick = (values: readonly number[]): number[] => kept.map(({ i }) => values[i] as number);
        return {
          tallies: {
            ...{ atNs: pick(tallies.atNs), sentBytes: pick(tallies.sentBytes), tcp: null },
            receivedBytes: pick(tallies.receivedBytes),
          },
        };
      }),
      processors: { ...processors, atNs: processors.atNs.map((ns) => (isAwake(ns) ? ns : 14 * S)) },
      foreignProbes: {
        ...foreignProbes,
        sentAtNs,
        rttNs: sentAtNs.map((ns) => (ns === null ? null : 13 * MS)),
      },
      continuedAtNs: [14 * S + heardLateNs],
    };
  };

  test('loses the goodput and the probes of those seconds, and says so', () => {
    const whole = loadRecording([IDLE, down()]);
    const recording = stopped(whole);
    const statistics = analyseLoad(recording);
    const [doubt] = statistics.doubts;
    expect(doubt).toMatchObject({ code: 'suspended', phase: null });
    expect(doubt?.value).toBeCloseTo(3 * S, -8);
    expect(doubt?.message).toContain('12 s to 15 s');
    const [direction] = statistics.loaded[0]?.directions ?? [];
    expect(direction?.goodput.value).toBeCloseTo(RATE, -5);
    const before = analyseLoad(whole).loaded[0];
    expect((before?.directions[0]?.intervals ?? 0) - (direction?.intervals ?? 0)).toBeGreaterThanOrEqual(15);
    expect(statistics.loaded[0]?.latency?.max).toBe(13 * MS);
  });

  test.each([1, 30, 300])(
    'loses them, too, where one thread hears of it %s ms after the others went on',
    (ms) => {
      const statistics = analyseLoad(stopped(loadRecording([IDLE, down()]), ms * MS));
      const [doubt] = statistics.doubts;
      expect(doubt?.value).toBeCloseTo(3 * S + ms * MS, -8);
      expect(doubt?.message).toContain('from 12 s to');
      expect(statistics.loaded[0]?.directions[0]?.goodput.value).toBeCloseTo(RATE, -5);
    },
  );
  test('loses them as well where its other threads went on before it noticed', () => {
    const [doubt] = doubtsOf(stopped(loadRecording([IDLE, down()]), 90 * MS));
    expect(doubt?.message).toContain('12 s to 15.1 s');
  });

  test('is not told that the server was silent meanwhile', () => {
    const recording = withStream(stopped(loadRecording([IDLE, up()])), ({ reports }) => ({
      reports: { ...reports, atNs: reports.atNs.map((ns) => (ns > 12 * S && ns < 14 * S ? 14 * S : ns)) },
    }));
    const coalesced = withStream(recording, ({ reports }) => ({
      reports: keptReports(reports, (i) => reports.atNs[i] !== reports.atNs[i + 1]),
    }));
    expect(codes(coalesced)).not.toContain('reports-missing');
  });
});

describe('streams', () => {
  const twoStreams = (first: number, second: number): SimulatedPhase =>
    down({ streams: [first, second].map((rate) => ({ direction: 'down', rate: ramped(rate) })) });

  test('that share unevenly are told of', () => {
    expect(doubtsOf(loadRecording([IDLE, twoStreams(40e6, 4e6)]))).toMatchObject([
      { code: 'streams-unfair', phase: 'down', value: expect.closeTo(44 ** 2 / (2 * (40 ** 2 + 4 ** 2)), 2) },
    ]);
    expect(codes(loadRecording([IDLE, twoStreams(30e6, 14e6)]))).toEqual([]);
    const { plan, ...recording } = loadRecording([IDLE, twoStreams(40e6, 4e6)]);
    const opening = { ...plan, untilStable: true, streams: null };
    expect(codes({ ...recording, plan: opening }), 'streams that were opened one after the other').toEqual(
      [],
    );
  });

  test('that were lost are told of, with the reason', () => {
    const error: ErrorRecord = {
      ...{ code: 'network', message: 'the connection was reset', advice: 'ask the server' },
      ...{ expected: null, received: null, phase: null },
    };
    const recording = loadRecording([IDLE, twoStreams(20e6, 20e6)]);
    const lost = withStream(recording, ({ number }) => ({ error: number === 2 ? error : null }));
    const statistics = analyseLoad(lost);
    expect(statistics.doubts).toMatchObject([
      { code: 'stream-lost', phase: 'down', value: 1, advice: 'ask the server' },
    ]);
    expect(statistics.doubts[0]?.message).toContain('1 of 2 streams');
    expect(statistics.doubts[0]?.message).toContain('the connection was reset');
    expect(statistics.loaded[0]?.directions[0]?.streams).toBe(1);
  });

  test('that were cut off by whoever ran the load are no loss', () => {
    const error: ErrorRecord = {
      ...{
        code: 'cancelled',
        message: 'cancelled',
        advice: null,
        expected: null,
        received: null,
        phase: null,
      },
    };
    const cancelled = withStream(loadRecording([IDLE, twoStreams(20e6, 20e6)]), () => ({ error }));
    const { doubts, loaded } = analyseLoad(cancelled);
    expect(doubts).toEqual([]);
    expect(loaded[0]?.directions[0]?.streams).toBe(2);
  });

  test('that were opened too late to carry anything are not held to share', () => {
    const recording = loadRecording([IDLE, twoStreams(20e6, 20e6)]);
    const [first, second] = recording.streams;
    if (first === undefined || second === undefined) throw new Error('no streams');
    const late = {
      ...second,
      fromAtNs: 0,
      tallies: { ...first.tallies, receivedBytes: first.tallies.atNs.map(() => 0) },
    };
    const { doubts, loaded } = analyseLoad({ ...recording, streams: [first, late] });
    expect(doubts).toEqual([]);
    expect(loaded[0]?.directions[0]?.shares).toEqual([1]);
  });

  test('that the server holds back are told of, and not those that were asked to be slow', () => {
    const granted = { durationNs: 60 * S, bitsPerSecond: RATE, streams: 16 };
    const capped = loadRecording([IDLE, down()], { granted });
    expect(doubtsOf(capped)).toMatchObject([{ code: 'server-capped', phase: 'down', value: RATE }]);
    expect(
      codes(loadRecording([IDLE, down()], { granted: { ...granted, bitsPerSecond: 2 * RATE } })),
    ).toEqual([]);
    const { plan } = capped;
    expect(codes({ ...capped, plan: { ...plan, bitsPerSecond: RATE } })).toEqual([]);
  });

  test('or seconds of which the server grants fewer are told of', () => {
    const granted = { durationNs: 10 * S, bitsPerSecond: null, streams: 2 };
    const recording = loadRecording([IDLE, down()], { granted });
    expect(doubtsOf(recording)).toMatchObject([{ code: 'server-capped', phase: null, value: 10 * S }]);
    const plan = { ...recording.plan, streams: 4 };
    const enough = { ...granted, durationNs: 60 * S };
    expect(doubtsOf({ ...recording, plan, granted: enough })).toMatchObject([
      { code: 'server-capped', value: 2 },
    ]);
  });

  test('with bbr on loopback are told of', () => {
    const remote = { address: '127.0.0.1', port: 9_900, family: 4 } as const;
    const socket = { ...SOCKET, congestionControl: 'bbr' };
    const recording = loadRecording([IDLE, down()]);
    expect(doubtsOf(withStream(recording, () => ({ remote, socket })))).toMatchObject([
      { code: 'bbr-on-loopback', phase: null, value: 1 },
    ]);
    expect(codes(withStream(recording, () => ({ socket })))).toEqual([]);
    expect(codes(withStream(recording, () => ({ remote })))).toEqual([]);
  });
});

describe('probes', () => {
  const recording = loadRecording([IDLE, down(), { name: 'recovery' }]);
  const { foreignProbes } = recording;
  /** Of those sent in the load, every so many. */
  const isHit = (i: number, every: number): boolean => i >= 900 && i < 1_500 && i % every === 0;

  test('that were sent late are told of', () => {
    const late = (every: number, byNs: number): LoadRecording => {
      const sentAtNs = foreignProbes.sentAtNs.map((ns, i) =>
        ns === null ? null : ns + (isHit(i, every) ? byNs : 0),
      );
      return { ...recording, foreignProbes: { ...foreignProbes, sentAtNs } };
    };
    const [doubt] = doubtsOf(late(20, 9 * MS));
    expect(doubt).toMatchObject({ code: 'probes-late', phase: 'down' });
    expect(doubt?.value).toBeCloseTo(9 * MS, -4);
    expect(codes(late(200, 9 * MS))).toEqual([]);
    expect(codes(late(20, MS))).toEqual([]);
    const { engine } = recording;
    const adviceWith = (name: 'native' | 'node'): string | undefined =>
      doubtsOf({ ...late(20, 9 * MS), engine: { ...engine, name } })[0]?.advice;
    expect(adviceWith('node')).toContain('or use --engine native');
    // Who uses it already would look for what else is meant.
    expect(adviceWith('native')).not.toContain('--engine');
  });

  test('that were never answered are told of, but for those under way at the end', () => {
    const lost = (isLost: (i: number) => boolean): LoadRecording => {
      const rttNs = foreignProbes.rttNs.map((ns, i) => (isLost(i) ? null : ns));
      return { ...recording, foreignProbes: { ...foreignProbes, rttNs } };
    };
    expect(doubtsOf(lost((i) => isHit(i, 20)))).toMatchObject([
      { code: 'probes-lost', phase: 'down', value: 30 / 800 },
    ]);
    expect(codes(lost((i) => isHit(i, 200)))).toEqual([]);
    expect(codes(lost((i) => i > 2_380))).toEqual([]);
  });

  test('within data that waits in this machine are not taken for the path', () => {
    const streams = [{ direction: 'up', rate: ramped(RATE), ownRttNs: () => 90 * MS }] as const;
    const sent = loadRecording([IDLE, up({ streams })]);
    const waiting = (bytes: number): LoadRecording =>
      withStream(sent, ({ tallies: { tcp, ...tallies } }) =>
        tcp === null
          ? {}
          : { tallies: { ...tallies, tcp: { ...tcp, unsentBytes: tallies.atNs.map(() => bytes) } } },
      );
    const [doubt] = doubtsOf(waiting(250_000));
    expect(doubt).toMatchObject({ code: 'sender-backlog', phase: 'up' });
    // 250 kB at 40 Mbit/s.
    expect(doubt?.value).toBeCloseTo(50 * MS, -5);
    expect(codes(waiting(50_000))).toEqual([]);
    const portable = { ...sent, engine: { ...sent.engine, hasTcp: false } };
    expect(doubtsOf(portable)).toMatchObject([{ code: 'sender-backlog', value: 77 * MS }]);
  });
});
