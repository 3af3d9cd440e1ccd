/** A client's reading of the verdict on its token (extension `+token`): one line, with the name that the token is of. */
import { readAccepted } from '../token/token-messages.ts';
import { asciiText, contentEnd, LF } from '../wire/grammar.ts';
import type { ExtensionReader } from './answer-reader.ts';

export class TokenReader implements ExtensionReader {
  readonly owed = 'the token';
  readonly expected = '200 OK: Token, and whose it is';
  /** Longer than any name of a token makes it. */
  readonly maxBytes = 128;

  read(received: Uint8Array, newBytes: number): 'incomplete' | 'answer' | 'wrong' {
    const at = received.subarray(received.length - newBytes).indexOf(LF);
    if (at < 0) return received.length < this.maxBytes ? 'incomplete' : 'wrong';
    if (at !== newBytes - 1) return 'wrong';
    return readAccepted(asciiText(received, 0, contentEnd(received))) === undefined ? 'wrong' : 'answer';
  }
}
