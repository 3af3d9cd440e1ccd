/** How a token is made: the issuer signs what it says of its holder, whose key is made with it. */
import { createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import { usage } from '../core/errors.ts';
import { encodeBase64url } from './base64url.ts';
import { encodeClaims, encodeHeader, TOKEN_NAME, type TokenClaims } from './claims.ts';
import type { HeldToken } from './held-token.ts';
import { generateHolderKey, publicJwkOf, thumbprintOf } from './keys.ts';

const ID_BYTES = 16;

/** What an issuer decides. */
export type TokenGrant = Omit<TokenClaims, 'id' | 'holder'>;

/**
 * @param key the issuer's private key
 * @throws EcholotError `usage` for a name, class or time that cannot be
 */
export function issueToken(key: KeyObject, grant: TokenGrant): HeldToken {
  checkWord('name', grant.name);
  checkWord('class', grant.class);
  if (grant.audience !== undefined) checkWord('name of a server', grant.audience);
  if (grant.expiresSeconds <= grant.issuedSeconds) {
    throw usage('a token that has expired before it is issued helps nobody', 'let it expire later');
  }
  const holder = generateHolderKey();
  const { kty, crv, x } = holder;
  const id = randomBytes(ID_BYTES).toString('hex');
  const token = signClaims(key, { ...grant, id, holder: { kty, crv, x } });
  return { token, key: holder };
}

/** A compact JWS (RFC 7515). */
export function signClaims(key: KeyObject, claims: TokenClaims): string {
  const issuer = thumbprintOf(publicJwkOf(createPublicKey(key)));
  const signed = `${encodeHeader(issuer)}.${encodeClaims(claims)}`;
  return `${signed}.${encodeBase64url(sign(null, Buffer.from(signed), key))}`;
}

function checkWord(what: string, word: string): void {
  if (TOKEN_NAME.test(word)) return;
  throw usage(
    `the ${what} cannot be ${word === '' ? 'empty' : JSON.stringify(word)}`,
    'use a word of at most 64 letters, digits and . _ @ -, which begins with a letter or a digit',
  );
}
