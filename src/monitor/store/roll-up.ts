/**
 * Sums of intervals. Histograms and counts are added, so that a sum of sums is what the whole would have been: percentiles
 * are of all samples, never means of percentiles.
 */
import { NanosecondHistogram } from '../../stats/histogram.ts';
import { type Counts, type Interval, LAYERS, type Layer, type LoadFigures } from '../records/interval.ts';
import type { Span } from './store.ts';

/** The interval of that step that a moment is in. @param stepMs not 0 */
export function stepAround(atMs: number, stepMs: number): Span {
  const fromMs = Math.floor(atMs / stepMs) * stepMs;
  return { fromMs, toMs: fromMs + stepMs };
}

/** All of them as one of that span; they stay as they are. Of several loads the last in the list stands for it. */
export function sumOf(intervals: readonly Interval[], { fromMs, toMs }: Span): Interval {
  const total = (of: (interval: Interval) => number): number =>
    intervals.reduce((sum, interval) => sum + of(interval), 0);
  const load = intervals.findLast((interval) => interval.load !== undefined)?.load;
  return {
    fromMs,
    toMs,
    runs: total(({ runs }) => runs),
    answeredRuns: total(({ answeredRuns }) => answeredRuns),
    unsentRuns: total(({ unsentRuns }) => unsentRuns),
    probes: total(({ probes }) => probes),
    answered: total(({ answered }) => answered),
    failures: addedCounts(intervals.map(({ failures }) => failures)),
    skipped: addedCounts(intervals.map(({ skipped }) => skipped)),
    doubts: addedCounts(intervals.map(({ doubts }) => doubts)),
    layers: addedLayers(intervals),
    ...loadPart(load),
  };
}

/** A sum for every interval of that step that one of them begins in, ascending. @param stepMs not 0 */
export function sumsByStep(intervals: readonly Interval[], stepMs: number): Interval[] {
  const byStep = Map.groupBy(intervals, ({ fromMs }) => stepAround(fromMs, stepMs).fromMs);
  return [...byStep]
    .sort(([a], [b]) => a - b)
    .map(([fromMs, parts]) => sumOf(parts, { fromMs, toMs: fromMs + stepMs }));
}

function addedCounts<K extends string>(all: readonly Counts<K>[]): Counts<K> {
  // Names of doubts are not ours: one may be called as a part of every object is.
  const sums = new Map<string, number>();
  for (const counts of all) {
    for (const [name, count] of Object.entries<number | undefined>(counts)) {
      if (count !== undefined) sums.set(name, (sums.get(name) ?? 0) + count);
    }
  }
  return Object.fromEntries(sums) as Counts<K>;
}

function addedLayers(intervals: readonly Interval[]): Partial<Record<Layer, NanosecondHistogram>> {
  const layers: Partial<Record<Layer, NanosecondHistogram>> = {};
  for (const layer of LAYERS) {
    const parts = intervals.flatMap(({ layers }) => layers[layer] ?? []);
    if (parts.length === 0) continue;
    const sum = new NanosecondHistogram();
    for (const part of parts) sum.merge(part);
    layers[layer] = sum;
  }
  return layers;
}

function loadPart(load: LoadFigures | undefined): { readonly load?: LoadFigures } {
  return load === undefined ? {} : { load };
}
