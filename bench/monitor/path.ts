/**
 * Made-up paths that behave as real ones do: log-normal times over a floor, a level that wanders through the day, now and then a
 * burst of late answers and a lost probe. Histograms of long steps are as wide as those of the real ones, on which their size hangs.
 */
import type { Interval } from '../../src/monitor/records/interval.ts';
import type { SeriesKey } from '../../src/monitor/records/series.ts';
import { type Random, seededRandom } from '../../src/stats/distributions/random.ts';
import { NanosecondHistogram } from '../../src/stats/histogram.ts';

const DAY_MS = 86_400_000;
const PROBES = 20;
const RUN_MS = 10_000;
/** From the kernel's stamps to the program and back. */
const PROGRAM_NS = 40_000;
/** In the server, from stamp to stamp. */
const SERVER_NS = 50_000;

export interface Path {
  readonly series: SeriesKey;
  readonly floorNs: number;
  /** Median above the floor, and standard deviation of its logarithm. */
  readonly queueNs: number;
  readonly sigma: number;
  readonly random: Random;
}

export function makePaths(count: number): Path[] {
  return Array.from({ length: count }, (_, i) => ({
    series: {
      target: `target ${i}`,
      kind: 'measure',
      address: `192.0.2.${i}`,
      port: 7,
      workload: `100 B, ${PROBES} probes`,
    },
    floorNs: 200_000 * 2 ** i,
    queueNs: 60_000 * 1.9 ** i,
    sigma: 0.3 + 0.05 * i,
    random: seededRandom(i + 1),
  }));
}

/** What so many runs from then on measured, as one interval. */
export function measureRuns(path: Path, fromMs: number, runs: number, lengthMs: number): Interval {
  const application = new NanosecondHistogram();
  const kernel = new NanosecondHistogram();
  const residence = new NanosecondHistogram();
  const network = new NanosecondHistogram();
  const handshake = new NanosecondHistogram();
  let lost = 0;
  for (let run = 0; run < runs; run++) {
    const levelNs = levelAt(path, fromMs + (run * lengthMs) / runs);
    handshake.record(path.floorNs + levelNs * Math.exp(path.sigma * normal(path.random)));
    for (let probe = 0; probe < PROBES; probe++) {
      if (path.random() < 0.001) {
        lost++;
        continue;
      }
      const burst = path.random() < 0.01 ? 5 : 1;
      const pathNs = path.floorNs + burst * levelNs * Math.exp(path.sigma * normal(path.random));
      const serverNs = SERVER_NS * Math.exp(0.3 * normal(path.random));
      const kernelNs = pathNs + serverNs;
      network.record(pathNs);
      residence.record(serverNs);
      kernel.record(kernelNs);
      application.record(kernelNs + PROGRAM_NS * Math.exp(0.3 * normal(path.random)));
    }
  }
  const probes = runs * PROBES;
  return {
    fromMs,
    toMs: fromMs + lengthMs,
    runs,
    answeredRuns: runs,
    unsentRuns: 0,
    probes,
    answered: probes - lost,
    failures: lost > 0 ? { timeout: lost } : {},
    skipped: {},
    doubts: {},
    layers: { application, kernel, residence, network, handshake },
  };
}

export function measureOnce(path: Path, fromMs: number): Interval {
  return measureRuns(path, fromMs, 1, RUN_MS);
}

/** By day and hour, and a step every now and then, as a route that changes. */
function levelAt({ queueNs }: Path, atMs: number): number {
  const day = 1 + 0.3 * Math.sin((2 * Math.PI * atMs) / DAY_MS);
  const hour = 1 + 0.1 * Math.sin((2 * Math.PI * atMs) / (DAY_MS / 17));
  return queueNs * day * hour;
}

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
