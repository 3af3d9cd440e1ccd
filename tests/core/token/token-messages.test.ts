/** The lines of `+token`: what one side writes the other reads, and nothing else. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TOKEN_REFUSALS } from '../../../src/core/token/token-desk.ts';
import {
  encodeShown,
  encodeVerdict,
  nonceIn,
  readAccepted,
  readRefused,
  readShown,
} from '../../../src/core/token/token-messages.ts';
import { text } from '../ends.ts';

const fields = fc.stringMatching(/^[\w.-]+$/);

function lineOf(message: Uint8Array): string {
  expect(text(message).endsWith('\n')).toBe(true);
  return text(message).slice(0, -1);
}

test('a token and its signature are read as they were written', () => {
  fc.assert(
    fc.property(fields, fields, (token, signature) => {
      expect(readShown(lineOf(encodeShown({ token, signature })))).toEqual({ token, signature });
    }),
  );
});

test('a verdict is read as it was written, and as no other', () => {
  for (const reason of TOKEN_REFUSALS) {
    const line = lineOf(encodeVerdict({ refused: reason }));
    expect(readRefused(line)).toBe(reason);
    expect(readAccepted(line)).toBeUndefined();
  }
  const line = lineOf(encodeVerdict({ accepted: 'lab' }));
  expect(readAccepted(line)).toBe('lab');
  expect(readRefused(line)).toBeUndefined();
});

test('no line makes a reader fail', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map((rest) => `k ${rest}`),
      ),
      (line) => {
        const shown = readShown(line);
        if (shown !== undefined) expect(line).toBe(`k ${shown.token} ${shown.signature}`);
        expect(nonceIn(line)).toBeUndefined();
        expect(readRefused(line)).toBeUndefined();
      },
    ),
  );
});
