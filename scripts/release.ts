/**
 * Makes all that a release consists of, to be looked at: `npm run release -- --dry-run [--check-reproducible]`, into dist-release/.
 * It sets no version, makes no tag and publishes nothing, and it does not know how to.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ARTEFACTS, lacking } from './release/artefacts.ts';
import { buildAll, type Files } from './release/build.ts';
import { notesOf } from './release/changelog.ts';
import { differences, sumsOf } from './release/compare.ts';
import { git, type Source, sourceOf } from './source.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OUTPUT = join(ROOT, 'dist-release');
const REFUSED = 2;
const MIB = 1024 * 1024;

const { values } = parseArgs({
  options: { 'dry-run': { type: 'boolean' }, 'check-reproducible': { type: 'boolean' } },
});
if (values['dry-run'] !== true) {
  refuse(
    'nobody publishes from a workstation: npm run release -- --dry-run makes all of it, and CONTRIBUTING.md ("A release") has the steps',
  );
}
const changed = git(ROOT, 'status', '--porcelain').trimEnd();
if (changed !== '') refuse(`a release is made of a commit, and these are in none:\n${changed}`);
try {
  process.exitCode = release(sourceOf(ROOT));
} catch (error) {
  refuse(error instanceof Error ? error.message : String(error));
}

/** @returns the exit code */
function release(source: Source): number {
  const notes = notesOf(readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8'), source.version);
  const { scripts }: { scripts: Record<string, string> } = JSON.parse(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  );
  const makeable = ARTEFACTS.filter((artefact) => lacking(artefact, scripts, isThere) === undefined);
  const made = buildAll(makeable, ROOT, source);
  const files: Files = new Map([...made.values()].flatMap((part) => [...part]));
  rmSync(OUTPUT, { recursive: true, force: true });
  mkdirSync(OUTPUT);
  for (const [name, bytes] of files) writeFileSync(join(OUTPUT, name), bytes);
  writeFileSync(join(OUTPUT, 'SHA256SUMS'), sumsOf(files));
  writeFileSync(join(OUTPUT, 'notes.md'), notes);
  const again = values['check-reproducible'] === true ? buildAll(makeable, ROOT, source) : undefined;
  let isSame = true;
  tell(`echolot ${source.version} of ${source.revision}, into ${OUTPUT}`);
  for (const artefact of ARTEFACTS) {
    const first = made.get(artefact);
    if (first === undefined) {
      tell(`${artefact.name}: left out, ${lacking(artefact, scripts, isThere)}`);
      continue;
    }
    const different = again === undefined ? [] : differences(first, again.get(artefact) ?? new Map());
    for (const [name, bytes] of first) {
      const isOther = different.some((line) => line.startsWith(`${name}: `));
      const twice = again === undefined ? '' : isOther ? ', NOT the same twice' : ', the same twice';
      tell(`${artefact.name}: ${name}, ${(bytes.length / MIB).toFixed(1)} MiB${twice}`);
    }
    for (const line of different) tell(`  ${line}`);
    isSame &&= different.length === 0;
  }
  const left = git(ROOT, 'status', '--porcelain').trimEnd();
  if (left !== '') tell(`building has changed what is in the commit:\n${left}`);
  return isSame && left === '' ? 0 : 1;
}

function isThere(tool: string): boolean {
  return spawnSync('sh', ['-c', 'command -v "$1"', 'sh', tool]).status === 0;
}

function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}

function refuse(why: string): never {
  process.stderr.write(`release: ${why}\n`);
  process.exit(REFUSED);
}
