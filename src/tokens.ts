/**
 * Its face for tokens, `echolot/tokens`: keys of an issuer, tokens for clients, lists of those that are revoked. All of it
 * are texts; what is a file of them is the caller's. No engine is loaded.
 */
export type { PublicJwk, TokenClaims } from './token/claims.ts';
export { TOKEN_ID } from './token/claims.ts';
export {
  encodeHeldToken,
  type HeldToken,
  readHeldToken,
  type ToldToken,
  toldBy,
} from './token/held-token.ts';
export { issueToken, type TokenGrant } from './token/issue.ts';
export {
  generateIssuerKey,
  type IssuerKeyTexts,
  type PrivateJwk,
  readIssuerKey,
  readSigningKey,
} from './token/keys.ts';
export { revocationFor } from './token/revoked.ts';
