/** The whole site in memory: pages, what they load, and what they offer beside them. The same each time. */
import { readFileSync } from 'node:fs';
import { toolInfo } from '../../src/measure/machine/system.ts';
import { absolute } from '../docs/paths.ts';
import { galleryBody, galleryFiles, reportPages } from './gallery.ts';
import { offeredPath } from './links.ts';
import { type Rendered, renderMarkdown } from './markdown.ts';
import { GALLERY, PAGES, type Page } from './pages.ts';
import { SCRIPT } from './script.ts';
import { SEARCH_ASSETS, searchIndex, searchLibrary } from './search.ts';
import { STYLE } from './style.ts';
import { ASSETS, layout } from './template.ts';

/** Of the first words of a page, for those who list pages. */
const DESCRIPTION_CHARACTERS = 200;

/** By paths relative to the root of the site. */
export type Files = Map<string, string | Uint8Array>;

export async function wholeSite(): Promise<Files> {
  return new Map([...documentPages(), ...(await reportPages())]);
}

/** All but the reports of the gallery, which take longer. */
export function documentPages(): Files {
  const rendered = PAGES.map((page) => ({ page, ...render(page) }));
  const { version } = toolInfo();
  const pages = rendered.map(({ page, body, sections }): [string, string] => {
    const description = descriptionOf(sections[0]?.content ?? '');
    return [page.path, layout(page, { body, headings: sections, description }, version)];
  });
  const offered = rendered.flatMap(({ files }) => files);
  return new Map<string, string | Uint8Array>([
    ...pages,
    [ASSETS.style, `${STYLE}\n`],
    [ASSETS.script, SCRIPT],
    [SEARCH_ASSETS.miniSearch, searchLibrary()],
    [SEARCH_ASSETS.index, searchIndex(rendered)],
    ...offered.map((file): [string, string | Uint8Array] => [offeredPath(file), offeredContent(file)]),
  ]);
}

function render({ source, path }: Page): Rendered {
  if (source !== undefined) return renderMarkdown(readFileSync(absolute(source), 'utf8'), source, path);
  const section = { depth: 1, id: 'gallery', text: GALLERY.title, content: 'Reports, pages and pictures' };
  return { body: galleryBody(), sections: [section], files: galleryFiles() };
}

/** Schemas are for programs: half of their bytes are blanks. */
function offeredContent(file: string): string | Uint8Array {
  const content = readFileSync(absolute(file));
  return file.endsWith('.json') ? JSON.stringify(JSON.parse(content.toString())) : content;
}

function descriptionOf(text: string): string {
  const words = text.trim();
  return words.length <= DESCRIPTION_CHARACTERS
    ? words
    : `${words.slice(0, DESCRIPTION_CHARACTERS).replace(/\s\S*$/, '')} ...`;
}
