/** The index of all pages, made when they are, and what reads it in a browser: both are loaded only when somebody searches. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import MiniSearch from 'minisearch';
import type { Section } from './markdown.ts';
import type { Page } from './pages.ts';

export const SEARCH_ASSETS = { miniSearch: 'assets/minisearch.js', index: 'assets/search-index.js' } as const;

/** As the browser must be told, too. */
const OPTIONS = {
  fields: ['title', 'page', 'text'],
  storeFields: ['title', 'page', 'href', 'start'],
};
/** Of a section's words, told below its title. */
const START_CHARACTERS = 110;

export interface Searched {
  readonly page: Page;
  readonly sections: readonly Section[];
}

/** A script rather than data, since a page on a disk may load the one and not the other. */
export function searchIndex(pages: readonly Searched[]): string {
  const index = new MiniSearch(OPTIONS);
  const sections = pages.flatMap(({ page, sections }) => sections.map((section) => ({ page, section })));
  index.addAll(
    sections.map(({ page, section: { depth, id, text, content } }, number) => ({
      ...{ id: number, title: text, page: page.title, text: content },
      href: depth === 1 ? page.path : `${page.path}#${id}`,
      start: startOf(content),
    })),
  );
  return `self.searchIndex=${JSON.stringify({ options: OPTIONS, index })};\n`;
}

function startOf(content: string): string {
  const text = content.trim();
  return text.length > START_CHARACTERS
    ? `${text.slice(0, START_CHARACTERS).replace(/\s\S*$/, '')} ...`
    : text;
}

/** As its makers give it to pages, under their terms. */
export function searchLibrary(): string {
  const folder = dirname(createRequire(import.meta.url).resolve('minisearch')).replace(/\/dist\/.*$/, '');
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8').trim();
  const source = read('dist/umd/index.js').replace(/^\/\/# sourceMappingURL=.*$/m, '');
  return `/*!\n${read('LICENSE.txt')}\n*/\n${source}\n`;
}
