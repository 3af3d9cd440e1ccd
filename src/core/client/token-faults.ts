/** What goes wrong with a token, in words for its holder. */
import { EcholotError } from '../errors.ts';
import type { TokenRefusal } from '../token/token-desk.ts';
import { readRefused } from '../token/token-messages.ts';
import { asciiText, contentEnd } from '../wire/grammar.ts';

interface Wording {
  readonly what: string;
  readonly advice: string;
}

const ASK_ISSUER = 'ask whoever issued it for a new one';

const WORDINGS: Readonly<Record<TokenRefusal, Wording>> = {
  malformed: {
    what: 'it is not as it should be',
    advice: `${ASK_ISSUER}: the file may be damaged, or of a newer version`,
  },
  foreign: {
    what: 'its issuer is not known there, or it is for another server',
    advice: 'use a token for this server, or let it know the issuer: echolot serve --token-key',
  },
  'bad-signature': { what: 'its issuer has not signed it', advice: ASK_ISSUER },
  expired: { what: 'its time is over', advice: ASK_ISSUER },
  'not-yet-valid': {
    what: 'its time has not begun',
    advice: "compare the server's clock with that of whoever issued it",
  },
  revoked: { what: 'it was good, and is no more', advice: ASK_ISSUER },
  'wrong-proof': {
    what: 'the key that proves it is not that of its holder',
    advice: 'use the file of the token as it was issued',
  },
  replayed: { what: 'one was shown on this connection before', advice: 'show one token on a connection' },
  busy: { what: 'too many are being checked at the moment', advice: 'try again in a few seconds' },
};

/** @param line of the server, which refuses; undefined for one that says no reason that is known */
export function refusedToken(line: Uint8Array): EcholotError | undefined {
  const reason = readRefused(asciiText(line, 0, contentEnd(line)));
  if (reason === undefined) return undefined;
  const { what, advice } = WORDINGS[reason];
  // Another setup would not please the server: it is no fault of the protocol, and its words are not looked at again.
  const code = reason === 'busy' ? 'limit' : 'usage';
  return new EcholotError(code, `the server refused the token (${reason}): ${what}`, { advice });
}

/** The server has taken the setup, and not agreed to a token. */
export function withoutTokens(): EcholotError {
  return new EcholotError('usage', 'the server knows no tokens: it took the setup, and agreed to none', {
    advice: NO_TOKENS_ADVICE,
  });
}

export const NO_TOKENS_ADVICE =
  'leave out the token (ECHOLOT_TOKEN_FILE names one, too), or have the server know its issuer: echolot serve --token-key';
