/**
 * Folders that are asked for and may not be there yet. Made one by one: where the file system takes none (/proc says
 * ENOENT of a folder whose parent is there), Node's recursive mkdir tries for ever.
 */
import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { EcholotError } from '../../core/errors.ts';

/**
 * Makes a folder, and those above it that are missing; does nothing where it is there.
 * @param mode of those that are made, less the umask; default: anybody's
 * @throws EcholotError `usage` where there can be none
 */
export function makeFolder(path: string, mode = 0o777): void {
  try {
    make(resolve(path), mode);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EcholotError('usage', `cannot make the directory ${path}: ${reason}`, {
      advice: 'choose another directory',
      cause: error,
    });
  }
}

function make(path: string, mode: number): void {
  if (isFolder(path)) return;
  if (dirname(path) !== path) make(dirname(path), mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Somebody else may have made it meanwhile.
    if (!isFolder(path)) throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
