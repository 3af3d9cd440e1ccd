/** What happened, the newest first. Texts may have words of a peer in them. */
import type { EventKind, StoredEvent } from '../../monitor/records/event.ts';
import { momentText, stampText } from '../../report/document/monitor/words.ts';
import { html, type Markup } from '../../text/markup.ts';
import { targetPath, withQuery } from '../views/paths.ts';

const BAD: readonly EventKind[] = ['down', 'firing', 'store'];

export interface EventsPage {
  readonly events: readonly StoredEvent[];
  /** Undefined where those of all are shown. */
  readonly target: string | undefined;
  readonly nowMs: number;
  /** As many as are shown at most. */
  readonly limit: number;
}

export function eventsMain({ events, target, nowMs, limit }: EventsPage): Markup {
  const link = (format: string): string => withQuery('/events', { target, format });
  const of = target === undefined ? '' : html` of <a href="${targetPath(target)}">${target}</a>`;
  const more = events.length < limit ? '' : html`<p class="legend">The newest ${limit}.</p>\n`;
  return html`<h1>Events${of}</h1>
<p class="byline" id="as-of" data-live>as of ${momentText(nowMs)}${target === undefined ? '' : html` · <a href="/events">of all targets</a>`}</p>
<p id="newest" role="status" data-live>${newestText(events)}</p>
<div id="events" data-live>${events.length === 0 ? '' : eventTable(events, target === undefined)}
${more}</div>
<p class="links"><a href="${link('json')}" download>JSON</a> · <a href="${link('csv')}" download>CSV</a></p>
`;
}

/** Read out when it changes, and the table below is not. */
function newestText([newest]: readonly StoredEvent[]): string {
  if (newest === undefined) return 'Nothing happened yet';
  const { target, kind, text } = newest;
  return `The newest: ${target === null ? '' : `${target} `}${kind}, ${text}`;
}

/** @param named whether each is told with its target */
export function eventTable(events: readonly StoredEvent[], named: boolean): Markup {
  const names = ['time, UTC', 'what', ...(named ? ['target'] : []), 'in words'];
  const rows = events.map(({ atMs, kind, target, text }) => {
    const who = target === null ? '' : html`<a href="${targetPath(target)}">${target}</a>`;
    return html`<tr><th scope="row"><time datetime="${new Date(atMs).toISOString()}">${stampText(atMs)}</time></th><td class="kind${BAD.includes(kind) ? ' bad' : ''}">${kind}</td>${named ? html`<td class="who">${who}</td>` : ''}<td>${text}</td></tr>\n`;
  });
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Events, the newest first"><table class="words events"><caption><span>Events, the newest first</span></caption>
<thead><tr>${names.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table></div>`;
}
