/**
 * How a holder proves that a token is his: a signature over what the server has chosen at random and what he asks for. Whoever
 * has seen a token, or a proof, can do nothing with either on another connection.
 */
import { type KeyObject, sign, verify } from 'node:crypto';
import { decodeBase64url, encodeBase64url } from './base64url.ts';
import { SIGNATURE_BYTES } from './parts.ts';

/** So that a signature made here means nothing anywhere else. */
const PURPOSE = 'echolot-token-proof-v1';

/** @param setupLine the setup message without its line end. @returns base64url */
export function signProof(key: KeyObject, nonce: string, setupLine: string): string {
  return encodeBase64url(sign(null, provenBytes(nonce, setupLine), key));
}

export function isProof(signature: string, key: KeyObject, nonce: string, setupLine: string): boolean {
  const bytes = decodeBase64url(signature);
  return bytes?.length === SIGNATURE_BYTES && verify(null, provenBytes(nonce, setupLine), key, bytes);
}

function provenBytes(nonce: string, setupLine: string): Uint8Array {
  return Buffer.from(`${PURPOSE}\n${nonce}\n${setupLine}`, 'latin1');
}
