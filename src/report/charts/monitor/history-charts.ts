/** The pictures of a history: those that the page of a monitor has of a target, but for what needs its histograms. */
import type { HistoryRecord } from '../../../monitor/records/history.ts';
import { mainLayerOf } from '../../document/monitor/totals.ts';
import type { ChartOutcome } from '../chart.ts';
import { bandsChart } from './bands.ts';
import { failuresChart } from './failures.ts';
import { layersChart } from './layers.ts';
import { loadsChart } from './loads.ts';

/** Of one target; several share no axis. */
export function historyCharts({ targets, span }: HistoryRecord): readonly ChartOutcome[] {
  const [only, second] = targets;
  if (only === undefined || second !== undefined || only.total === null) return [];
  const { intervals } = only;
  const loads = loadsChart(intervals, span);
  return [
    bandsChart(intervals, mainLayerOf(intervals), span),
    failuresChart(intervals, span),
    layersChart(intervals, span),
    ...('missing' in loads ? [] : [loads]),
  ];
}
