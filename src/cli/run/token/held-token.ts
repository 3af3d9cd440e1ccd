/** The token that a client shows: named on the command line, or in the environment. The token itself stands in neither. */
import { type HeldToken, readHeldToken } from '../../../tokens.ts';
import { readSecret } from '../../files/small-files.ts';

const VARIABLE = 'ECHOLOT_TOKEN_FILE';
/** Who can know tokens at all; for the others the environment, which is for all that is run in it, names none. */
const KNOWING: readonly string[] = ['auto', 'size-first'];

/**
 * @param file undefined where none was named: that of the environment counts then
 * @param protocol how the server is spoken to; undefined for `auto`
 * @throws EcholotError `usage` for a file that is no token, or that others may read
 */
export function heldTokenOf(file: string | undefined, protocol = 'auto'): HeldToken | undefined {
  const path = file ?? (KNOWING.includes(protocol) ? process.env[VARIABLE] : undefined);
  if (path === undefined || path === '') return undefined;
  return readHeldToken(readSecret(path, 'a token and the key of its holder'));
}
