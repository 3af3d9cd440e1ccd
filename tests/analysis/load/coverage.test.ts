/**
 * How often the intervals of a load hold the truth. What follows each other through one queue is alike for long: samples
 * here are of autoregressive processes whose memory is of half a second or more, as queues have it.
 */
import { describe, expect, test } from 'vitest';
import { analyseLoad } from '../../../src/analysis/load/analyse-load.ts';
import type { LoadEstimate } from '../../../src/result/load/load-statistics.ts';
import { type Random, seededRandom } from '../../../src/stats/distributions/random.ts';
import { normalDraw } from '../../stats/simulate.ts';
import { loadRecording, MS, roundTrip, S } from './loads.ts';

const LOADS = 80;
const LEAST_COVERED = 0.9;
const RATE = 40e6;
const IDLE_NS: number = 2 * MS;
const LOADED_NS: number = 22 * MS;
/** Quantile of the standard normal distribution. */
const Z99 = 2.326_348;

/** Standard normal, with a memory of so long: the value at moments that ascend. */
function process(memoryNs: number, random: Random): (atNs: number) => number {
  let state = normalDraw(random);
  let lastNs = 0;
  return (atNs) => {
    const kept = Math.exp(-(atNs - lastNs) / memoryNs);
    lastNs = atNs;
    state = kept * state + Math.sqrt(1 - kept ** 2) * normalDraw(random);
    return state;
  };
}

interface Spread {
  /** Of goodput, as a share of it. */
  readonly rate: number;
  /** Of the logarithm of round trips. */
  readonly rtt: number;
  readonly memoryNs: number;
  /** Of the phases. */
  readonly idleNs: number;
  readonly loadNs: number;
}

interface Count {
  given: number;
  held: number;
}

/** How many intervals of each figure there were, and how many held its truth, of so many loads. */
function coverage({ rate, rtt, memoryNs, idleNs, loadNs }: Spread, seed: number): Map<string, Count> {
  const random = seededRandom(seed);
  const counts = new Map<string, Count>();
  const note = (name: string, estimate: LoadEstimate | undefined, truth: number): void => {
    const { interval } = estimate ?? { interval: null };
    const count = counts.get(name) ?? { given: 0, held: 0 };
    counts.set(name, count);
    if (interval === null) return;
    count.given++;
    if (interval.low <= truth && truth <= interval.high) count.held++;
  };
  for (let load = 0; load < LOADS; load++) {
    const carried = process(memoryNs, random);
    const quiet = process(memoryNs, random);
    const busy = process(memoryNs, random);
    const statistics = analyseLoad(
      loadRecording([
        { name: 'idle', durationNs: idleNs, parts: (ns) => roundTrip(IDLE_NS * Math.exp(rtt * quiet(ns))) },
        {
          name: 'down',
          durationNs: loadNs,
          parts: (ns) => roundTrip(LOADED_NS * Math.exp(rtt * busy(ns))),
          streams: [{ direction: 'down', rate: (ns) => RATE * Math.max(0, 1 + rate * carried(ns)) }],
        },
      ]),
    );
    const [loaded] = statistics.loaded;
    note('goodput', loaded?.directions[0]?.goodput, RATE);
    note('idle', statistics.idle?.p50, IDLE_NS);
    note('loaded', loaded?.latency?.p50, LOADED_NS);
    note('increase', loaded?.increase?.p50, LOADED_NS - IDLE_NS);
    note('tail', loaded?.latency?.p99, LOADED_NS * Math.exp(Z99 * rtt));
  }
  return counts;
}

describe('intervals of 95 % hold the truth in nine of ten loads', () => {
  // The last is the share of loads in which the tail has one.
  test.each<readonly [string, Spread, number]>([
    [
      'a memory of half a second',
      { rate: 0.1, rtt: 0.2, memoryNs: 0.5 * S, idleNs: 8 * S, loadNs: 12 * S },
      0,
    ],
    ['the usual short phases', { rate: 0.05, rtt: 0.2, memoryNs: 0.3 * S, idleNs: 3 * S, loadNs: 7 * S }, 0],
    ['hardly any memory', { rate: 0.05, rtt: 0.3, memoryNs: 0.02 * S, idleNs: 5 * S, loadNs: 10 * S }, 1],
  ])('%s', (what, spread, tails) => {
    const counts = coverage(spread, what.length);
    for (const [name, { given, held }] of counts) {
      const share = given / LOADS;
      if (name === 'tail') expect(share, name).toBeCloseTo(tails, 1);
      else expect(share, name).toBe(1);
      if (share > 0.1) expect(held / given, name).toBeGreaterThanOrEqual(LEAST_COVERED);
    }
  });
});
