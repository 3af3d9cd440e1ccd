/** The keys of the page: shown with `?`, and hidden from who has no script, for whom they do nothing. */
import { html, type Markup } from '../../text/markup.ts';

const KEYS: readonly (readonly [keys: readonly string[], what: string])[] = [
  [['j', '↓'], 'next target'],
  [['k', '↑'], 'previous target'],
  [['1'], 'the last hour'],
  [['d'], 'the last day'],
  [['7'], 'the last seven days'],
  [['3'], 'the last thirty days'],
  [['t'], 'all targets'],
  [['e'], 'events'],
  [['?'], 'these keys'],
];

export const HELP: Markup = html`<dialog id="help" aria-labelledby="help-title">
<h2 id="help-title">Keys</h2>
<dl class="keys">${KEYS.map(
  ([keys, what]) => html`<div><dt>${keys.map((key) => html`<kbd>${key}</kbd> `)}</dt><dd>${what}</dd></div>`,
)}</dl>
<p>Drag over a chart to zoom into it.</p>
<form method="dialog"><label><input type="checkbox" id="keys-on" checked> keys do something</label> <button>Close</button></form>
</dialog>
`;
