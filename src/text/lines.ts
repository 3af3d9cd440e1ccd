/** Lines of words for people. */

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
