/** All pictures of a load, in the order in which its report shows them. */
import type { LoadResult } from '../../../result/load/load-result.ts';
import type { ChartOutcome } from '../chart.ts';
import { loadDistributionChart } from './distribution.ts';
import { loadLayersChart } from './layers.ts';
import { loadOverTimeChart } from './over-time.ts';
import { loadStreamsChart } from './streams.ts';

export function loadCharts(result: LoadResult): ChartOutcome[] {
  return [
    loadOverTimeChart(result),
    loadLayersChart(result),
    loadDistributionChart(result),
    loadStreamsChart(result),
  ];
}
