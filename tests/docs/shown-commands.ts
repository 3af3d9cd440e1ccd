/** The command lines that the documents show, as a shell would hand them to the program. */
import { readFileSync } from 'node:fs';
import { Marked, type Token } from 'marked';
import { absolute } from '../../scripts/docs/paths.ts';
import { PAGES } from '../../scripts/site/pages.ts';

export interface ShownLine {
  /** The document, and the line as it stands there. */
  readonly where: string;
  readonly line: string;
  /** What comes after `echolot`. */
  readonly args: readonly string[];
}

/** Of all pages of the site, in blocks of code: after a prompt, or in a block for a shell. */
export function shownLines(): ShownLine[] {
  return documents().flatMap(({ source, tokens }) =>
    [...everyToken(tokens)].flatMap((token) =>
      token.type === 'code' ? typedIn(token.text, token.lang ?? 'sh').map((line) => shown(source, line)) : [],
    ),
  );
}

/** Of all pages, within a line of text: a command with what is said of it, seldom one that is whole. */
export function namedCommands(): { readonly where: string; readonly line: string }[] {
  return documents().flatMap(({ source, tokens }) =>
    [...everyToken(tokens)].flatMap((token) =>
      token.type === 'codespan' && /^echolot \w/.test(token.text)
        ? [{ where: source, line: token.text }]
        : [],
    ),
  );
}

function documents(): { source: string; tokens: Token[] }[] {
  return PAGES.flatMap(({ source }) =>
    source === undefined
      ? []
      : [{ source, tokens: new Marked().lexer(readFileSync(absolute(source), 'utf8')) }],
  );
}

function* everyToken(tokens: readonly Token[]): Iterable<Token> {
  for (const token of tokens) {
    yield token;
    for (const part of ['tokens', 'items', 'header', 'rows']) {
      const inner: unknown = Reflect.get(token, part);
      if (Array.isArray(inner)) yield* everyToken(inner.flat());
    }
  }
}

function typedIn(text: string, language: string): string[] {
  const lines = text.replace(/\\\n\s*/g, '').split('\n');
  return lines.flatMap((line) => {
    const [, prompt, typed] = /^(\$ )?((?:[A-Z_]+=\S+ )*echolot(?: .*)?)$/.exec(line) ?? [];
    return typed !== undefined && (prompt !== undefined || language === 'sh') ? [typed] : [];
  });
}

function shown(where: string, line: string): ShownLine {
  const words = shellWords(line);
  return { where, line, args: words.slice(words.indexOf('echolot') + 1).flatMap(expanded) };
}

/** A pattern of files stands for two. */
function expanded(word: string): string[] {
  return word.includes('*') ? [word.replace('*', '1'), word.replace('*', '2')] : [word];
}

/**
 * The words of the first command of a line, without what its shell does with them: files that it opens, a second program that
 * reads, `&`.
 */
export function shellWords(line: string): string[] {
  const words: string[] = [];
  const token = /\s+|(#.*|[|;&].*|\d?>+\s*\S+)|((?:'[^']*'|"[^"]*"|[^\s'"|;&])+)/y;
  for (let found = token.exec(line); found !== null; found = token.exec(line)) {
    const [, ends, word] = found;
    if (ends !== undefined && !/^\d?>/.test(ends)) break;
    if (word !== undefined) words.push(word.replace(/'([^']*)'|"([^"]*)"/g, '$1$2'));
  }
  return words;
}
