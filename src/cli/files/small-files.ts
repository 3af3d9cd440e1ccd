/**
 * Small files that are read whole, and those with private keys: readable by their owner alone, or not used; and never written over
 * another.
 */
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { type EcholotError, usage } from '../../core/errors.ts';

/** chmod(2): any right of group and others. */
const RIGHTS_OF_OTHERS = 0o077;
const SECRET_MODE = 0o600;
const PUBLIC_MODE = 0o644;
/** More than any of them has. */
const MAX_BYTES = 65_536;
/** A bundle of all the CAs of the world has a quarter of it. */
export const MAX_PEM_BYTES: number = 1024 * 1024;
const MODE_BITS = 0o777;

export interface ReadFile {
  readonly text: string;
  /** Permissions, such as 0o600. */
  readonly mode: number;
}

/** @param what it should hold. @throws EcholotError `usage` where others may read it, too */
export function readSecret(path: string, what: string, maxBytes: number = MAX_BYTES): string {
  const { text, mode } = readSmall(path, what, maxBytes);
  if (isSecret(mode)) return text;
  throw usage(
    `${path} can be read by others (mode ${modeText(mode)}), and holds ${what}`,
    `keep it to yourself: chmod 600 ${path}`,
  );
}

/** @param what it should hold. @throws EcholotError `usage` for a path that cannot be read, or is no small file */
export function readSmall(path: string, what: string, maxBytes: number = MAX_BYTES): ReadFile {
  const { O_RDONLY, O_NONBLOCK = 0, O_NOCTTY = 0 } = constants;
  let fd: number;
  try {
    // Without waiting: a pipe that nobody writes to would never be opened.
    fd = openSync(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  } catch (error) {
    throw unusable(path, `cannot be read (${whyOf(error)})`, what);
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile() || stat.size > maxBytes) throw unusable(path, 'is no file of such a kind', what);
    return { text: readFileSync(fd, 'utf8'), mode: stat.mode & MODE_BITS };
  } finally {
    closeSync(fd);
  }
}

/** Whether nobody but its owner has a right to the file; where files have no such rights nobody can tell. */
export function isSecret(mode: number): boolean {
  return process.platform === 'win32' || (mode & RIGHTS_OF_OTHERS) === 0;
}

export function modeText(mode: number): string {
  return mode.toString(8).padStart(3, '0');
}

/** @throws EcholotError `usage` where there is a file of that name, or none can be made */
export function writeSecret(path: string, text: string): void {
  writeNew(path, text, SECRET_MODE);
}

/** The same for whoever wants to read it. */
export function writePublic(path: string, text: string): void {
  writeNew(path, text, PUBLIC_MODE);
}

function writeNew(path: string, text: string, mode: number): void {
  let fd: number;
  try {
    fd = openSync(path, 'wx', mode);
  } catch (error) {
    throw codeOf(error) === 'EEXIST'
      ? usage(
          `${path} exists already, and may be somebody's key`,
          'name another file with --output, or move it away',
        )
      : usage(
          `${path} cannot be written (${codeOf(error)})`,
          'name a file in a folder that you may write to',
        );
  }
  try {
    // Whatever the mask of the process takes away or a folder adds.
    fchmodSync(fd, mode);
    writeFileSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function unusable(path: string, why: string, what: string): EcholotError {
  return usage(`${path} ${why}`, `name a file with ${what}`);
}

/** `no such file or directory` of `ENOENT: no such file or directory, open '...'`. */
function whyOf(error: unknown): string {
  return /^\w+: ([^,]+),/.exec(error instanceof Error ? error.message : '')?.[1] ?? codeOf(error);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
