/** Doubts of a path or a server that does not do what a load takes for granted: nobody believes figures that it has made up. */
import { describe, expect, test } from 'vitest';
import { analyseLoad } from '../../../src/analysis/load/analyse-load.ts';
import type { ErrorRecord } from '../../../src/result/error-record.ts';
import type { LoadRecording, ProbesRecord, ReportsRecord } from '../../../src/result/load/load-result.ts';
import { codes, doubtsOf, down, IDLE, keptReports, RATE, up, withStream } from './doubting.ts';
import { loadRecording, MS, ramped, roundTrip, S } from './loads.ts';

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

describe('a server that tells of probes what cannot be is doubted, with their number', () => {
  const recording = loadRecording([IDLE, down()]);
  const probes = recording.foreignProbes;
  const withProbes = (change: Partial<ProbesRecord>): LoadRecording => ({
    ...recording,
    foreignProbes: { ...probes, ...change },
  });

  test('to have kept them for longer than their round trips took', () => {
    const residenceNs = probes.rttNs.map((ns, i) => (i % 4 === 0 ? (ns ?? 0) + 1 : 30_000));
    const [doubt] = doubtsOf(withProbes({ residenceNs }));
    expect(doubt).toMatchObject({
      code: 'residence-impossible',
      value: 400,
      message: expect.stringContaining('of 400 of 1600 probes'),
    });
  });

  test('to have let them wait for longer than it kept them', () => {
    const peerWaitNs = probes.rttNs.map(() => 40_000);
    expect(codes(withProbes({ peerWaitNs }))).toContain('residence-impossible');
  });

  test('and not of one in a hundred, whose clock was set', () => {
    const residenceNs = probes.rttNs.map((_, i) => (i % 100 === 0 ? S : 30_000));
    expect(codes(withProbes({ residenceNs }))).toEqual([]);
  });
});
