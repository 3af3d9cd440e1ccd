/** Results from files and from standard input, as the commands that work on results take them. */
import { constants } from 'node:buffer';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { readResult } from '../analysis/read.ts';
import { EcholotError } from '../core/errors.ts';
import type { Result } from '../result/result.ts';

const STANDARD_INPUT = 0;
/** A text of JavaScript holds no more characters (about 512 MiB). */
const MAX_BYTES = constants.MAX_STRING_LENGTH;
const MIB = 1024 ** 2;

/**
 * @param path of a file written with `--json`; `-` reads standard input
 * @throws EcholotError `usage` when there is no such file, or it holds no result
 */
export function readResultFile(path: string): Result {
  const name = path === '-' ? 'standard input' : path;
  return readResult(readText(path, name), name);
}

function readText(path: string, name: string): string {
  let file: number | undefined;
  try {
    file = path === '-' ? STANDARD_INPUT : openSync(path, 'r');
    const { size } = fstatSync(file);
    if (size > MAX_BYTES) throw tooLarge(name);
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw error instanceof EcholotError ? error : unreadable(error, name);
  } finally {
    if (file !== undefined && file !== STANDARD_INPUT) closeSync(file);
  }
}

function tooLarge(name: string): EcholotError {
  return new EcholotError('usage', `${name} holds more than ${Math.floor(MAX_BYTES / MIB)} MiB`, {
    advice: 'a result of echolot is smaller; measure with fewer probes',
  });
}

function unreadable(error: unknown, name: string): EcholotError {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ERR_STRING_TOO_LONG') return tooLarge(name);
  const [reason, advice] = REASONS.get(code) ?? [message, 'give a file that echolot measure --json wrote'];
  return new EcholotError('usage', `cannot read ${name}: ${reason}`, { advice, cause: error });
}

const REASONS: ReadonlyMap<string | undefined, readonly [reason: string, advice: string]> = new Map([
  ['ENOENT', ['there is no such file', 'check its name; echolot measure --json --output FILE writes one']],
  ['ENOTDIR', ['a part of its path is no directory', 'check its name']],
  ['EISDIR', ['it is a directory', 'name the file in it']],
  ['EACCES', ['permission denied', 'ask its owner for permission to read it']],
  ['EPERM', ['permission denied', 'ask its owner for permission to read it']],
]);
