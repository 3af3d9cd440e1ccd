/**
 * How a measurement that was just made stands to the history of its path, where a store has that of the same host, port and size.
 * It says no number of fewer than twenty intervals, or of another size.
 */
import type { Series } from '../records/series.ts';
import type { StandingRecord } from '../records/standing.ts';
import { byAge, HISTORY_MS, intervalsOf, type Reading, targetsOf } from './read.ts';
import { standingOf } from './standing.ts';
import { unitsOf } from './units.ts';

/** Of fewer nothing is said. */
export const LEAST_INTERVALS = 20;

export interface StandingQuery {
  /** As it was asked for, and the numeric addresses that it went to. */
  readonly hosts: readonly string[];
  readonly port: number;
  /** Medians of what was measured, ns, by bytes of payload. */
  readonly medians: readonly { readonly payloadBytes: number; readonly valueNs: number }[];
  /** Unix time, ms. */
  readonly nowMs: number;
}

export interface KnownPath {
  /** Of each size whose history is kept. */
  readonly standings: readonly StandingRecord[];
  /** Ways in which the path was measured of which none is of these sizes. */
  readonly workloads: readonly string[];
}

/** @returns null of a path that the store does not have */
export async function readStanding(store: Reading, query: StandingQuery): Promise<KnownPath | null> {
  const standings: StandingRecord[] = [];
  const workloads: string[] = [];
  for (const series of (await targetsOf(store)).values()) {
    const own = series.filter((one) => isOfPath(one, query));
    for (const workload of new Set(own.map((one) => one.workload))) {
      const median = query.medians.find(({ payloadBytes }) => workload.startsWith(`${payloadBytes} B,`));
      if (median === undefined) workloads.push(workload);
      else
        standings.push(
          await standingIn(
            store,
            own.filter((one) => one.workload === workload),
            median.valueNs,
            query.nowMs,
          ),
        );
    }
  }
  return standings.length + workloads.length === 0 ? null : { standings, workloads };
}

function isOfPath({ kind, port, address, target }: Series, query: StandingQuery): boolean {
  if (kind !== 'measure' || port !== query.port) return false;
  return query.hosts.some(
    (host) =>
      host === address || target === host || target === `${host}:${port}` || target === `[${host}]:${port}`,
  );
}

/** @param series of one target and workload, one at least */
async function standingIn(
  store: Reading,
  series: readonly Series[],
  valueNs: number,
  nowMs: number,
): Promise<StandingRecord> {
  const { target, workload } = series[0] as Series;
  const found = await store.summaries({ target, fromMs: Math.max(0, nowMs - HISTORY_MS), toMs: nowMs });
  const units = unitsOf(intervalsOf(found, series), 'application', 'p50');
  const standing = units.length < LEAST_INTERVALS ? null : standingOf(valueNs, units);
  return {
    ...{ target, workload, valueNs },
    sinceMs: units[0]?.fromMs ?? null,
    intervals: units.length,
    stepMs: byAge(found).at(-1)?.stepMs ?? 0,
    below: standing === null ? null : { share: standing.below, low: standing.low, high: standing.high },
  };
}
