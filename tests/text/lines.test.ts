/** Lines of words: none is wider than a terminal, no word is lost, no number loses its unit. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WIDTH, wrapped } from '../../src/text/lines.ts';

const word = fc.stringMatching(/^[a-z]{1,12}$/);

test('no line is wider than a terminal, and no word is lost or changed', () => {
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 80 }), (words) => {
      const lines = wrapped(words.join(' '), '  ').split('\n');
      expect(lines.pop()).toBe('');
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(WIDTH);
      expect(lines.map((line) => line.trimStart()).join(' ')).toBe(words.join(' '));
    }),
  );
});

test('a number and its unit stay together, wherever the line ends', () => {
  for (const unit of ['µs', 'ns', '%', 'KiB', 'Mbit/s']) {
    for (let before = 60; before < 80; before++) {
      const lines = wrapped(`${'x'.repeat(before)} 1,234 ${unit}, and more`);
      expect(lines.replaceAll('\n', '|')).toContain(`1,234 ${unit},`);
    }
  }
});
