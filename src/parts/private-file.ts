/**
 * Bytes that a library of the system wants as a file: in a folder of this user alone, under a name that is their SHA-256, and
 * compared with what they should be each time before the file is used.
 */
import { hash } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants;
/** The owner may read and load it, and has to mean it to change it. */
const MODE = 0o500;
const OTHERS_WRITE = 0o022;

/**
 * @param folder that nobody else can write to
 * @returns the path of a file with these bytes, written if need be
 * @throws Error where it cannot be written, or is another one after that
 */
export function privateFile(folder: string, bytes: Uint8Array, extension: string): string {
  const name = nameOf(bytes);
  const path = join(folder, `${name}.${extension}`);
  if (holds(path, bytes)) return path;
  // Under a name of its own first: another start may look for it meanwhile.
  const own = join(folder, `${name}.${process.pid}-${process.hrtime.bigint()}`);
  try {
    write(own, bytes);
    renameSync(own, path);
  } catch (error) {
    rmSync(own, { force: true });
    throw error;
  }
  if (!holds(path, bytes)) throw new Error(`${path} is not what was written there`);
  return path;
}

/** @returns the path of a file with these bytes that is there already; undefined where there is none, or another one */
export function fileThere(folder: string, bytes: Uint8Array, extension: string): string | undefined {
  const path = join(folder, `${nameOf(bytes)}.${extension}`);
  return holds(path, bytes) ? path : undefined;
}

function nameOf(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex');
}

function write(path: string, bytes: Uint8Array): void {
  const fd = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, MODE);
  try {
    // A disk that becomes full takes a part of it.
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
  } finally {
    closeSync(fd);
  }
}

/** Whether it is a file of this user, or of root, with these bytes. */
function holds(path: string, bytes: Uint8Array): boolean {
  let fd: number;
  try {
    fd = openSync(path, O_RDONLY | O_NOFOLLOW);
  } catch {
    return false;
  }
  try {
    const stats = fstatSync(fd);
    const isOwn = stats.uid === 0 || stats.uid === process.geteuid?.();
    const isSafe = stats.isFile() && isOwn && (stats.mode & OTHERS_WRITE) === 0;
    return isSafe && stats.size === bytes.length && readFileSync(fd).equals(bytes);
  } finally {
    closeSync(fd);
  }
}
