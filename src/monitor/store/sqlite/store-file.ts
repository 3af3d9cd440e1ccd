/**
 * The file of a store in its folder: made for its user alone, refused where others may write to it, and known by more than its name,
 * as somebody may put another one in its place. Nothing here removes a file.
 */
import { closeSync, existsSync, mkdirSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { usage } from '../../../core/errors.ts';

const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;
/** chmod(2): group and others may write; others may; names of theirs cannot be changed by others. */
const OTHERS_WRITE = 0o022;
const WORLD_WRITES = 0o002;
const STICKY = 0o1000;

/** What SQLite has beside the file: what was written last, an index of it, and what is undone. */
const BESIDE = ['-wal', '-shm', '-journal'] as const;

/** Which file it is, whatever its name. */
export type FileIdentity = string;

/** Makes it where it is not there, and its folder. @throws EcholotError `usage` where it cannot be, or others may write to it */
export function prepareFile(file: string): void {
  const folder = dirname(resolve(file));
  try {
    makeFolder(folder);
    if (!existsSync(file)) closeSync(openSync(file, 'ax', FILE_MODE));
  } catch (error) {
    // Another monitor may have made it meanwhile.
    if (!existsSync(file)) {
      const reason = error instanceof Error ? error.message : String(error);
      throw usage(`${file} cannot be made (${reason})`, 'name a file in a folder that you may write to');
    }
  }
  if (process.platform === 'win32') return;
  const stats = statSync(file);
  if (!stats.isFile()) throw usage(`${file} is no file`, 'name a file');
  if ((stats.mode & OTHERS_WRITE) !== 0) {
    throw usage(`${file} can be written by others`, `keep it to yourself: chmod 600 ${file}`);
  }
  const { mode } = statSync(folder);
  if ((mode & WORLD_WRITES) !== 0 && (mode & STICKY) === 0) {
    throw usage(`anybody can put another file in the place of ${file}`, `chmod o-w ${folder}`);
  }
}

/** @returns undefined where there is none */
export function identityOf(file: string): FileIdentity | undefined {
  const stats = statSync(file, { throwIfNoEntry: false, bigint: true });
  return stats && `${stats.dev} ${stats.ino}`;
}

/** Of all its files. */
export function sizeOf(file: string): number {
  return ['', ...BESIDE].reduce(
    (sum, suffix) => sum + (statSync(file + suffix, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}

/** Whether whoever wrote to it last ended without closing it. */
export function wasLeftOpen(file: string): boolean {
  return (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/** The first bytes of it, fewer where it has fewer. */
export function headOf(file: string, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  const fd = openSync(file, 'r');
  try {
    return bytes.subarray(0, readSync(fd, bytes, 0, length, 0));
  } finally {
    closeSync(fd);
  }
}

/** Renames it and all beside it, by the second. @returns its name from now on */
export function setAside(file: string, nowMs: number): string {
  const second = new Date(nowMs).toISOString().slice(0, 19).replaceAll(':', '');
  let aside = `${file}.damaged-${second}`;
  for (let again = 2; existsSync(aside); again++) aside = `${file}.damaged-${second}-${again}`;
  // What was written last belongs to it, by name.
  for (const suffix of [...BESIDE, '']) {
    if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix);
  }
  return aside;
}

/** One by one: where the file system takes none, Node's recursive mkdir tries for ever. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: FOLDER_MODE });
  } catch (error) {
    if (!existsSync(path)) throw error;
  }
}
