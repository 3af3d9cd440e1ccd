/** The comments of a source file that say why a constant has its value, or what a word of a union means. */
import { readFileSync } from 'node:fs';
import { oneLine } from './markdown.ts';
import { absolute } from './paths.ts';

/** Every exported constant in capitals, with the text of the comment right above it ('' without one). */
export function constantComments(path: string): ReadonlyMap<string, string> {
  const declaration = /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)?export const ([A-Z][A-Z0-9_]+)\b/g;
  const comments = new Map<string, string>();
  for (const [, comment = '', name = ''] of readFileSync(absolute(path), 'utf8').matchAll(declaration)) {
    comments.set(name, oneLine(comment.replace(/^\s*\*/gm, '')));
  }
  return comments;
}

/** The items of the form "- `word`: meaning" in a file's comments, in their order. */
export function itemComments(path: string): ReadonlyMap<string, string> {
  const items = new Map<string, string>();
  for (const [, word = '', meaning = ''] of readFileSync(absolute(path), 'utf8').matchAll(
    /^ \* - `([\w-]+)`: (.*)$/gm,
  )) {
    items.set(word, meaning);
  }
  return items;
}
