/** A token taken apart: its three parts and what they say, of which nothing is believed before its signature is checked. */
import { MAX_TOKEN_BYTES } from '../core/limits.ts';
import { decodeBase64url } from './base64url.ts';
import { readClaims, readHeader, type TokenClaims } from './claims.ts';

export interface TokenParts {
  /** The id of the key that is said to have signed it. */
  readonly issuer: string;
  readonly claims: TokenClaims;
  /** What the signature is of. */
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

export const SIGNATURE_BYTES = 64;

/** @returns undefined for what is no token, or one that is not exactly as it has to be */
export function takeApart(token: string): TokenParts | undefined {
  if (token.length > MAX_TOKEN_BYTES) return undefined;
  const [header = '', payload = '', last, ...others] = token.split('.');
  if (last === undefined || others.length > 0) return undefined;
  const issuer = readHeader(header);
  const claims = readClaims(payload);
  const signature = decodeBase64url(last);
  if (issuer === undefined || claims === undefined || signature?.length !== SIGNATURE_BYTES) return undefined;
  return { issuer, claims, signed: Buffer.from(`${header}.${payload}`), signature };
}
