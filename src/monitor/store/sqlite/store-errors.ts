/** What can be wrong with a file and its disk, in words for whoever has to do something about it. */
import { EcholotError, usage } from '../../../core/errors.ts';

/** Result codes of SQLite (sqlite.org/rescode.html): the low byte of the extended ones. */
const PERM = 3;
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const CONSTRAINT = 19;
const MISMATCH = 20;
const NOTADB = 26;
const LOW_BYTE = 0xff;

/** @returns undefined for an error that is none of SQLite */
function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number')
    return undefined;
  return error.errcode & LOW_BYTE;
}

/** Whether what was read cannot have been written so. */
export function isDamage(error: unknown): boolean {
  const code = resultCode(error);
  return code === CORRUPT || code === NOTADB;
}

/** Of a call of the system. */
function isDenied(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM');
}

const LOOK_AT_RIGHTS = 'look at the rights to it and to its folder';

export function storeError(file: string, error: unknown): EcholotError {
  if (error instanceof EcholotError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const because = (message: string, advice: string, code: 'usage' | 'limit' = 'limit'): EcholotError =>
    new EcholotError(code, message, { advice, cause: error });
  if (isDenied(error)) return because(`${file} cannot be opened`, LOOK_AT_RIGHTS, 'usage');
  switch (resultCode(error)) {
    case FULL:
      return because(`the disk of ${file} is full`, 'make room on it, or keep the store on another one');
    case BUSY:
    case LOCKED:
      return because(`${file} is locked by another program`, 'find who has it open: fuser -v FILE');
    case READONLY:
    case PERM:
      return because(
        `${file} cannot be written`,
        'give its user the right to write, or name another file',
        'usage',
      );
    case CANTOPEN:
      return because(`${file} cannot be opened`, LOOK_AT_RIGHTS, 'usage');
    case IOERR:
      return because(`the disk of ${file} fails (${reason})`, 'look into the log of the kernel');
    case CORRUPT:
    case NOTADB:
      return because(
        `${file} is damaged`,
        'let a monitor open it, which sets it aside and begins another',
        'usage',
      );
    case CONSTRAINT:
    case MISMATCH:
      return new EcholotError('internal', `what was measured cannot be kept (${reason})`, { cause: error });
    default:
      return because(`${file} cannot be used: ${reason}`, 'look at its file and its disk');
  }
}

export function noStore(file: string): EcholotError {
  return usage(`${file} is no store of echolot`, 'name another file, or one that is not there yet');
}

export function notThere(file: string): EcholotError {
  return usage(`there is no store ${file}`, 'start a monitor that keeps it, or name another file');
}

export function ofTomorrow(file: string, version: number, known: number): EcholotError {
  return usage(
    `${file} was written by a later echolot (layout ${version}, this one knows ${known})`,
    'use that echolot, or name another file',
  );
}

export function inUse(file: string): EcholotError {
  return new EcholotError('limit', `another monitor writes to ${file}`, {
    advice: 'stop it, add your targets to its configuration, or name another file with --store',
  });
}

export function replaced(file: string): EcholotError {
  return new EcholotError('limit', `${file} was removed or replaced while it was open`, {
    advice: 'leave the file where it is; to move it, stop the monitor first',
  });
}

export function setAsideAs(file: string, aside: string): EcholotError {
  return new EcholotError(
    'limit',
    `${file} is damaged and now called ${aside}; another is begun in its place`,
    {
      advice: `look at the disk; what can be saved of the old one: sqlite3 ${aside} .recover`,
    },
  );
}
