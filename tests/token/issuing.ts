/** An issuer and its tokens for tests, and a moment at which they are good. */
import { sign } from 'node:crypto';
import { encodeBase64url } from '../../src/token/base64url.ts';
import type { HeldToken } from '../../src/token/held-token.ts';
import { issueToken, type TokenGrant } from '../../src/token/issue.ts';
import { generateIssuerKey, type IssuerKeyTexts, readSigningKey } from '../../src/token/keys.ts';

/** Since 1970; somewhere in 2027. */
export const NOW_SECONDS = 1_800_000_000;
export const DAY_SECONDS = 86_400;

export const GRANT: TokenGrant = {
  name: 'lab',
  class: 'token',
  issuedSeconds: NOW_SECONDS,
  expiresSeconds: NOW_SECONDS + 30 * DAY_SECONDS,
  budgetBytesPerDay: 50 * 1024 ** 3,
  audience: undefined,
};

export const ISSUER: IssuerKeyTexts = generateIssuerKey();

export function issue(grant: Partial<TokenGrant> = {}, issuer = ISSUER): HeldToken {
  return issueToken(readSigningKey(issuer.privateKey), { ...GRANT, ...grant });
}

/** One that is good by the calendar of this machine, whatever day it is. */
export function issueNow(grant: Partial<TokenGrant> = {}, issuer = ISSUER): HeldToken {
  const issuedSeconds = Math.floor(Date.now() / 1_000);
  return issue({ issuedSeconds, expiresSeconds: issuedSeconds + DAY_SECONDS, ...grant }, issuer);
}

/** A token of whatever is in it, with a signature of the issuer that is right. */
export function signed(header: string, payload: string, issuer = ISSUER): string {
  const parts = [header, payload].map((text) => encodeBase64url(Buffer.from(text)));
  const signature = sign(null, Buffer.from(parts.join('.')), readSigningKey(issuer.privateKey));
  return [...parts, encodeBase64url(signature)].join('.');
}

/** Header and payload as texts of JSON. */
export function textsOf({ token }: HeldToken): [header: string, payload: string] {
  const [header = '', payload = ''] = token
    .split('.')
    .map((part) => Buffer.from(part, 'base64url').toString());
  return [header, payload];
}
