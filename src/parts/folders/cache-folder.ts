/**
 * Folders of this user alone, for code that the program keeps and runs again: compiled code of earlier starts, which saves a
 * third of a start, and the libraries inside a single file. It runs with the rights of whoever starts the program, so it is
 * kept where nobody else can write, and nowhere when there is no such folder: a name in the folder for temporary files that
 * anybody can guess, anybody can make first.
 */
import { existsSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { makeFolder } from './make-folder.ts';
import { isClosed, isOutOfReach, isPrivate, PRIVATE_MODE } from './own-folder.ts';

const FOLDER = 'echolot';

export interface User {
  /** Its effective id. */
  readonly uid: number;
  readonly home: string | undefined;
  /** XDG_CACHE_HOME (XDG Base Directory Specification): ignored unless absolute. */
  readonly cacheHome: string | undefined;
}

/** @returns undefined where nothing tells whose a folder is (Windows) */
export function thisUser(): User | undefined {
  const uid = process.geteuid?.();
  if (uid === undefined) return undefined;
  return { uid, home: process.env['HOME'], cacheHome: process.env['XDG_CACHE_HOME'] };
}

/** @returns a folder that is this user's alone, made if need be; undefined when there can be none */
export function cacheFolder({ uid, home, cacheHome }: User): string | undefined {
  if (cacheHome !== undefined && isAbsolute(cacheHome)) return folderBelow(cacheHome, FOLDER, uid);
  if (home !== undefined && isAbsolute(home)) return folderBelow(join(home, '.cache'), FOLDER, uid);
  return undefined;
}

/** @returns likewise, where temporary files are: undefined where somebody else has taken its name */
export function temporaryFolder({ uid }: User): string | undefined {
  return isAbsolute(tmpdir()) ? folderBelow(tmpdir(), `${FOLDER}-${uid}`, uid) : undefined;
}

/**
 * @returns where whoever installed the program may have laid the libraries inside it, so that it need not write them (/usr/lib/echolot
 * of /usr/bin/echolot); undefined where there is no such folder, or others than root and this user can change it
 */
export function packagedFolder({ uid }: User, program: string = process.execPath): string | undefined {
  const folder = join(dirname(dirname(program)), 'lib', FOLDER);
  return isClosed(folder, uid) && isOutOfReach(folder, uid) ? folder : undefined;
}

function folderBelow(base: string, name: string, uid: number): string | undefined {
  try {
    const there = nearestFolder(base);
    // By its real name from here on: a link on the way may be turned elsewhere.
    const real = realpathSync(there);
    if (!isOutOfReach(real, uid)) return undefined;
    const folder = join(real, relative(there, base), name);
    makeFolder(folder, PRIVATE_MODE);
    return isPrivate(folder, uid) && isOutOfReach(dirname(folder), uid) ? folder : undefined;
  } catch {
    return undefined;
  }
}

/** The path itself or the first above it that is there. */
function nearestFolder(path: string): string {
  let at = path;
  while (!existsSync(at) && at !== dirname(at)) at = dirname(at);
  return at;
}
