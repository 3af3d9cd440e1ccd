/** Documents as pages, with the libraries that draw their pictures: loaded only where there are some. */
import type { LoadResult, Result } from '../../index.ts';
import type { ChartOutcome } from '../../report/charts/chart.ts';
import { assignmentCharts, chartsOf } from '../../report/charts/charts.ts';
import { loadCharts } from '../../report/charts/load/load-charts.ts';
import { assignmentDocument } from '../../report/document/assignment.ts';
import type { ReportDocument } from '../../report/document/document.ts';
import { loadDocument } from '../../report/document/load/load.ts';
import { reportDocument } from '../../report/document/measurement/report.ts';
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
