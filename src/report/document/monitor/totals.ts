/** What became of many intervals in sum. Percentiles cannot be added up: whoever wants those needs histograms. */
import type { Counts, IntervalSummary, Layer } from '../../../monitor/records/interval.ts';

/** What all intervals have, with histograms or without. */
export type Counted = Omit<IntervalSummary, 'layers'>;

export type Totals = Omit<Counted, 'fromMs' | 'toMs' | 'load'>;

export function totalsOf(intervals: readonly Counted[]): Totals {
  const sum = (of: (one: Counted) => number): number => intervals.reduce((all, one) => all + of(one), 0);
  return {
    runs: sum(({ runs }) => runs),
    answeredRuns: sum(({ answeredRuns }) => answeredRuns),
    unsentRuns: sum(({ unsentRuns }) => unsentRuns),
    probes: sum(({ probes }) => probes),
    answered: sum(({ answered }) => answered),
    failures: addedUp(intervals.map(({ failures }) => failures)),
    skipped: addedUp(intervals.map(({ skipped }) => skipped)),
    doubts: addedUp(intervals.map(({ doubts }) => doubts)),
  };
}

/** Share of the runs that could say something and had an answer; null without any. */
export function availabilityOf({
  runs,
  answeredRuns,
  unsentRuns,
}: Pick<Counted, 'runs' | 'answeredRuns' | 'unsentRuns'>): number | null {
  const telling = runs - unsentRuns;
  return telling > 0 ? answeredRuns / telling : null;
}

/** The layers that people mean by "the round-trip time", the best first. */
const MAIN: readonly Layer[] = [
  'application',
  'handshake',
  'connect',
  'kernel',
  'network',
  'residence',
  'tls',
];

/** Undefined where nothing was ever answered. */
export function mainLayerOf(intervals: readonly Pick<IntervalSummary, 'layers'>[]): Layer | undefined {
  return MAIN.find((layer) => intervals.some(({ layers }) => layers[layer] !== undefined));
}

function addedUp<K extends string>(all: readonly Counts<K>[]): Counts<K> {
  const sum = new Map<K, number>();
  for (const counts of all) {
    for (const [name, times] of Object.entries(counts) as [K, number][]) {
      sum.set(name, (sum.get(name) ?? 0) + times);
    }
  }
  // No prototype: names of doubts may be any.
  return Object.assign(Object.create(null), Object.fromEntries(sum)) as Counts<K>;
}
