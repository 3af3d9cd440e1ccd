/** All pictures of a report, and those of the assignment's, in the order in which it shows them. */
import type { Result } from '../../result/result.ts';
import { resultLabels } from '../document/labels.ts';
import { anatomyChart } from './anatomy.ts';
import { chartBySize } from './by-size/by-size.ts';
import type { ChartOutcome } from './chart.ts';
import { densityChart } from './density.ts';
import { overTimeChart } from './over-time.ts';
import { percentileChart } from './percentiles.ts';

/** Those that the assignment asks for: means against the size. @param results in the order of the legend */
export function assignmentCharts(results: readonly Result[]): ChartOutcome[] {
  return [chartBySize(results, 'rtt', 'mean'), chartBySize(results, 'throughput', 'mean')];
}

export function chartsOf(results: readonly Result[]): ChartOutcome[] {
  const labels = resultLabels(results);
  const several = results.length > 1;
  const suffix = (i: number): string => (several ? `-${i + 1}` : '');
  const label = (i: number): string => (several ? (labels[i] ?? '') : '');
  return [
    chartBySize(results, 'rtt'),
    chartBySize(results, 'throughput'),
    densityChart(results),
    percentileChart(results),
    ...results.map((result, i) => overTimeChart(result, suffix(i), label(i), 1 / results.length)),
    ...results.map((result, i) => anatomyChart(result, suffix(i), label(i))),
  ];
}
