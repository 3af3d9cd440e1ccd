/** What an editor shows of the library must compile where it is pasted: it is the example that the compiler has seen. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { absolute } from '../../scripts/docs/paths.ts';

test("the example in the library's own words is the one that is compiled", () => {
  const [, comment = ''] =
    /@example\n([\s\S]*?)\n \*\//.exec(readFileSync(absolute('src/index.ts'), 'utf8')) ?? [];
  const shown = comment.replace(/^ \* ?/gm, '');
  const [, ...compiled] = readFileSync(absolute('examples/library.ts'), 'utf8').trimEnd().split('\n');
  expect(shown).toBe(compiled.join('\n'));
});
