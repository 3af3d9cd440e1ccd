/** Revoking: the id of a token is appended to a list that servers read again by themselves. */
import { closeSync, existsSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { usage } from '../../../core/errors.ts';
import { readHeldToken, revocationFor, TOKEN_ID, toldBy } from '../../../tokens.ts';
import { readSmall } from '../../files/small-files.ts';

/** It names tokens by numbers alone: whoever runs the server may be another user than whoever revokes. */
const LIST_MODE = 0o644;
/** Servers read no longer one. */
const MAX_LIST_BYTES = 1024 * 1024;

/** @param subject the file of a token, or its id. @returns what to print. @throws EcholotError `usage` */
export function revoke(subject: string, list: string): string {
  const id = idOf(subject);
  const added = revocationFor(
    existsSync(list) ? readSmall(list, 'ids of revoked tokens', MAX_LIST_BYTES).text : '',
    id,
  );
  if (added === '') return `${id} was revoked already, by ${list}\n`;
  let fd: number;
  try {
    fd = openSync(list, 'a', LIST_MODE);
  } catch (error) {
    throw usage(
      `${list} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
      'name a file that you may write to',
    );
  }
  try {
    // One write at the end of the file: two who revoke at once lose nothing of each other.
    writeSync(fd, added);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  return `${id} is revoked by ${list}: servers that were started with --revoked see it within a second\n`;
}

function idOf(subject: string): string {
  if (TOKEN_ID.test(subject) && !existsSync(subject)) return subject;
  return toldBy(readHeldToken(readSmall(subject, 'a token').text).token).claims.id;
}
