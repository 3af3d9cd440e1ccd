/** The server and the path: pieces, delays, stalls, windows, lost segments, early ends. */
import { describe, expect, test } from 'vitest';
import type { PathRecord, RawBlock } from '../../src/result/block-record.ts';
import type { ErrorRecord, Recording } from '../../src/result/result.ts';
import { closedLoop } from '../../src/result/workload.ts';
import { findingOf, one, reasonOf } from './looking.ts';
import {
  type BlockOver,
  block,
  cleanRecording,
  layers,
  MS,
  PATH,
  PORTABLE,
  rawOf,
  recording,
  resampled,
  US,
} from './recordings.ts';

function steady(n: number, ns: number = 100 * US): number[] {
  return new Array<number>(n).fill(ns);
}

describe('echo-in-pieces: the server writes an echo byte by byte', () => {
  const read = (readsPerEcho: number, over: BlockOver = {}): Recording =>
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
    expect(one('echo-in-pieces', read(300, { payloadBytes: 32_768 })).workload.payloadBytes).toBe(32_768);
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
  const silent = (rttMs: number, over: BlockOver = {}): RawBlock =>
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

  test('a silent server that takes the number in another unit is seen against the time of a handshake', () => {
    const warning = one('server-delay-not-honoured', recording([silent(50_001)], { plan }));
    expect(warning).toMatchObject({ observed: 'rtt-less-path', observedNs: 50_000 * MS });
  });

  test.each([
    ['a silent server that takes longer looks like a proxy before a path', silent(90)],
    [
      'a path that loses segments',
      resampled(silent(51), { rttNs: [...steady(40, 51 * MS), ...steady(60, 300 * MS)] }),
    ],
    ['a timer that is early by a tick', silent(49.2)],
  ])('not raised: %s', (_why, given) => {
    expect(findingOf('server-delay', recording([given], { plan }))).toBe('clear');
  });

  test('the residence of a message that TCP held back is not held against the server', () => {
    const rttNs = steady(100, 150 * MS);
    const far = (over: BlockOver): Recording =>
      recording(
        [
          block(rttNs, {
            payloadBytes: 32_768,
            layers: layers(rttNs, { residenceNs: steady(100, 92 * MS) }),
            path: { ...PATH, sendMssBytes: 1_448 },
            ...over,
          }),
        ],
        { plan },
      );
    expect(findingOf('server-delay', far({}))).toBe('clear');
    expect(findingOf('server-delay', far({ payloadBytes: 1_000 }))).toBe('doubt');
    const lossy = { ...PATH, sendMssBytes: 1_448, retransmittedSegments: 1 };
    expect(findingOf('server-delay', far({ payloadBytes: 8_000, path: lossy }))).toBe('clear');
  });
});

describe('server-busy: the probes waited while the server was busy with others', () => {
  const busy = (...times: readonly (readonly [busyMs: number, rttMs: number])[]): Recording =>
    recording(
      times.map(([busyMs, rttMs], round) =>
        block(steady(100), { round, serverBusy: { busyNs: busyMs * MS, rttNs: rttMs * MS } }),
      ),
    );

  test('share and time of all blocks together are told', () => {
    const warning = one('server-busy', busy([6, 100], [18, 100]));
    expect(warning).toMatchObject({ busyShare: 0.12, busyNs: 24 * MS });
    expect(warning.message).toContain('busy with others for 12 % of this run');
    expect(warning.message).toContain('waited 24 ms in all');
  });

  test('not raised below a twentieth, as little as that of one block says', () => {
    expect(findingOf('server-busy', busy([6, 100], [3, 100]))).toBe('clear');
    expect(findingOf('server-busy', busy([5, 100]))).toBe('doubt');
  });

  test('a block that warmed up before, or of which nothing is told, counts for nothing', () => {
    const warmUp = block([US], {
      kind: 'warm-up',
      round: 0,
      serverBusy: { busyNs: 900 * MS, rttNs: 1_000 * MS },
    });
    const untold = block(steady(100), { round: 1, serverBusy: null });
    const quiet = block(steady(100), { round: 2 });
    expect(findingOf('server-busy', recording([warmUp, untold, quiet]))).toBe('clear');
  });

  test('a server that does not tell leaves it unknown, and so does an older record', () => {
    expect(reasonOf('server-busy', cleanRecording({ blockOver: PORTABLE }))).toContain('does not tell');
    const { serverBusy: _, ...older } = block(steady(100));
    expect(reasonOf('server-busy', recording([older]))).toContain('does not tell');
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
      workload: { payloadBytes: 400 },
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

  test('what its TCP waited for is no stall of its program, and the rest of it is', () => {
    const parted = (stallNs: number, waitNs: number): Recording => {
      const residenceNs = [...steady(499, 4_000), stallNs];
      const rttNs = residenceNs.map((ns) => ns + 100 * US);
      const serverTcpWaitNs = [...steady(499, 0), waitNs];
      const own = layers(rttNs, { residenceNs, serverTcpWaitNs });
      return recording([block(rttNs, { payloadBytes: 32_768, layers: own })]);
    };
    expect(findingOf('server-stalls', parted(1_500 * MS, 1_499 * MS))).toBe('clear');
    expect(one('server-stalled', parted(1_500 * MS, 0)).longestResidenceNs).toBe(1_500 * MS);
  });

  test('the longest is told with its time in the run', () => {
    const { message } = one('server-stalled', residing([1_500 * MS]));
    expect(message).toMatch(
      /the longest [\d.]+ ms into the run: it was stopped or busy, or got no processor$/,
    );
  });

  test.each([
    ['a lost segment of a message of several', { retransmittedSegments: 1 }],
    ['a window that has to grow', { congestionWindowSegments: 2 }],
  ])('unknown: %s keeps the last byte as long as a server that stands still', (_why, over) => {
    const given = residing([700 * MS]);
    const large = given.blocks.map((one) => ({
      ...one,
      messageBytes: 4_000,
      path: { ...PATH, sendMssBytes: 1_448, ...over },
    }));
    expect(reasonOf('server-stalls', { ...given, blocks: large })).toContain('several segments');
  });

  test('nothing is said of a server behind something that hides the path to it', () => {
    const given = residing([700 * MS]);
    const near = given.blocks.map((one) => ({
      ...resampled(one, { layers: layers(rawOf(one).rttNs.map((ns) => ns + 40 * MS)) }),
      handshakeRttNs: 20 * US,
    }));
    expect(reasonOf('server-stalls', { ...given, blocks: near })).toContain('something between');
  });

  test('a server that tells nothing may have stalled', () => {
    expect(reasonOf('server-stalls', cleanRecording({ blockOver: PORTABLE }))).toContain('does not tell');
  });
});

describe('window-limited: a window sets the pace, not the path', () => {
  const pathed = (over: Partial<PathRecord>, payloadBytes = 100): Recording =>
    cleanRecording({
      workloads: [closedLoop('throughput', payloadBytes)],
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

  describe('and that of the congestion, or its pace', () => {
    const REMOTE = { address: '192.0.2.1', port: 9_900, family: 4 } as const;
    const FAR = {
      ...PATH,
      sendMssBytes: 1_448,
      firstCongestionWindowSegments: 10,
      congestionWindowSegments: 52,
    };
    /** Of each round trip of 100 us. */
    const waiting = (ownNs: number, serverNs: number | null, over: BlockOver = {}): Recording => {
      const rttNs = Array<number>(50).fill(100 * US);
      const each = (ns: number | null): (number | null)[] => rttNs.map(() => ns);
      const parts = {
        tcpWaitNs: each(ownNs),
        kernelRttNs: each(80 * US - ownNs),
        residenceNs: each(10 * US + (serverNs ?? 0)),
        serverTcpWaitNs: each(serverNs),
      };
      const whole = { payloadBytes: 32_768, remote: REMOTE, path: FAR, layers: layers(rttNs, parts) };
      return recording(
        Array.from({ length: 10 }, (_, i) => block(rttNs, { ...whole, round: i + 1, ...over })),
      );
    };

    test('waits that both ends tell are TCP’s, and said as round trips', () => {
      const found = one('window-limited', waiting(20 * US, 20 * US));
      expect(found).toMatchObject({ limit: 'congestion-window', limitedShare: 0.4, tcpWaitNs: 20 * US });
      expect(found.message).toContain('waited in TCP for 40 % of their time');
      expect(found.message).toContain('cubic, 10 segments at first, 52 at the end');
      expect(found.message).toMatch(/needs 2\.3 round trips/);
    });

    test('a window is not blamed where the path itself takes longer for larger messages', () => {
      const large = waiting(20 * US, 20 * US).blocks;
      const smallNs = Array<number>(50).fill(20 * US);
      const small = large.map(({ round }) =>
        block(smallNs, { round, remote: REMOTE, path: FAR, layers: layers(smallNs), payloadBytes: 100 }),
      );
      const { message, advice } = one('window-limited', recording([...large, ...small]));
      expect(message).toContain("or the path's rate");
      expect(advice).toContain('no --cc helps');
    });

    test('a server that does not tell is not accused of what is not known', () => {
      const { message } = one('window-limited', waiting(20 * US, null));
      expect(message).not.toContain('server');
    });

    test('a wait of a few percent is not told, nor one of a message that fits a segment', () => {
      expect(findingOf('window', waiting(4 * US, 4 * US))).toBe('clear');
      expect(findingOf('window', waiting(0, 40 * US, { messageBytes: 1_000 }))).toBe('clear');
    });

    test('on loopback there is no round trip to save', () => {
      const remote = { ...REMOTE, address: '127.0.0.1' };
      expect(findingOf('window', waiting(20 * US, 20 * US, { remote }))).toBe('clear');
    });

    test('without stamps a message that is larger than the window says enough', () => {
      const path = { ...FAR, congestionWindowSegments: 10 };
      expect(one('window-limited', waiting(0, 0, { layers: null, path }))).toMatchObject({
        limit: 'congestion-window',
        limitedShare: null,
      });
      expect(findingOf('window', waiting(0, 0, { layers: null }))).toBe('clear');
    });
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
    expect(warning).toMatchObject({ workload: closedLoop('rtt', 800), answeredProbes: 37 });
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
