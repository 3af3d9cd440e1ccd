/**
 * Whether a token is good: signed by an issuer that is known, within its time, and not revoked. At once, on the thread that
 * calls: the threads of a server never return to the loop that promises are kept in.
 */
import { type KeyObject, verify } from 'node:crypto';
import type { TokenRefusal } from '../core/token/token-desk.ts';
import type { TokenClaims } from './claims.ts';
import { publicKeyOf, readIssuerKey } from './keys.ts';
import { takeApart } from './parts.ts';

/** The clocks of an issuer and a server differ by so much. */
const CLOCK_DIFFERENCE_SECONDS = 60;

/** What the moment decides. */
export interface VerifyTerms {
  /** Since 1970. */
  readonly nowSeconds: number;
  readonly isRevoked: (id: string) => boolean;
  /** Asked before a signature is checked, which costs time. */
  readonly mayCheck: () => boolean;
}

/** What an issuer has signed. */
interface Signed {
  readonly claims: TokenClaims;
  readonly holder: KeyObject;
}

export type Verified = Signed | { readonly refused: TokenRefusal };

/** A run shows one token on many connections; so many of the last are known without checking their signatures again. */
const MAX_KNOWN = 256;

export class TokenVerifier {
  private readonly issuers: ReadonlyMap<string, KeyObject>;
  private readonly audience: string | undefined;
  /** By their texts, the oldest first. */
  private readonly known = new Map<string, Signed>();

  /**
   * @param publicKeys of the issuers, PEM or JSON Web Keys
   * @param audience the name of this server, for tokens that are for one server only
   * @throws EcholotError `usage` for what is no such key
   */
  constructor(publicKeys: readonly string[], audience?: string) {
    this.issuers = new Map(publicKeys.map(readIssuerKey).map(({ id, key }) => [id, key]));
    this.audience = audience;
  }

  /** Nothing a token says counts before its signature was checked, but for the name of the key. */
  verify(token: string, { nowSeconds, isRevoked, mayCheck }: VerifyTerms): Verified {
    const signed = this.known.get(token) ?? this.check(token, mayCheck);
    if ('refused' in signed) return signed;
    const { audience, expiresSeconds, issuedSeconds, id } = signed.claims;
    if (audience !== undefined && audience !== this.audience) return { refused: 'foreign' };
    if (nowSeconds >= expiresSeconds) return { refused: 'expired' };
    if (nowSeconds < issuedSeconds - CLOCK_DIFFERENCE_SECONDS) return { refused: 'not-yet-valid' };
    if (isRevoked(id)) return { refused: 'revoked' };
    return signed;
  }

  private check(token: string, mayCheck: () => boolean): Verified {
    const parts = takeApart(token);
    if (parts === undefined) return { refused: 'malformed' };
    const issuer = this.issuers.get(parts.issuer);
    if (issuer === undefined) return { refused: 'foreign' };
    if (!mayCheck()) return { refused: 'busy' };
    if (!verify(null, parts.signed, issuer, parts.signature)) return { refused: 'bad-signature' };
    const signed = { claims: parts.claims, holder: publicKeyOf(parts.claims.holder) };
    this.remember(token, signed);
    return signed;
  }

  private remember(token: string, signed: Signed): void {
    const [oldest] = this.known.keys();
    if (oldest !== undefined && this.known.size >= MAX_KNOWN) this.known.delete(oldest);
    this.known.set(token, signed);
  }
}
