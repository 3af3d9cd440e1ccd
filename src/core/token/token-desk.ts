/** Where a server decides on tokens, as its sessions see it. */

/** Why a token is refused, each the word that a client is told. */
import type { Refusal } from '../wire/refusals.ts';

export const TOKEN_REFUSALS = [
  'malformed',
  'foreign',
  'bad-signature',
  'expired',
  'not-yet-valid',
  'revoked',
  'wrong-proof',
  'replayed',
  'busy',
] as const;

export type TokenRefusal = (typeof TOKEN_REFUSALS)[number];

export type TokenVerdict =
  /** Whose token it is. */
  | { readonly accepted: string }
  | { readonly refused: TokenRefusal }
  /** The token is good, and what it grants does not suffice. */
  | { readonly notServed: Refusal };

/** One for each connection. */
export interface TokenDesk {
  /** Chosen at random for this connection: 32 hexadecimal digits. */
  readonly nonce: string;
  /**
   * @param signature of the holder, base64url
   * @param setupLine the setup message without its line end
   */
  answer(token: string, signature: string, setupLine: string): TokenVerdict;
}
