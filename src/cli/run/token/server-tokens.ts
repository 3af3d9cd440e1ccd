/** Whose tokens `echolot serve` takes, as its command line has it. */
import { usage } from '../../../core/errors.ts';
import type { ServeOptions } from '../../../index.ts';
import type { ServeArguments } from '../../commands/serve.ts';
import { readSmall } from '../../files/small-files.ts';
import { given } from '../../options/given.ts';

type Asked = Pick<ServeArguments, 'tokenKeys' | 'revokedFile' | 'serverName'>;

/** @throws EcholotError `usage` for a file that cannot be read, and for options that go with no issuer */
export function tokensOf({ tokenKeys, revokedFile, serverName }: Asked): ServeOptions['tokens'] {
  if (tokenKeys.length > 0) {
    const publicKeys = tokenKeys.map((path) => readSmall(path, 'the public key of an issuer').text);
    return { publicKeys, ...given({ revokedFile, name: serverName }) };
  }
  const lone =
    revokedFile !== undefined ? '--revoked' : serverName !== undefined ? '--server-name' : undefined;
  if (lone === undefined) return undefined;
  throw usage(
    `${lone} is of tokens, and no issuer of them is known`,
    `add --token-key FILE, or leave out ${lone}`,
  );
}
