/** A document of the project as the main part of a page, with what the menus and the search have to know of it. */
import { Marked, type Token, type Tokens } from 'marked';
import { codeBlock, codeWords, escaped } from './code.ts';
import { linkOf } from './links.ts';

export interface Heading {
  readonly depth: number;
  readonly id: string;
  readonly text: string;
}

/** What one heading stands over. */
export interface Section extends Heading {
  /** In plain words. */
  readonly content: string;
}

export interface Rendered {
  readonly body: string;
  readonly sections: readonly Section[];
  /** Of the project, which must lie beside the pages. */
  readonly files: readonly string[];
}

/** @param source of the text, relative to the root of the project @param path of the page */
export function renderMarkdown(text: string, source: string, path: string): Rendered {
  const files = new Set<string>();
  const marked = new Marked({ gfm: true });
  const tokens = marked.lexer(text);
  const headings = new Map(headingsOf(tokens));
  let heading = '';

  function resolved(link: string): string | undefined {
    const { href, file } = linkOf(source, path, link);
    if (file !== undefined) files.add(file);
    return href;
  }

  marked.use({
    renderer: {
      heading(token) {
        const { id = '', text = '', depth = 1 } = headings.get(token) ?? {};
        heading = text;
        const inner = this.parser.parseInline(token.tokens);
        const anchor = `<a class="anchor" href="#${id}" aria-label="Link to ${escaped(text)}">#</a>`;
        return `<h${depth} id="${id}">${inner}${depth === 1 ? '' : ` ${anchor}`}</h${depth}>\n`;
      },
      code({ text, lang }) {
        return codeBlock(text, lang);
      },
      codespan({ text }) {
        return codeWords(text);
      },
      html({ text }) {
        return text.replace(/<!--[\s\S]*?-->/g, '');
      },
      link({ href, tokens }) {
        const inner = this.parser.parseInline(tokens);
        const target = resolved(href);
        return target === undefined ? inner : `<a href="${escaped(target)}">${inner}</a>`;
      },
      image({ href, text }) {
        return `<img src="${escaped(resolved(href) ?? '')}" alt="${escaped(text)}" loading="lazy">`;
      },
      table({ header, rows }) {
        const head = header.map((cell) => this.tablecell(cell)).join('');
        const body = rows.map((row) => `<tr>${row.map((cell) => this.tablecell(cell)).join('')}</tr>\n`);
        const caption = `<caption><span class="unseen">${escaped(heading)}</span></caption>`;
        return `<div class="scroll" tabindex="0" role="group" aria-label="${escaped(heading)}, a table"><table>${caption}
<thead><tr>${head}</tr></thead>
<tbody>${body.join('')}</tbody></table></div>\n`;
      },
      tablecell({ tokens, header, align }) {
        const tag = header ? 'th scope="col"' : 'td';
        const side = align === 'right' ? ' class="right"' : '';
        return `<${tag}${side}>${this.parser.parseInline(tokens)}</${tag.slice(0, 2)}>`;
      },
    },
  });
  const body = marked.parser(tokens);
  return { body, sections: sectionsOf(tokens, headings), files: [...files] };
}

/** Each heading with its anchor, as GitHub makes them: links that lead somewhere there do so here. */
function* headingsOf(tokens: readonly Token[]): Iterable<[Token, Heading]> {
  const taken = new Set<string>();
  for (const token of tokens) {
    if (token.type !== 'heading') continue;
    const { depth } = token as Tokens.Heading;
    const text = plain(token);
    const slug = text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-');
    let id = slug;
    for (let again = 1; taken.has(id); again++) id = `${slug}-${again}`;
    taken.add(id);
    yield [token, { depth, id, text }];
  }
}

function sectionsOf(tokens: readonly Token[], headings: ReadonlyMap<Token, Heading>): Section[] {
  const sections: { heading: Heading; words: string[] }[] = [];
  for (const token of tokens) {
    const heading = headings.get(token);
    if (heading !== undefined) sections.push({ heading, words: [] });
    else sections.at(-1)?.words.push(plain(token));
  }
  return sections.map(({ heading, words }) => ({
    ...heading,
    content: words.join(' ').replace(/\s+/g, ' '),
  }));
}

/** The words of a part of a document. */
function plain(token: Token): string {
  if (token.type === 'html' || token.type === 'space') return '';
  if (token.type === 'table') {
    const { header, rows } = token as Tokens.Table;
    return [header, ...rows].flat().map(ofTokens).join(' ');
  }
  if (token.type === 'list') return (token as Tokens.List).items.map(ofTokens).join(' ');
  if (token.type === 'escape' || token.type === 'codespan') return (token as Tokens.Codespan).text;
  return 'tokens' in token && token.tokens !== undefined
    ? ofTokens(token)
    : 'text' in token
      ? token.text
      : ' ';
}

function ofTokens({ tokens = [] }: { readonly tokens?: readonly Token[] }): string {
  return tokens.map(plain).join('');
}
