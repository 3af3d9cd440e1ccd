/** What the row and the parts about open and closed loops read and hold against: a wrong truth would pass a wrong figure. */
import { describe, expect, test } from 'vitest';
import { readClosedLoop } from '../../bench/echolot-paced.ts';
import { readSockperfRate } from '../../bench/peers.ts';
import { stalledResponseNs } from '../../bench/truth/paced/stall.ts';
import { analysePaced } from '../../src/analysis/paced/analyse-paced.ts';
import type { PacedRecording, PacedResult } from '../../src/result/paced/paced-result.ts';
import { quantile, sorted } from '../../src/stats/quantile/quantiles.ts';
import { MS, queuedStep, S } from '../analysis/paced/queues.ts';
import { pacedRecording } from '../analysis/paced/recordings.ts';

describe('our closed loop', () => {
  const { record } = queuedStep({ perSecond: 2_000, stepNs: 5 * S });
  const asked = { engine: 'native', connections: 1, inFlight: 8, bytes: 100 } as const;

  function resultOf(over: Partial<PacedRecording> = {}): PacedResult {
    const recording = pacedRecording([{ ...record, askedPerSecond: null }], {
      server: { protocol: 'plain', readyText: null, inFlight: 8, messageBytes: 100 },
      ...over,
    });
    return { ...recording, statistics: analysePaced(recording) };
  }

  test('gives what was answered a second, and what an answer took', () => {
    const { requestsPerSecond, p50Ns, p99Ns } = readClosedLoop(resultOf(), asked);
    expect(requestsPerSecond).toBeCloseTo(2_000, -1);
    for (const ns of [p50Ns, p99Ns]) expect(Math.abs(ns / 100_000 - 1)).toBeLessThan(0.001);
  });

  test.each<[string, unknown, string]>([
    [
      'of which a server took fewer at once',
      resultOf({ server: { protocol: 'plain', readyText: null, inFlight: 1, messageBytes: 100 } }),
      'server.inFlight 8',
    ],
    [
      'of larger messages',
      resultOf({ server: { protocol: 'plain', readyText: null, inFlight: 8, messageBytes: 110 } }),
      'server.messageBytes 100',
    ],
    ['that was cancelled', resultOf({ outcome: { status: 'cancelled', error: null } }), 'outcome.status'],
    ['without figures', { ...resultOf(), statistics: { steps: [] } }, 'answeredPerSecond'],
  ])('%s stops the row instead of giving a ratio', (_what, result, message) => {
    expect(() => readClosedLoop(result, asked)).toThrow(message);
  });
});

describe('the truth about a server that stands still', () => {
  const periodNs = 1_000_100_000;

  test.each([
    [50 * MS, 0.99],
    [50 * MS, 0.999],
    [600 * MS, 0.5],
    [600 * MS, 0.9],
    [600 * MS, 0.99],
  ])('for %i ns is what all requests wait, probe by probe: share %f', (stallNs, share) => {
    const opensNs = (atNs: number): number => atNs + Math.max(0, stallNs - (atNs % periodNs));
    const { responseNs } = queuedStep({ perSecond: 1_000, opensNs, serviceNs: () => 1_000 });
    const truth = quantile(sorted(responseNs), share);
    expect(Math.abs(stalledResponseNs(share, stallNs, periodNs) / truth - 1)).toBeLessThan(0.005);
  });

  test('is no wait for those that come while it serves', () => {
    expect(stalledResponseNs(0.9, 50 * MS, periodNs)).toBe(0);
  });
});

/** sockperf 3.7: under-load --tcp --full-rtt --reply-every 1 --mps 40 -t 5, its first figures */
const UNDER_LOAD = `sockperf: ========= Printing statistics for Server No: 0
sockperf: [Valid Duration] RunTime=4.550 sec; SentMessages=182; ReceivedMessages=182
`;

describe('sockperf under-load', () => {
  test('gives how many were answered a second', () => {
    expect(readSockperfRate(UNDER_LOAD)).toBeCloseTo(40);
  });

  test('that was answered nothing stops the part', () => {
    expect(() => readSockperfRate('sockperf: No messages were received from the server.\n')).toThrow(
      'sockperf',
    );
  });
});
