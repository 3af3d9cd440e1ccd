/**
 * Words of others (hosts, servers, machines) made safe to show: control characters and the marks that turn the
 * direction of writing are shown as codes, so that no text can pose as another, and long ones are cut.
 */

const MOST_CHARACTERS = 400;

/** Control characters, marks of direction, separators of lines, and what XML does not allow. */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/g;

export function printable(text: string): string {
  const shown = text
    .slice(0, MOST_CHARACTERS)
    .toWellFormed()
    .replace(UNSEEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return text.length > MOST_CHARACTERS ? `${shown}...` : shown;
}
