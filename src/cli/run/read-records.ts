/**
 * Results from files and from standard input, as the commands that work on results take them. They are read piece by
 * piece: a text of JavaScript may be shorter than a result, and whoever writes to a pipe may be late.
 */
import { createReadStream } from 'node:fs';
import { getHeapStatistics } from 'node:v8';
import { EcholotError } from '../../core/errors.ts';
import type { Result } from '../../records.ts';
import { type EcholotRecord, RecordReader, requireResult } from '../../records.ts';

/** Other names of standard input; opened anew, it may have no second place to read from, or be no file at all. */
const STANDARD_INPUT: ReadonlySet<string> = new Set(['-', '/dev/stdin', '/dev/fd/0', '/proc/self/fd/0']);
const PIECE_BYTES = 1024 ** 2;
/** What the values of all files together may take of the heap; the rest is for what is made of them. */
const SHARE_OF_HEAP = 0.5;

/**
 * @param paths of files written with `--json`; `-` reads standard input
 * @throws EcholotError `usage` when one of them is not there, or holds no result
 */
export async function readResultFiles(paths: readonly string[]): Promise<Result[]> {
  const records = await readRecordFiles(paths);
  return records.map((record, i) => requireResult(record, nameOf(paths[i] ?? '')));
}

/**
 * The same of any record.
 * @throws EcholotError `usage` likewise
 */
export async function readRecordFiles(paths: readonly string[]): Promise<EcholotRecord[]> {
  if (paths.filter((path) => STANDARD_INPUT.has(path)).length > 1) {
    throw new EcholotError('usage', 'standard input can be read only once', {
      advice: 'name - for one of the results, and files for the others',
    });
  }
  let leftBytes = SHARE_OF_HEAP * getHeapStatistics().heap_size_limit;
  const records: EcholotRecord[] = [];
  for (const path of paths) {
    const name = nameOf(path);
    const reader = new RecordReader(name, leftBytes);
    await readInto(reader, path, name);
    records.push(reader.end());
    leftBytes -= reader.takenBytes;
  }
  return records;
}

function nameOf(path: string): string {
  return STANDARD_INPUT.has(path) ? 'standard input' : path;
}

async function readInto(reader: RecordReader, path: string, name: string): Promise<void> {
  const isStandardInput = STANDARD_INPUT.has(path);
  try {
    const pieces = isStandardInput ? process.stdin : createReadStream(path, { highWaterMark: PIECE_BYTES });
    for await (const piece of pieces) reader.push(piece);
  } catch (error) {
    throw error instanceof EcholotError ? error : unreadable(error, name);
  }
}

function unreadable(error: unknown, name: string): EcholotError {
  const { code, message } = error as NodeJS.ErrnoException;
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
