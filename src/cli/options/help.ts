/** What the help page of a command says beside its options. */
import { lineBreak, type Message, text } from '@optique/core/message';
import type { Usage } from '@optique/core/usage';

/** A command line to start from, and what it does; help pages and documents show it. */
export type Example = readonly [line: string, meaning: string];

/** What follows a command's name in its synopsis; the options are listed below it anyway. */
export function usageLine(...words: readonly string[]): Usage {
  return words.map((value) => ({ type: 'literal', value }));
}

/** Example lines, one below the other, under a help page. */
export function examples(lines: readonly Example[]): Message {
  return [
    text('Examples:'),
    ...lines.flatMap(([line, meaning]) => [
      lineBreak(),
      text(`  ${line}`),
      lineBreak(),
      text(`      ${meaning}`),
    ]),
  ];
}
