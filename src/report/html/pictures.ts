/** Pictures of a page: each with its title, its caption and its words for those who do not see it. */

import { escapeHtml, html, type Markup, trusted } from '../../text/markup.ts';
import type { Chart, ChartOutcome } from '../charts/chart.ts';
import { isDrawable } from '../charts/chart.ts';

export const WIDE_PX = 860;
/** A telephone of 390 px, less the margins of the page. */
export const NARROW_PX = 360;

/** Draws a chart at a width: SVG in the colours of the page. */
export type DrawAt = (chart: Chart, widthPx: number) => string;

export function picture(outcome: ChartOutcome, draw: DrawAt): Markup {
  if (!isDrawable(outcome)) {
    return html`<figure id="${outcome.id}"><h3>${outcome.title}</h3><figcaption>No picture: ${outcome.missing}.</figcaption></figure>`;
  }
  const { id, title, caption, alternative } = outcome;
  const drawn = (['wide', 'narrow'] as const).map((name) => {
    const svg = draw(outcome, name === 'wide' ? WIDE_PX : NARROW_PX);
    return html`<div class="${name}">${trusted(labelled(svg, alternative))}</div>`;
  });
  return html`<figure id="${id}"><h3>${title}</h3>${drawn}<figcaption>${caption}</figcaption></figure>`;
}

/** The drawing as one image with a name; it scales with the page, so its own size goes. */
function labelled(svg: string, alternative: string): string {
  return svg.replace(
    /<svg width="\d+" height="\d+"/,
    () => `<svg role="img" aria-label="${escapeHtml(alternative)}"`,
  );
}
