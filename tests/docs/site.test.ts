/** The site: a reader gets wherever a link says, fetches nothing from elsewhere, and finds every document. */
import { globSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import MiniSearch from 'minisearch';
import { describe, expect, test } from 'vitest';
import { absolute } from '../../scripts/docs/paths.ts';
import { EXAMPLES, reportPages } from '../../scripts/site/gallery.ts';
import { renderMarkdown } from '../../scripts/site/markdown.ts';
import { PAGES } from '../../scripts/site/pages.ts';
import { SEARCH_ASSETS } from '../../scripts/site/search.ts';
import { documentPages, type Files } from '../../scripts/site/site.ts';
import { ASSETS } from '../../scripts/site/template.ts';

const MOST_BYTES = 3_000_000;
/** Pictures are not counted. */
const PICTURE = /^images\//;

const documents = documentPages();
const reports = await reportPages();
const files: Files = new Map([...documents, ...reports]);
const pages = textsOf(files).filter(([path]) => path.endsWith('.html'));

function textsOf(all: Files): [string, string][] {
  return [...all].flatMap(([path, content]) => (typeof content === 'string' ? [[path, content]] : []));
}

function valuesOf(attribute: string, page: string): string[] {
  return [...page.matchAll(new RegExp(`<[^>]* ${attribute}="([^"]*)"`, 'g'))].map(([, value = '']) => value);
}

/** What is wrong with a link, in words; undefined where nothing is. */
function faultOf(path: string, link: string): string | undefined {
  if (/^(https?|mailto|data):/.test(link)) return undefined;
  const [to = '', anchor] = link.split('#');
  if (to.startsWith('/')) return `${link} depends on where the site lies`;
  const target = to === '' ? path : join(dirname(path), to);
  const content = files.get(target);
  if (content === undefined) return `${link}: there is no ${target}`;
  if (anchor === undefined) return undefined;
  return valuesOf('id', String(content)).includes(decodeURIComponent(anchor))
    ? undefined
    : `${link}: ${target} has no #${anchor}`;
}

describe('links', () => {
  test.each(pages)('of %s lead to something that is there', (path, page) => {
    const links = [...valuesOf('href', page), ...valuesOf('src', page)];
    expect(links.length).toBeGreaterThan(0);
    expect(links.flatMap((link) => faultOf(path, link) ?? [])).toEqual([]);
  });

  test('that are broken are found', () => {
    expect(faultOf('guide/load.html', 'nowhere.html')).toContain('guide/nowhere.html');
    expect(faultOf('guide/load.html', '/index.html')).toContain('depends');
    expect(faultOf('guide/load.html', '../index.html#nothing')).toContain('#nothing');
    expect(faultOf('guide/load.html', '../index.html#quick-start')).toBeUndefined();
  });

  test.each(pages)('of %s have no two places of one name', (_path, page) => {
    const ids = valuesOf('id', page);
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
  });
});

test('every document has its place in the order', () => {
  const sources = PAGES.flatMap(({ source }) => source ?? []);
  expect(globSync('docs/**/*.md', { cwd: absolute('.') }).filter((file) => !sources.includes(file))).toEqual(
    [],
  );
  expect(sources.filter((file, at) => sources.indexOf(file) !== at)).toEqual([]);
});

test.each(pages)(
  '%s fetches nothing from elsewhere, and lets nothing run that stands in it',
  (path, page) => {
    expect(page).toContain('http-equiv="Content-Security-Policy" content="default-src \'none\'');
    const fetched = [...page.matchAll(/<(?:img|script|link|source|iframe|video|object)\b[^>]*>/g)].join('\n');
    expect(fetched).not.toMatch(/(?:src|href|srcset|data)="(?:[a-z]+:)?\/\//i);
    expect(page).not.toMatch(/<script(?![^>]* src=)|\son[a-z]+="|javascript:/i);
    // Reports are one file each, and have their style in it.
    if (documents.has(path)) expect(page).not.toMatch(/<style|\sstyle="/);
  },
);

test('neither do its style sheet and its script', () => {
  const [style, script] = [files.get(ASSETS.style), files.get(ASSETS.script)].map(String);
  expect(style).not.toMatch(/@import|url\(/);
  expect(script).not.toMatch(/fetch\(|XMLHttpRequest|https?:/);
});

test('the whole of it is small, for those who pay for each megabyte', () => {
  const sizes = [...files]
    .filter(([path]) => !PICTURE.test(path))
    .map(([, content]) => Buffer.byteLength(content));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MOST_BYTES);
});

test('two builds are the same, so that a difference is one of the documents', async () => {
  expect(textsOf(documentPages())).toEqual(textsOf(documents));
  expect(await reportPages()).toEqual(reports);
});

describe('the search', () => {
  const [, json = ''] = /^self\.searchIndex=(.*);\n$/s.exec(String(files.get(SEARCH_ASSETS.index))) ?? [];
  const { index, options } = JSON.parse(json);
  const search = MiniSearch.loadJS(index, options);

  test.each([
    ['server delay', 'method/method.html#server-delay'],
    ['fail-if', 'reference/cli.html'],
    ['responsiveness', 'guide/load.html#responsiveness-until-it-is-stable'],
  ])('%s leads to %s', (words, href) => {
    const found = search.search(words, { prefix: true, combineWith: 'AND', boost: { title: 4, page: 2 } });
    expect(
      found
        .slice(0, 10)
        .map((one) => one['href'])
        .some((one) => one.startsWith(href)),
    ).toBe(true);
  });

  test('leads nowhere but to places that are there', () => {
    const places = search.search(MiniSearch.wildcard).map((one) => String(one['href']));
    expect(places.length).toBeGreaterThan(300);
    expect(places.flatMap((href) => faultOf('index.html', href) ?? [])).toEqual([]);
  });
});

test('the gallery has reports with pictures', () => {
  expect(reports.length).toBe(EXAMPLES.length);
  expect(reports.filter(([, page]) => page.includes('<svg')).length).toBeGreaterThanOrEqual(4);
});

describe('a document as a page', () => {
  const render = (text: string): string => renderMarkdown(text, 'docs/load.md', 'guide/load.html').body;

  test('links to files that only the repository has are words', () => {
    expect(render('[the `source`](../src/index.ts)')).toBe('<p>the <code>source</code></p>\n');
  });

  test('anchors are those of GitHub, also of headings of one name', () => {
    expect(render('# A `b`, c!\n\n## A b c')).toMatch(/id="a-b-c"[\s\S]*id="a-b-c-1"/);
  });

  test('remarks of those who write it are for nobody else', () => {
    expect(render('a <!-- generated: x --> b')).toBe('<p>a  b</p>\n');
  });

  test('code cannot pose as markup', () => {
    expect(render('```sh\necholot a <b> # c & d\n```')).toContain(
      'echolot a &#60;b&#62;<i class="remark"> # c &#38; d</i>',
    );
    expect(render('`<script>`')).toContain('<code>&#60;script&#62;</code>');
  });
});
