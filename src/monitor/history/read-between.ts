/**
 * Two spans of a target's past, held against each other layer by layer. Units are intervals of one length, of which the shorter
 * span has some twenty; what was measured in another way than the newest of them is told, and not compared.
 */
import type { BetweenRecord, SpanRatioRecord, SpanSide } from '../records/between.ts';
import { type IntervalSummary, LAYERS } from '../records/interval.ts';
import type { Series } from '../records/series.ts';
import type { Span, StepMs } from '../store/store.ts';
import { compareSpans } from './compare-spans.ts';
import { alike, byAge, HISTORY_MS, intervalsOf, type Reading } from './read.ts';
import { type Percentile, unitsOf } from './units.ts';

/** A span has so many units, where it was measured as often. */
const UNITS = 20;
/** The history is so many times as long as from one span's begin to the other's end, where it is kept: it has as many pairs of such spans. */
const LEAST_REACHES = 10;
const PERCENTILES = [
  ['p50', 0.5],
  ['p99', 0.99],
] as const satisfies readonly (readonly [Percentile, number])[];

export interface LabelledSpan extends Span {
  readonly label: string;
}

export interface BetweenQuery {
  /** One that is in the store. */
  readonly target: string;
  readonly a: LabelledSpan;
  readonly b: LabelledSpan;
}

export async function readBetween(store: Reading, { target, a, b }: BetweenQuery): Promise<BetweenRecord> {
  const stepMs = Math.max(await stepOf(store, target, a), await stepOf(store, target, b)) as StepMs;
  const toMs = Math.max(a.toMs, b.toMs);
  const beginMs = Math.min(a.fromMs, b.fromMs);
  const fromMs = beginMs - Math.max(HISTORY_MS, LEAST_REACHES * (toMs - beginMs));
  const found = byAge(await store.summaries({ target, fromMs: Math.max(0, fromMs), toMs, stepMs }));
  const seriesIn = (span: Span): Series[] =>
    found.filter(({ intervals }) => intervals.some(isIn(span))).map(({ series }) => series);
  const [inA, inB] = [seriesIn(a), seriesIn(b)];
  // The way in which the later one was measured, and the earlier one where that was not at all.
  const chosen = inB.at(-1) ?? inA.at(-1);
  const history = intervalsOf(
    found,
    alike(
      found.map(({ series }) => series),
      chosen,
    ).own,
  );
  const sideOf = (span: LabelledSpan, series: readonly Series[]): SpanSide => {
    const { own, others } = alike(series, chosen);
    return {
      ...{ label: span.label, fromMs: span.fromMs, toMs: span.toMs },
      intervals: history.filter(isIn(span)).filter(({ answeredRuns }) => answeredRuns > 0).length,
      addresses: [...new Set(own.map(({ address }) => address))],
      others: others.map(({ workload }) => workload),
    };
  };
  return {
    format: 'echolot-between',
    version: 1,
    store: (await store.state()).place,
    target,
    workload: chosen?.workload ?? null,
    stepMs,
    a: sideOf(a, inA),
    b: sideOf(b, inB),
    ratios: ratiosOf(history, a, b),
  };
}

/** In which steps the store has enough of a span. */
async function stepOf(store: Reading, target: string, span: Span): Promise<StepMs> {
  const found = await store.summaries({ target, fromMs: span.fromMs, toMs: span.toMs, points: UNITS });
  return byAge(found).at(-1)?.stepMs ?? 0;
}

/** @param history ascending; those of neither span are what differences of the past are taken from */
function ratiosOf(history: readonly IntervalSummary[], a: Span, b: Span): SpanRatioRecord[] {
  const told = history.filter((one) => isIn(a)(one) || isIn(b)(one));
  return LAYERS.filter((layer) => told.some(({ layers }) => layers[layer] !== undefined)).flatMap((layer) =>
    // Of runs with one time each there is no percentile but that.
    PERCENTILES.filter(
      ([, p]) => p === 0.5 || told.some(({ layers }) => (layers[layer]?.count ?? 0) > 1),
    ).map(([percentile, p]): SpanRatioRecord => {
      const { a: aNs, b: bNs, ...rest } = compareSpans(unitsOf(history, layer, percentile), a, b);
      return { layer, p, aNs, bNs, ...rest };
    }),
  );
}

function isIn({ fromMs, toMs }: Span): (interval: Span) => boolean {
  return (one) => one.fromMs >= fromMs && one.fromMs < toMs;
}
