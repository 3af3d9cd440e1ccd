/** Texts of files that others may have written: keys, tokens with their keys, lists of revoked tokens. */
import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EcholotError } from '../../src/core/errors.ts';
import { encodeHeldToken, readHeldToken, toldBy } from '../../src/token/held-token.ts';
import { generateIssuerKey, readIssuerKey, readSigningKey } from '../../src/token/keys.ts';
import { readRevoked, revocationFor } from '../../src/token/revoked.ts';
import { GRANT, ISSUER, issue } from './issuing.ts';

const HELD = issue();
const OTHER = issue();

describe('a file with a token', () => {
  test('is read as it was written', () => {
    expect(readHeldToken(encodeHeldToken(HELD))).toEqual(HELD);
    expect(toldBy(HELD.token)).toMatchObject({ issuer: readIssuerKey(ISSUER.publicKey).id, claims: GRANT });
  });

  test('is refused where its key is that of another token', () => {
    expect(() => readHeldToken(encodeHeldToken({ ...HELD, key: OTHER.key }))).toThrow(/of another/);
  });

  test('is refused where the halves of its key do not belong together', () => {
    const key = { ...HELD.key, d: OTHER.key.d };
    expect(() => readHeldToken(encodeHeldToken({ ...HELD, key }))).toThrow(/no token/);
  });

  test('never fails otherwise than by a refusal that does not show what is in it', () => {
    const contents = fc.oneof(
      fc.string(),
      fc.json(),
      fc.record({ token: fc.anything(), key: fc.anything() }).map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(contents, (text) => {
        try {
          readHeldToken(text);
          expect.unreachable();
        } catch (error) {
          expect(error).toBeInstanceOf(EcholotError);
          expect((error as EcholotError).message).toBe('this is no token');
        }
      }),
    );
  });
});

describe('a file with a key', () => {
  test('is refused where it is of another kind: only Ed25519 signs tokens', () => {
    for (const { privateKey, publicKey } of [
      generateKeyPairSync('ed448'),
      generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    ]) {
      const privateText = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
      const publicText = publicKey.export({ type: 'spki', format: 'pem' }) as string;
      expect(() => readSigningKey(privateText)).toThrow(/no private key of Ed25519/);
      expect(() => readIssuerKey(publicText)).toThrow(/no public key of Ed25519/);
    }
  });

  test('with the private half is refused by a server, which needs none', () => {
    expect(() => readIssuerKey(generateIssuerKey().privateKey)).toThrow(/no public key/);
    expect(() => readIssuerKey(JSON.stringify(HELD.key))).toThrow(/no public key/);
  });

  test('of anything else is refused in words', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(() => readIssuerKey(text)).toThrow(EcholotError);
        expect(() => readSigningKey(text)).toThrow(EcholotError);
      }),
    );
  });
});

describe('a list of revoked tokens', () => {
  const ids = fc.stringMatching(/^[0-9a-f]{32}$/);

  test('has what was appended to it, once, whatever was in it', () => {
    fc.assert(
      fc.property(fc.string(), ids, (list, id) => {
        const longer = list + revocationFor(list, id);
        expect(readRevoked(longer).has(id)).toBe(true);
        expect(revocationFor(longer, id)).toBe('');
        expect(longer.startsWith(list)).toBe(true);
      }),
    );
  });

  test('keeps its comments, and an id whose line has no end', () => {
    const [first, second] = ['0'.repeat(32), '1'.repeat(32)];
    const list = `# lost in Bonn\n${first}`;
    expect(readRevoked(list + revocationFor(list, second))).toEqual(new Set([first, second]));
  });
});
