/** The sections of a document as HTML. */

import { unbroken } from '../../text/lines.ts';
import { html, Markup, trusted } from '../../text/markup.ts';
import type {
  Doubt,
  DoubtCase,
  KeyFigure,
  Part,
  ReportTable,
  Section,
  Verdict,
} from '../document/document.ts';
import { verdictLines } from '../verdict-lines.ts';

/** @param pictures what stands where the document has its pictures */
export function section({ id, title, parts }: Section, pictures: Markup): Markup {
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>
${parts.map((part) => partMarkup(part, pictures))}</section>
`;
}

function partMarkup(part: Part, pictures: Markup): Markup {
  switch (part.kind) {
    case 'text':
      return html`<p>${unbroken(part.text)}</p>\n`;
    case 'heading':
      return html`<h3>${part.text}</h3>\n`;
    case 'list':
      return html`<ul>${part.items.map((item) => html`<li>${unbroken(item)}</li>`)}</ul>\n`;
    case 'table':
      return tableMarkup(part.table);
    case 'key-figures':
      return html`<dl class="tiles">${part.figures.map(tile)}</dl>\n`;
    case 'doubts':
      return html`${part.doubts.map(doubt)}\n`;
    case 'definitions':
      return html`<dl class="definitions">${part.definitions.map(
        ({ term, text }) => html`<dt>${term}</dt><dd>${text}</dd>`,
      )}</dl>\n`;
    case 'verdicts':
      return html`<ul class="verdicts">${part.verdicts.map(verdict)}</ul>\n`;
    case 'pictures':
      return pictures;
  }
}

function verdict({ word, tone, name, text, details }: Verdict): Markup {
  const below =
    details.length === 0 ? '' : html`<pre>${verdictLines(details).map((line) => html`${line}\n`)}</pre>`;
  return html`<li><strong class="${tone === 'doubt' ? 'doubt-word' : tone}">${word}</strong> <code>${name}</code>: ${text}${below}</li>\n`;
}

/** Of a cell of words among figures. */
const WORDS: Markup = trusted(' class="word"');
const NONE: Markup = trusted('');

/** Wide tables scroll within a box of their own, which can be reached by the keyboard. */
function tableMarkup({ caption, columns, rows, legend }: ReportTable): Markup {
  const kind = columns.some((column) => column.kind === 'figures') ? 'figures' : 'words';
  const mark = (i: number): Markup => (kind === 'figures' && columns[i]?.kind === 'words' ? WORDS : NONE);
  const head = columns.map(({ name }, i) =>
    name === '' ? html`<td></td>` : html`<th scope="col"${mark(i)}>${name}</th>`,
  );
  const body = rows.map(([first = '', ...cells]) => {
    return html`<tr><th scope="row">${first}</th>${cells.map((cell, i) => html`<td${mark(i + 1)}>${cell}</td>`)}</tr>\n`;
  });
  const below = legend === '' ? '' : html`<p class="legend">${legend}</p>\n`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table class="${kind}"><caption><span>${caption}</span></caption>
<thead><tr>${head}</tr></thead>
<tbody>${body}</tbody></table></div>
${below}`;
}

function tile({ name, value, detail }: KeyFigure): Markup {
  const more = detail === '' ? new Markup('') : html`<dd class="detail">${unbroken(detail)}</dd>`;
  return html`<div><dt>${name}</dt><dd class="value">${unbroken(value)}</dd>${more}</div>`;
}

function doubt({ cause, advice, cases }: Doubt): Markup {
  const what = html`What to do: ${unbroken(advice.join('; '))}.`;
  return html`<div class="doubt"><p class="code">${cause}</p><ul>${cases.map(doubtCase)}</ul><p>${what}</p></div>`;
}

function doubtCase({ message, evidence, others }: DoubtCase): Markup {
  const alike = others === '' ? '' : html`, and likewise ${unbroken(others)}`;
  const shown =
    evidence.length === 0 ? '' : html`<br><span class="evidence">${unbroken(evidence.join(', '))}</span>`;
  return html`<li>${unbroken(message)}${alike}${shown}</li>`;
}
