/** The server and the path: held acknowledgements, pieces, delays, stalls, windows, lost segments, early ends. */
import { describe, expect, test } from 'vitest';
import type { BlockRecord, PathRecord } from '../../src/result/block-record.ts';
import type { ErrorRecord, Recording } from '../../src/result/result.ts';
import { codes, findingOf, one, reasonOf } from './looking.ts';
import { block, cleanRecording, layers, MS, PATH, PORTABLE, recording, US } from './recordings.ts';

function steady(n: number, ns: number = 100 * US): number[] {
  return new Array<number>(n).fill(ns);
}

describe('delayed-ack: 40 to 55 ms on a path that is much shorter', () => {
  const DELAYED = 47 * MS;

  /** `many` of 500 samples at `ns`, evenly spread, the rest at 100 us. */
  function mixed(many: number, ns: number = DELAYED): BlockRecord {
    const samples = steady(500);
    for (let i = 0; i < many; i++) samples[Math.floor((i * 500) / many)] = ns;
    return block(samples, { measurement: 'throughput', payloadBytes: 2_048 });
  }

  test('47 ms among samples of 100 us are found, counted and named with their size', () => {
    const warning = one('delayed-ack', recording([mixed(250)]));
    expect(warning).toMatchObject({
      measurement: 'throughput',
      payloadBytes: 2_048,
      affectedProbes: 250,
      medianAffectedNs: DELAYED,
    });
    expect(warning.message).toContain('250 of 500 throughput probes of 2 KiB took about 47 ms');
  });

  test('they are counted over all blocks of a size', () => {
    expect(one('delayed-ack', recording([mixed(10), mixed(20)])).affectedProbes).toBe(30);
  });

  test('every probe at 47 ms on a path that connects in 100 us is no path of 47 ms', () => {
    const given = recording([block(steady(500, DELAYED), { connectNs: 100 * US })]);
    expect(one('delayed-ack', given)).toMatchObject({ affectedProbes: 500 });
  });

  test.each([
    ['one sample in 500 is an accident', mixed(1)],
    ['nine samples in 500 are under 2 %', mixed(9)],
    ['30 ms is not the delay of an acknowledgement', mixed(250, 30 * MS)],
    ['200 ms is a lost segment, not a held acknowledgement', mixed(250, 200 * MS)],
  ])('not raised: %s', (_why, given) => {
    expect(findingOf('delayed-ack', recording([given]))).toBe('clear');
  });

  test.each([
    ['on a path of 47 ms all samples are the path', block(steady(500, DELAYED))],
    ['on a path of 20 ms it cannot be told', block([...steady(400, 20 * MS), ...steady(100, DELAYED)])],
  ])('unknown: %s', (_why, given) => {
    expect(reasonOf('delayed-ack', recording([given]))).toContain('15 ms');
  });

  test.each([10, 250, 499])('raised from 2 % on: %d of 500', (many) => {
    expect(one('delayed-ack', recording([mixed(many)])).affectedProbes).toBe(many);
  });

  test.each([40, 47, 54])('raised for the whole range seen in the field: %d ms', (ms) => {
    expect(codes(recording([mixed(100, ms * MS)]))).toContain('delayed-ack');
  });

  test('three of ten probes are enough; two may be the work of a busy scheduler', () => {
    const short = (delayed: number) =>
      recording([block([...steady(10 - delayed), ...steady(delayed, DELAYED)])]);
    expect(codes(short(3))).toContain('delayed-ack');
    expect(codes(short(2))).not.toContain('delayed-ack');
  });

  test('a server asked to wait is not suspected of it', () => {
    const given = recording([mixed(250)], { plan: { serverDelayNs: 47 * MS } });
    expect(reasonOf('delayed-ack', given)).toContain('delay');
  });

  test('what happened in the warm-up is no doubt about the measurement', () => {
    const given = recording([block([...steady(50, DELAYED), ...steady(500)], { warmupProbes: 50 })]);
    expect(findingOf('delayed-ack', given)).toBe('clear');
  });
});

describe('echo-in-pieces: the server writes an echo byte by byte', () => {
  const read = (readsPerEcho: number, over: Partial<BlockRecord> = {}): Recording =>
    recording([block(steady(500), { readsPerEcho, ...over })]);

  test('nine reads for 106 bytes are told', () => {
    const warning = one('echo-in-pieces', read(9));
    expect(warning.readsPerEcho).toBe(9);
    expect(warning.message).toContain('9 pieces');
  });

  test.each([
    ['two reads may be chance', read(2)],
    ['a large echo comes in many segments', read(30, { payloadBytes: 32_768 })],
    [
      'a path of small segments makes more of them',
      read(60, { payloadBytes: 32_768, path: { ...PATH, sendMssBytes: 536 } }),
    ],
  ])('not raised: %s', (_why, given) => {
    expect(findingOf('pieces', given)).toBe('clear');
  });

  test('more reads than segments explain are raised for a large echo, too', () => {
    expect(one('echo-in-pieces', read(300, { payloadBytes: 32_768 })).payloadBytes).toBe(32_768);
  });

  test('an engine that does not count them leaves it unknown', () => {
    expect(reasonOf('pieces', cleanRecording({ blockOver: { readsPerEcho: null } }))).toContain('count');
  });
});

describe('server-delay-not-honoured: the server kept probes for another time than asked', () => {
  const plan = { serverDelayNs: 50 * MS };
  const told = (rttMs: number, residenceMs: number): Recording => {
    const rttNs = steady(100, rttMs * MS);
    const residenceNs = steady(100, residenceMs * MS);
    return recording([block(rttNs, { layers: layers(rttNs, { residenceNs }) })], { plan });
  };
  /** A server that tells no residence, at a distance of 1 ms. */
  const silent = (rttMs: number, over: Partial<BlockRecord> = {}): BlockRecord =>
    block(steady(100, rttMs * MS), { ...PORTABLE, connectNs: MS, ...over });

  test('an echo sooner than the delay was not delayed', () => {
    const warning = one('server-delay-not-honoured', recording([silent(1.2)], { plan }));
    expect(warning).toMatchObject({ serverDelayNs: 50 * MS, observed: 'rtt', observedNs: 1.2 * MS });
    expect(warning.message).toContain('50 ms');
    expect(warning.message).toContain('1.2 ms');
  });

  test('a server that took seconds for milliseconds tells it', () => {
    const warning = one('server-delay-not-honoured', told(50_001, 50_000));
    expect(warning).toMatchObject({ observed: 'residence', observedNs: 50_000 * MS });
  });

  test.each([
    ['a residence 2 ms longer is within 5 %', told(60, 52)],
    ['a slow path is not the delay', told(250, 50)],
    ['51 ms on a path of 1 ms', recording([silent(51)], { plan })],
    ['the scheduler of a silent server may take 4 ms of 50', recording([silent(55)], { plan })],
    ['a large message takes longer', recording([silent(51), silent(90, { payloadBytes: 32_768 })], { plan })],
    ['none was asked for', recording([silent(300)])],
  ])('not raised: %s', (_why, given) => {
    expect(findingOf('server-delay', given)).toBe('clear');
  });

  test('what a silent server adds is seen against the time of a handshake', () => {
    const warning = one('server-delay-not-honoured', recording([silent(58)], { plan }));
    expect(warning).toMatchObject({ observed: 'rtt-less-path', observedNs: 57 * MS });
  });
});

describe('server-stalled: some probes lay at the server for ever', () => {
  function residing(stalls: readonly number[], usualNs = 4_000, serverDelayNs = 0): Recording {
    const residenceNs = [...steady(500 - stalls.length, usualNs), ...stalls];
    const rttNs = residenceNs.map((ns) => ns + 100 * US);
    const given = block(rttNs, { payloadBytes: 400, layers: layers(rttNs, { residenceNs }) });
    return recording([given], { plan: { serverDelayNs } });
  }

  test('they are counted, with the longest and the usual', () => {
    const warning = one('server-stalled', residing([700 * MS, 1_500 * MS]));
    expect(warning).toMatchObject({
      payloadBytes: 400,
      stalledProbes: 2,
      longestResidenceNs: 1_500 * MS,
      medianResidenceNs: 4_000,
    });
    expect(warning.message).toContain('2 of 500 RTT probes of 400 B for up to 1.5 s');
  });

  test.each([
    ['100 ms are within reach of a busy scheduler', residing([100 * MS])],
    ['a server that takes 50 ms each time is slow, not stalled', residing([900 * MS], 50 * MS)],
    ['a delay that was asked for is no stall', residing(steady(500, 100 * MS), 100 * MS, 100 * MS)],
  ])('not raised: %s', (_why, given) => {
    expect(findingOf('server-stalls', given)).toBe('clear');
  });

  test('a server that tells nothing may have stalled', () => {
    expect(reasonOf('server-stalls', cleanRecording({ blockOver: PORTABLE }))).toContain('does not tell');
  });
});

describe('window-limited: a window sets the pace, not the path', () => {
  const pathed = (over: Partial<PathRecord>, payloadBytes = 100): Recording =>
    cleanRecording({
      measurements: [{ measurement: 'throughput', payloadBytes }],
      blockOver: { path: { ...PATH, ...over } },
    });

  test.each([
    ['receive-window', { receiveWindowLimitedNs: 6 * MS }],
    ['send-buffer', { sendBufferLimitedNs: 6 * MS, receiveWindowLimitedNs: MS }],
  ] as const)('a quarter of the busy time spent on the %s', (limit, over) => {
    expect(one('window-limited', pathed(over))).toMatchObject({ limit, limitedShare: 0.25 });
  });

  test('a tenth is not told', () => {
    expect(findingOf('window', pathed({ receiveWindowLimitedNs: 2.4 * MS }))).toBe('clear');
  });

  test('a few ticks of the kernel are no measure', () => {
    const given = pathed({ busyNs: 4 * MS, receiveWindowLimitedNs: 4 * MS });
    expect(reasonOf('window', given)).toContain('100 ms');
  });

  test('a message larger than the window takes more than one round trip, whatever the times say', () => {
    const given = pathed({ peerWindowBytes: 32_768, busyNs: null }, 65_536);
    expect(one('window-limited', given)).toMatchObject({ limit: 'receive-window', limitedShare: null });
  });

  test('an engine that does not see windows leaves it unknown', () => {
    expect(reasonOf('window', cleanRecording({ blockOver: PORTABLE }))).toContain('does not see');
  });
});

describe('retransmissions: segments that were lost', () => {
  test('how many, of how many probes', () => {
    const path = { ...PATH, retransmittedSegments: 2 };
    const given = recording([block(steady(500)), block(steady(500), { path })]);
    expect(one('retransmissions', given)).toMatchObject({ retransmittedSegments: 2, probes: 1_000 });
  });

  test('blocks of which it is not known do not count as without', () => {
    const path = { ...PATH, retransmittedSegments: 1 };
    const given = recording([block(steady(500), { path: null }), block(steady(500), { path })]);
    expect(one('retransmissions', given).probes).toBe(500);
  });

  test('an engine that does not see them leaves it unknown', () => {
    expect(reasonOf('retransmissions', cleanRecording({ blockOver: PORTABLE }))).toContain('does not see');
  });
});

describe('closed-early: the session ended before all its probes', () => {
  const error: ErrorRecord = {
    code: 'peer',
    message: 'the server closed the connection',
    advice: null,
    expected: null,
    received: null,
    phase: 'measurement',
  };
  const ended = (over: Partial<ErrorRecord>, rttNs = steady(37)): Recording =>
    recording([block(steady(500)), block(rttNs, { payloadBytes: 800 })], {
      stop: { reason: 'ended-early', rounds: 0, achievedPrecision: null },
      outcome: { status: 'failed', error: { ...error, ...over } },
    });

  test.each(['peer', 'network'] as const)('after how many answers, when the fault was of the %s', (code) => {
    const warning = one('closed-early', ended({ code }));
    expect(warning).toMatchObject({ measurement: 'rtt', payloadBytes: 800, answeredProbes: 37 });
    expect(warning.message).toContain('after 37 answers: the server closed the connection');
  });

  test.each([
    ['a time-out is no end', ended({ code: 'timeout' })],
    ['a refusal at setup is told by the outcome', ended({ phase: 'setup' })],
    ['a server that answered nothing did not end early', ended({}, [])],
  ])('not raised: %s', (_why, given) => {
    expect(findingOf('closed-early', given)).toBe('clear');
  });
});
