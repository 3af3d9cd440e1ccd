/** Two ranges of one target: the verdict in words, where the caller gives one, and both distributions over each other. */
import type { ChartOutcome } from '../../report/charts/chart.ts';
import { html, type Markup } from '../../text/markup.ts';

/** What a comparison says; made elsewhere, since a page judges nothing. */
export interface RangeVerdict {
  /** The answer in a sentence without a full stop. */
  readonly text: string;
  /** What it rests on, a short line each. */
  readonly details: readonly string[];
}

export interface ComparisonView {
  readonly chart: ChartOutcome;
  /** Null where nobody judges. */
  readonly verdict: RangeVerdict | null;
  /** As the address has it. */
  readonly with: string;
}

export function comparison({ verdict }: ComparisonView): Markup | '' {
  if (verdict === null) return '';
  return html`<section class="verdict" id="verdict" data-live aria-labelledby="verdict-title"><h2 id="verdict-title">${verdict.text}</h2>
<ul>${verdict.details.map((line) => html`<li>${line}</li>`)}</ul></section>
`;
}
