/** What the making of metrics costs by itself, in processor time: on a machine that does other things, too, it says more than time. */
import { exposition } from '../../src/monitor/metrics/exposition.ts';
import { monitorFamilies } from '../../src/monitor/metrics/families.ts';
import { PROTOBUF_TYPE } from '../../src/monitor/metrics/protobuf.ts';
import { Tallies } from '../../src/monitor/metrics/tallies.ts';
import { planTargets } from '../../src/monitors.ts';
import { makePaths, measureOnce } from './path.ts';

const NS_PER_US = 1_000;
const TARGETS = 1_000;
/** An hour of runs, so that histograms are as wide as those of paths. */
const RUNS = 360;
const RUN_MS = 10_000;
const SCRAPES = 20;
const FACTS = {
  ...{ version: '', node: '', startSeconds: 0, noiseFloorSeconds: null },
  store: { bytes: 0, trouble: null, waiting: 0, lostIntervals: 0 },
};
const STATE = { status: 'up', sinceMs: 0, address: null, last: null, trouble: null } as const;

/** @returns of one scrape of 1,000 targets, ns, of each of several, when code is warm */
export async function scrapeCosts(): Promise<Readonly<Record<'text' | 'protobuf', readonly number[]>>> {
  const tallies = new Tallies();
  // Ten ways in which a path can be are enough: what is counted is the writing.
  const paths = makePaths(10);
  const intervals = paths.map((path) =>
    Array.from({ length: RUNS }, (_, run) => measureOnce(path, run * RUN_MS)),
  );
  const names = Array.from({ length: TARGETS }, (_, i) => ({
    name: `target ${i}`,
    host: '127.0.0.1',
    port: 7,
  }));
  for (const [i, target] of planTargets(names).entries()) {
    for (const interval of intervals[i % paths.length] ?? []) tallies.add(target, interval, STATE);
  }
  const costs = async (accept: string): Promise<readonly number[]> => {
    const all: number[] = [];
    for (let scrape = 0; scrape < 2 * SCRAPES; scrape++) {
      const before = process.cpuUsage();
      await exposition(monitorFamilies(tallies.all, FACTS), accept);
      const { user, system } = process.cpuUsage(before);
      all.push((user + system) * NS_PER_US);
    }
    return all.slice(SCRAPES);
  };
  return { text: await costs(''), protobuf: await costs(PROTOBUF_TYPE) };
}
