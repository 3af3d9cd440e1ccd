/** What all pages of the monitor have around them. No script and no style stands in a page: a strict policy lets none be. */
import { html, type Markup } from '../../text/markup.ts';
import { HELP } from './help.ts';

export interface Frame {
  /** Of the monitor, as its operator calls it. */
  readonly title: string;
  readonly version: string;
  readonly hasMetrics: boolean;
  /** Of the style sheet and the script, so that no browser keeps older ones. */
  readonly assetTag: string;
}

export interface Page {
  /** Of the view, in the title of the window. */
  readonly name: string;
  readonly main: Markup;
  /** Which link of the head leads here; undefined for others. */
  readonly place?: '/' | '/events';
}

const PLACES = [
  ['/', 'Targets', 't'],
  ['/events', 'Events', 'e'],
] as const;

export function layout({ title, version, hasMetrics, assetTag }: Frame, { name, main, place }: Page): string {
  const links = PLACES.map(
    ([path, text, key]) =>
      html`<li><a href="${path}" data-key="${key}"${path === place ? html` aria-current="page"` : ''}>${text}</a></li>`,
  );
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${name} · ${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/page.css?${assetTag}">
<script src="/assets/page.js?${assetTag}" defer></script>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header><p class="brand"><a href="/">${title}</a></p>
<nav aria-label="Pages"><ul>${links}</ul></nav></header>
<main id="main" tabindex="-1">
${main}</main>
<footer><p>echolot ${version}${hasMetrics ? html` · <a href="/metrics">metrics</a>` : ''}<span id="link" data-state="none"></span></p></footer>
${HELP}</body>
</html>
`.source;
}
