/** The package as npm installs it somewhere else, with what it may go without or not, and the versions of Node it has to run on. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../e2e/program.ts';

const NPM_TIMEOUT_MS = 120_000;
const LOOKUP_TIMEOUT_MS = 20_000;
/** A folder takes so much on usual file systems; `du -sb` counts it as well. */
const FOLDER_BYTES = 4_096;

/** Why nothing can be installed here; undefined where it can. */
export function noRegistry(): string | undefined {
  if (process.platform !== 'linux') return 'the sizes are those on Linux';
  const { status } = spawnSync('npm', ['view', 'koffi', 'version'], { timeout: LOOKUP_TIMEOUT_MS });
  return status === 0 ? undefined : 'no registry of npm can be reached';
}

/** A folder for all that is installed, and the packed package in it. */
export function pack(): { readonly place: string; readonly tarball: string } {
  const place = mkdtempSync(join(tmpdir(), 'echolot-install-'));
  npm(ROOT, 'pack', '--ignore-scripts', '--pack-destination', place);
  const [name] = readdirSync(place);
  if (name === undefined) throw new Error('npm pack wrote nothing');
  return { place, tarball: join(place, name) };
}

/** @returns the folder with `node_modules` */
export function install(place: string, name: string, ...args: readonly string[]): string {
  const folder = join(place, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  npm(folder, 'install', ...args);
  return folder;
}

/** A runtime of its own. @returns its path */
export function runtime(place: string, major: string): string {
  const name = `node-linux-${process.arch}`;
  const folder = install(place, `node-${major}`, `${name}@${major}`);
  return join(folder, 'node_modules', name, 'bin/node');
}

/** As `du -sb` has it. */
export function sizeBytes(path: string): number {
  return readdirSync(path, { withFileTypes: true, recursive: true }).reduce((sum, entry) => {
    if (entry.isDirectory()) return sum + FOLDER_BYTES;
    return entry.isFile() ? sum + statSync(join(entry.parentPath, entry.name)).size : sum;
  }, FOLDER_BYTES);
}

function npm(cwd: string, ...args: readonly string[]): void {
  execFileSync('npm', [...args, '--no-audit', '--no-fund', '--prefer-offline'], {
    cwd,
    timeout: NPM_TIMEOUT_MS,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}
