/** What a monitor has counted, made up for tests. */
import { type TargetState, UNKNOWN } from '../../../src/monitor/loop/state.ts';
import { type MonitorFacts, monitorFamilies } from '../../../src/monitor/metrics/families.ts';
import { Tallies } from '../../../src/monitor/metrics/tallies.ts';
import type { Interval } from '../../../src/monitor/records/interval.ts';
import { NanosecondHistogram } from '../../../src/stats/histogram.ts';
import type { Family } from '../../../src/text/open-metrics.ts';
import { target } from '../world.ts';

export const FACTS: MonitorFacts = {
  version: '1.2.3',
  node: '26.0.0',
  startSeconds: 1_795_989_559.685,
  store: { bytes: 2 ** 20, trouble: null, waiting: 0, lostIntervals: 3 },
  noiseFloorSeconds: 0.000_02,
};

export const UP: TargetState = { ...UNKNOWN, status: 'up', sinceMs: 0, address: '192.0.2.1' };

/** Of one run with 20 probes. */
export function interval(given: Partial<Interval> = {}): Interval {
  const application = NanosecondHistogram.of(Array.from({ length: 19 }, (_, i) => 1.05e6 + 1e5 * i));
  return {
    ...{ fromMs: 0, toMs: 10_000, runs: 1, answeredRuns: 1, unsentRuns: 0, probes: 20, answered: 19 },
    ...{ failures: { timeout: 1 }, skipped: {}, doubts: { 'generator-late': 1 } },
    layers: { application, handshake: NanosecondHistogram.of([800_000]) },
    ...given,
  };
}

/** Every family has a sample. */
export function everything(): Family[] {
  const tallies = new Tallies();
  tallies.add(target('a', { labels: { site: 'fra' } }), interval(), UP);
  const load = { upBitsPerSecond: 1e9, downBitsPerSecond: null, increaseNs: null };
  const carried = interval({ probes: 0, answered: 0, failures: {}, doubts: {}, layers: {}, load });
  tallies.add(target('b', { kind: 'load' }), carried, { ...UP, last: carried });
  return monitorFamilies(tallies.all, FACTS);
}
