/** A picture with its numbers below it: where it cannot be drawn, the numbers are all there is. */
import { type Chart, type ChartOutcome, isDrawable } from '../../report/charts/chart.ts';
import { stampText } from '../../report/document/monitor/words.ts';
import { type DrawAt, picture } from '../../report/html/pictures.ts';
import { html, type Markup } from '../../text/markup.ts';
import { counted } from '../../text/numbers.ts';

/** A page is no file: all of them are in the download. */
const MOST_ROWS = 60;

export interface FigureChoice {
  /** Whether it lies on the axis of time, out of which another span can be drawn. */
  readonly isOverTime: boolean;
  readonly csv: string;
  /** Undefined where no picture can be made. */
  readonly png: string | undefined;
}

/** @param draw undefined where nothing can be drawn */
export function figure(
  outcome: ChartOutcome,
  draw: DrawAt | undefined,
  { isOverTime, csv, png }: FigureChoice,
): Markup {
  const { id } = outcome;
  if (!isDrawable(outcome)) {
    return html`<div class="chart" id="chart-${id}" data-live>${picture(outcome, () => '')}</div>\n`;
  }
  const drawn = draw === undefined ? html`<h3>${outcome.title}</h3>` : picture(outcome, draw);
  const image = png === undefined ? '' : html` · <a href="${png}" download>PNG</a>`;
  return html`<div class="chart" id="chart-${id}" data-live${isOverTime ? html` data-time` : ''}>${drawn}
<details id="numbers-${id}"${draw === undefined ? html` open` : ''}><summary>Numbers</summary>
${numbers(outcome)}
<p class="links"><a href="${csv}" download>CSV</a>${image}</p></details></div>
`;
}

function numbers({ title, table: { header, rows } }: Chart): Markup {
  const shown = rows.slice(-MOST_ROWS);
  const less =
    shown.length === rows.length
      ? ''
      : html`<p class="legend">The last ${MOST_ROWS} of ${counted(rows.length, 'row')}; all are in the CSV.</p>`;
  const caption = `${title}, numbers`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table class="figures"><caption><span>${caption}</span></caption>
<thead><tr>${header.map((name) => html`<th scope="col">${columnName(name)}</th>`)}</tr></thead>
<tbody>${shown.map(([first = null, ...cells]) => html`<tr><th scope="row">${cell(header[0] ?? '', first)}</th>${cells.map((one, i) => html`<td>${cell(header[i + 1] ?? '', one)}</td>`)}</tr>\n`)}</tbody></table></div>
${less}`;
}

/** `from_ms` is a moment, `p50_ns` a time in µs. */
function columnName(name: string): string {
  if (name.endsWith('_ms')) return `${name.slice(0, -3).replaceAll('_', ' ')}, UTC`;
  if (name.endsWith('_ns')) return `${name.slice(0, -3).replaceAll('_', ' ')}, µs`;
  return name.replaceAll('_', ' ');
}

function cell(name: string, value: string | number | null): string {
  if (value === null) return '–';
  if (typeof value === 'string') return value;
  if (name.endsWith('_ms')) return stampText(value);
  if (name.endsWith('_ns')) {
    return (value / 1_000).toLocaleString('en-US', { maximumFractionDigits: 1, minimumFractionDigits: 1 });
  }
  return value.toLocaleString('en-US', { maximumSignificantDigits: 6 });
}
