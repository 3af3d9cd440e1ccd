/** What a client has of a token: the token itself, and the key that proves it to be his. A file holds them as JSON. */
import type { KeyObject } from 'node:crypto';
import { type EcholotError, usage } from '../core/errors.ts';
import type { TokenHolder } from '../core/token/token-holder.ts';
import { readMembers, type TokenClaims } from './claims.ts';
import { type PrivateJwk, privateKeyOf, readPrivateJwk } from './keys.ts';
import { takeApart } from './parts.ts';
import { signProof } from './proof.ts';

export interface HeldToken {
  /** A compact JSON Web Token. */
  readonly token: string;
  readonly key: PrivateJwk;
}

/** What a token says of itself: only a server that knows its issuer can tell whether that is true. */
export interface ToldToken {
  /** The thumbprint of the key that is said to have signed it. */
  readonly issuer: string;
  readonly claims: TokenClaims;
}

export function encodeHeldToken(held: HeldToken): string {
  return `${JSON.stringify(held, undefined, 2)}\n`;
}

/** @param text of a file. @throws EcholotError `usage` for what is no token with its key */
export function readHeldToken(text: string): HeldToken {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw noToken();
  }
  return checkHeldToken(value);
}

/** @throws EcholotError `usage` for what is no token with its key */
export function checkHeldToken(value: unknown): HeldToken {
  const { token, key: given } = readMembers(value, ['token', 'key']) ?? {};
  const key = readPrivateJwk(given);
  const parts = typeof token === 'string' ? takeApart(token) : undefined;
  if (typeof token !== 'string' || parts === undefined || key === undefined) throw noToken();
  if (parts.claims.holder.x === key.x) return { token, key };
  throw usage('the key beside the token is that of another', 'ask its issuer for a new one');
}

/** @throws EcholotError `usage` for what is no token */
export function toldBy(token: string): ToldToken {
  const parts = takeApart(token);
  if (parts === undefined) throw noToken();
  return { issuer: parts.issuer, claims: parts.claims };
}

/** Making a key takes longer than signing with it, and all connections of a run have the same. */
let lastMade: { readonly d: string; readonly key: KeyObject } | undefined;

/** Who proves the token on each connection. Signs at once, on the thread that calls. */
export function holderOf({ token, key }: HeldToken): TokenHolder {
  if (lastMade?.d !== key.d) lastMade = { d: key.d, key: privateKeyOf(key) };
  const { key: privateKey } = lastMade;
  return { token, prove: (nonce, setupLine) => signProof(privateKey, nonce, setupLine) };
}

function noToken(): EcholotError {
  return usage('this is no token', 'name a file that echolot token issue has written');
}
