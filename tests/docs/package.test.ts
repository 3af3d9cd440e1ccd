/** What is published is what is committed, or built from it, and needed: nothing that happens to lie in the checkout. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { absolute } from '../../scripts/docs/paths.ts';

const ELF = Buffer.from('\x7fELF', 'latin1');
const TOP = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'SECURITY.md',
  'dist',
  'docs',
  'examples',
  'man',
  'package.json',
];

/** Paths in the package, from its top. */
function packed(): string[] {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const listing: unknown = JSON.parse(
    execFileSync('npm', args, { cwd: absolute('.'), encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  );
  // A list up to npm 11, an object by name after it.
  const [first] = Object.values(listing as Record<string, { files: { path: string }[] }>);
  return (first?.files ?? []).map(({ path }) => path);
}

/** What a built file was made of. */
function sourceOf(path: string): string {
  const source = path.replace(/^dist\//, 'src/');
  // One for each command, rendered from the options.
  if (/^src\/cli\/help\/[a-z]+\.txt$/.test(source)) return 'src/cli/commands/table.ts';
  return source.replace(/(?:\.d\.ts|\.js)$/, '.ts');
}

const files = packed();

test('the package has no room for what nobody needs who installs it', () => {
  expect([...new Set(files.map((path) => path.split('/')[0]))].sort()).toEqual(TOP);
});

test('everything built in the package is made of a source', () => {
  const orphans = files.filter((path) => path.startsWith('dist/') && !existsSync(absolute(sourceOf(path))));
  expect(orphans).toEqual([]);
});

test('nothing in the package is a compiled program', () => {
  const compiled = files.filter((path) => readFileSync(absolute(path)).subarray(0, 4).equals(ELF));
  expect(compiled).toEqual([]);
});

const listed = spawnSync('git', ['ls-files'], { cwd: absolute('.'), encoding: 'utf8' });

test.skipIf(listed.status !== 0)('everything else in the package is committed (needs a checkout)', () => {
  const committed = new Set(listed.stdout.split('\n'));
  const others = files.filter((path) => !path.startsWith('dist/') && !committed.has(path));
  expect(others).toEqual([]);
});
