/** Where a monitor keeps what it found, unless it is told otherwise: the XDG Base Directory Specification has a place for it. */
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { makeFolder } from '../../../parts/folders/make-folder.ts';
import { PRIVATE_MODE } from '../../../parts/folders/own-folder.ts';

const FILE = 'monitor.sqlite';

/** @returns the path; undefined for memory alone */
export function storeFile(given: string | undefined): string | undefined {
  if (given === 'memory') return undefined;
  return given ?? join(stateFolder(), FILE);
}

/** The same, with its folder. @throws EcholotError `usage` where there can be none */
export function storeToWrite(given: string | undefined): string | undefined {
  if (given === undefined) makeFolder(stateFolder(), PRIVATE_MODE);
  return storeFile(given);
}

/** @throws Error for a user without a home */
export function stateFolder(): string {
  const given = process.env['XDG_STATE_HOME'];
  // One that is not absolute is to be passed over, says the specification.
  const base = given !== undefined && isAbsolute(given) ? given : join(homedir(), '.local', 'state');
  return join(base, 'echolot');
}
