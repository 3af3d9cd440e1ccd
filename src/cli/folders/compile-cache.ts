/**
 * Compiled code of earlier starts, which saves a third of a start. It is code that runs with the rights of whoever
 * starts the program, so it is kept in a folder that nobody else can write to, and nowhere when there is none: Node's
 * own choice is a name that anybody can guess and make first, in the folder for temporary files.
 */
import { existsSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { makeFolder } from './make-folder.ts';
import { isOutOfReach, isPrivate, PRIVATE_MODE } from './own-folder.ts';

const FOLDER = 'echolot';

export interface User {
  /** Its effective id. */
  readonly uid: number;
  readonly home: string | undefined;
  /** XDG_CACHE_HOME (XDG Base Directory Specification): ignored unless absolute. */
  readonly cacheHome: string | undefined;
}

/** @returns a folder that is this user's alone, made if need be; undefined when there can be none */
export function compileCacheFolder({ uid, home, cacheHome }: User): string | undefined {
  const base =
    cacheHome !== undefined && isAbsolute(cacheHome)
      ? cacheHome
      : home !== undefined && isAbsolute(home)
        ? join(home, '.cache')
        : undefined;
  if (base === undefined) return undefined;
  try {
    const there = nearestFolder(base);
    // By its real name from here on: a link on the way may be turned elsewhere.
    const real = realpathSync(there);
    if (!isOutOfReach(real, uid)) return undefined;
    const folder = join(real, relative(there, base), FOLDER);
    makeFolder(folder, PRIVATE_MODE);
    return isPrivate(folder, uid) && isOutOfReach(dirname(folder), uid) ? folder : undefined;
  } catch {
    // A start without a cache is a slower start.
    return undefined;
  }
}

/** The path itself or the first above it that is there. */
function nearestFolder(path: string): string {
  let at = path;
  while (!existsSync(at) && at !== dirname(at)) at = dirname(at);
  return at;
}
