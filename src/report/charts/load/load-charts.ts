/** All pictures of a load, in the order in which its report shows them. */
import type { LoadResult } from '../../../result/load-result.ts';
import type { ChartOutcome } from '../chart.ts';

export function loadCharts(_result: LoadResult): ChartOutcome[] {
  return [];
}
