/**
 * What goes with a release: `npm run build:sbom` writes dist-packages/echolot.cdx.json, and `npm run build:provenance`, at the end,
 * dist-packages/echolot.provenance.json about all files in there and in dist-single/.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { git } from './source.ts';
import { provenanceOf } from './statements/provenance.ts';
import { sbomOf } from './statements/sbom.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OUTPUT = join(ROOT, 'dist-packages');
const PROVENANCE = 'echolot.provenance.json';

const [what] = process.argv.slice(2);
mkdirSync(OUTPUT, { recursive: true });
if (what === 'sbom') write('echolot.cdx.json', sbomOf(ROOT));
else if (what === 'provenance') write(PROVENANCE, provenance());
else throw new Error(`sbom or provenance, not ${what}`);

function provenance(): object {
  if (git(ROOT, 'status', '--porcelain') !== '')
    throw new Error('files are not committed, so that no commit is what was built');
  return provenanceOf({
    commit: git(ROOT, 'rev-parse', 'HEAD').trim(),
    lock: readFileSync(join(ROOT, 'package-lock.json')),
    nodeVersion: process.versions.node,
    npmVersion: execFileSync('npm', ['--version'], { cwd: ROOT, encoding: 'utf8' }).trim(),
    files: [OUTPUT, join(ROOT, 'dist-single')].flatMap(filesIn),
  });
}

function filesIn(folder: string): { name: string; bytes: Uint8Array }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== PROVENANCE)
    .map(({ name }) => ({ name, bytes: readFileSync(join(folder, name)) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function write(name: string, content: object): void {
  const file = join(OUTPUT, name);
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
  process.stdout.write(`${file}\n`);
}
