/**
 * Files of packages that are for other machines than this one, so that they are not installed here: fetched with `npm pack` into
 * a folder for caches, and held against the hash that the lock file, or the table of runtimes, has of them.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type FromPackage, RUNTIMES } from './targets.ts';

interface Locked {
  readonly version: string;
  readonly integrity: string;
}

/** @returns the path of the file @throws Error where the package cannot be had, or is another one */
export function fileOf({ name, file }: FromPackage, root: string): string {
  const installed = join(root, 'node_modules', name, file);
  return existsSync(installed) ? installed : join(fetched(name, root), file);
}

function fetched(name: string, root: string): string {
  const { version, integrity } = lockedOf(name, root);
  const cache = join(root, 'node_modules/.cache/echolot-single');
  const folder = join(cache, `${name.replace('/', '-')}-${version}`);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const archive = join(cache, pack(`${name}@${version}`, cache));
  try {
    const found = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
    if (found !== integrity)
      throw new Error(`${name}@${version} is not what it was: ${found}, not ${integrity}`);
    const unpacked = `${folder}.part`;
    mkdirSync(unpacked, { recursive: true });
    execFileSync('tar', ['-xzf', archive, '--strip-components=1', '-C', unpacked]);
    execFileSync('mv', [unpacked, folder]);
  } finally {
    rmSync(archive, { force: true });
  }
  return folder;
}

/** @returns the name of the archive */
function pack(what: string, folder: string): string {
  try {
    const told = execFileSync('npm', ['pack', what, '--json', '--pack-destination', folder], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [{ filename }] = Object.values(JSON.parse(told)) as [{ filename: string }];
    return filename;
  } catch (error) {
    throw new Error(`${what} is not installed here, and npm cannot be reached for it`, { cause: error });
  }
}

function lockedOf(name: string, root: string): Locked {
  const runtime = RUNTIMES[name];
  if (runtime !== undefined) return runtime;
  const lock: { packages: Record<string, Locked | undefined> } = JSON.parse(
    readFileSync(join(root, 'package-lock.json'), 'utf8'),
  );
  const locked = lock.packages[`node_modules/${name}`];
  if (locked === undefined) throw new Error(`${name} is not in package-lock.json`);
  return locked;
}
