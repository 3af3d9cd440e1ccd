/** The page of one or several results, with the libraries that draw its pictures: loaded only when one is made. */
import type { Result } from '../index.ts';

/** @throws EcholotError `usage` where the library that draws is not installed */
export async function htmlPage(results: readonly Result[]): Promise<string> {
  const { loadDrawer } = await import('./pictures.ts');
  const { drawSvg } = await import('../report/charts/draw.ts');
  const { htmlReport } = await import('../report/html.ts');
  const drawer = await loadDrawer();
  return htmlReport(results, (chart, widthPx) => drawSvg(drawer, chart, { widthPx, titled: false }));
}
