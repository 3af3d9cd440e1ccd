/** Lines of words for people. */

import { figureText } from '../result/number-text.ts';
import { leastOf, mostOf } from '../stats/extremes.ts';

/** What every terminal holds. */
export const WIDTH = 80;

/** A blank, but not one between a number and its unit. */
const BREAK = / (?!(?:[mµn]?s|%|B|[KMG]iB|[kMG]?bit\/s)(?![\w/]))/;
const KEPT = / (?=(?:[mµn]?s|%|B|[KMG]iB|[kMG]?bit\/s)(?![\w/]))/g;

/** Words in lines of a width, those after the first one indented; each line ends. */
export function wrapped(text: string, indent = '', width: number = WIDTH): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(BREAK)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent + word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.map((one) => `${one}\n`).join('');
}

/** The same for what breaks lines by itself, such as a page. */
export function unbroken(text: string): string {
  return text.replace(KEPT, '\u00a0');
}

/** `1 block`, `2 blocks`. */
export function counted(n: number, what: string): string {
  return `${n.toLocaleString('en-US')} ${what}${n === 1 ? '' : 's'}`;
}

/** A share in percent, with two significant digits. */
export function percentText(share: number): string {
  return `${figureText(share * 100, 2)} %`;
}

/** `3`, or `3 to 7`. */
export function rangeText(values: readonly number[]): string {
  const [least, most] = [leastOf(values), mostOf(values)];
  return least === most ? String(least) : `${least} to ${most}`;
}
