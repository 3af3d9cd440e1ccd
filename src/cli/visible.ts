/** Text from the network made safe for a terminal: nothing that acts or hides instead of being seen, not too long. */

const SHOWN_CHARACTERS = 200;
/** Control characters; those of format (marks of direction, zero width, tags); separators of lines. */
const UNSEEN = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;
const HEX = 16;

export function visible(text: string, maxCharacters = SHOWN_CHARACTERS): string {
  const escaped = text.slice(0, maxCharacters).replace(UNSEEN, codeOf);
  return text.length > maxCharacters ? `${escaped.toWellFormed()}...` : escaped;
}

function codeOf(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(HEX);
  if (code.length <= 2) return `\\x${code.padStart(2, '0')}`;
  return code.length <= 4 ? `\\u${code.padStart(4, '0')}` : `\\u{${code}}`;
}
