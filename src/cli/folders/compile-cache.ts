/**
 * Compiled code of earlier starts, which saves a third of a start. It is code that runs with the rights of whoever
 * starts the program, so it is kept in a folder that nobody else can write to, and nowhere when there is none: Node's
 * own choice is a name that anybody can guess and make first, in the folder for temporary files.
 */
import { existsSync, lstatSync, realpathSync, type Stats } from 'node:fs';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { makeFolder } from './make-folder.ts';

const FOLDER = 'echolot';
const PRIVATE_MODE = 0o700;
/** chmod(2): who may write beside the owner, who may do anything, and the bit that keeps others' names from being changed. */
const OTHERS_WRITE = 0o022;
const OTHERS = 0o077;
const STICKY = 0o1000;

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

function isPrivate(path: string, uid: number): boolean {
  const stats = statsOf(path);
  return stats?.isDirectory() === true && stats.uid === uid && (stats.mode & OTHERS) === 0;
}

/** Whether nobody but this user and root can put another folder in the place of this one, or of one above it. */
function isOutOfReach(path: string, uid: number): boolean {
  for (let at = path; ; at = dirname(at)) {
    if (!isSafe(statsOf(at), uid)) return false;
    if (at === dirname(at)) return true;
  }
}

function isSafe(stats: Stats | undefined, uid: number): boolean {
  if (stats?.isDirectory() !== true || (stats.uid !== 0 && stats.uid !== uid)) return false;
  return (stats.mode & OTHERS_WRITE) === 0 || (stats.mode & STICKY) !== 0;
}

function statsOf(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}
