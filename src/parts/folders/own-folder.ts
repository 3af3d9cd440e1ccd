/** Whose a folder is: what is kept or opened in one that others can write to, they may have put there. */
import { lstatSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';

export const PRIVATE_MODE = 0o700;
/** chmod(2): who may write beside the owner, who may do anything, and the bit that keeps others' names from being changed. */
const OTHERS_WRITE = 0o022;
const OTHERS = 0o077;
const STICKY = 0o1000;

/** Whether it is this user's, and nobody else may even look into it. */
export function isPrivate(path: string, uid: number): boolean {
  const stats = statsOf(path);
  return stats?.isDirectory() === true && stats.uid === uid && (stats.mode & OTHERS) === 0;
}

/** Whether nobody but this user and root can put anything into it. */
export function isClosed(path: string, uid: number): boolean {
  const stats = statsOf(path);
  return isSafe(stats, uid) && ((stats?.mode ?? OTHERS_WRITE) & OTHERS_WRITE) === 0;
}

/** Whether nobody but this user and root can put another folder in the place of this one, or of one above it. */
export function isOutOfReach(path: string, uid: number): boolean {
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
