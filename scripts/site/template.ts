/**
 * What every page of the site has around its document. No script and no style stands in a page, and its policy lets none be;
 * `file:` is what a browser needs that takes each file on a disk for another origin.
 */
import { html, type Markup, trusted } from '../../src/text/markup.ts';
import { between } from './links.ts';
import type { Heading } from './markdown.ts';
import { GROUPS, PAGES, type Page } from './pages.ts';

const OWN = "'self' file:";
const POLICY = `default-src 'none'; script-src ${OWN}; style-src ${OWN}; img-src ${OWN} data:; base-uri 'none'; form-action 'none'`;

export const ASSETS = { style: 'assets/site.css', script: 'assets/site.js' } as const;

/** Fewer headings need no table. */
const LEAST_HEADINGS = 3;

export interface Content {
  /** Markup. */
  readonly body: string;
  readonly headings: readonly Heading[];
  /** For those who list pages; plain words. */
  readonly description: string;
}

export function layout(page: Page, { body, headings, description }: Content, version: string): string {
  const to = (path: string): string => between(page.path, path);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="${description}">
<title>${page.title} · echolot</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${to(ASSETS.style)}">
<script src="${to(ASSETS.script)}"></script>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header><p class="brand"><a href="${to('index.html')}">echolot</a> <span>TCP paths, by echo</span></p>
<div class="search" role="search" hidden><input type="search" id="search" placeholder="Search" aria-label="Search all pages" aria-controls="found" autocomplete="off" spellcheck="false"><div class="found" id="found" hidden></div></div>
<button type="button" id="theme" hidden>Theme</button>
<button type="button" id="open-menu" popovertarget="menu">Menu</button></header>
<div class="columns">
<nav class="menu" id="menu" popover aria-label="Pages">${GROUPS.map(
    ({ title, pages }) =>
      html`<p>${title}</p><ul>${pages.map(
        (other) =>
          html`<li><a href="${to(other.path)}"${other === page ? html` aria-current="page"` : ''}>${other.title}</a></li>`,
      )}</ul>\n`,
  )}</nav>
${contents(headings)}<main id="main" tabindex="-1">
${trusted(body)}
${turn(page, to)}</main>
</div>
<footer>echolot ${version}, under the Apache licence 2.0</footer>
</body>
</html>
`.source;
}

function contents(headings: readonly Heading[]): Markup | string {
  const shown = headings.filter(({ depth }) => depth === 2 || depth === 3);
  if (shown.length < LEAST_HEADINGS) return '';
  const items = shown.map(
    ({ depth, id, text }) =>
      html`<li${depth === 3 ? html` class="inner"` : ''}><a href="#${id}">${text}</a></li>`,
  );
  return html`<nav class="contents" aria-label="On this page"><details id="contents"><summary>On this page</summary><ul>${items}</ul></details></nav>\n`;
}

function turn(page: Page, to: (path: string) => string): Markup {
  const at = PAGES.indexOf(page);
  const link = (other: Page | undefined, name: string, rel: string): Markup | string =>
    other === undefined
      ? ''
      : html`<a class="${rel}" rel="${rel}" href="${to(other.path)}"><small>${name}</small>${other.title}</a>`;
  return html`<nav class="turn" aria-label="Pages before and after">${link(PAGES[at - 1], 'Before', 'prev')}${link(PAGES[at + 1], 'Next', 'next')}</nav>\n`;
}
