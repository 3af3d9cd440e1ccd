/** What a server takes for a token: anything else lets a stranger have what a class has. */
import { describe, expect, test } from 'vitest';
import { MAX_TOKEN_BYTES } from '../../src/core/limits.ts';
import { generateIssuerKey } from '../../src/token/keys.ts';
import { TokenVerifier, type VerifyTerms } from '../../src/token/verify.ts';
import { DAY_SECONDS, GRANT, ISSUER, issue, NOW_SECONDS, signed, textsOf } from './issuing.ts';

const VERIFIER = new TokenVerifier([ISSUER.publicKey]);

function verdict(token: string, terms: Partial<VerifyTerms> = {}, verifier = VERIFIER): string {
  const verified = verifier.verify(token, {
    nowSeconds: NOW_SECONDS,
    isRevoked: () => false,
    mayCheck: () => true,
    ...terms,
  });
  return 'refused' in verified ? verified.refused : verified.claims.name;
}

describe('a token that was issued', () => {
  test('is taken, and says what was granted', () => {
    const verified = VERIFIER.verify(issue().token, {
      nowSeconds: NOW_SECONDS,
      isRevoked: () => false,
      mayCheck: () => true,
    });
    expect('claims' in verified && verified.claims).toMatchObject(GRANT);
  });

  test('is taken without a budget, and by any server when it names none', () => {
    const { token } = issue({ budgetBytesPerDay: undefined });
    expect(verdict(token)).toBe('lab');
    expect(verdict(token, {}, new TokenVerifier([ISSUER.publicKey], 'cologne'))).toBe('lab');
  });

  test('is taken by a server that knows several issuers', () => {
    const keys = [generateIssuerKey().publicKey, ISSUER.publicKey];
    expect(verdict(issue().token, {}, new TokenVerifier(keys))).toBe('lab');
  });

  test('lasts to the second before it expires, and no longer', () => {
    const { token } = issue({ expiresSeconds: NOW_SECONDS + DAY_SECONDS });
    expect(verdict(token, { nowSeconds: NOW_SECONDS + DAY_SECONDS - 1 })).toBe('lab');
    expect(verdict(token, { nowSeconds: NOW_SECONDS + DAY_SECONDS })).toBe('expired');
  });

  test('is good on a server whose clock is a minute behind, and on none that is further behind', () => {
    const { token } = issue();
    expect(verdict(token, { nowSeconds: NOW_SECONDS - 60 })).toBe('lab');
    expect(verdict(token, { nowSeconds: NOW_SECONDS - 61 })).toBe('not-yet-valid');
  });

  test('is good no more once its id is revoked', () => {
    const held = issue();
    const { jti } = JSON.parse(textsOf(held)[1]);
    expect(verdict(held.token, { isRevoked: (id) => id === jti })).toBe('revoked');
  });

  test('for one server is foreign to every other', () => {
    const { token } = issue({ audience: 'cologne' });
    expect(verdict(token, {}, new TokenVerifier([ISSUER.publicKey], 'cologne'))).toBe('lab');
    expect(verdict(token, {}, new TokenVerifier([ISSUER.publicKey], 'bonn'))).toBe('foreign');
    expect(verdict(token)).toBe('foreign');
  });
});

describe('a token that was shown before', () => {
  const verifier = new TokenVerifier([ISSUER.publicKey]);
  const held = issue({ expiresSeconds: NOW_SECONDS + DAY_SECONDS });
  let checks = 0;
  const mayCheck = (): boolean => {
    checks++;
    return true;
  };

  test('has its signature checked once, and all else each time', () => {
    for (let i = 0; i < 3; i++) expect(verdict(held.token, { mayCheck }, verifier)).toBe('lab');
    expect(checks).toBe(1);
    expect(verdict(held.token, { mayCheck, isRevoked: () => true }, verifier)).toBe('revoked');
    const later = { mayCheck, nowSeconds: NOW_SECONDS + DAY_SECONDS };
    expect(verdict(held.token, later, verifier)).toBe('expired');
    expect(verdict(held.token, { mayCheck }, verifier)).toBe('lab');
    expect(checks).toBe(1);
  });

  test('helps no other that is like it but for its signature', () => {
    const [header, payload] = held.token.split('.');
    expect(verdict(`${header}.${payload}.${'A'.repeat(86)}`, {}, verifier)).toBe('bad-signature');
    expect(verdict(`${held.token} `, {}, verifier)).toBe('malformed');
  });

  test('is forgotten for others in the end: they take no memory without bound', () => {
    checks = 0;
    for (let i = 0; i < 256; i++) verdict(issue().token, { mayCheck }, verifier);
    expect(verdict(held.token, { mayCheck }, verifier)).toBe('lab');
    expect(checks).toBe(257);
  });
});

describe('what no issuer of this server has signed', () => {
  test('is foreign where another key has, and costs no check of a signature', () => {
    let checks = 0;
    const mayCheck = (): boolean => {
      checks++;
      return true;
    };
    expect(verdict(issue({}, generateIssuerKey()).token, { mayCheck })).toBe('foreign');
    expect(verdict('no token at all', { mayCheck })).toBe('malformed');
    expect(checks).toBe(0);
  });

  test('has a bad signature where another key poses as the one that is known', () => {
    const [header, payload] = textsOf(issue());
    expect(verdict(signed(header, payload, generateIssuerKey()))).toBe('bad-signature');
  });

  test('is not told whether it has expired or was revoked', () => {
    const [header, payload] = textsOf(issue({ issuedSeconds: 1, expiresSeconds: 2 }));
    const forged = signed(header, payload, generateIssuerKey());
    expect(verdict(forged, { isRevoked: () => true })).toBe('bad-signature');
  });

  test('is not checked while too many are', () => {
    expect(verdict(issue().token, { mayCheck: () => false })).toBe('busy');
  });
});

describe('what its issuer has signed and is no token', () => {
  const [header, payload] = textsOf(issue());
  const claims = JSON.parse(payload);
  const withClaims = (change: object): string => signed(header, JSON.stringify({ ...claims, ...change }));
  const kid = JSON.parse(header).kid;

  test('what the others are made from is taken', () => {
    expect(verdict(signed(header, payload))).toBe('lab');
  });

  test.each([
    ['no algorithm', { alg: 'none', typ: 'echolot-token+jwt', kid }],
    ['a shared secret', { alg: 'HS256', typ: 'echolot-token+jwt', kid }],
    ['another type', { alg: 'EdDSA', typ: 'JWT', kid }],
    ['a key of its own', { alg: 'EdDSA', typ: 'echolot-token+jwt', kid, jwk: claims.cnf.jwk }],
    ['what must be understood', { alg: 'EdDSA', typ: 'echolot-token+jwt', kid, crit: ['b64'] }],
    ['no name of a key', { alg: 'EdDSA', typ: 'echolot-token+jwt' }],
    ['a number for the name of a key', { alg: 'EdDSA', typ: 'echolot-token+jwt', kid: 1 }],
  ])('a header with %s', (_, other) => {
    expect(verdict(signed(JSON.stringify(other), payload))).toBe('malformed');
  });

  test.each([
    ['a member that nobody knows', { admin: true }],
    ['a name of two words', { sub: 'lab\nadmin' }],
    ['a name with an escape sequence', { sub: 'lab\u001b[2J' }],
    ['a name of 65 letters', { sub: 'a'.repeat(65) }],
    ['no name', { sub: '' }],
    ['a class that is a list', { cls: ['token'] }],
    ['an id in capitals', { jti: 'A'.repeat(32) }],
    ['a time that is a text', { exp: String(claims.exp) }],
    ['a time that is no integer', { exp: claims.exp + 0.5 }],
    ['a time beyond every integer', { exp: 2 ** 53 }],
    ['an end before its beginning', { exp: claims.iat }],
    ['a budget of nothing', { bud: 0 }],
    ['a budget below nothing', { bud: -1 }],
    ['no key of its holder', { cnf: undefined }],
    ['a key of another kind', { cnf: { jwk: { ...claims.cnf.jwk, crv: 'X25519' } } }],
    ['a key that is too short', { cnf: { jwk: { ...claims.cnf.jwk, x: 'AAAA' } } }],
    ['the private half of its key', { cnf: { jwk: { ...claims.cnf.jwk, d: claims.cnf.jwk.x } } }],
    ['several audiences', { aud: ['cologne', 'bonn'] }],
  ])('claims with %s', (_, change) => {
    expect(verdict(withClaims(change))).toBe('malformed');
  });

  test('claims in another spelling, such as a member twice or a number with an exponent', () => {
    for (const other of [
      payload.replace('{', '{"cls":"full",'),
      payload.replace('{', '{ '),
      payload.replace(String(claims.iat), '1.8e9'),
      payload.replace('"sub"', '"\\u0073ub"'),
      `\u{feff}${payload}`,
      `[${payload}]`,
      'null',
      '',
    ]) {
      expect(verdict(signed(header, other)), other).toBe('malformed');
    }
  });

  test('parts in another spelling, or too many of them', () => {
    const { token } = issue();
    for (const other of [`${token}=`, `${token}.`, `.${token}`, ` ${token}`, token.replace('.', '..')]) {
      expect(verdict(other), other).toBe('malformed');
    }
  });

  test('more than its most bytes', () => {
    expect(verdict(issue().token.padEnd(MAX_TOKEN_BYTES + 1, 'A'))).toBe('malformed');
  });
});
