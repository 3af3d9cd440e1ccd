/**
 * Tokens against `jose`, which knows nothing of this project: what is issued here is a JSON Web Token that others take, and
 * what others make of the same claims is taken here.
 */
import fc from 'fast-check';
import { calculateJwkThumbprint, exportJWK, importPKCS8, importSPKI, jwtVerify, SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { generateHolderKey, readIssuerKey } from '../../src/token/keys.ts';
import { TokenVerifier, type Verified } from '../../src/token/verify.ts';
import { DAY_SECONDS, ISSUER, issue, NOW_SECONDS, textsOf } from './issuing.ts';

const VERIFIER = new TokenVerifier([ISSUER.publicKey], 'cologne');
const PUBLIC_KEY = await importSPKI(ISSUER.publicKey, 'EdDSA');

function ours(token: string): Verified {
  return VERIFIER.verify(token, {
    nowSeconds: NOW_SECONDS,
    isRevoked: () => false,
    mayCheck: () => true,
  });
}

function theirs(token: string): ReturnType<typeof jwtVerify> {
  return jwtVerify(token, PUBLIC_KEY, {
    algorithms: ['EdDSA'],
    typ: 'echolot-token+jwt',
    currentDate: new Date(NOW_SECONDS * 1_000),
  });
}

const names = fc.stringMatching(/^[A-Za-z0-9][\w.@-]{0,63}$/);
const grants = fc.record({
  name: names,
  class: names,
  expiresSeconds: fc.integer({ min: NOW_SECONDS + 1, max: NOW_SECONDS + 3_650 * DAY_SECONDS }),
  budgetBytesPerDay: fc.option(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), { nil: undefined }),
  audience: fc.constantFrom(undefined, 'cologne'),
});

describe('tokens of this project', () => {
  test('each of them is one for others, with the same claims', async () => {
    await fc.assert(
      fc.asyncProperty(grants, async (grant) => {
        const { token, key } = issue(grant);
        const { payload, protectedHeader } = await theirs(token);
        expect(protectedHeader).toEqual({
          alg: 'EdDSA',
          typ: 'echolot-token+jwt',
          kid: readIssuerKey(ISSUER.publicKey).id,
        });
        expect(payload).toMatchObject({ sub: grant.name, cls: grant.class, exp: grant.expiresSeconds });
        expect(payload['bud']).toBe(grant.budgetBytesPerDay);
        expect(payload['cnf']).toEqual({ jwk: { kty: key.kty, crv: key.crv, x: key.x } });
        expect('claims' in ours(token)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test('the name of a key is the thumbprint that others compute', async () => {
    const thumbprint = await calculateJwkThumbprint(await exportJWK(PUBLIC_KEY));
    expect(readIssuerKey(ISSUER.publicKey).id).toBe(thumbprint);
    expect(readIssuerKey(JSON.stringify(await exportJWK(PUBLIC_KEY))).id).toBe(thumbprint);
  });

  test('one with any other byte in a part is refused here and there', async () => {
    const { token } = issue();
    const parts = token.split('.').map((part) => Buffer.from(part, 'base64url'));
    const changes = fc.record({
      part: fc.integer({ min: 0, max: 2 }),
      at: fc.nat(),
      by: fc.integer({ min: 1, max: 255 }),
    });
    await fc.assert(
      fc.asyncProperty(changes, async ({ part, at, by }) => {
        const changed = parts.map((bytes) => Buffer.from(bytes));
        const bytes = changed[part]!;
        bytes[at % bytes.length]! ^= by;
        const other = changed.map((each) => each.toString('base64url')).join('.');
        expect('refused' in ours(other)).toBe(true);
        await expect(theirs(other)).rejects.toThrow();
      }),
      { numRuns: 300 },
    );
  });

  test('one with any other letter is refused here, also where others read the same bytes', () => {
    const { token } = issue();
    const letters = fc.constantFrom(...'ABCwxyz0189-_.=+/ \n');
    fc.assert(
      fc.property(fc.nat(token.length - 1), letters, fc.boolean(), (at, letter, isInserted) => {
        const other = token.slice(0, at) + letter + token.slice(isInserted ? at : at + 1);
        fc.pre(other !== token);
        expect('refused' in ours(other)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('no text at all makes the verifier fail otherwise than by a refusal', () => {
    const parts = fc.array(fc.oneof(fc.string(), fc.base64String(), fc.json()), { maxLength: 4 });
    fc.assert(
      fc.property(parts, (texts) => {
        expect(ours(texts.join('.'))).toEqual({ refused: 'malformed' });
      }),
    );
  });
});

describe('tokens of others', () => {
  test('one with the same claims in any order is taken', async () => {
    const { d: _, ...jwk } = generateHolderKey();
    const key = await importPKCS8(ISSUER.privateKey, 'EdDSA');
    const { kid } = JSON.parse(textsOf(issue())[0]);
    await fc.assert(
      fc.asyncProperty(grants, async ({ name, class: cls, expiresSeconds, budgetBytesPerDay, audience }) => {
        const token = new SignJWT({ cnf: { jwk }, cls, ...(budgetBytesPerDay && { bud: budgetBytesPerDay }) })
          .setProtectedHeader({ kid, typ: 'echolot-token+jwt', alg: 'EdDSA' })
          .setExpirationTime(expiresSeconds)
          .setIssuedAt(NOW_SECONDS)
          .setSubject(name)
          .setJti('00112233445566778899aabbccddeeff');
        if (audience !== undefined) token.setAudience(audience);
        const verified = ours(await token.sign(key));
        expect('claims' in verified && verified.claims).toMatchObject({
          name,
          class: cls,
          budgetBytesPerDay,
        });
      }),
      { numRuns: 50 },
    );
  });

  test('one that has expired is refused here and there', async () => {
    const { token } = issue({ issuedSeconds: NOW_SECONDS - 2, expiresSeconds: NOW_SECONDS - 1 });
    expect(ours(token)).toEqual({ refused: 'expired' });
    await expect(theirs(token)).rejects.toThrow(/exp/);
  });
});
