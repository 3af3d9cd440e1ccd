/** Base64url as JSON Web Tokens have it (RFC 7515, section 2): without padding, and of each array one spelling only. */

const LETTERS = /^[\w-]*$/;

export function encodeBase64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64url');
}

/** @returns undefined for another letter, and for bits that belong to no byte: two texts never mean the same */
export function decodeBase64url(text: string): Uint8Array | undefined {
  if (!LETTERS.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : undefined;
}
