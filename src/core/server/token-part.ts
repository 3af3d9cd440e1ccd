/** What a server keeps of a token that a setup has announced: the setup itself, of which the holder's proof is, too. */
import type { TokenDesk } from '../token/token-desk.ts';
import { encodeVerdict, readShown } from '../token/token-messages.ts';
import { startsQuestion } from '../wire/extensions.ts';
import { asciiText, contentEnd } from '../wire/grammar.ts';
import { encodeRefusal } from '../wire/refusals.ts';
import type { Part, Refused } from './extension-part.ts';

export class TokenPart implements Part {
  private readonly desk: TokenDesk | undefined;
  private readonly setupLine: string;

  /** @param desk there is one where a token was agreed on */
  constructor(desk: TokenDesk | undefined, setupMessage: Uint8Array) {
    this.desk = desk;
    this.setupLine = asciiText(setupMessage, 0, contentEnd(setupMessage));
  }

  get nonce(): string | undefined {
    return this.desk?.nonce;
  }

  answerTo(message: Uint8Array): Uint8Array | Refused | undefined {
    if (!startsQuestion(message, ['token'])) return undefined;
    const shown = readShown(asciiText(message, 0, contentEnd(message)));
    const verdict =
      shown === undefined
        ? ({ refused: 'malformed' } as const)
        : this.desk?.answer(shown.token, shown.signature, this.setupLine);
    if (verdict === undefined) return undefined;
    if ('notServed' in verdict) {
      const { notServed } = verdict;
      const { reason: refusal } = notServed;
      return { words: encodeRefusal(notServed), reason: 'refused-token', detail: refusal, refusal };
    }
    const words = encodeVerdict(verdict);
    if ('accepted' in verdict) return words;
    return { words, reason: 'refused-token', detail: verdict.refused };
  }
}
