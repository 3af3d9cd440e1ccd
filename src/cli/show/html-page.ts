/** Documents as pages, with the libraries that draw their pictures: loaded only where there are some. */
import type { Result } from '../../index.ts';
import { chartsOf } from '../../report/charts/charts.ts';
import type { ReportDocument } from '../../report/document/document.ts';
import { reportDocument } from '../../report/document/measurement/report.ts';
import { htmlPage } from '../../report/html.ts';

/** @throws EcholotError `usage` where the library that draws is not installed */
export async function resultsPage(results: readonly Result[]): Promise<string> {
  const { loadDrawer } = await import('./pictures.ts');
  const { drawSvg } = await import('../../report/charts/draw.ts');
  const drawer = await loadDrawer();
  return htmlPage(reportDocument(results, 'full'), chartsOf(results), (chart, widthPx) =>
    drawSvg(drawer, chart, { widthPx, titled: false }),
  );
}

/** Of a record that has no pictures. */
export function plainPage(document: ReportDocument): string {
  return htmlPage(document, [], () => '');
}
