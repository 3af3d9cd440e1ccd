/** Words in a cell of CSV. */
import { printable } from '../text/printable.ts';

/** A spreadsheet would take a word with = at its head for a formula. */
export function csvText(words: string): string {
  const text = printable(words).replace(/^[=+@-]/, "'$&");
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
