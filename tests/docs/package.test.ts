/** What is published is what is committed, or built from it, and needed: nothing that happens to lie in the checkout. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { publint } from 'publint';
import { expect, test } from 'vitest';
import { absolute } from '../../scripts/docs/paths.ts';

const ELF = Buffer.from('\x7fELF', 'latin1');
/** All that may be in it. The documents are not: they are many times as large as what they tell of. */
const PATTERNS: readonly RegExp[] = [
  /^package\.json$/,
  /^(README|CHANGELOG|SECURITY)\.md$|^LICENSE$/,
  /^man\/[a-z-]+\.1$/,
  /^examples\/[a-z]+\.ts$/,
  /^examples\/(fail2ban|grafana|prometheus)\/[\w./-]+\.(conf|json|yml)$/,
  /^dist\/([\w-]+\/)*[\w-]+\.(js|d\.ts)$/,
  /^dist\/result\/schema\/[a-z-]+-v\d+\.json$/,
  /^dist\/cli\/help\/[a-z]+\.txt$/,
];
/** What comes over the line is a quarter of it. */
const MOST_BYTES = 4_500_000;

interface Packed {
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

function packed(): Packed {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const listing: unknown = JSON.parse(
    execFileSync('npm', args, { cwd: absolute('.'), encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  );
  // A list up to npm 11, an object by name after it.
  const [first] = Object.values(listing as Record<string, Packed>);
  if (first === undefined) throw new Error('npm packs nothing');
  return first;
}

/** What a built file was made of. */
function sourceOf(path: string): string {
  const source = path.replace(/^dist\//, 'src/');
  // One for each command, rendered from the options.
  if (/^src\/cli\/help\/[a-z]+\.txt$/.test(source)) return 'src/cli/commands/table.ts';
  return source.replace(/(?:\.d\.ts|\.js)$/, '.ts');
}

const { unpackedSize, files: entries } = packed();
/** From its top. */
const files = entries.map(({ path }) => path);

test('the package has no room for what nobody needs who installs it', () => {
  expect(files.filter((path) => !PATTERNS.some((pattern) => pattern.test(path)))).toEqual([]);
  expect(PATTERNS.filter((pattern) => !files.some((path) => pattern.test(path)))).toEqual([]);
});

test('whoever fetches it for one measurement does not wait long', () => {
  expect(unpackedSize).toBeLessThan(MOST_BYTES);
});

test('importers find all that package.json says is there, as they look for it', async () => {
  const { messages } = await publint({ pkgDir: absolute('.'), pack: false, strict: true });
  expect(messages).toEqual([]);
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
