/** The holder's proof: whoever has only seen a token, or a proof, must not pass for its holder. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generateHolderKey, privateKeyOf, publicKeyOf } from '../../src/token/keys.ts';
import { isProof, signProof } from '../../src/token/proof.ts';

const HOLDER = generateHolderKey();
const PRIVATE = privateKeyOf(HOLDER);
const PUBLIC = publicKeyOf(HOLDER);
const NONCE = '00112233445566778899aabbccddeeff';
const SETUP = 's RTT 100 10 0 +stamps +token';
const PROOF = signProof(PRIVATE, NONCE, SETUP);

describe('a proof', () => {
  test('is one of this connection and this setup', () => {
    expect(isProof(PROOF, PUBLIC, NONCE, SETUP)).toBe(true);
  });

  test('is none on another connection, of another setup, or of another holder', () => {
    expect(isProof(PROOF, PUBLIC, NONCE.replace('0', '1'), SETUP)).toBe(false);
    expect(isProof(PROOF, PUBLIC, NONCE, SETUP.replace('100', '999'))).toBe(false);
    expect(isProof(PROOF, publicKeyOf(generateHolderKey()), NONCE, SETUP)).toBe(false);
  });

  test('does not depend on where the nonce ends and the setup begins', () => {
    expect(isProof(PROOF, PUBLIC, NONCE.slice(0, -1), `f\n${SETUP}`)).toBe(false);
  });

  test('is 64 bytes in one spelling: nothing else is a signature', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String({ minLength: 86, maxLength: 88 })), (other) => {
        expect(isProof(other, PUBLIC, NONCE, SETUP)).toBe(false);
      }),
    );
    // The last letter has four bits that belong to no byte.
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const next = letters[letters.indexOf(PROOF.at(-1)!) + 1]!;
    expect(isProof(PROOF.slice(0, -1) + next, PUBLIC, NONCE, SETUP)).toBe(false);
  });

  test('is over the bytes that the specification says', async () => {
    const { createPrivateKey, sign } = await import('node:crypto');
    const { kty, crv, x, d } = HOLDER;
    const key = createPrivateKey({ key: { kty, crv, x, d }, format: 'jwk' });
    const bytes = Buffer.from(`echolot-token-proof-v1\n${NONCE}\n${SETUP}`);
    expect(PROOF).toBe(sign(null, bytes, key).toString('base64url'));
  });
});
