/** Links in the documents lead somewhere: to a file that exists, and to a heading in it. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { absolute } from '../../scripts/docs/paths.ts';
import { markdownFiles } from '../../scripts/docs/targets.ts';

/** The text without code, in which brackets are no links and a hash is no heading. */
function withoutCode(markdown: string): string {
  return markdown.replace(/^( *)(```+|~~~+)[\s\S]*?^\1\2.*$/gm, '').replace(/(`+)[^`\n]*?\1/g, 'code');
}

function linksOf(markdown: string): string[] {
  const text = withoutCode(markdown);
  const inline = [...text.matchAll(/\[[^\]]*\]\(\s*<?([^\s)>]+)>?[^)]*\)/g)].map(([, to = '']) => to);
  const references = [...text.matchAll(/^\[[^\]]+\]:\s*<?([^\s>]+)/gm)].map(([, to = '']) => to);
  const images = [...text.matchAll(/<(?:img|a|source)\b[^>]*?\b(?:src|href|srcset)="([^"]+)"/g)];
  return [...inline, ...references, ...images.map(([, to = '']) => to)];
}

/** Anchors as GitHub makes them of headings; those written in HTML count, too. */
function anchorsOf(markdown: string): Set<string> {
  const anchors = new Set<string>();
  const fenceless = markdown.replace(/^( *)(```+|~~~+)[\s\S]*?^\1\2.*$/gm, '');
  for (const [, heading = ''] of fenceless.matchAll(/^#{1,6} +(.*?) *#*$/gm)) {
    const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = words.replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/\s/g, '-');
    let anchor = slug;
    for (let again = 1; anchors.has(anchor); again++) anchor = `${slug}-${again}`;
    anchors.add(anchor);
  }
  for (const [, name = ''] of markdown.matchAll(/\b(?:id|name)="([^"]+)"/g)) anchors.add(name);
  return anchors;
}

/** What is wrong with a link of `file`, in words; undefined when nothing is. */
function faultOf(file: string, link: string): string | undefined {
  if (/^[a-z][a-z+.-]*:/i.test(link)) return undefined;
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? file : normalize(join(dirname(file), decodeURIComponent(path)));
  if (target.startsWith('..')) return `${link} leads out of the project`;
  if (!existsSync(absolute(target))) return `${link}: there is no ${target}`;
  if (anchor === undefined || statSync(absolute(target)).isDirectory() || !target.endsWith('.md')) {
    return undefined;
  }
  const anchors = anchorsOf(readFileSync(absolute(target), 'utf8'));
  return anchors.has(anchor) ? undefined : `${link}: ${target} has no heading #${anchor}`;
}

describe('links', () => {
  test.each(markdownFiles())('of %s lead to something that exists', (file) => {
    const links = linksOf(readFileSync(absolute(file), 'utf8'));
    expect(links.flatMap((link) => faultOf(file, link) ?? [])).toEqual([]);
  });

  test('that are broken are found', () => {
    const markdown = '# A b\n\n[x](nowhere.md) [y](#a-b) [z](#a-c) `[no](link.md)`\n';
    expect(linksOf(markdown)).toEqual(['nowhere.md', '#a-b', '#a-c']);
    expect(faultOf('docs/cli.md', 'nowhere.md')).toContain('docs/nowhere.md');
    expect(faultOf('docs/cli.md', '#no-such-heading')).toContain('no heading');
    expect(anchorsOf('# A `b`, c!\n## A b c\n')).toEqual(new Set(['a-b-c', 'a-b-c-1']));
  });
});
