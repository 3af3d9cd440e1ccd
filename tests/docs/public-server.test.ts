/** An operator who copies the configurations of the document has servers that start. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readConfig } from '../../src/cli/config/read-config.ts';

const [first = '', tokens = ''] = [
  ...readFileSync('docs/public-server.md', 'utf8').matchAll(/```toml\n(.*?)```/gs),
].map(([, text = '']) => text);
const [above = '', among = ''] = tokens.split(/^# and among them$/m);

const folder = mkdtempSync(join(tmpdir(), 'echolot-public-'));
const file = join(folder, 'server.toml');
afterAll(() => rmSync(folder, { recursive: true }));

test('the first configuration is one, and with the lines on tokens it is one as well', () => {
  writeFileSync(file, first);
  const before = readConfig(file);
  expect(Object.keys(before.policy?.classes ?? {})).toEqual(['anyone', 'university']);
  writeFileSync(file, `${above}${first}${among}`);
  const after = readConfig(file);
  expect(Object.keys(after.policy?.classes ?? {})).toEqual(['anyone', 'university', 'token']);
  expect(after.policy?.requireToken).toBe('load');
  expect(after.options.length).toBe(before.options.length + 2);
});
