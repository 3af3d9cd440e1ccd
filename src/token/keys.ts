/** Keys of Ed25519, and of no other kind: made, read from text, and known by their thumbprints. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { usage } from '../core/errors.ts';
import { isKeyText, type PublicJwk, readMembers, readPublicJwk } from './claims.ts';

/** Both halves of a key as a JSON Web Key. */
export interface PrivateJwk extends PublicJwk {
  /** Base64url of the 32 bytes that nobody else may see. */
  readonly d: string;
}

/** Of an issuer, as texts of files. */
export interface IssuerKeyTexts {
  /** PEM of PKCS #8. */
  readonly privateKey: string;
  /** PEM of SPKI. */
  readonly publicKey: string;
}

/** A public key by which tokens are checked. */
export interface IssuerKey {
  /** Its thumbprint, which tokens name. */
  readonly id: string;
  readonly key: KeyObject;
}

const KEYGEN_ADVICE = 'make a pair of keys with: echolot token keygen';

export function generateIssuerKey(): IssuerKeyTexts {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return { privateKey, publicKey };
}

export function generateHolderKey(): PrivateJwk {
  return privateJwkOf(generateKeyPairSync('ed25519').privateKey);
}

/** @param text PEM or a JSON Web Key. @throws EcholotError `usage` for what is no public key of Ed25519 */
export function readIssuerKey(text: string): IssuerKey {
  const wanted = usage('this is no public key of Ed25519', `name a FILE.pub; ${KEYGEN_ADVICE}`);
  // Node makes a public key of a private one, which no server should have.
  if (text.includes('PRIVATE KEY')) throw wanted;
  let key: KeyObject;
  try {
    key = text.trimStart().startsWith('{')
      ? publicKeyOf(readPublicJwk(JSON.parse(text)) as PublicJwk)
      : createPublicKey(text);
  } catch {
    throw wanted;
  }
  if (key.asymmetricKeyType !== 'ed25519') throw wanted;
  return { id: thumbprintOf(publicJwkOf(key)), key };
}

/** @param text PEM. @throws EcholotError `usage` for what is no private key of Ed25519 */
export function readSigningKey(text: string): KeyObject {
  let key: KeyObject | undefined;
  try {
    key = createPrivateKey(text);
  } catch {
    // What it was instead is no matter, and may be secret.
  }
  if (key?.asymmetricKeyType === 'ed25519') return key;
  throw usage('this is no private key of Ed25519', KEYGEN_ADVICE);
}

/** @returns undefined for anything else, and where the halves do not belong together */
export function readPrivateJwk(value: unknown): PrivateJwk | undefined {
  const jwk = readMembers(value, ['kty', 'crv', 'x', 'd']);
  const { d, ...half } = jwk ?? {};
  const publicJwk = readPublicJwk(half);
  if (publicJwk === undefined || !isKeyText(d)) return undefined;
  const whole = { ...publicJwk, d };
  try {
    // Some versions of Node compare the halves themselves, others go by the private one alone.
    return publicJwkOf(createPublicKey(privateKeyOf(whole))).x === publicJwk.x ? whole : undefined;
  } catch {
    return undefined;
  }
}

export function publicKeyOf({ kty, crv, x }: PublicJwk): KeyObject {
  return createPublicKey({ key: { kty, crv, x }, format: 'jwk' });
}

export function privateKeyOf({ kty, crv, x, d }: PrivateJwk): KeyObject {
  return createPrivateKey({ key: { kty, crv, x, d }, format: 'jwk' });
}

export function publicJwkOf(key: KeyObject): PublicJwk {
  const { x = '' } = key.export({ format: 'jwk' });
  return { kty: 'OKP', crv: 'Ed25519', x };
}

function privateJwkOf(key: KeyObject): PrivateJwk {
  const { d = '' } = key.export({ format: 'jwk' });
  return { ...publicJwkOf(key), d };
}

/** RFC 7638: of the members in their order, without blanks. */
export function thumbprintOf({ crv, kty, x }: PublicJwk): string {
  return createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url');
}
