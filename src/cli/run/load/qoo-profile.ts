/** What an application needs, by a name that is known, or from a file. */
import { createReadStream } from 'node:fs';
import { EcholotError, usage } from '../../../core/errors.ts';
import type { QooProfileRecord } from '../../../index.ts';
import { MAX_PROFILE_BYTES, parseQooProfile, QOO_PROFILES } from '../../../options.ts';

/** @throws EcholotError `usage` for what is neither */
export async function readQooProfile(nameOrFile: string): Promise<QooProfileRecord> {
  const known = QOO_PROFILES.find(({ name }) => name === nameOrFile);
  return known ?? parseQooProfile(await textOf(nameOrFile), nameOrFile);
}

/** No more than one byte too much, whatever the file is. */
async function textOf(file: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  try {
    for await (const piece of createReadStream(file, { end: MAX_PROFILE_BYTES })) pieces.push(piece);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const names = QOO_PROFILES.map(({ name }) => name).join(', ');
    if (code === 'ENOENT') {
      throw usage(`there is no profile ${file}, and no such file`, `use one of ${names}, or a file`);
    }
    if (error instanceof EcholotError) throw error;
    throw usage(`${file} cannot be read: ${code}`, `use one of ${names}, or another file`);
  }
  return Buffer.concat(pieces);
}
