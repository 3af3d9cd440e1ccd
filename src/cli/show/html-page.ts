/** Documents as pages, with the libraries that draw their pictures: loaded only where there are some. */

import type { CapacityResult, LoadResult, PacedResult, Result } from '../../index.ts';
import type { HistoryRecord } from '../../monitors.ts';
import { capacityByRateChart } from '../../report/charts/capacity/by-rate.ts';
import type { ChartOutcome } from '../../report/charts/chart.ts';
import { assignmentCharts, chartsOf } from '../../report/charts/charts.ts';
import { loadCharts } from '../../report/charts/load/load-charts.ts';
import { historyCharts } from '../../report/charts/monitor/history-charts.ts';
import { pacedCharts } from '../../report/charts/paced/paced-charts.ts';
import { assignmentDocument } from '../../report/document/assignment.ts';
import { capacityDocument } from '../../report/document/capacity/capacity.ts';
import type { ReportDocument } from '../../report/document/document.ts';
import { loadDocument } from '../../report/document/load/load.ts';
import { reportDocument } from '../../report/document/measurement/report.ts';
import { historyDocument } from '../../report/document/monitor/history.ts';
import { pacedDocument } from '../../report/document/paced/paced.ts';
import { htmlPage } from '../../report/html.ts';

/** @throws EcholotError `usage` where the library that draws is not installed */
export function resultsPage(results: readonly Result[]): Promise<string> {
  return drawnPage(reportDocument(results, 'full'), chartsOf(results));
}

/**
 * The assignment's report with its plots. @param results one for each server delay, in the order of the legend
 * @throws EcholotError `usage` where the library that draws is not installed
 */
export function assignmentPage(results: readonly Result[]): Promise<string> {
  return drawnPage(assignmentDocument(results), assignmentCharts(results));
}

/** @throws EcholotError `usage` where the library that draws is not installed */
export function loadPage(result: LoadResult): Promise<string> {
  return drawnPage(loadDocument(result, 'full'), loadCharts(result));
}

/** @throws EcholotError `usage` where the library that draws is not installed */
export function pacedPage(result: PacedResult): Promise<string> {
  return drawnPage(pacedDocument(result, 'full'), pacedCharts(result));
}

/** @throws EcholotError `usage` where the library that draws is not installed */
export function capacityPage(result: CapacityResult): Promise<string> {
  return drawnPage(capacityDocument(result, 'full'), [capacityByRateChart(result)]);
}

/** @throws EcholotError `usage` where the library that draws is not installed */
export function historyPage(record: HistoryRecord): Promise<string> {
  return drawnPage(historyDocument(record), historyCharts(record));
}

async function drawnPage(document: ReportDocument, charts: readonly ChartOutcome[]): Promise<string> {
  const { loadDrawer } = await import('./pictures.ts');
  const { drawSvg } = await import('../../report/charts/draw.ts');
  const drawer = await loadDrawer();
  return htmlPage(document, charts, (chart, widthPx) => drawSvg(drawer, chart, { widthPx, titled: false }));
}

/** Of a record that has no pictures. */
export function plainPage(document: ReportDocument): string {
  return htmlPage(document, [], () => '');
}
