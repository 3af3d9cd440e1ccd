/** What is told of each target at a glance: its state, two numbers, its last hour and its last day. */
import type { StoredEvent } from '../../../monitor/records/event.ts';
import type { IntervalSummary, LayerSummary, LoadFigures } from '../../../monitor/records/interval.ts';
import type { SeriesKey } from '../../../monitor/records/series.ts';
import { counted } from '../../../text/numbers.ts';
import { type StateFacts, type StateName, stateOf, stateText, type TargetState } from './state.ts';
import { availabilityOf, mainLayerOf, totalsOf } from './totals.ts';

/** A stretch of the last hour in which something was tried: where nothing was answered, `p50Ns` is null. */
export interface SparkPoint {
  readonly fromMs: number;
  readonly toMs: number;
  readonly p50Ns: number | null;
}

export interface Card {
  readonly target: string;
  readonly kind: SeriesKey['kind'];
  /** Numeric; '' where none is known. */
  readonly address: string;
  readonly port: number;
  readonly state: TargetState;
  /** In words. */
  readonly stateText: string;
  /** Of the last interval with an answer; null where there was none lately. */
  readonly p50Ns: number | null;
  readonly p99Ns: number | null;
  /** Of the last load; null where none was. */
  readonly load: LoadFigures | null;
  readonly hour: readonly SparkPoint[];
  /** Share of the last day's runs that had an answer, 0 to 1; null without runs. */
  readonly availability: number | null;
  /** The last time that its figures, its state or its address changed; null where none is known. */
  readonly lastChange: StoredEvent | null;
  /** Names of the last hour's doubts, the most frequent first. */
  readonly doubts: readonly string[];
}

export interface CardFacts extends StateFacts {
  readonly series: SeriesKey;
  readonly recent: readonly IntervalSummary[];
  readonly hour: readonly IntervalSummary[];
  readonly day: readonly IntervalSummary[];
  readonly lastChange: StoredEvent | undefined;
}

/** @param nowMs Unix time, ms */
export function cardOf(facts: CardFacts, nowMs: number): Card {
  const { series, recent, hour, day, lastChange } = facts;
  const state = stateOf(facts, nowMs);
  const main = mainLayerOf([...hour, ...recent]);
  const of = (one: IntervalSummary): LayerSummary | undefined =>
    main === undefined ? undefined : one.layers[main];
  const last = recent.findLast((one) => of(one) !== undefined);
  const figures = last === undefined || state.name !== 'up' ? undefined : of(last);
  return {
    target: series.target,
    kind: series.kind,
    address: series.address,
    port: series.port,
    state,
    stateText: stateText(state, nowMs),
    p50Ns: figures?.p50Ns ?? null,
    // Of one handshake there is no percentile.
    p99Ns: figures !== undefined && figures.count > 1 ? figures.p99Ns : null,
    load: [...hour, ...recent].findLast(({ load }) => load !== undefined)?.load ?? null,
    hour: hour
      .filter(({ runs, unsentRuns }) => runs > unsentRuns)
      .map((one) => ({ fromMs: one.fromMs, toMs: one.toMs, p50Ns: of(one)?.p50Ns ?? null })),
    availability: availabilityOf(totalsOf(day)),
    lastChange: lastChange ?? null,
    doubts: Object.entries(totalsOf(hour).doubts)
      .sort(([, a = 0], [, b = 0]) => b - a)
      .map(([name]) => name),
  };
}

/** The first line of the page: what most people came for. */
export function summaryText(states: readonly StateName[]): string {
  if (states.length === 0) return 'Nothing was measured yet';
  const of = (name: StateName): number => states.filter((state) => state === name).length;
  const silent = of('silent') + of('new');
  if (of('up') === states.length) {
    return states.length === 1 ? 'The target is up' : `All ${states.length} targets are up`;
  }
  const told = [
    ...(of('down') > 0 ? [`${of('down')} down`] : []),
    ...(silent > 0 ? [`${silent} not measured`] : []),
  ];
  return `${of('up')} of ${counted(states.length, 'target')} up, ${told.join(', ')}`;
}
