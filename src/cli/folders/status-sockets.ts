/**
 * Where the status sockets of servers are: in the folder for what belongs to a session of the user (XDG Base Directory
 * Specification), by port, or at a path that was named.
 */
import { readdirSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { usage } from '../../core/errors.ts';
import { makeFolder } from '../../parts/folders/make-folder.ts';
import { isClosed, isOutOfReach, isPrivate, PRIVATE_MODE } from '../../parts/folders/own-folder.ts';

const FOLDER = 'echolot';
const NAME = /^serve-\d{1,5}\.sock$/;

export interface Owner {
  /** Its effective id; undefined where nothing tells whose a folder is. */
  readonly uid: number | undefined;
  /** XDG_RUNTIME_DIR: ignored unless absolute. */
  readonly runtimeDirectory: string | undefined;
}

export function thisOwner(): Owner {
  return { uid: process.geteuid?.(), runtimeDirectory: process.env['XDG_RUNTIME_DIR'] };
}

/**
 * Where a server that was told nothing has its socket; its folder is made.
 * @returns undefined where there is no folder for such things
 * @throws EcholotError `usage` when it is not this user's alone
 */
export function ownSocket({ uid, runtimeDirectory }: Owner, port: number): string | undefined {
  if (uid === undefined || runtimeDirectory === undefined || !isAbsolute(runtimeDirectory)) return undefined;
  const folder = join(runtimeDirectory, FOLDER);
  makeFolder(folder, PRIVATE_MODE);
  requirePrivate(folder, uid);
  return join(realpathSync(folder), `serve-${port}.sock`);
}

/** All there are, of running servers and of some that were killed. @throws EcholotError `usage` likewise */
export function ownSockets({ uid, runtimeDirectory }: Owner): string[] {
  if (uid === undefined || runtimeDirectory === undefined || !isAbsolute(runtimeDirectory)) return [];
  const folder = join(runtimeDirectory, FOLDER);
  try {
    realpathSync(folder);
  } catch {
    return [];
  }
  requirePrivate(folder, uid);
  return readdirSync(folder)
    .filter((name) => NAME.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/** @throws EcholotError `usage` where others could put something in its place */
export function namedSocket({ uid }: Owner, path: string): string {
  if (uid === undefined) throw usage('this system has no status sockets', 'leave out --status-socket');
  const folder = realFolder(dirname(resolve(path)));
  if (!isClosed(folder, uid) || !isOutOfReach(folder, uid)) {
    throw usage(
      `others can write to the folder of the status socket ${path}`,
      'name a path in a folder of this user alone, such as /run/echolot',
    );
  }
  return join(folder, basename(path));
}

function requirePrivate(folder: string, uid: number): void {
  if (isPrivate(folder, uid) && isOutOfReach(dirname(realpathSync(folder)), uid)) return;
  throw usage(
    `${folder} is not a folder of this user alone`,
    `chmod 700 it, or name a path with --status-socket`,
  );
}

function realFolder(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    throw usage(`there is no folder ${path} for a status socket`, 'make it, or name another path');
  }
}
