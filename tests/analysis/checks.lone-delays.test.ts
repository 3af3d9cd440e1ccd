/** A server that froze once, or whatever else did: told with its time, and with a cause only where one is proven. */
import { describe, expect, test } from 'vitest';
import type { RawBlock } from '../../src/result/block-record.ts';
import { codes, findingOf, one, reasonOf } from './looking.ts';
import { type BlockOver, block, layers, MS, PATH, PORTABLE, recording, S, US } from './recordings.ts';

function steady(n: number, ns: number = 100 * US): number[] {
  return new Array<number>(n).fill(ns);
}

/** The sixth of many echoes of a plain server is late. */
function frozen(ns: number, over: BlockOver = {}, n = 500): RawBlock {
  return block([...steady(5), ns, ...steady(n - 6)], { layers: null, connectNs: 100 * US, ...over });
}

const collection = (longestNs: number) => ({ count: 1, longestNs, totalNs: longestNs });

describe('lone-delay: single probes far above all others', () => {
  test('one of 3 s is told with its time in the run, and by what is not known', () => {
    for (const engine of [{}, PORTABLE]) {
      const warning = one('lone-delay', recording([frozen(3 * S, engine)]));
      expect(warning).toMatchObject({ probes: 1, longestNs: 3 * S, othersP99Ns: 100 * US, cause: null });
      expect(warning.message).toMatch(
        /1 of 500 RTT probes of 100 B took 3 s, 301 ms into the run, .*not known$/,
      );
    }
  });

  test.each([10, 30, 100, 10_000])('of %d probes, it is not hidden by its own size', (n) => {
    expect(codes(recording([frozen(3 * S, {}, n)]))).toContain('lone-delay');
  });

  test('a server that froze between two sessions is met by the first probe of the next, which is warm-up', () => {
    const given = recording([
      block([3 * S, ...steady(499)], { warmupProbes: 5, layers: null }),
      frozen(100 * US),
    ]);
    const warning = one('lone-delay', given);
    expect(warning).toMatchObject({ warmUp: true, longestNs: 3 * S });
    expect(warning.advice).toContain('in no figure');
  });

  test('in one of several runs, the run is named', () => {
    const given = recording([block(steady(500)), frozen(3 * S, { run: 2 })]);
    expect(one('lone-delay', given).message).toContain('into run 2 of 2');
  });

  test('one doubt is enough: it is not told again as what makes up much of the mean', () => {
    expect(codes(recording([frozen(3 * S), block(steady(500))]))).not.toContain('outliers');
  });

  test.each([
    ['99 ms may be a busy scheduler', frozen(99 * MS)],
    ['on a path of 20 ms, 300 ms are a lost segment', block([...steady(499, 20 * MS), 300 * MS])],
    ['a tail is no single probe', block([...steady(450), ...steady(50, 500 * MS)])],
  ])('not raised: %s', (_why, given) => {
    expect(findingOf('lone-delays', recording([given]))).toBe('clear');
  });

  test('of a handful of probes nothing can be told', () => {
    expect(reasonOf('lone-delays', recording([frozen(3 * S, {}, 7)]))).toContain('8 probes');
  });
});

describe('lone-delay: the cause', () => {
  const causeOf = (over: BlockOver) => one('lone-delay', recording([frozen(3 * S, over)])).cause;
  const { rttNs } = frozen(3 * S).samples;
  const told = (share: number) => layers(rttNs, { residenceNs: rttNs.map((ns) => Math.floor(ns * share)) });
  const silent = layers(rttNs, { residenceNs: rttNs.map(() => null) });

  test.each([
    [
      'a collection as long as that',
      { garbageCollections: collection(2.9 * S), clientCpuShare: null },
      'garbage-collection',
    ],
    [
      'one as long in which the thread hardly worked',
      {
        garbageCollections: collection(2.9 * S),
        clientCpuShare: 0.01,
        scheduling: { processorWaitNs: 0, involuntarySwitches: 1, measuredNs: 3.05 * S },
      },
      null,
    ],
    [
      'a collection with a stop of the program in it',
      { garbageCollections: collection(2.9 * S), suspendedProbes: 1 },
      null,
    ],
    ['a collection that is too short', { garbageCollections: collection(30 * MS) }, null],
    [
      'a wait that the other probes have no room for',
      { scheduling: { processorWaitNs: 2.9 * S, involuntarySwitches: 1, measuredNs: 3.05 * S } },
      'processor-wait',
    ],
    [
      'a wait that may have been at any time',
      { scheduling: { processorWaitNs: 2 * S, involuntarySwitches: 1, measuredNs: 5 * S } },
      null,
    ],
    ['a segment sent again', { path: { ...PATH, retransmittedSegments: 2 } }, 'retransmission'],
    ['the stamps of both kernels', { layers: told(0.01) }, 'network'],
    ['the stamps of this kernel alone: server or path', { layers: silent }, null],
    [
      'a collection while the echo was not here yet',
      { layers: silent, garbageCollections: collection(2.9 * S) },
      null,
    ],
    ['stamps that show it on this machine', { layers: layers(rttNs.map((ns) => ns / 10)) }, 'client'],
  ] as const)('%s', (_why, over, cause) => {
    expect(causeOf(over)).toBe(cause);
  });

  test('a collection that another probe had room for may have been there', () => {
    const two = block([...steady(5), 3 * S, ...steady(490), 2.8 * S], {
      layers: null,
      garbageCollections: collection(2.7 * S),
    });
    expect(one('lone-delay', recording([two])).cause).toBeNull();
  });

  test('a server that says that it stood still is told of once', () => {
    const given = recording([frozen(3 * S, { layers: told(0.9) })]);
    expect(codes(given)).toContain('server-stalled');
    expect(codes(given)).not.toContain('lone-delay');
  });
});
