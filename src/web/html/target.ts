/** The page of one target: where it stands, then its figures and pictures over a span that can be chosen. */

import { LEFT_PX, RIGHT_PX } from '../../report/charts/monitor/time-axis.ts';
import type { TargetView } from '../../report/document/monitor/target.ts';
import { ageText, momentText } from '../../report/document/monitor/words.ts';
import type { DrawAt } from '../../report/html/pictures.ts';
import { hostPortText } from '../../text/endpoint.ts';
import { html, type Markup } from '../../text/markup.ts';
import { targetPath, withQuery } from '../views/paths.ts';
import { type AskedSpan, momentParameter, ZOOMS, type Zoom } from '../views/span.ts';
import { type ComparisonView, comparison } from './comparison.ts';
import { eventTable } from './events.ts';
import { figure } from './figure.ts';
import { stateMark } from './overview.ts';

const ZOOM_NAMES: Readonly<Record<Zoom, readonly [text: string, key: string]>> = {
  '1h': ['1 h', '1'],
  '1d': ['1 d', 'd'],
  '7d': ['7 d', '7'],
  '30d': ['30 d', '3'],
};

export interface TargetPage {
  readonly view: TargetView;
  readonly asked: AskedSpan;
  /** Undefined where nothing can be drawn. */
  readonly draw: DrawAt | undefined;
  readonly hasPng: boolean;
  /** What to install where nothing can be drawn; '' otherwise. */
  readonly advice: string;
  /** Of two ranges; undefined where one alone is asked for. */
  readonly compared: ComparisonView | undefined;
  /** Neighbours in the order of the names; undefined at the ends. */
  readonly previous: string | undefined;
  readonly next: string | undefined;
}

export function targetMain(page: TargetPage): Markup {
  const { view, asked, draw, hasPng, advice, compared } = page;
  const { card, span, figures, charts, events } = view;
  const path = targetPath(card.target);
  const query = { ...spanQuery(asked), with: compared?.with };
  const link = (parts: Readonly<Record<string, string>>): string => withQuery(path, { ...query, ...parts });
  const tiles = figures.map(
    ({ name, value, detail }) =>
      html`<div><dt>${name}</dt><dd class="value">${value}</dd>${detail === '' ? '' : html`<dd class="detail">${detail}</dd>`}</div>`,
  );
  const shown = compared === undefined ? charts : [compared.chart, ...charts];
  return html`<h1 data-name="${card.target}">${card.target}</h1>
<div id="state" role="status" data-live>${stateMark(card)}</div>
<p class="byline">${whatItIs(view)}</p>
${neighbours(page)}
<dl class="tiles" id="tiles" data-live>${tiles}</dl>
<h2>Over time</h2>
${chooser(page, path)}
<p class="byline" id="span" data-live data-from-ms="${span.fromMs}" data-to-ms="${span.toMs}" data-left-px="${LEFT_PX}" data-right-px="${RIGHT_PX}">${momentText(span.fromMs)} to ${momentText(span.toMs)}, ${ageText(span.toMs - span.fromMs)}</p>
${draw === undefined ? html`<p class="advice">There are no pictures here: ${advice}</p>\n` : ''}${compared === undefined ? '' : comparison(compared)}
${shown.map((chart) =>
  figure(chart, draw, {
    isOverTime: chart.id !== compared?.chart.id,
    csv: link({ format: 'csv', chart: chart.id }),
    png: hasPng ? link({ format: 'png', chart: chart.id }) : undefined,
  }),
)}<section id="events" data-live aria-labelledby="events-title"><h2 id="events-title">Events in this time</h2>
${events.length === 0 ? html`<p class="byline">none</p>` : eventTable(events, false)}</section>
<p class="links">All of it: <a href="${link({ format: 'json' })}" download>JSON</a> · <a href="${link({ format: 'csv' })}" download>CSV</a></p>
`;
}

/** The parts of an address that choose the span. */
export function spanQuery({ zoom, fromMs, toMs }: AskedSpan): Readonly<Record<string, string>> {
  return zoom === undefined ? { from: momentParameter(fromMs), to: momentParameter(toMs) } : { span: zoom };
}

function whatItIs({ series, card: { kind } }: TargetView): string {
  const newest = series.at(-1);
  if (newest === undefined) return kind;
  const { address, port, workload } = newest;
  const where = address === '' ? `port ${port}, address unknown` : hostPortText(address, port);
  return [kind, where, workload].filter((text) => text !== '').join(' · ');
}

function neighbours({ previous, next }: TargetPage): Markup | '' {
  if (previous === undefined && next === undefined) return '';
  const link = (name: string | undefined, rel: 'prev' | 'next'): Markup | '' =>
    name === undefined
      ? ''
      : html`<a rel="${rel}" href="${targetPath(name)}">${rel === 'prev' ? `← ${name}` : `${name} →`}</a>`;
  return html`<nav class="neighbours" aria-label="Other targets">${link(previous, 'prev')} ${link(next, 'next')}</nav>\n`;
}

function chooser({ asked, compared, view: { span } }: TargetPage, path: string): Markup {
  const zooms = ZOOMS.map((zoom) => {
    const [text, key] = ZOOM_NAMES[zoom];
    const current = zoom === asked.zoom ? html` aria-current="true"` : '';
    return html`<li><a href="${withQuery(path, { span: zoom })}" data-key="${key}"${current}>${text}</a></li>`;
  });
  const lengthMs = span.toMs - span.fromMs;
  const overlays = [
    ['the time before', lengthMs],
    ['a day before', 86_400_000],
    ['a week before', 7 * 86_400_000],
  ] as const;
  const links = overlays.map(([text, earlierMs], i) => {
    const other = `${momentParameter(span.fromMs - earlierMs)}..${momentParameter(span.toMs - earlierMs)}`;
    // What follows the clock would be compared with another time at each look.
    const fixed = { from: momentParameter(span.fromMs), to: momentParameter(span.toMs), with: other };
    return html`${i === 0 ? '' : ', '}<a href="${withQuery(path, fixed)}">${text}</a>`;
  });
  const hidden =
    compared === undefined ? '' : html`<input type="hidden" name="with" value="${compared.with}">`;
  const name = path.includes('?') ? html`<input type="hidden" name="name" value="${nameIn(path)}">` : '';
  return html`<div class="chooser"><nav aria-label="Span"><ul class="zooms">${zooms}</ul></nav>
<form action="${path.split('?', 1)[0] ?? path}" method="get">${name}${hidden}
<label>from <input type="datetime-local" name="from" step="1" value="${field(span.fromMs)}" required></label>
<label>to <input type="datetime-local" name="to" step="1" value="${field(span.toMs)}" required></label>
<button>Show</button> <span class="byline">UTC</span></form>
<p class="byline">Lay over it: ${links}${compared === undefined ? '' : html` · <a href="${withQuery(path, spanQuery(asked))}">nothing</a>`}</p></div>
`;
}

/** The name in `/target/?name=..`. */
function nameIn(path: string): string {
  return new URLSearchParams(path.slice(path.indexOf('?'))).get('name') ?? '';
}

/** What a field for a local time takes; it is told to be UTC. */
function field(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 19);
}
