/**
 * Words of others (hosts, servers, machines, files) made safe to show: what a terminal would obey instead of showing,
 * what turns the direction of writing, and what is not seen at all are shown as codes, so that no text can pose as
 * another. The codes are those of JSON, whose texts say the same with them as without.
 */

const MOST_CHARACTERS = 400;

/**
 * Control and format characters, ends of lines, what is ignored where it cannot be shown (Unicode Standard Annex 44:
 * Default_Ignorable_Code_Point), what is no character, and halves of one. All but LF and TAB.
 */
const UNSEEN = /[[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}\p{NChar}]--[\n\t]]/gv;
const LINE_ENDS = /[\n\t]/g;
/** Most texts are no more than this, and known for it ten times as fast. */
const PLAIN = /^[\n\t\x20-\x7e]*$/;

/** Text of any length that leaves the program, with its lines as they are. */
export function harmless(text: string): string {
  return PLAIN.test(text) ? text : text.replace(UNSEEN, code);
}

/** One line of words, cut where it is long. */
export function printable(text: string, maxCharacters: number = MOST_CHARACTERS): string {
  const shown = harmless(text.slice(0, maxCharacters)).replace(LINE_ENDS, code);
  return text.length > maxCharacters ? `${shown}...` : shown;
}

/** As in a text of JSON: four digits for each unit of UTF-16. */
function code(character: string): string {
  let codes = '';
  for (let i = 0; i < character.length; i++) {
    codes += `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`;
  }
  return codes;
}
