/** Text from the network made safe for a terminal: no control character, not too long. */

const SHOWN_CHARACTERS = 200;

export function visible(text: string, maxCharacters = SHOWN_CHARACTERS): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  const escaped = text.slice(0, maxCharacters).replace(/[\u0000-\u001f\u007f-\u009f]/g, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return text.length > maxCharacters ? `${escaped.toWellFormed()}...` : escaped;
}
