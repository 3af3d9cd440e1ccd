/** Each reason to doubt a load is told, with its number, and none is told without it. */
import { describe, expect, test } from 'vitest';
import { analyseLoad } from '../../../src/analysis/load/analyse-load.ts';
import type { ErrorRecord } from '../../../src/result/error-record.ts';
import type { LoadRecording, ReportsRecord, StreamRecord } from '../../../src/result/load/load-result.ts';
import type { LoadDoubt, LoadDoubtCode } from '../../../src/result/load/load-statistics.ts';
import { HEALTH, SOCKET } from '../recordings.ts';
import { loadRecording, MS, ramped, roundTrip, S, type SimulatedPhase } from './loads.ts';

const IDLE: SimulatedPhase = { name: 'idle' };
const RATE = 40e6;

function down(over: Partial<SimulatedPhase> = {}): SimulatedPhase {
  const parts = (): ReturnType<typeof roundTrip> => roundTrip(13 * MS);
  return { name: 'down', parts, streams: [{ direction: 'down', rate: ramped(RATE) }], ...over };
}

function up(over: Partial<SimulatedPhase> = {}): SimulatedPhase {
  return { ...down(), name: 'up', streams: [{ direction: 'up', rate: ramped(RATE) }], ...over };
}

function doubtsOf(recording: LoadRecording): readonly LoadDoubt[] {
  return analyseLoad(recording).doubts;
}

function codes(recording: LoadRecording): LoadDoubtCode[] {
  return doubtsOf(recording).map(({ code }) => code);
}

/** The same load with its stream changed. */
function withStream(
  recording: LoadRecording,
  change: (stream: StreamRecord) => Partial<StreamRecord>,
): LoadRecording {
  return { ...recording, streams: recording.streams.map((stream) => ({ ...stream, ...change(stream) })) };
}

/** Those reports of which this one is true, by their place. */
function keptReports(reports: ReportsRecord, isKept: (place: number) => boolean): ReportsRecord {
  const { atNs, receivedBytes, peerClockNs, peerCpuShare } = reports;
  const pick = <T>(values: readonly T[]): T[] => values.filter((_, i) => isKept(i));
  return {
    ...{ atNs: pick(atNs), receivedBytes: pick(receivedBytes) },
    ...{ peerClockNs: pick(peerClockNs), peerCpuShare: pick(peerCpuShare) },
  };
}

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

describe('a server that lies', () => {
  const sent = loadRecording([IDLE, up()]);
  const lying = (change: (reports: ReportsRecord) => Partial<ReportsRecord>): LoadRecording =>
    withStream(sent, ({ reports }) => ({ reports: { ...reports, ...change(reports) } }));

  test.each([
    [
      'of more than it was sent',
      ({ receivedBytes }: ReportsRecord) => ({ receivedBytes: receivedBytes.map((bytes) => 1.1 * bytes) }),
      'more than it was sent',
    ],
    [
      'of less than before',
      ({ receivedBytes }: ReportsRecord) => ({ receivedBytes: receivedBytes.with(40, 1) }),
      'less received than before',
    ],
    [
      'by a clock that goes backwards',
      ({ peerClockNs }: ReportsRecord) => ({ peerClockNs: peerClockNs.with(40, 1) }),
      'a clock that goes backwards',
    ],
    [
      'by a clock that is slow',
      ({ peerClockNs }: ReportsRecord) => ({ peerClockNs: peerClockNs.map((ns) => ns * 0.9) }),
      'counts time 10 % slower',
    ],
  ])('%s is told of', (_what, change, words) => {
    const [doubt] = doubtsOf(lying(change));
    expect(doubt).toMatchObject({ code: 'reports-impossible', phase: 'up' });
    expect(doubt?.message).toContain(words);
  });

  test('of having sent less than came is told of', () => {
    const recording = loadRecording([IDLE, down()]);
    expect(doubtsOf(withStream(recording, () => ({ peerSentBytes: 5 })))).toMatchObject([
      { code: 'reports-impossible', phase: 'down' },
    ]);
  });

  test('on many streams is told of once', () => {
    const streams = Array.from({ length: 4 }, () => ({ direction: 'up' as const, rate: ramped(RATE) }));
    const many = withStream(loadRecording([IDLE, up({ streams })]), ({ reports }) => ({
      reports: { ...reports, receivedBytes: reports.receivedBytes.map((bytes) => 2 * bytes) },
    }));
    const doubts = doubtsOf(many);
    expect(doubts).toHaveLength(1);
    expect(doubts[0]?.message).toContain('likewise on 3 more');
  });
});

describe('a path', () => {
  test('that was cut for seconds is told of, not only by figures that nobody would believe', () => {
    // What was sent in the cut is answered when it is over; then it is as before.
    const cut = (sinceNs: number): ReturnType<typeof roundTrip> =>
      roundTrip(sinceNs >= 2 * S && sinceNs < 5 * S ? 5 * S - sinceNs + 13 * MS : 13 * MS);
    for (const phases of [
      [{ ...IDLE, parts: cut }, down()],
      [IDLE, down({ parts: cut })],
    ] as const) {
      const found = doubtsOf(loadRecording(phases)).filter(({ code }) => code === 'path-silent');
      expect(found).toMatchObject([{ phase: phases[0].parts === cut ? 'idle' : 'down' }]);
      expect(found[0]?.value).toBeCloseTo(3 * S, -9);
    }
  });

  test('with seconds of queue, or probed once a second, is not silent', () => {
    const slow = down({ parts: () => roundTrip(1_800 * MS) });
    expect(codes(loadRecording([{ ...IDLE, parts: () => roundTrip(1_500 * MS) }, slow]))).not.toContain(
      'path-silent',
    );
    expect(codes(loadRecording([IDLE, down()], {}, S))).not.toContain('path-silent');
  });

  test('that lets only small packets pass is told of, where it looks like a slow server', () => {
    const none = { direction: 'down' as const, rate: () => 0 };
    expect(doubtsOf(loadRecording([IDLE, down({ streams: [none] })]))[0]).toMatchObject({
      code: 'nothing-carried',
      phase: 'down',
      advice: expect.stringContaining('--mss'),
    });
  });
});

describe('a server that does not report', () => {
  const told = (isTold: (atNs: number) => boolean): LoadRecording =>
    withStream(loadRecording([IDLE, up()]), ({ reports }) => ({
      reports: keptReports(reports, (i) => isTold(reports.atNs[i] as number)),
    }));

  test.each([
    ['before the end', (atNs: number) => atNs >= 16 * S, 7.9 * S],
    ['for a while', (atNs: number) => atNs < 10 * S || atNs > 13 * S, 3 * S],
    ['from a moment on', (atNs: number) => atNs < 12 * S, 4.1 * S],
    ['at all', () => false, 8 * S],
  ])('%s does not make goodput look steady', (_when, isTold, silenceNs) => {
    const doubt = doubtsOf(told(isTold)).find(({ code }) => code === 'reports-missing');
    expect(doubt).toMatchObject({ phase: 'up' });
    expect((doubt?.value ?? 0) / silenceNs).toBeCloseTo(1, 1);
  });

  test('now and then is no harm', () => {
    expect(codes(told((atNs) => Math.floor(atNs / (100 * MS)) % 5 === 0))).not.toContain('reports-missing');
  });
});

test.each([
  ['asked for', 10e6, null],
  ['granted', null, 10e6],
])(
  'a sender that does not keep to the rate that was %s is not said to be held by it',
  (_which, asked, granted) => {
    const recording = loadRecording([IDLE, down()]);
    const fast: LoadRecording = {
      ...recording,
      plan: { ...recording.plan, bitsPerSecond: asked },
      granted: { durationNs: 60 * S, bitsPerSecond: granted, streams: 16 },
    };
    const { doubts, loaded } = analyseLoad(fast);
    expect(doubts).toMatchObject([{ code: 'rate-exceeded', phase: 'down' }]);
    expect(doubts[0]?.value).toBeCloseTo(RATE, -5);
    expect(loaded[0]?.directions[0]?.limits).toEqual([{ by: 'unknown', share: 1 }]);
  },
);

test('a load whose only stream is lost does not speak of others', () => {
  const untold = { advice: null, expected: null, received: null, phase: null };
  const error: ErrorRecord = { code: 'peer', message: 'gone', ...untold };
  const [doubt] = doubtsOf(withStream(loadRecording([IDLE, down()]), () => ({ error })));
  expect(doubt).toMatchObject({
    code: 'stream-lost',
    advice: 'what is told of the phase is of the time before: measure again',
  });
});
