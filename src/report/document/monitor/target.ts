/** What is told of one target over a span: where it stands, its key figures, and its pictures in the order of their weight. */
import type { StoredEvent } from '../../../monitor/records/event.ts';
import type { IntervalSummary } from '../../../monitor/records/interval.ts';
import type { Series } from '../../../monitor/records/series.ts';
import type { TimeSpan } from '../../../text/moments.ts';
import { counted } from '../../../text/numbers.ts';
import { timeText } from '../../../text/units.ts';
import type { ChartOutcome } from '../../charts/chart.ts';
import { bandsChart } from '../../charts/monitor/bands.ts';
import { failuresChart } from '../../charts/monitor/failures.ts';
import { type HeatColumn, heatMapChart } from '../../charts/monitor/heat-map.ts';
import { layersChart } from '../../charts/monitor/layers.ts';
import { loadsChart } from '../../charts/monitor/loads.ts';
import { REASON_NAMES } from '../../charts/monitor/words.ts';
import { type KeyFigure, NONE } from '../document.ts';
import type { Card } from './card.ts';
import { availabilityOf, mainLayerOf, type Totals, totalsOf } from './totals.ts';
import { ageText, shareText } from './words.ts';

export interface TargetView {
  readonly card: Card;
  readonly span: TimeSpan;
  /** The newest last. */
  readonly series: readonly Series[];
  readonly intervals: readonly IntervalSummary[];
  readonly figures: readonly KeyFigure[];
  readonly charts: readonly ChartOutcome[];
  /** Of the span, the newest first. */
  readonly events: readonly StoredEvent[];
}

export interface TargetFacts extends Pick<TargetView, 'card' | 'span' | 'series' | 'events'> {
  /** In the span, ascending. */
  readonly intervals: readonly IntervalSummary[];
  readonly columns: readonly HeatColumn[];
}

export function targetView({ columns, ...facts }: TargetFacts): TargetView {
  const { card, span, intervals } = facts;
  const layer = mainLayerOf(intervals);
  const rtt = bandsChart(intervals, layer, span);
  const failures = failuresChart(intervals, span);
  const loads = loadsChart(intervals, span);
  const isLoad = card.kind === 'load';
  return {
    ...facts,
    figures: figuresOf(card, totalsOf(intervals), ageText(span.toMs - span.fromMs)),
    charts: [
      ...(isLoad ? [loads] : []),
      ...[rtt, failures, heatMapChart(columns, span), layersChart(intervals, span)],
      ...(isLoad || 'missing' in loads ? [] : [loads]),
    ],
  };
}

function figuresOf({ p50Ns, p99Ns }: Card, totals: Totals, spanText: string): KeyFigure[] {
  const { runs, answeredRuns, unsentRuns, failures } = totals;
  const reasons = Object.entries(failures).sort(([, a], [, b]) => b - a);
  const failed = reasons.reduce((sum, [, times]) => sum + times, 0);
  const [worst] = reasons;
  return [
    { name: 'p50 now', value: timeOrNone(p50Ns), detail: 'of the last run' },
    { name: 'p99 now', value: timeOrNone(p99Ns), detail: 'of the last run' },
    {
      name: `answered in ${spanText}`,
      value: shareText(availabilityOf(totals)),
      detail: `${answeredRuns.toLocaleString('en-US')} of ${counted(runs - unsentRuns, 'run')}`,
    },
    {
      name: `failures in ${spanText}`,
      value: failed.toLocaleString('en-US'),
      detail:
        worst === undefined ? '' : `most of them: ${REASON_NAMES[worst[0] as keyof typeof REASON_NAMES]}`,
    },
  ];
}

function timeOrNone(ns: number | null): string {
  return ns === null ? NONE : timeText(ns);
}
