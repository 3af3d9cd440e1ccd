/** The first page: how many are up, and a card for each target. */
import { type Card, summaryText } from '../../report/document/monitor/card.ts';
import type { StateName } from '../../report/document/monitor/state.ts';
import { ageText, momentText, shareText } from '../../report/document/monitor/words.ts';
import { html, type Markup } from '../../text/markup.ts';
import { inUnit, largestRateUnit, timeText } from '../../text/units.ts';
import { idOf, targetPath } from '../views/paths.ts';
import { sparkline } from './sparkline.ts';

/** Told by their shape as well as by their colour. */
const MARKS: Readonly<Record<StateName, string>> = { up: '●', down: '▼', silent: '◌', new: '◌' };
/** A card is no list of everything. */
const MOST_DOUBTS = 2;

/** @param nowMs Unix time, ms */
export function overview(cards: readonly Card[], nowMs: number): Markup {
  const down = cards.filter(({ state }) => state.name === 'down');
  const named =
    down.length === 0 || down.length === cards.length
      ? ''
      : html`<p>Down: ${down.flatMap(({ target }, i) => [i === 0 ? '' : ', ', html`<a href="${targetPath(target)}">${target}</a>`])}</p>`;
  return html`<div id="summary" role="status" data-live><h1>${summaryText(cards.map(({ state }) => state.name))}</h1>
${named}</div>
<p class="byline" id="as-of" data-live>as of ${momentText(nowMs)}</p>
<ul class="cards">${cards.map((card) => html`<li>${cardMarkup(card, nowMs)}</li>`)}</ul>
`;
}

/** `● up for 3 h`, where it changes read out at once. */
export function stateMark({ state, stateText }: Pick<Card, 'state' | 'stateText'>): Markup {
  return html`<p class="state ${state.name}"><span aria-hidden="true">${MARKS[state.name]}</span> ${stateText}</p>`;
}

function cardMarkup(card: Card, nowMs: number): Markup {
  const { target, state, availability, lastChange, doubts } = card;
  const id = idOf(target);
  const change =
    lastChange === null
      ? ''
      : html`<p class="change">${ageText(nowMs - lastChange.atMs)} ago: ${lastChange.text}</p>`;
  const more = doubts.length > MOST_DOUBTS ? ` and ${doubts.length - MOST_DOUBTS} more` : '';
  const doubted =
    doubts.length === 0
      ? ''
      : html`<p class="doubted">in doubt: ${doubts.slice(0, MOST_DOUBTS).join(', ')}${more}</p>`;
  return html`<article class="card ${state.name}" id="${id}" data-live aria-labelledby="${id}-name">
<h2 id="${id}-name"><a href="${targetPath(target)}" data-target>${target}</a></h2>
${stateMark(card)}
<dl class="two">${figures(card)}</dl>
${sparkline(card.hour, nowMs)}
<p class="rest">${shareText(availability)} answered in 24 h</p>
${change}${doubted}</article>`;
}

function figures({ kind, p50Ns, p99Ns, load }: Card): Markup {
  if (kind === 'load') {
    return html`${pair('down', rateText(load?.downBitsPerSecond))}${pair('up', rateText(load?.upBitsPerSecond))}`;
  }
  return html`${pair('p50', p50Ns === null ? '–' : timeText(p50Ns))}${pair('p99', p99Ns === null ? '–' : timeText(p99Ns))}`;
}

function pair(name: string, value: string): Markup {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

function rateText(bitsPerSecond: number | null | undefined): string {
  if (bitsPerSecond === null || bitsPerSecond === undefined) return '–';
  const unit = largestRateUnit([bitsPerSecond]);
  return `${inUnit(bitsPerSecond, unit)} ${unit.name}`;
}
