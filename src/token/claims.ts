/**
 * What a token says: of whom it is, of which class, until when, and whose signature proves it. Written and read as the
 * claims of a JSON Web Token (RFC 7519), the holder's key as RFC 7800 has it. What is not exactly so is no token.
 */
import { decodeBase64url, encodeBase64url } from './base64url.ts';

/** A public key of Ed25519 as a JSON Web Key (RFC 8037). */
export interface PublicJwk {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  /** Base64url of its 32 bytes. */
  readonly x: string;
}

export interface TokenClaims {
  /** By which it is revoked: 32 hexadecimal digits. */
  readonly id: string;
  /** Whose it is. */
  readonly name: string;
  /** On which terms its holder is served. */
  readonly class: string;
  /** Since 1970. */
  readonly issuedSeconds: number;
  /** The first second in which it is good no more. */
  readonly expiresSeconds: number;
  /** Undefined where its class alone decides. */
  readonly budgetBytesPerDay: number | undefined;
  /** The name of the one server that it is for; undefined for every server that knows its issuer. */
  readonly audience: string | undefined;
  /** Whose private half proves the holder. */
  readonly holder: PublicJwk;
}

export const TOKEN_TYPE = 'echolot-token+jwt';
export const TOKEN_ALGORITHM = 'EdDSA';

/** They stand in answers and logs: one word of harmless letters. */
export const TOKEN_NAME: RegExp = /^[A-Za-z0-9][\w.@-]{0,63}$/;
export const TOKEN_ID: RegExp = /^[0-9a-f]{32}$/;
const KEY_BYTES = 32;

type Members = Readonly<Record<string, unknown>>;

/** The first part of a token. @param issuer the id of its key */
export function encodeHeader(issuer: string): string {
  return encodeJson({ alg: TOKEN_ALGORITHM, typ: TOKEN_TYPE, kid: issuer });
}

/** @returns the id of the issuer's key; undefined for any other algorithm, type or member */
export function readHeader(part: string): string | undefined {
  const header = readMembers(decodeJson(part), ['alg', 'typ', 'kid']);
  if (header?.['alg'] !== TOKEN_ALGORITHM || header['typ'] !== TOKEN_TYPE) return undefined;
  return typeof header['kid'] === 'string' ? header['kid'] : undefined;
}

/** The second part of a token. */
export function encodeClaims(claims: TokenClaims): string {
  const { id, name, issuedSeconds, expiresSeconds, budgetBytesPerDay, audience, holder } = claims;
  return encodeJson({
    jti: id,
    sub: name,
    cls: claims.class,
    iat: issuedSeconds,
    exp: expiresSeconds,
    bud: budgetBytesPerDay,
    aud: audience,
    cnf: { jwk: holder },
  });
}

/** @returns undefined where any of it is not as this page has it */
export function readClaims(part: string): TokenClaims | undefined {
  const given = readMembers(decodeJson(part), ['jti', 'sub', 'cls', 'iat', 'exp', 'cnf'], ['bud', 'aud']);
  if (given === undefined) return undefined;
  const { jti, sub, cls, iat, exp, bud, aud } = given;
  const holder = readPublicJwk(readMembers(given['cnf'], ['jwk'])?.['jwk']);
  if (!isText(jti, TOKEN_ID) || !isText(sub, TOKEN_NAME) || !isText(cls, TOKEN_NAME)) return undefined;
  if (!isCount(iat) || !isCount(exp) || exp <= iat || holder === undefined) return undefined;
  if ((bud !== undefined && !isCount(bud)) || (aud !== undefined && !isText(aud, TOKEN_NAME)))
    return undefined;
  return {
    id: jti,
    name: sub,
    class: cls,
    issuedSeconds: iat,
    expiresSeconds: exp,
    budgetBytesPerDay: bud,
    audience: aud,
    holder,
  };
}

/** @returns undefined for any other kind of key, and one with a private half */
export function readPublicJwk(value: unknown): PublicJwk | undefined {
  const jwk = readMembers(value, ['kty', 'crv', 'x']);
  if (jwk?.['kty'] !== 'OKP' || jwk['crv'] !== 'Ed25519') return undefined;
  const { x } = jwk;
  return isKeyText(x) ? { kty: 'OKP', crv: 'Ed25519', x } : undefined;
}

/** Whether it is the base64url of 32 bytes, as both halves of a key are. */
export function isKeyText(value: unknown): value is string {
  return typeof value === 'string' && decodeBase64url(value)?.length === KEY_BYTES;
}

/** @returns the value as a record that has these members, perhaps those, and no other */
export function readMembers(
  value: unknown,
  names: readonly string[],
  optional: readonly string[] = [],
): Members | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const own = Object.keys(value);
  const isKnown = own.every((name) => names.includes(name) || optional.includes(name));
  return isKnown && names.every((name) => own.includes(name)) ? (value as Members) : undefined;
}

function encodeJson(value: Members): string {
  return encodeBase64url(new TextEncoder().encode(JSON.stringify(value)));
}

/**
 * Only JSON in its one shortest spelling: nobody can hide a second member of a name, or write a number in two ways.
 * @returns undefined for everything else
 */
function decodeJson(part: string): unknown {
  const bytes = decodeBase64url(part);
  if (bytes === undefined) return undefined;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const value: unknown = JSON.parse(text);
    return JSON.stringify(value) === text ? value : undefined;
  } catch {
    return undefined;
  }
}

function isText(value: unknown, form: RegExp): value is string {
  return typeof value === 'string' && form.test(value);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
}
