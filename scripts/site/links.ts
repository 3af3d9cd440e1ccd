/**
 * Where a link of a document leads on the site: to a page, to a file that is offered beside the pages, or to nothing. All of
 * them are relative, so that the site works in any folder of a server and from a disk.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path/posix';
import { absolute } from '../docs/paths.ts';
import { PAGES } from './pages.ts';

/** Whose files are copied when a page leads to one of them. */
const OFFERED = /^(docs|man|examples)\/|^LICENSE$/;

const pathOf = new Map(PAGES.flatMap(({ source, path }) => (source === undefined ? [] : [[source, path]])));

export interface Link {
  /** Undefined where the site has nothing to lead to. */
  readonly href: string | undefined;
  /** What it needs beside the pages, relative to the root of the project. */
  readonly file?: string;
}

/** @param source the document with the link @param path of the page that is made of it */
export function linkOf(source: string, path: string, link: string): Link {
  if (/^([a-z][a-z+.-]*:|#)/i.test(link)) return { href: link };
  const [to = '', anchor] = link.split('#');
  const target = documentAt(normalize(join(dirname(source), decodeURIComponent(to))));
  const page = pathOf.get(target);
  if (page !== undefined) {
    return { href: `${between(path, page)}${anchor === undefined ? '' : `#${anchor}`}` };
  }
  if (OFFERED.test(target) && statSync(absolute(target)).isFile()) {
    return { href: between(path, offeredPath(target)), file: target };
  }
  const repository = repositoryUrl();
  return { href: repository === undefined ? undefined : `${repository}/blob/main/${target}` };
}

/** From one page to another file of the site. */
export function between(from: string, to: string): string {
  return relative(dirname(from), to);
}

/** Where a file of the project is on the site. */
export function offeredPath(file: string): string {
  return file.startsWith('docs/images/') ? file.slice('docs/'.length) : `files/${file.replace(/^.*\//, '')}`;
}

/** A folder stands for what it says of itself. */
function documentAt(target: string): string {
  const readme = join(target, 'README.md');
  return existsSync(absolute(readme)) && target !== '.' ? readme : target.replace(/\/$/, '');
}

/** Of `package.json`, for files that only the repository has. */
function repositoryUrl(): string | undefined {
  const { repository } = JSON.parse(readFileSync(absolute('package.json'), 'utf8'));
  const url: unknown = typeof repository === 'object' ? repository?.url : repository;
  return typeof url === 'string' ? url.replace(/^git\+/, '').replace(/\.git$/, '') : undefined;
}
