/** The table of what a server says to whom it does not serve. */
import { asciiText } from '../../src/core/wire/grammar.ts';
import { encodeRefusal, REFUSAL_REASONS, REFUSALS, refusalText } from '../../src/core/wire/refusals.ts';
import { table } from './markdown.ts';

export function refusalTable(): string {
  const rows = REFUSAL_REASONS.map((reason) => {
    const most = REFUSALS[reason].unit === undefined ? {} : { most: 1_000 };
    const line = asciiText(encodeRefusal({ reason, ...most })).trimEnd();
    return [`\`${line}\``, refusalText({ reason, ...most }).what];
  });
  return table(['line', 'meaning'], rows);
}
