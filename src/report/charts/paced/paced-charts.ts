/** All pictures of paced probes, in the order in which their report shows them. */
import type { PacedResult } from '../../../result/paced/paced-result.ts';
import type { ChartOutcome } from '../chart.ts';
import { pacedByRateChart } from './by-rate.ts';
import { pacedOverTimeChart } from './over-time.ts';
import { pacedPercentilesChart } from './percentiles.ts';

/** Only several rates have a picture of their own. */
export function pacedCharts(result: PacedResult): ChartOutcome[] {
  return [
    ...(result.plan.ratesPerSecond.length > 1 ? [pacedByRateChart(result)] : []),
    pacedPercentilesChart(result),
    pacedOverTimeChart(result),
  ];
}
