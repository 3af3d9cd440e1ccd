/**
 * A document as one page that needs nothing else: no script, no font, no picture from elsewhere, and a policy that
 * keeps a browser from fetching any. Every word of a result is escaped.
 */

import { html, trusted } from '../text/markup.ts';
import type { ChartOutcome } from './charts/chart.ts';
import type { ReportDocument } from './document/document.ts';
import { section } from './html/parts.ts';
import { type DrawAt, picture } from './html/pictures.ts';
import { STYLE } from './html/style.ts';

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** @param charts that stand where the document has its pictures */
export function htmlPage(
  { title, byline, sections }: ReportDocument,
  charts: readonly ChartOutcome[],
  draw: DrawAt,
): string {
  const pictures = html`${charts.map((chart) => html`${picture(chart, draw)}\n`)}`;
  const links = sections.map((one) => html`<li><a href="#${one.id}">${one.title}</a></li>`);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>
${trusted(STYLE)}
</style>
</head>
<body>
<header><h1>${title}</h1>
<p class="byline">${byline}</p>
<nav aria-label="Sections"><ul>${links}</ul></nav></header>
<main>
${sections.map((one) => section(one, pictures))}</main>
<footer>Everything on this page is computed from the record of the measurement.</footer>
</body>
</html>
`;
  return page.source;
}
