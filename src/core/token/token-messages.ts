/**
 * The messages of a token, as data and as bytes: what a client shows, and what the server makes of it. Refuses to know
 * when they may be sent, and what is in a token.
 *
 *     client                                    server
 *     s RTT 100 10 0 +token                     200 OK: Ready +token 8f3a...c1
 *     k eyJhbGciOi...  Jx7Qb2...                200 OK: Token lab
 *                                               404 ERROR: Token expired
 */
import { EXTENSIONS } from '../wire/extensions.ts';
import { asciiBytes } from '../wire/grammar.ts';
import { TOKEN_REFUSALS, type TokenRefusal, type TokenVerdict } from './token-desk.ts';

const { word, exchange } = EXTENSIONS.token;
const NONCE = /^[0-9a-f]{32}$/;
/** Base64url, and the two points between the parts of a token. */
const FIELD = /^[\w.-]+$/;
const ACCEPTED = '200 OK: Token ';
const REFUSED = '404 ERROR: Token ';

export interface ShownToken {
  readonly token: string;
  readonly signature: string;
}

/** @returns what the server has chosen for this connection; undefined where its answer agrees to no token, or has no such word */
export function nonceIn(readyText: string): string | undefined {
  const words = readyText.split(' ');
  const nonce = words[words.indexOf(word) + 1];
  return words.includes(word) && nonce !== undefined && NONCE.test(nonce) ? nonce : undefined;
}

export function encodeShown({ token, signature }: ShownToken): Uint8Array {
  return asciiBytes(`${exchange.question.letter} ${token} ${signature}\n`);
}

/** @param text a line without its LF */
export function readShown(text: string): ShownToken | undefined {
  const [letter, token = '', signature = '', ...others] = text.split(' ');
  if (letter !== exchange.question.letter || others.length > 0) return undefined;
  return FIELD.test(token) && FIELD.test(signature) ? { token, signature } : undefined;
}

export function encodeVerdict(verdict: Exclude<TokenVerdict, { notServed: unknown }>): Uint8Array {
  const text = 'accepted' in verdict ? ACCEPTED + verdict.accepted : REFUSED + verdict.refused;
  return asciiBytes(`${text}\n`);
}

/** @param text a line without its LF. @returns whose token it is; undefined for everything else */
export function readAccepted(text: string): string | undefined {
  const name = text.slice(ACCEPTED.length);
  return text.startsWith(ACCEPTED) && name !== '' ? name : undefined;
}

/** @param text a line without its LF. @returns undefined for everything else */
export function readRefused(text: string): TokenRefusal | undefined {
  return TOKEN_REFUSALS.find((reason) => text === REFUSED + reason);
}
