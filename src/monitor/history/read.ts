/** What every question about the past asks of a store: one way of measuring, one length of intervals, one order of time. It never writes. */
import type { Series } from '../records/series.ts';
import type { Found, Span, Store } from '../store/store.ts';

export type Reading = Pick<Store, 'series' | 'summaries' | 'intervals' | 'events' | 'state'>;

const DAY_MS = 86_400_000;
/** How far back a path's own history is asked for. */
export const HISTORY_MS: number = 30 * DAY_MS;

/** What was measured as one series was, and what was measured otherwise: their figures are of two kinds. */
export interface Alike<S> {
  readonly own: readonly S[];
  readonly others: readonly S[];
}

/** @param all of one target @param as nothing is alike where it is undefined */
export function alike<S extends Series>(all: readonly S[], as: Series | undefined): Alike<S> {
  const isOwn = ({ kind, workload }: S): boolean => kind === as?.kind && workload === as.workload;
  return { own: all.filter(isOwn), others: all.filter((one) => !isOwn(one)) };
}

/** By name, each with its series, the newest last. */
export async function targetsOf(store: Pick<Reading, 'series'>): Promise<Map<string, readonly Series[]>> {
  const all = Map.groupBy(await store.series(), ({ target }) => target);
  return new Map([...all].map(([name, series]) => [name, series.toSorted((a, b) => a.lastMs - b.lastMs)]));
}

/** The newest of which an interval ends in it comes last. */
export function byAge<I extends Span>(found: readonly Found<I>[]): readonly Found<I>[] {
  const endOf = ({ intervals }: Found<I>): number => intervals.at(-1)?.toMs ?? 0;
  return found.toSorted((a, b) => endOf(a) - endOf(b));
}

/** Intervals of those series alone, one after the other, as time went. */
export function intervalsOf<I extends Span>(found: readonly Found<I>[], series: readonly Series[]): I[] {
  const ids = new Set(series.map(({ id }) => id));
  return found
    .filter((one) => ids.has(one.series.id))
    .flatMap(({ intervals }) => intervals)
    .sort((a, b) => a.fromMs - b.fromMs);
}
