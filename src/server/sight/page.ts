/** The state of a server for people: one page that needs nothing else, without scripts; every value is escaped. */
import { html, type Markup, trusted } from '../../text/markup.ts';
import { type Section, type Shown, sectionsOf } from './rows.ts';

export const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const STYLE = `:root{color-scheme:light dark;--paper:#fff;--ink:#1b1f24;--faint:#59636e;--line:#d8dee4}
@media (prefers-color-scheme:dark){:root{--paper:#12161b;--ink:#e6eaef;--faint:#9aa4b0;--line:#2c343d}}
body{margin:2rem auto;max-width:38rem;padding:0 1rem;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
h1{font-size:1.5rem}
h2{font-size:1.1rem;margin-top:2rem}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{text-align:left;font-weight:normal;padding:.3rem .5rem .3rem 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
th{color:var(--faint);width:45%}
a{color:inherit}`;

/** @param server undefined before there is one */
export function page(server: Shown | undefined, startSeconds: number, version: string): string {
  const body =
    server === undefined
      ? html`<p>The server is starting.</p>\n`
      : html`${sectionsOf(server, startSeconds).map(section)}`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>echolot server</title>
<style>
${trusted(STYLE)}
</style>
</head>
<body>
<h1>echolot server</h1>
${body}<p><a href="/metrics">metrics</a> · <a href="/healthz">health</a> · echolot ${version}</p>
</body>
</html>
`.source;
}

function section({ title, rows }: Section): Markup {
  const heading = title === undefined ? '' : html`<h2>${title}</h2>\n`;
  return html`${heading}<table>
${rows.map(([what, value]) => html`<tr><th scope="row">${what}</th><td>${value}</td></tr>\n`)}</table>
`;
}
