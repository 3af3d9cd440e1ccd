/** A server that writes in pieces is named where it is proven, and nobody else is. */
import { describe, expect, test } from 'vitest';
import type { RawBlock } from '../../src/result/block-record.ts';
import { closedLoop } from '../../src/result/workload.ts';
import { seededRandom } from '../../src/stats/distributions/random.ts';
import { codes, findingOf, one, reasonOf } from './looking.ts';
import {
  type BlockOver,
  block,
  layers,
  MS,
  PATH,
  PORTABLE,
  recording,
  steadyRtts,
  US,
} from './recordings.ts';

const DELAYED = 47 * MS;

function steady(n: number, ns: number = 100 * US): number[] {
  return new Array<number>(n).fill(ns);
}

/** A plain server that writes each echo in two pieces. */
function pieces(rttNs: readonly number[], over: BlockOver = {}): RawBlock {
  return block(rttNs, { readsPerEcho: 2, layers: null, connectNs: 100 * US, ...over });
}

/** `many` of 500 samples at `ns`, evenly spread, the rest at 100 us. */
function mixed(many: number, ns: number = DELAYED, over: BlockOver = {}): RawBlock {
  const samples = steady(500);
  for (let i = 0; i < many; i++) samples[Math.floor((i * 500) / many)] = ns;
  return pieces(samples, { measurement: 'throughput', payloadBytes: 2_048, ...over });
}

describe('delayed-ack: each late echo in pieces, 40 ms on a path that is much shorter', () => {
  test('47 ms among samples of 100 us are found, counted and named with their size', () => {
    const warning = one('delayed-ack', recording([mixed(250)]));
    expect(warning).toMatchObject({
      workload: closedLoop('throughput', 2_048),
      affectedProbes: 250,
      medianAffectedNs: DELAYED,
    });
    expect(warning.message).toContain(
      '250 of 500 throughput probes of 2 KiB came in pieces and took about 47 ms',
    );
  });

  test('a server that pauses between its writes looks the same, and is named beside it', () => {
    const { message, advice } = one('delayed-ack', recording([mixed(250)]));
    expect(message).toContain('an acknowledgement was held back, or the server pauses between its writes');
    expect(advice).toContain('--quickack');
  });

  test('they are counted over all blocks of a size', () => {
    expect(one('delayed-ack', recording([mixed(10), mixed(20)])).affectedProbes).toBe(30);
  });

  test('every probe but the first of a session, whose echo is acknowledged at once', () => {
    const given = recording([pieces([100 * US, ...steady(499, DELAYED)], { warmupProbes: 1 })]);
    expect(one('delayed-ack', given)).toMatchObject({ affectedProbes: 499 });
  });

  test.each([10, 250, 499])('raised from 2 % on: %d of 500', (many) => {
    expect(one('delayed-ack', recording([mixed(many)])).affectedProbes).toBe(many);
  });

  test.each([40, 47, 54])('raised for the whole range seen in the field: %d ms', (ms) => {
    expect(codes(recording([mixed(100, ms * MS)]))).toContain('delayed-ack');
  });

  test('three of ten probes are enough; two may be the work of a busy scheduler', () => {
    const short = (delayed: number) =>
      recording([pieces([...steady(10 - delayed), ...steady(delayed, DELAYED)])]);
    expect(codes(short(3))).toContain('delayed-ack');
    expect(codes(short(2))).not.toContain('delayed-ack');
  });

  test('how sure it is: an engine that sees no lost segments says so', () => {
    const { message } = one('delayed-ack', recording([mixed(250, DELAYED, PORTABLE)]));
    expect(message).toContain('as far as can be told without the counters of the kernel');
  });
});

describe('delayed-ack: what else takes 40 ms is not called so', () => {
  const random = seededRandom(5);
  const wide = Array.from({ length: 500 }, () => Math.round(5 * MS + 80 * MS * random()));
  const lost = { ...PATH, retransmittedSegments: 12 };
  const network = layers(steady(500, DELAYED));

  test.each([
    ['one sample in 500 is an accident', mixed(1)],
    ['nine samples in 500 are under 2 %', mixed(9)],
    ['30 ms is not the delay of an acknowledgement', mixed(250, 30 * MS)],
    ['200 ms is a lost segment', mixed(250, 200 * MS)],
    ['a slow reader writes once', mixed(250, DELAYED, { payloadBytes: 32_000, readsPerEcho: 1 })],
    ['fewer echoes in pieces than late ones', mixed(250, DELAYED, { readsPerEcho: 1.3 })],
    ['an engine that does not count its reads', mixed(250, DELAYED, { readsPerEcho: null })],
    ['a path whose jitter reaches 40 ms and beyond', pieces(wide)],
    ['segments that were lost in the same block', mixed(250, DELAYED, { path: lost })],
    [
      'a message of many segments comes in many reads',
      mixed(250, DELAYED, { payloadBytes: 2 ** 24, readsPerEcho: 90 }),
    ],
    [
      'a large message on a path of small segments',
      mixed(250, DELAYED, { path: { ...PATH, sendMssBytes: 1_448 } }),
    ],
    [
      'a server that tells how long it kept them, so that the network has the rest',
      mixed(250, DELAYED, { layers: network }),
    ],
    [
      'this machine held them up itself',
      mixed(250, DELAYED, { layers: layers(steady(500), { residenceNs: new Array<null>(500).fill(null) }) }),
    ],
  ])('not raised: %s', (_why, given) => {
    expect(findingOf('delayed-ack', recording([given]))).toBe('clear');
  });

  test.each([
    ['on a path of 47 ms all samples are the path', pieces(steady(500, DELAYED))],
    [
      'behind a proxy they are the path on its far side',
      pieces(steady(500, DELAYED), { connectNs: 100 * US }),
    ],
    ['on a path of 20 ms it cannot be told', pieces([...steady(400, 20 * MS), ...steady(100, DELAYED)])],
    ['16 MiB of 30 ms each', pieces(steadyRtts(500, 40 * MS, 0.1, random), { payloadBytes: 2 ** 24 })],
  ])('unknown: %s', (_why, given) => {
    expect(reasonOf('delayed-ack', recording([given]))).toContain('15 ms');
  });

  test('a server asked to wait is not suspected of it', () => {
    const given = recording([mixed(250)], { plan: { serverDelayNs: 47 * MS } });
    expect(reasonOf('delayed-ack', given)).toContain('delay');
  });

  test('what happened in the warm-up is no doubt about the measurement', () => {
    const given = recording([pieces([...steady(50, DELAYED), ...steady(500)], { warmupProbes: 50 })]);
    expect(findingOf('delayed-ack', given)).toBe('clear');
  });
});
