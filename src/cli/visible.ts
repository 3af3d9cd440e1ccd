/** Text from the network on a line of a terminal: nothing that is not seen, and not too much. */
import { printable } from '../text/printable.ts';

const SHOWN_CHARACTERS = 200;

export function visible(text: string, maxCharacters: number = SHOWN_CHARACTERS): string {
  return printable(text, maxCharacters);
}
